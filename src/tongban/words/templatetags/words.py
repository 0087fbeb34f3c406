"""``{% say "key" fact=value %}``, ``{{ text|read }}``, dates, clocks and amounts."""

from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.timezone import localtime

from tongban.kernel.terms import Text
from tongban.words.catalogue import language, template_of
from tongban.words.catalogue import say as sentence


register = template.Library()
WEEKDAYS = "一二三四五六日"


@register.simple_tag(name="say")
def say(key: str, **facts: object) -> str:
    """A sentence with its facts; facts are escaped, the sentence is ours."""
    return format_html(template_of(key), **facts) if facts else sentence(key)


@register.filter
def read(text: Text | Mapping[str, str] | str | None) -> str:
    """A declared text in the reader's language, kept as a value or as JSON."""
    if isinstance(text, Mapping):
        text = Text(text["zh"], text["en"])
    if isinstance(text, Text):
        return text.get(language())
    return text or ""


@register.filter
def reading(value: object) -> str:
    """Any declared value for its reader: a text, a day, or as it was typed."""
    if isinstance(value, date):
        return day(value)
    return read(value) if isinstance(value, Text | Mapping) else str(value)


@register.filter
def lookup(mapping: Mapping[str, object], key: str) -> object:
    """``mapping[key]`` for keys that a template only knows as a variable."""
    return mapping.get(key, "")


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年11月22日(周日), or Sunday 22 November 2026."""
    if value is None:
        return ""
    when = localtime(value).date() if isinstance(value, datetime) else value
    if language().startswith("en"):
        return f"{when:%A} {when.day} {when:%B %Y}"
    return f"{when.year}年{when.month}月{when.day}日(周{WEEKDAYS[when.weekday()]})"


@register.filter
def moment(value: datetime | None) -> str:
    """A day and the minute, as both languages write them."""
    return "" if value is None else f"{day(value)} {localtime(value):%H:%M}"


@register.simple_tag
def stamp(value: date | datetime) -> str:
    """A ``<time>`` element: machine-readable for programs, words for people."""
    shown = moment(value) if isinstance(value, datetime) else day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), shown)
