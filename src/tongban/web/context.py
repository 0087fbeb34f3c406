"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.store.doors import Who
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say


# Who sees which entry; the route's own door decides who may enter.
NAVIGATION = (
    ("/services/", "shell.services", {Who.PUBLIC, Who.CITIZEN}),
    ("/cases/", "shell.my-cases", {Who.CITIZEN}),
    ("/certificates/", "shell.my-certificates", {Who.CITIZEN}),
    ("/my-data/", "shell.my-data", {Who.CITIZEN}),
    ("/desk/", "shell.desk", {Who.OFFICIAL}),
    ("/counter/", "certificates.counter.title", {Who.OFFICIAL}),
    ("/certificates/scan/", "certificates.scan-form.title", {Who.OFFICIAL}),
    ("/linkage/", "linkage.title", {Who.OFFICIAL}),
    ("/catalogue/", "shell.catalogue", {Who.PUBLIC, Who.OFFICIAL, Who.AUDITOR}),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Language, display settings, navigation and the place's name."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    kind = user.kind if signed_in else Who.PUBLIC
    return {
        "language": language(),
        "theme": request.COOKIES.get("theme") == "light" and "light",
        "print": request.COOKIES.get("print") == "large" and "large",
        "place": current().title,
        "practice": bool(settings.PRACTICE_PASSWORD),
        "account_title": user.title.get(language()) if signed_in else "",
        "navigation": [
            {"href": href, "title": say(key), "here": request.path.startswith(href)}
            for href, key, kinds in NAVIGATION
            if kind in kinds
        ],
    }
