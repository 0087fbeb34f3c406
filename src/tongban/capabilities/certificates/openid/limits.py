"""How often one address may call what anybody may call without signing in.

Counted in Django's cache: by process, unless a site configures a shared one. It
keeps guessing and flooding slow; what may be guessed has bounds of its own.
"""

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any

from axes.helpers import get_client_ip_address
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse


WINDOW_S = 60
TOO_MANY = 429
View = Callable[..., HttpResponse]


def limited(most: int) -> Callable[[View], View]:
    """Refuse more than ``most`` calls a minute from one address (RFC 6585)."""

    def wrap(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            window = int(time()) // WINDOW_S
            address = get_client_ip_address(request)
            key = f"limit:{view.__name__}:{address}:{window}"
            cache.add(key, 0, 2 * WINDOW_S)
            try:
                count = cache.incr(key)
            except ValueError:  # thrown out of a full cache meanwhile
                count = 1
            if count > most:
                refused = JsonResponse({"error": "slow_down"}, status=TOO_MANY)
                refused["Retry-After"] = str(WINDOW_S)
                return refused
            return view(request, *args, **kwargs)

        return counted

    return wrap
