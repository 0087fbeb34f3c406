"""What the clean room refuses to compute at all, whoever asks and whatever is in it."""

from pathlib import Path

import pytest
from tests.unit.query.clean_room import question, room

from tongban.kernel.terms import UserError


_, *SECTIONS = (Path(__file__).parent / "clean_room.txt").read_text("utf-8").split("##")
LINES = [
    line.split(maxsplit=1)
    for section in SECTIONS
    for line in section.splitlines()[1:]
    if line
]
VALUES = {":from": {"from": "p01"}}


def asked(sql: str):
    given = [value for name, value in VALUES.items() if name in sql]
    return question(sql, **(given[0] if given else {}))


@pytest.mark.parametrize(("code", "sql"), [x for x in LINES if x[0] != "answered"])
def test_refused(code: str, sql: str) -> None:
    with pytest.raises(UserError) as refused:
        room().compile(asked(sql))
    assert refused.value.code == f"query.aggregate-{code}"
    assert refused.value.why
    assert refused.value.mend


@pytest.mark.parametrize("sql", [sql for code, sql in LINES if code == "answered"])
def test_answered(sql: str) -> None:
    plan = room().compile(asked(sql))
    assert plan.recipe is not None
    assert plan.recipe.anchors


def test_an_explanation_tells_the_refusal() -> None:
    found = room().explain(question("SELECT MAX(income) AS m FROM pop.person"))
    assert not found.allowed
    assert "query.aggregate-function" in str(found)
