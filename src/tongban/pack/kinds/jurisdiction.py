"""pack.yaml: the jurisdiction itself, its place in the chain and its calendar."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from chinese_calendar import constants

from tongban.kernel.terms import WorkingCalendar
from tongban.pack.record import Record
from tongban.pack.schema import (
    CODE,
    DAY,
    DIVISION,
    TEXT,
    WHOLE,
    WORDS,
    Key,
    ListOf,
    Name,
    Table,
    optional,
)


VERSION = Name("a version of three numbers", r"[0-9]+\.[0-9]+\.[0-9]+", "1.0.0")

CALENDAR = Table(
    {
        "years": optional(ListOf(WHOLE), ()),
        "holidays": optional(ListOf(DAY), (), "节假日"),
        "workdays": optional(ListOf(DAY), (), "调休上班日"),
    }
)

# 全国年节及纪念日放假办法 (2024) art. 2: the days off that have a fixed date. All
# others follow the moon, or the yearly notice, which also says what is worked instead.
FIXED_DAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
YEARS_AHEAD = 5

# What a pack takes from the one it extends when it says nothing itself.
INHERITED = ("languages", "timezone", "crypto")

PACK = Table(
    {
        "name": Key(CODE),
        "title": Key(WORDS, label="名称"),
        "extends": optional(TEXT),
        "version": Key(VERSION, label="版本"),
        "division": Key(DIVISION, label="行政区划代码"),
        "languages": Key(ListOf(TEXT, least=1), label="语言"),
        "timezone": Key(TEXT, label="时区"),
        "crypto": Key(TEXT, label="密码套件"),
        "origin": optional(
            Name(
                "the origin line of a ledger: a host and a path",
                r"[a-z0-9.-]+(/[a-z0-9._-]+)+",
                "city.example/ledger",
            )
        ),
        "calendar": optional(CALENDAR),
    }
)


def calendar(overlays: list[Record], timezone: str) -> WorkingCalendar:
    """The State Council's working days with each pack's own changes on top.

    `chinesecalendar` carries the yearly notices; days of later years are added by
    a pack, whose ``years`` say that the whole notice is in it. Until then the days
    of the law itself are off in the five years after the last notice, which stay
    provisional.
    """
    off = {*constants.holidays, *_by_law(max(constants.holidays).year)}
    holidays = {day for day in off if day.weekday() < 5}
    workdays: set[date] = set(constants.workdays)
    years = {day.year for day in constants.holidays}
    for overlay in overlays:
        free, worked = set(overlay["holidays"]), set(overlay["workdays"])
        holidays = (holidays - worked) | free
        workdays = (workdays - free) | worked
        years |= set(overlay["years"])
    return WorkingCalendar(
        frozenset(holidays), frozenset(workdays), frozenset(years), ZoneInfo(timezone)
    )


def _by_law(last: int) -> Iterator[date]:
    """The fixed days off of the years whose notice is not out yet."""
    for year in range(last + 1, last + 1 + YEARS_AHEAD):
        for month, day in FIXED_DAYS:
            yield date(year, month, day)
