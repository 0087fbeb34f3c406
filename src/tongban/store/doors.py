"""Who may enter a route. What they may see there is never decided here.

Every view is wrapped by ``door(...)``; tests/architecture fails for a route that
is not. The data behind the door are guarded by the compiler and the case kernel.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control

from tongban.kernel.terms import Refused


class Who(StrEnum):
    """Kinds of account, and everybody."""

    PUBLIC = "public"
    CITIZEN = "citizen"
    OFFICIAL = "official"
    AUDITOR = "auditor"


View = Callable[..., HttpResponseBase]


def door(*who: Who) -> Callable[[View], View]:
    """Declare that only accounts of these kinds may enter; PUBLIC lets anyone in.

    A visitor who has not signed in is sent to sign in and back; one of another
    kind meets `Refused` with the code ``door.not-yours``. What is meant for one
    visitor alone is kept by no cache and no browser (RFC 9111 section 5.2.2.5).
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if Who.PUBLIC in who:
                signed_in = request.user.is_authenticated
                response = view(request, *args, **kwargs)
                return _kept_by_nobody(response) if signed_in else response
            if not request.user.is_authenticated:
                return _kept_by_nobody(
                    redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
                )
            if request.user.kind not in who:
                raise Refused(
                    "this page is for other accounts",
                    why=f"it is open to: {', '.join(sorted(who))}",
                    mend="sign in with an account of that kind",
                    code="door.not-yours",
                )
            return _kept_by_nobody(view(request, *args, **kwargs))

        guarded.who = frozenset(who)  # type: ignore[attr-defined]
        return guarded

    return wrap


def _kept_by_nobody(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, private=True, no_store=True)
    return response
