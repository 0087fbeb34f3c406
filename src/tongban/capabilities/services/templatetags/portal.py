"""Short dates, sizes and lists as the portal's pages write them."""

from collections.abc import Iterable
from datetime import date, datetime

from django import template
from django.utils.timezone import localtime

from tongban.kernel.terms import Text
from tongban.store import clock
from tongban.words.catalogue import language, say


register = template.Library()
MEBIBYTE = 1024 * 1024
LINES = 2  # in a box of the drawing
BOX = 26  # halves of a Chinese character that one of them holds
KINDS = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
}


@register.filter
def short_day(value: date | datetime | None) -> str:
    """11月26日 or 26 November; the year only when it is another one."""
    if value is None:
        return ""
    when = localtime(value).date() if isinstance(value, datetime) else value
    this_year = when.year == clock.now().year
    if language().startswith("en"):
        text = f"{when.day} {when:%B}"
        return text if this_year else f"{text} {when.year}"
    text = f"{when.month}月{when.day}日"
    return text if this_year else f"{when.year}年{text}"


@register.filter
def day_or_today(value: datetime) -> str:
    """今日 for what was read today, else the day."""
    today = localtime(value).date() == clock.now().date()
    return say("services.apply.today") if today else short_day(value)


@register.filter
def hour(value: datetime) -> str:
    """10:32, and the day before it when it is not today."""
    time = f"{localtime(value):%H:%M}"
    if localtime(value).date() == clock.now().date():
        return time
    return f"{short_day(value)} {time}"


@register.filter
def size(octets: int) -> str:
    """A file's size as people say it."""
    if octets >= MEBIBYTE:
        return f"{octets / MEBIBYTE:.1f} MB"
    return f"{max(1, round(octets / 1024))} KB"


@register.filter
def kinds(media: Iterable[str]) -> str:
    """The kinds of file that are taken, by the names people know."""
    return _joined(KINDS.get(each, each) for each in media)


@register.filter
def titles(texts: Iterable[Text]) -> str:
    """Declared texts one after another, as the reader's language lists them."""
    return _joined(text.get(language()) for text in texts)


@register.filter
def mebibytes(octets: int) -> int:
    return octets // MEBIBYTE


@register.filter
def wrapped(text: Text) -> list[str]:
    """At most two lines for a box of the drawing; more is cut with an ellipsis."""
    words = text.get(language())
    parts = words.split(" ") if " " in words else list(words)
    blank = " " if " " in words else ""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}{blank}{part}".strip()
        if _width(longer) <= BOX or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    return (
        lines if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1]}…"]
    )


def _width(text: str) -> int:
    """In halves of a Chinese character."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _joined(parts: Iterable[str]) -> str:
    return (", " if language().startswith("en") else "、").join(parts)
