"""A form that follows its answers, with and without scripts."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.capabilities.services.portal import ANSWERS, APPLY, actor, signed_in, start

from tongban.store import cases, drafts


pytestmark = pytest.mark.usefixtures("portal")
PARTNER = {
    "answer-partners.0.name": "罗成",
    "answer-partners.0.id_number": "990201198501010024",
}


def post(client: Client, number: str, act: str, **more: Any) -> HttpResponse:
    fields = {**ANSWERS, "number": number, "act": act, "declaration": "yes"}
    return client.post(APPLY, {**fields, **more})


def partners(client: Client, number: str, act: str, **more: Any) -> HttpResponse:
    more = {"answer-has_partners": "true", "rows-partners": "1", **PARTNER, **more}
    return post(client, number, act, **more)


def page(client: Client) -> str:
    return client.get(APPLY).content.decode()


def test_an_answer_shows_its_part_after_continue() -> None:
    client = signed_in()
    number = start(client)
    assert "section-partners" not in page(client)
    response = post(client, number, "continue", **{"answer-has_partners": "true"})
    assert response["Location"] == f"{APPLY}#application"
    shown = page(client)
    assert 'id="section-partners"' in shown
    # As many rows as the form insists on are there to be filled in.
    assert 'name="answer-partners.0.name"' in shown


def test_with_scripts_the_form_follows_when_it_saves_itself() -> None:
    client = signed_in()
    number = start(client)
    shown = re.search(r'name="shown" value="([^"]*)"', page(client))
    assert shown is not None
    typed = {"number": number, "shown": shown[1]}
    for answer, follows in (("true", True), ("false", False)):
        told = client.post(
            "/services/open-shop/save/",
            {**typed, "answer-has_partners": answer},
            headers={"hx-request": "true"},
        ).content.decode()
        assert ('id="parts" hx-swap-oob="true"' in told) is follows
        assert ('id="section-partners"' in told) is follows


def test_a_button_for_those_without_scripts_stands_at_what_decides() -> None:
    client = signed_in()
    start(client)
    asked = page(client).split("<noscript>")
    assert len(asked) == 2
    assert "answer-has_partners" in asked[0].rsplit("<fieldset", 1)[1]
    assert 'value="continue"' in asked[1]


def test_what_was_typed_in_a_part_comes_back_with_it() -> None:
    client = signed_in()
    number = start(client)
    partners(client, number, "continue")
    post(client, number, "continue", **{"answer-has_partners": "false"})
    assert "罗成" not in page(client)
    post(client, number, "continue", **{"answer-has_partners": "true"})
    assert "罗成" in page(client)


def test_rows_are_added_and_taken_away() -> None:
    client = signed_in()
    number = start(client)
    response = partners(client, number, "add:partners")
    assert response["Location"].endswith("#answer-partners.1.name")
    assert 'name="answer-partners.1.name"' in page(client)
    partners(client, number, "remove:partners.0", **{"rows-partners": "2"})
    assert "罗成" not in page(client)
    assert 'name="answer-partners.1.name"' not in page(client)


def test_no_more_rows_than_declared() -> None:
    client = signed_in()
    number = start(client)
    partners(client, number, "add:partners", **{"rows-partners": "3"})
    found = drafts.load(actor(), "open-shop")
    assert found is not None
    assert len(found.data["rows"]["partners"]) == 3
    assert 'value="add:partners"' not in page(client)


def test_rows_become_a_list_of_the_case_and_reach_the_item_that_uses_them() -> None:
    client = signed_in()
    number = start(client)
    assert partners(client, number, "submit").status_code == 302
    case = cases.case(number, actor())
    said = [{"name": "罗成", "id_number": "990201198501010024"}]
    assert case.data["partners"] == said
    licence, *_ = cases.children(number, actor())
    assert licence.data["partners"] == said


def test_a_part_not_asked_is_not_sent() -> None:
    client = signed_in()
    number = start(client)
    partners(client, number, "submit", **{"answer-has_partners": "false"})
    assert "partners" not in cases.case(number, actor()).data


def test_a_wrong_cell_is_listed_and_told_beside_it() -> None:
    client = signed_in()
    number = start(client)
    wrong = {"answer-partners.0.id_number": "990201198501010025"}
    response = partners(client, number, "submit", **wrong)
    assert response.status_code == 422
    told = response.content.decode()
    place = "answer-partners.0.id_number"
    assert f'<a href="#{place}">' in told
    field = told.split(f'id="{place}-error"')[1].split("</p>")[0]
    assert "校验码" in field
    assert re.search(rf'<input id="{place}"[^>]*aria-invalid="true"', told)


def test_nobody_sends_a_part_that_they_never_saw() -> None:
    client = signed_in()
    number = start(client)
    seen = "founder_name,shop_name,premises_address,has_partners,shelves"
    filled = {**PARTNER, "rows-partners": "1", "answer-has_partners": "true"}
    response = post(client, number, "submit", **filled, shown=seen)
    assert response.status_code == 422
    assert "按您的回答，还要看一下合伙人" in response.content.decode()
    response = post(client, number, "submit", **filled, shown=f"{seen},partners")
    assert response.status_code == 302


def test_a_table_names_every_cell() -> None:
    client = signed_in()
    number = start(client)
    post(client, number, "add:shelves", **{"rows-shelves": "0"})
    shown = page(client)
    cell = 'for="answer-shelves.0.place"'
    label = shown.split(cell)[1].split("</label>")[0]
    assert "货架 1" in label
    assert '<th scope="col">' in shown
