"""The list of powers and duties: every power, with its items or without."""

import pytest
from django.test import Client

from tongban.capabilities.services.powers import holder, holders
from tongban.store.jurisdiction import current


pytestmark = pytest.mark.usefixtures("portal")


def page(address: str) -> str:
    client = Client(headers={"accept-language": "zh-hans"})
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_every_power_stands_with_its_items() -> None:
    found = holder(current(), "market-regulation")
    assert found is not None
    assert [
        (each.power.code, [item.code for item in each.items]) for each in found.powers
    ] == [("market.register", ["shop.licence"])]


def test_a_power_without_an_item_is_listed_too() -> None:
    (police,) = (
        each
        for each in holders(current())
        if each.organization.code == "public-security"
    )
    assert (police.items, police.idle) == (0, 1)
    shown = page("/powers/public-security/")
    assert "户口登记" in shown
    assert "没有面向群众的事项" in shown


def test_the_page_says_type_basis_and_leads_to_the_guide() -> None:
    shown = page("/powers/market-regulation/")
    assert "行政许可" in shown
    assert "《市场主体登记管理条例》第五条" in shown
    assert 'href="/services/shop.licence/"' in shown


def test_departments_lead_to_their_lists() -> None:
    assert 'href="/powers/fire-rescue/"' in page("/powers/")


def test_who_holds_no_power_has_no_page() -> None:
    assert Client().get("/powers/nobody/").status_code == 404
