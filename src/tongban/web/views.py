"""Pages of the shell: home, sign-in and out, display settings, errors."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongban.kernel.case.declaration import CaseKind
from tongban.store import cases
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.web.errors import error_page


DISPLAY = {
    "language": ("zh-hans", "en"),
    "print": ("", "large"),
    "theme": ("", "light"),
}
LATEST = 3  # of one's own cases
A_YEAR = 365 * 24 * 3600


@require_GET
@door(Who.PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    pack = current()
    things = [
        {
            "code": kind.code,
            "title": kind.title,
            "items": len(kind.steps),
            "departments": len(
                {pack.case_types[s.case_type].organization for s in kind.steps}
            ),
        }
        for kind in pack.case_types.values()
        if kind.kind is CaseKind.ONE_THING
    ]
    user = request.user
    citizen = user.is_authenticated and user.kind == Who.CITIZEN
    mine = cases.mine(user.actor()).rows[:LATEST] if citizen else ()
    context = {"things": things, "mine": mine, "types": pack.case_types}
    return render(request, "home.html", context)


class SignIn(LoginView):
    """Sign in by account and password; the practice city lists its cast."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cast = current().cast.values() if settings.PRACTICE_PASSWORD else ()
        return super().get_context_data(
            cast=cast, practice_password=settings.PRACTICE_PASSWORD, **kwargs
        )


sign_in = door(Who.PUBLIC)(never_cache(SignIn.as_view()))
sign_out = door(Who.PUBLIC)(LogoutView.as_view())


@require_POST
@door(Who.PUBLIC)
def display(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language, print size and colours in cookies."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    for name, allowed in DISPLAY.items():
        value = request.POST.get(name)
        if value in allowed:
            cookie = settings.LANGUAGE_COOKIE_NAME if name == "language" else name
            response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax")
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return error_page(request, "not-found", status=404)


def defect(request: HttpRequest) -> HttpResponse:
    return error_page(request, "defect", status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return error_page(request, "stale-form", status=403)
