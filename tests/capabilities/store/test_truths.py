"""A rule for everyone gives each what it gives in a case of theirs."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.capabilities.qinghe import MONDAY, PACK, PEOPLE, REGISTRAR

from tongban.home import Home
from tongban.kernel.terms import UserError
from tongban.store import jurisdiction, lake, truths, uses


RULE = "shop.licence"
OVER = "population.person"
DECLARED = {
    "purposes.yaml": """
- purpose: screening
  title: {zh: 资格筛查, en: Screening}
  scope: population
  basis: 《政务数据共享条例》第十九条
  items: [population.person.id_number, population.person.birth_date,
    population.person.alive, market.licence.holder_id, market.licence.status]
""",
    "grants.yaml": "".join(
        f"""
- grant: screening.{code}
  organization: market-regulation
  purpose: screening
  dataset: {code}
  items: {items}
  reveal: [{reveal}]
  scope: population
  basis: 《政务数据共享条例》第十五条
  since: 2025-08-01
"""
        for code, items, reveal in (
            (OVER, "[id_number, birth_date, alive]", "id_number, birth_date"),
            ("market.licence", "[holder_id, status]", "holder_id"),
        )
    ),
}


@pytest.fixture
def home(tmp_path: Path, departments: Path, settings: Any) -> Home:
    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack)
    for name, more in DECLARED.items():
        with (pack / name).open("a", encoding="utf-8") as file:
            file.write(more)
    made = Home.create(tmp_path / "home", pack=pack, origin="qinghe.example/ledger")
    shutil.copytree(departments, made.departments, dirs_exist_ok=True)
    settings.HOME = made
    for dataset in jurisdiction.current().catalog.datasets.values():
        own = dataset.source.database
        if own:
            lake.mirror(
                dataset,
                departments={own: made.department(own)},
                dropped=made.dropped,
                lake=made.lake,
                at=MONDAY,
            )
    return made


def asked(
    *texts: str, over: str = OVER
) -> tuple[list[str], dict[str, tuple[Any, ...]]]:
    result = uses.use(
        by=REGISTRAR,
        organization="market-regulation",
        purpose="screening",
        sql=truths.for_everyone(truths.conditions(texts), over),
    )
    names = [column.name for column in result.columns]
    return names, {row[0]: row[1:] for row in result.rows}


def test_a_case_types_rule_has_a_column_a_condition() -> None:
    names, rows = asked(RULE)
    assert names == ["subject", "truth_1", "truth_2"]
    adult, revoked, child = (number for number, *_ in PEOPLE)
    # Eighteen years old; no licence of theirs was revoked.
    assert rows == {
        adult: (True, True),
        revoked: (True, False),
        child: (False, True),
    }


def test_conditions_of_ones_own_stand_beside_it() -> None:
    names, rows = asked("one.alive", RULE, "one.birth_date > DATE '2000-01-01'")
    assert names == ["subject", "truth_1", "truth_2", "truth_3", "truth_4"]
    assert [row[3] for row in rows.values()].count(True) == 1
    assert rows[PEOPLE[2][0]] == (True, False, True, True)


def test_what_the_columns_are_is_told() -> None:
    told = truths.conditions([RULE, "one.alive"])
    assert [each.title for each in told] == [
        "年满十八周岁",
        "名下没有被吊销的执照",
        "one.alive",
    ]


@pytest.mark.parametrize(
    ("texts", "over", "code"),
    [
        (["shop.fire"], OVER, "query.no-rule"),
        ([RULE], "population.people", "query.not-over"),
        ([RULE], "population.person.name", "query.not-over"),
        (["one.alive AND"], OVER, "query.syntax"),
        (["one.nothing"], OVER, "query.unknown-item"),
        (["one.name = 'x'"], OVER, "query.purpose-items"),
        (["1); SELECT (1"], OVER, "query.statements"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    texts: list[str], over: str, code: str
) -> None:
    with pytest.raises(UserError) as refused:
        asked(*texts, over=over)
    assert refused.value.code == code
