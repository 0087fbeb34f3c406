"""Whose address a request has, when front servers stand between."""

from ipaddress import ip_address

from tongban.kernel.terms import UserError


class BadProxies(UserError):
    """TONGBAN_PROXIES is no number of front servers."""

    code = "site.proxies"


def how_many(text: str) -> int:
    """The number of trusted front servers that ``text`` names; BadProxies if none."""
    if not (text.isascii() and text.isdigit()):
        raise BadProxies(
            f"{text!r} is no number of front servers",
            where="TONGBAN_PROXIES",
            why="it says how many addresses at the end of X-Forwarded-For are yours",
            mend="write 0 without a front server, 1 with one",
        )
    return int(text)


def client(peer: str, forwarded: str, proxies: int) -> str:
    """The address that the outermost of so many trusted ``proxies`` was called from.

    ``peer`` is who called us, ``forwarded`` the header X-Forwarded-For. Each proxy
    appends who called it, so the first address that no trusted proxy vouches for
    stands so many places from the right; what stands left of it anybody could have
    written. ``peer`` where the header is shorter or no address stands there.
    """
    named = [entry.strip() for entry in forwarded.split(",")]
    if proxies == 0 or len(named) < proxies:
        return peer
    try:
        return str(ip_address(named[-proxies]))
    except ValueError:
        return peer
