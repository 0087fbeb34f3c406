"""Examples: a given, a when and a then, run by the governed compiler."""

from pathlib import Path

import pytest

from tongban.pack.examples import run_examples
from tongban.pack.loader import load


def failures(town: Path, text: str) -> tuple[str, ...]:
    """What the one example in ``text`` fails for; the town's own are set aside."""
    (town / "tests" / "start-reading.yaml").write_text(text, encoding="utf-8")
    (result,) = run_examples(load(town))
    assert result.passed is not bool(result.failures)
    return result.failures


def card(then: str, birth_date: str = "2020-03-15", at: str = "2026-03-15") -> str:
    return f"""
- example: 读者证
  of: library.card
  at: {at}
  subject: "person:990190202003150026"
  given:
    population.person:
      - {{id_number: "990190202003150026", birth_date: {birth_date}}}
      - {{id_number: "990190200003150027", birth_date: 2000-03-15}}
  then: {{{then}}}
"""


def test_the_examples_of_a_new_pack_pass(town: Path) -> None:
    results = run_examples(load(town))
    assert len(results) == 3
    assert [result.failures for result in results] == [(), (), ()]


def test_only_the_subject_is_seen(town: Path) -> None:
    assert failures(town, card("automatic: true")) == ()


def test_a_grant_that_did_not_come(town: Path) -> None:
    (said,) = failures(town, card("automatic: true", birth_date="2020-03-16"))
    assert said == (
        "it went to a person: '年满六周岁' is false (birth_date = 2020-03-16)"
    )


def test_a_grant_that_came_unexpected(town: Path) -> None:
    (said,) = failures(town, card("automatic: false"))
    assert said == "it was decided at once: every condition is true"


def test_what_is_not_given_is_unknown(town: Path) -> None:
    said = failures(
        town, "- example: 无\n  of: library.card\n  then: {automatic: true}\n"
    )
    assert said == ("it went to a person: '年满六周岁' is unknown (birth_date = None)",)


def test_a_condition_that_fails_must_be_the_one_named(town: Path) -> None:
    late = card("failing: [年满六周岁]", birth_date="2020-03-16")
    assert failures(town, late) == ()
    other = card("automatic: false, failing: [不存在]", birth_date="2020-03-16")
    assert failures(town, other) == (
        "there is no condition '不存在'",
        (
            "'年满六周岁' is false (birth_date = 2020-03-16), "
            "which the example does not say"
        ),
    )


def test_a_condition_named_as_failing_is_true(town: Path) -> None:
    assert failures(town, card("failing: [年满六周岁]")) == ("'年满六周岁' is true",)


def test_a_case_type_without_rule_decides_nothing(town: Path) -> None:
    text = "- example: 座位\n  of: library.seat\n  then: {automatic: true}\n"
    assert failures(town, text) == (
        "'library.seat' has no 'automatic' rule to decide anything",
    )


def test_a_use_that_is_refused_fails_the_example(town: Path) -> None:
    (said,) = failures(town, card("automatic: true", at="2025-12-31"))
    assert "library" in said
    assert "2026-01-01" in said


def test_a_row_that_does_not_fit(town: Path) -> None:
    (said,) = failures(town, card("automatic: true", birth_date="soon"))
    assert "a row given of 'population.person' does not fit" in said


def test_an_example_that_expects_nothing_passes(town: Path) -> None:
    text = "- example: 空\n  of: library.card\n  then: {}\n"
    assert failures(town, text) == ()


def course(then: str) -> str:
    return f"- example: 过程\n  of: start-reading\n  then: {{{then}}}\n"


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("critical-path: [card, seat]", ()),
        ("promised-days: 15", ()),
        ("parallel: [[card], [seat]]", ()),
        ("critical-path: [seat]", ("the critical path is card → seat",)),
        ("promised-days: 2", ("15 working days are promised",)),
        ("parallel: [[card, desk]]", ("there is no step desk",)),
    ],
)
def test_the_course_of_a_one_thing(
    town: Path, then: str, said: tuple[str, ...]
) -> None:
    assert failures(town, course(then)) == said


def test_steps_that_wait_do_not_start_together(town: Path) -> None:
    path = town / "services" / "start-reading.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "{step: card, item: library.card}",
        "{step: desk, item: library.seat}\n    - {step: card, item: library.card, "
        "needs: [desk]}",
    )
    path.write_text(text, encoding="utf-8")
    assert failures(town, course("parallel: [[desk, card]]")) == (
        "these do not start together: desk on day 0, card on day 15",
    )
