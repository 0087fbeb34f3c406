"""Every attempt of the tables here ends as its row says, and no secret shows.

A row::

    name-of-the-attempt:
      tries: what the attacker hopes for
      sql: SELECT …
      refused: query.node VALUES      code, and a word that the message must hold
    another:
      tries: …
      as: clerk                       who asks, see world.CALLERS; planner if left out
      sql: …
      rows: [[…]]                     the exact answer; or
      stopped: query.value …          as ``refused``, but met while the engines ran

Optional: ``params``; ``case``, ``subject`` (kind and number), ``purpose``,
``organization``, ``at`` (a day) in place of the caller's; ``ordered`` when the
order of rows is decided; ``way`` (sqlite, federated, duckdb) when the attempt is
at one engine. ``{text}*9`` in a statement stands for nine times ``text``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.spec.query.attacks.rows import SECRETS
from tests.spec.query.attacks.world import (
    AT,
    CALLERS,
    CASES,
    CATALOG,
    GRANTS,
    PURPOSES,
    build,
    make_use,
)

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Answer, Sources, run
from tongban.kernel.query.model import CaseView, Plan, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, SubjectKind, UserError


FOLDER = Path(__file__).parent
LIMIT = 100
OUTCOMES = {"refused", "stopped", "rows"}
KEYS = OUTCOMES | {
    *("tries", "as", "sql", "params", "case", "subject", "purpose", "organization"),
    *("at", "ordered", "way"),
}
_REPEATED = re.compile(r"\{([^{}]*)\}\*(\d+)")


@dataclass(frozen=True)
class Attempt:
    name: str
    use: Use
    expected: tuple[str, Any]  # "refused", "stopped" or "rows", and what
    ordered: bool
    way: str | None

    @property
    def given_away(self) -> str:
        """What its author knows already, or is meant to learn."""
        known = [self.use.sql, self.use.params, self.use.subject, self.use.case]
        if self.expected[0] == "rows":
            known.append(self.expected[1])
        return repr(known)


def attempts() -> Iterator[Attempt]:
    for path in sorted(FOLDER.glob("*.yaml")):
        text = path.read_text("utf-8")
        rows = yaml.safe_load(text)
        # YAML keeps the last of two rows of one name and says nothing.
        assert len(rows) == len(re.findall(r"^[a-z0-9-]+:$", text, re.MULTILINE)), path
        for name, row in rows.items():
            yield _attempt(f"{path.stem}/{name}", row)


def _attempt(name: str, row: dict[str, Any]) -> Attempt:
    assert row.keys() <= KEYS, (name, row.keys() - KEYS)
    assert row["tries"], name
    caller = CALLERS[row.get("as", "planner")]
    for key in ("case", "purpose", "organization"):
        if key in row:
            caller = replace(caller, **{key: row[key]})
    if "subject" in row:
        kind, number = row["subject"] or (None, None)
        subject = Subject(SubjectKind(kind), number) if kind else None
        caller = replace(caller, subject=subject)
    (expected,) = (
        (key, row[key]) for key in ("refused", "stopped", "rows") if key in row
    )
    sql = _REPEATED.sub(lambda found: found[1] * int(found[2]), row["sql"])
    at = AT
    if "at" in row:
        at = datetime.combine(row["at"], AT.timetz())
    return Attempt(
        name,
        make_use(caller, sql, row.get("params", {}), at),
        expected,
        row.get("ordered", False),
        row.get("way"),
    )


ATTEMPTS = list(attempts())


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    yield from build(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def compiler() -> Compiler:
    return Compiler(CATALOG, PURPOSES, GRANTS)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_attempt_ends_as_the_table_says(attempt, compiler, city):
    case = CASES.get(attempt.use.case or "")
    check_secrets(attempt, repr(compiler.explain(attempt.use, case)))
    kind, expected = attempt.expected
    if kind == "rows":
        plan, answer = answered(attempt.use, case, compiler, city)
        check_secrets(attempt, shown(plan, answer))
        rows = [[plainly(cell) for cell in row] for row in answer.rows]
        assert ordered(rows, attempt) == ordered(expected, attempt)
        assert not answer.truncated
        assert attempt.way in {None, way(plan)}
        return
    if kind == "stopped":
        compiler.compile(attempt.use, case)
    with pytest.raises(UserError) as refused:
        answered(attempt.use, case, compiler, city)
    code, _, word = expected.partition(" ")
    message = f"{refused.value} {refused.value.facts}"
    check_secrets(attempt, message)
    assert refused.value.code == code, message
    assert word.lower() in message.lower()


def answered(
    use: Use, case: CaseView | None, compiler: Compiler, city: Sources
) -> tuple[Plan, Answer]:
    plan = compiler.compile(use, case)
    return plan, run(plan, bindings(use), city, at=use.at, limit=LIMIT)


def shown(plan: Plan, answer: Answer) -> str:
    """All that leaves: the rows, and what a receipt and an explanation are made of."""
    days = [c.isoformat() for row in answer.rows for c in row if isinstance(c, date)]
    return repr((plan, answer, days))


def way(plan: Plan) -> str:
    return "federated" if plan.final else plan.fetches[0].kind


def plainly(cell: Any) -> Any:
    """A cell as YAML writes it."""
    if isinstance(cell, Decimal):
        return int(cell) if cell == int(cell) else float(cell)
    if isinstance(cell, tuple | list):
        return [plainly(part) for part in cell]
    return cell


def ordered(rows: list[list[Any]], attempt: Attempt) -> list[list[Any]]:
    return rows if attempt.ordered else sorted(rows, key=repr)


def check_secrets(attempt: Attempt, text: str) -> None:
    leaked = {
        each for each in SECRETS if each in text and each not in attempt.given_away
    }
    assert not leaked


def test_a_planted_leak_would_be_found():
    attempt = next(each for each in ATTEMPTS if each.expected[0] == "refused")
    with pytest.raises(AssertionError):
        check_secrets(attempt, f"Could not convert 'note {min(SECRETS)}'")


def test_there_are_at_least_four_hundred():
    assert len({repr((each.use, each.expected[0])) for each in ATTEMPTS}) >= 400
