"""How long data versions that were replaced are kept."""

from tongban.kernel.terms import UserError


class BadRetention(UserError):
    """TONGBAN_KEEP_DAYS is no number of days."""

    code = "site.retention"


def days(text: str | None) -> int | None:
    """The number of days that ``text`` names, None for no setting; BadRetention."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise BadRetention(
            f"{text!r} is no number of days",
            where="TONGBAN_KEEP_DAYS",
            why="it says how long a data version stays after it was replaced",
            mend="write 400 to keep each for 400 days; leave it out to keep all",
        )
    return int(text)
