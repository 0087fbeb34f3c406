"""Questions of the clean room about a few people in the lake."""

import sqlite3

import pytest
from tests.capabilities.qinghe import MONDAY, REGISTRAR

from tongban.home import Home
from tongban.kernel.terms import UserError
from tongban.store import jurisdiction, uses
from tongban.store.lake import mirror


COUNT = "SELECT COUNT(*) AS n FROM population.person"
BY_DECADE = (
    "SELECT YEAR(birth_date) // 10 AS decade, COUNT(*) AS n FROM population.person "
    "GROUP BY 1 ORDER BY 1"
)
BY_LIFE = "SELECT alive, COUNT(*) AS n FROM population.person GROUP BY alive ORDER BY 1"


def bring_in(home: Home, number: int) -> None:
    path = home.departments / "police.sqlite"
    with sqlite3.connect(path) as police:
        police.execute("DELETE FROM person")
        rows = [
            (
                f"9902011990010{n:05}",
                f"人{n}",
                f"{1980 + n % 10 if n < 40 else 1990 + n % 10}-01-01",
                n % 2,
            )
            for n in range(number)
        ]
        police.executemany("INSERT INTO person VALUES (?, ?, ?, ?)", rows)
    police.close()
    mirror(
        jurisdiction.current().catalog.dataset("population.person"),
        departments={"police": path},
        dropped=home.path / "dropped",
        lake=home.lake,
        at=MONDAY,
    )


def ask(sql: str, **given: object) -> uses.Result:
    return uses.use(
        by=REGISTRAR,
        organization="market-regulation",
        purpose="population.statistics",
        sql=sql,
        **given,  # type: ignore[arg-type]
    )


def left() -> int:
    found = uses.explain(
        by=REGISTRAR,
        organization="market-regulation",
        purpose="population.statistics",
        sql=COUNT,
    )
    assert found.budget is not None
    return found.budget.questions


def refused(sql: str, **given: object) -> UserError:
    with pytest.raises(UserError) as error:
        ask(sql, **given)
    return error.value
