"""What pack.yaml may say: languages, time zone and cryptography we know."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tongban.kernel.terms import did_you_mean
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


LANGUAGES = ("zh-hans", "en")
CRYPTO = ("intl", "guomi")


def unknown_language(head: Record) -> Iterator[PackProblem]:
    for place, language in enumerate(head["languages"]):
        if language not in LANGUAGES:
            yield PackProblem(
                "unknown-language",
                head.at("languages", place),
                f"there are no pages in {language!r} (语言)",
                mend=did_you_mean(language, LANGUAGES),
            )
    if "zh-hans" not in head["languages"]:
        yield PackProblem(
            "unknown-language",
            head.at("languages"),
            "'zh-hans' must be among the languages",
            why="every text has a Chinese form, which is the binding one",
            mend="add zh-hans",
        )


def unknown_crypto(head: Record) -> Iterator[PackProblem]:
    if head["crypto"] not in CRYPTO:
        yield PackProblem(
            "unknown-crypto",
            head.at("crypto"),
            f"there is no cryptographic suite {head['crypto']!r} (密码套件)",
            mend=did_you_mean(head["crypto"], CRYPTO),
        )


def unknown_timezone(head: Record) -> Iterator[PackProblem]:
    name = head["timezone"]
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        yield PackProblem(
            "unknown-timezone",
            head.at("timezone"),
            f"there is no time zone {name!r} (时区)",
            why="a working day begins and ends in the jurisdiction's own time",
            mend=did_you_mean(name, available_timezones()),
        )


def holiday_and_workday(head: Record) -> Iterator[PackProblem]:
    overlay = head["calendar"]
    if overlay is None:
        return
    both = set(overlay["holidays"]) & set(overlay["workdays"])
    for day in sorted(both):
        yield PackProblem(
            "holiday-and-workday",
            overlay.at("workdays"),
            f"{day} is both a holiday and a working day",
            mend="keep it in one list",
        )
