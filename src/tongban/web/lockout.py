"""Who tried too often to sign in: by which address, and what they see."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.web import proxies
from tongban.web.errors import error_page


TOO_MANY_REQUESTS = 429  # RFC 6585 section 4


def locked(request: HttpRequest, *_told: Any) -> HttpResponse:
    """Called by django-axes in place of the page that was asked for."""
    return error_page(request, "locked", status=TOO_MANY_REQUESTS)


def address(request: HttpRequest) -> str:
    """Asked by django-axes: the visitor's address, not that of a front server."""
    told = request.META
    return proxies.client(
        told.get("REMOTE_ADDR", ""),
        told.get("HTTP_X_FORWARDED_FOR", ""),
        settings.PROXIES,
    )
