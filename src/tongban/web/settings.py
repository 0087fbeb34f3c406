"""Settings of the pages, the worker and the command line.

The one place that reads the environment:

TONGBAN_HOME               the state folder (default ``var``)
DATABASE_URL               PostgreSQL instead of SQLite in the state folder
TONGBAN_SCANNER            a command that says whether an uploaded file is harmless
TONGBAN_SPARK              sc://host:port of a cluster for everyone's data
TONGBAN_DEBUG              ``1`` shows tracebacks in the browser: developers only
TONGBAN_HOSTS              host names that pages are served under, by comma
TONGBAN_URL                the address at which everybody reaches the pages, as wallets
                           and QR codes name it (default http://localhost:8000);
                           certificates bear it: choose it once
TONGBAN_HTTPS              ``1``: pages are reached over HTTPS (secure cookies, HSTS)
TONGBAN_PROXIES            how many front servers of yours stand before the pages
                           (default 0): so many entries of X-Forwarded-For are
                           believed, counted from the right
TONGBAN_KEEP_DAYS          how many days a replaced data version stays in the lake;
                           without it all stay
TONGBAN_NOW                moment at which the practice clock starts (ISO 8601)
TONGBAN_PRACTICE_PASSWORD  the password of the practice city's cast, shown to all
"""

import os
import secrets
import shlex
from importlib.util import find_spec
from pathlib import Path

from tongban.home import DEFAULT_TIMEZONE, Home
from tongban.store import databases
from tongban.web import address, proxies


environ = os.environ

HOME = Home(Path(environ.get("TONGBAN_HOME") or "var"))
HTTPS = environ.get("TONGBAN_HTTPS") == "1"
PUBLIC_URL = address.public(environ.get("TONGBAN_URL") or "")
SPARK = environ.get("TONGBAN_SPARK", "")
SCANNER = tuple(shlex.split(environ.get("TONGBAN_SCANNER", "")))
READS_PAPERS = find_spec("rapidocr") is not None
PROXIES = proxies.how_many(environ.get("TONGBAN_PROXIES") or "0")
CLOCK_START = environ.get("TONGBAN_NOW", "")
LAKE_KEEP_DAYS = (
    int(environ["TONGBAN_KEEP_DAYS"]) if "TONGBAN_KEEP_DAYS" in environ else None
)
PRACTICE_PASSWORD = environ.get("TONGBAN_PRACTICE_PASSWORD", "")
# Packs bear sections of capabilities, which the store may not know: the shell
# composes the loader and the store is told its name.
PACK_LOADER = "tongban.web.packs.load"

DEBUG = environ.get("TONGBAN_DEBUG") == "1"
# Without a home nothing can be served; commands that make one still need a key.
SECRET_KEY = HOME.secret_key() if HOME.exists else secrets.token_urlsafe(48)
ALLOWED_HOSTS = (environ.get("TONGBAN_HOSTS") or "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = (
    [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith("[")]
    if HTTPS
    else []
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "axes",
    "tongban.words",
    "tongban.store",
    "tongban.capabilities.services",
    "tongban.capabilities.workbench",
    "tongban.capabilities.trail",
    "tongban.capabilities.certificates",
    "tongban.capabilities.sharing",
    "tongban.capabilities.linkage",
    "tongban.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongban.web.bounds.Bounds",
    "tongban.web.errors.UserErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tongban.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tongban.web.context.shell",
            ],
        },
    }
]

database_url = environ.get("DATABASE_URL")
DATABASES = {
    "default": databases.from_url(database_url)
    if database_url
    else databases.sqlite(HOME.db)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "store.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# By account and address together: by account alone, anybody could lock an official
# out; by address alone, one bad neighbour would lock a whole service hall out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "tongban.web.lockout.address"
AXES_LOCKOUT_CALLABLE = "tongban.web.lockout.locked"
AXES_SENSITIVE_PARAMETERS = ["username", "password"]
AXES_VERBOSE = False

# In the database, not in signed cookies: signing out, and the end of an official's
# post, must end every copy of a session at once. It costs one statement a page.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "tongban.web.views.stale_form"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_TZ = True
TIME_ZONE = HOME.timezone if HOME.exists else DEFAULT_TIMEZONE

STATIC_URL = "static/"
# Straight from the packages: an office runs no build step before it serves.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# A whole request has its bound in web/bounds.py; papers may have 10 MiB each and
# are counted while they stream (store/files.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {
            "()": "tongban.web.logs.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "discreet"}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "tongban": {"level": "INFO"},
        # Each names the account that failed; the attempts are in its table.
        "axes": {"level": "ERROR"},
        # Replaces Django's own console handler, which formats as it likes.
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
