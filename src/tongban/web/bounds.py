"""How much a request may bring, judged by what it says before any of it is read.

Django reads a form before a view, and the door before it, can refuse; so whoever
may not even sign in could have whole files received. Here the length that a request
declares is compared with its route's bound, and what declares none is refused.

Nothing refused is kept. Where people choose files, a body of moderate length is let
pass by and thrown away: a browser that is cut off while it sends shows that the
connection broke, instead of the page that says why.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase

from tongban.kernel.ledger import verifier
from tongban.kernel.terms import UserError
from tongban.store.files import LIMIT, MIB
from tongban.web.errors import refused_page


GENERAL = 2 * MIB
MOST_PASSED_BY = 128 * MIB
CHUNK = 64 * 1024
MOST_PAPERS = 3  # sent at once, by a form without JavaScript
WITH_BODY = {"POST", "PUT", "PATCH"}


class TooLarge(UserError):
    """A request that brings more than its page takes."""

    code = "request.too-large"


class NoLength(UserError):
    """A request that does not say how much it brings (RFC 9110 section 15.5.12)."""

    code = "request.no-length"


@dataclass(frozen=True, slots=True)
class Bound:
    """The most bytes that a request to ``route`` may bring; ``*`` is one segment."""

    route: str
    most: int


BOUNDS = (
    Bound("/services/*/apply/", MOST_PAPERS * LIMIT + 18 * MIB),
    Bound("/cases/*/correct/", MOST_PAPERS * LIMIT + 18 * MIB),
    # Wide, so that a scan that is too large is refused at its field, by the view;
    # what a form saves by itself meanwhile bears the chosen file too.
    Bound("/services/*/papers/*/", 64 * MIB),
    Bound("/services/*/save/", 64 * MIB),
    Bound("/verify/", verifier.MAX_BYTES + 64 * 1024),
)


def most_for(path: str) -> int:
    """The most bytes that a request to ``path`` may bring."""
    asked = PurePosixPath(path)
    fitting = (bound.most for bound in BOUNDS if asked.match(bound.route))
    return next(fitting, GENERAL)


def let_pass(request: HttpRequest) -> None:
    """Throw the body away, if files are chosen here and it is of moderate length."""
    declared = int(request.META["CONTENT_LENGTH"])
    if most_for(request.path_info) == GENERAL or declared > MOST_PASSED_BY:
        return
    with suppress(UnreadablePostError):  # the visitor went away meanwhile
        while request.read(CHUNK):
            pass


def refusal(request: HttpRequest) -> UserError | None:
    """Why ``request`` is not received, by its headers alone; None if it is."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    chunked = "HTTP_TRANSFER_ENCODING" in request.META
    if not declared and not chunked and request.method not in WITH_BODY:
        return None
    if chunked or not (declared.isascii() and declared.isdigit()):
        return NoLength(
            "the request does not say how long it is",
            why="what has no declared length is not received",
            mend="send it with Content-Length",
        )
    most = most_for(request.path_info)
    if int(declared) <= most:
        return None
    return TooLarge(
        f"more than {most // MIB} MiB was sent at once",
        why="this page takes no more, and nothing of it was received",
        mend="send less",
        limit=most // MIB,
        paper=LIMIT // MIB,
    )


class Bounds:
    """Answers what brings too much with a page; nothing that it brings is kept.

    It stands after the middlewares that give the page its language and its reader;
    none of them reads a body. Reading begins where Django checks a form's token,
    after every middleware has seen the request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refused = refusal(request)
        if refused is None:
            return self.get_response(request)
        if isinstance(refused, TooLarge):
            let_pass(request)
        return refused_page(request, refused)
