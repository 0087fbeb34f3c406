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
    kind meets `Refused` with the code ``door.not-yours``.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if Who.PUBLIC in who:
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            if request.user.kind not in who:
                raise Refused(
                    "this page is for other accounts",
                    why=f"it is open to: {', '.join(sorted(who))}",
                    mend="sign in with an account of that kind",
                    code="door.not-yours",
                )
            return view(request, *args, **kwargs)

        guarded.who = frozenset(who)  # type: ignore[attr-defined]
        return guarded

    return wrap
