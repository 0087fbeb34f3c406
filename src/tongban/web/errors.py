"""How an error looks to the person who can mend it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from tongban.kernel.terms import Refused, UserError
from tongban.words.catalogue import sentences


# The first prefix that fits gives the status; codes are listed where they are raised.
STATUS = {
    "door.": 403,
    "case.unknown": 404,
    "certificate.unknown": 404,
    "certificate.nothing-here": 404,
    "certificate.pass-used": 409,
    "case.not-yours": 403,
    "case.stale": 409,
    "case.already": 409,
    "case.key-reused": 409,
    "draft.gone": 409,
    "file.too-large": 413,
    "file.not-yours": 403,
    "file.": 415,
    "presentation.unknown": 404,
    "catalog.unknown": 404,
    "source.": 503,
    "store.full": 507,
    "not-found": 404,
    "request.too-large": 413,
    "request.no-length": 411,
}


def status_of(error: UserError) -> int:
    """The HTTP status of an error: by its code, else 403 if refused, else 400."""
    for prefix, status in STATUS.items():
        if error.code.startswith(prefix):
            return status
    return 403 if isinstance(error, Refused) else 400


def error_page(request: HttpRequest, code: str, *, status: int) -> HttpResponse:
    """The page for an error that has words but no exception of ours."""
    return _render(request, UserError(code, code=code), status)


def refused_page(request: HttpRequest, error: UserError) -> HttpResponse:
    """The page for an error that no view raised; for HTMX a line in its place.

    HTMX shows only what succeeded, so the line comes with status 200, and ahead of
    what stands in that place, which must not vanish.
    """
    if not request.headers.get("HX-Request"):
        return _render(request, error, status_of(error))
    response = render(request, "errors/in_place.html", sentences(error))
    response["HX-Reswap"] = "afterbegin"
    return response


def _render(request: HttpRequest, error: UserError, status: int) -> HttpResponse:
    back = request.headers.get("Referer", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    context = {**sentences(error), "code": error.code, "back": back}
    response = render(request, "errors/refused.html", context, status=status)
    # It may say whose case it is about, and it always names who is signed in.
    patch_cache_control(response, private=True, no_store=True)
    return response


class UserErrors:
    """Turns every UserError of a view into its page; defects pass on to Django."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, UserError):
            return None
        return _render(request, exception, status_of(exception))
