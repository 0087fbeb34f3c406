"""What who tried too often to sign in sees."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.web.errors import error_page


TOO_MANY_REQUESTS = 429  # RFC 6585 section 4


def locked(request: HttpRequest, *_told: Any) -> HttpResponse:
    """Called by django-axes in place of the page that was asked for."""
    return error_page(request, "locked", status=TOO_MANY_REQUESTS)
