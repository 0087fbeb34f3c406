"""The address at which everybody reaches the pages, and which certificates bear."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from tongban.kernel.terms import UserError


DEFAULT = "http://localhost:8000"


class BadAddress(UserError):
    """TONGBAN_URL is no address that certificates could bear."""

    code = "site.address"


def public(text: str) -> str:
    """``text`` without a slash at its end, DEFAULT for none; BadAddress if unfit."""
    address = text.rstrip("/") or DEFAULT
    if not is_fit(address):
        raise BadAddress(
            f"{text!r} is no address that wallets can rely on",
            where="TONGBAN_URL",
            why="tokens and certificates go over HTTPS, or do not leave this machine",
            mend="write it like https://pages.city.example, without a path",
        )
    return address


def is_fit(address: str) -> bool:
    """Whether it is an HTTPS address, or one of this machine, and nothing beside."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    del port
    bare = not (parts.path or parts.query or parts.fragment or parts.username)
    return bare and (
        parts.scheme == "https"
        and bool(host)
        or parts.scheme == "http"
        and (host == "localhost" or _is_loopback(host))
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
