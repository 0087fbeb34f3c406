"""The practice city's statistics: what its two purposes of aggregate scope answer."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.handlers import HANDLERS
from tests.sections import SECTIONS

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.model import Use
from tongban.kernel.query.room.disclosure import release
from tongban.kernel.query.terms.access import bindings
from tongban.pack.loader import load
from tongban.pack.practice_engine import answer, from_lake


CITY = Path(__file__).parents[2] / "packs" / "yunzhou"
BY_DIVISION = (
    "SELECT d.name, COUNT(*) AS n, AVG(i.paid_months) AS months "
    "FROM population.person AS p "
    "JOIN social.insurance AS i ON i.person_id = p.id_number "
    "JOIN ref.division AS d ON d.code = p.division "
    "WHERE i.status = 'active' GROUP BY d.name ORDER BY d.name"
)


@pytest.fixture(scope="module")
def pack():
    return load(CITY, handlers=HANDLERS, sections=SECTIONS)


def given(people: int) -> dict[str, list[dict[str, object]]]:
    """25 of them in one division, 25 in another, the rest in a third."""
    rows = [
        {
            "id_number": f"9901011990010{n:05}",
            "sex": "FM"[n % 2],
            "birth_date": date(1990, 1, 1),
            "alive": True,
            "division": f"99010{1 + n // 25}",
        }
        for n in range(people)
    ]
    insured = [
        {
            "person_id": row["id_number"],
            "employer_uscc": f"91990101MA{n % 20:08}",
            "status": "active",
            "paid_months": 24,
        }
        for n, row in enumerate(rows)
    ]
    divisions = [{"code": f"99010{n}", "name": f"区{n}"} for n in (1, 2, 3)]
    return {
        "population.person": rows,
        "social.insurance": insured,
        "ref.division": divisions,
    }


def ask(pack, purpose: str, sql: str, rows: dict[str, list[dict[str, object]]]):
    catalog = from_lake(pack.catalog)
    use = Use(
        by="analyst",
        organization="data-bureau",
        purpose=purpose,
        sql=sql,
        at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    )
    plan = Compiler(catalog, pack.purposes, pack.grants).compile(use)
    values = bindings(use)
    assert plan.recipe is not None
    return release(plan.recipe, answer(plan, catalog, rows, values), values).rows


def test_employment_by_division_is_rounded(pack) -> None:
    found = ask(pack, "population.statistics", BY_DIVISION, given(50))
    assert found == [("区1", 27, 24.0), ("区2", 27, 24.0)]


def test_a_division_of_few_takes_another_with_it(pack) -> None:
    found = ask(pack, "population.statistics", BY_DIVISION, given(55))
    assert found == [("区2", 27, 24.0)]


def test_published_figures_are_noised(pack) -> None:
    count = "SELECT COUNT(*) AS n FROM population.person"
    told = {ask(pack, "population.publication", count, given(55))[0] for _ in range(20)}
    assert len(told) > 1
