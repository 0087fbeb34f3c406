"""How many statements a page may cost, whoever looks and however much there is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.qinghe import FIRE_HEAD, INSPECTOR, citizen

from tongban.kernel.case.commands import Accept
from tongban.kernel.case.model import Case
from tongban.store import cases, trail
from tongban.store.desk import CaseRow
from tongban.store.models import CaseDuty
from tongban.store.pages import ROWS


@pytest.fixture
def shop() -> Case:
    for place in range(3):
        open_shop(key=f"other-{place}")
    return open_shop()


def statements(look: Callable[[], Any]) -> int:
    """Without BEGIN and COMMIT, which Django does not let a test see."""
    look()
    with CaptureQueriesContext(connection) as made:
        look()
    return len(made)


@pytest.mark.usefixtures("shop")
def test_an_inbox_costs_three_statements_and_a_heads_four() -> None:
    """The list costs two, whose work it shows one; who is there at all one more."""
    assert cases.inbox(INSPECTOR).rows
    for by, most in ((INSPECTOR, 3), (FIRE_HEAD, 4)):
        for view in ("open", "overdue", "unclaimed", "mine", "closed"):
            filters = {"view": view, "type": "shop.fire"}
            costs = statements(lambda f=filters, b=by: cases.inbox(b, filters=f))
            assert costs <= most


@pytest.mark.usefixtures("shop")
def test_ones_own_cases_cost_two() -> None:
    assert statements(lambda: cases.mine(citizen())) <= 2


@pytest.mark.parametrize("look", [cases.case, cases.events, cases.clocks, cases.acts])
def test_one_look_at_a_case_costs_one(look: Callable[..., Any], shop: Case) -> None:
    number = fire_of(shop).number
    assert statements(lambda: look(number, citizen())) == 1
    # What an official may do also depends on who is away.
    most = 2 if look is cases.acts else 1
    assert statements(lambda: look(number, INSPECTOR)) == most


def test_a_whole_case_costs_four(shop: Case) -> None:
    number = fire_of(shop).number
    assert statements(lambda: cases.dossier(shop.number, citizen())) <= 4
    assert statements(lambda: cases.dossier(number, INSPECTOR)) <= 5


@pytest.mark.usefixtures("shop")
def test_who_used_my_data_costs_three() -> None:
    def page() -> None:
        assert len(trail.uses_of(citizen()).rows) == 4
        trail.organizations_of(citizen())

    assert statements(page) <= 3


def test_a_command_costs_few(shop: Case) -> None:
    number = fire_of(shop).number
    with CaptureQueriesContext(connection) as made:
        cases.act(number, Accept(), by=INSPECTOR, key="accept")
    assert len(made) <= 12


def test_pages_follow_one_another_without_gap_or_repetition(shop: Case) -> None:
    """The next page begins where the last ended, and the last one says so."""
    number = fire_of(shop).number
    duty = CaseDuty.objects.get(case=number)
    for place in range(ROWS):
        duty.pk, duty.act = None, f"step:{place}"
        duty.save(force_insert=True)
    found: list[CaseRow] = []
    page: str | None = "1"
    while page:
        told = cases.inbox(INSPECTOR, page=page)
        assert len(told.rows) <= ROWS
        found += told.rows
        page = told.next
    assert (
        len(found)
        == len({(row.number, row.act) for row in found})
        == CaseDuty.objects.filter(organization="fire-rescue").count()
    )


@pytest.mark.parametrize("page", ["0", "-1", "x", "", None, "９", "9" * 40])
@pytest.mark.usefixtures("shop")
def test_an_unreadable_page_is_the_first(page: str | None) -> None:
    assert cases.inbox(INSPECTOR, page=page) == cases.inbox(INSPECTOR)


@pytest.mark.usefixtures("shop")
def test_a_page_beyond_the_last_is_empty() -> None:
    told = cases.inbox(INSPECTOR, page="99", filters={"view": "overdue"})
    assert (told.rows, told.next) == ((), None)
    assert told.previous_query == "view=overdue&page=98"
