"""Sentences, dates and errors in the reader's language."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tongban.kernel.terms import Text, UserError
from tongban.words.catalogue import sentences
from tongban.words.templatetags import words


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def test_a_day_is_written_as_the_language_writes_it(language: str) -> None:
    shown = words.day(date(2026, 11, 22))
    assert (
        shown
        == {"zh-hans": "2026年11月22日(周日)", "en": "Sunday 22 November 2026"}[
            language
        ]
    )


@pytest.mark.usefixtures("language")
def test_a_moment_is_shown_in_local_time() -> None:
    at = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
    assert words.moment(at).endswith("00:05")
    assert "23" in words.moment(at)


def test_nothing_has_no_day() -> None:
    assert words.day(None) == words.moment(None) == ""


@pytest.mark.usefixtures("language")
def test_facts_are_escaped_and_sentences_are_not() -> None:
    told = words.say("services.apply.number", number="<b>1</b>")
    assert "&lt;b&gt;1&lt;/b&gt;" in told


def test_any_declared_value_can_be_read(language: str) -> None:
    yes = Text("是", "Yes")
    assert words.reading(yes) == yes.get(language)
    assert words.reading({"zh": "是", "en": "Yes"}) == yes.get(language)
    assert words.reading("24") == "24"
    assert words.reading(date(2026, 11, 22)) == words.day(date(2026, 11, 22))


@pytest.mark.usefixtures("language")
def test_an_error_is_told_by_its_code_with_its_facts() -> None:
    error = UserError("x", why="y", mend="z", code="file.too-large", limit=10)
    assert "10 MB" in sentences(error)["what"]


def test_an_error_without_its_fact_is_still_told() -> None:
    assert "… MB" in sentences(UserError("x", code="file.too-large"))["what"]


def test_an_error_without_words_speaks_for_itself() -> None:
    error = UserError("what", why="why", mend="mend", code="pack.unknown-key")
    assert sentences(error) == {"what": "what", "why": "why", "mend": "mend"}
