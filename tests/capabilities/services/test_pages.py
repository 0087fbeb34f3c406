"""Every page: open to whom it should be, in both languages, within its budget."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.capabilities.services.portal import opened, signed_in, start

from tongban.words.catalogue import words


pytestmark = pytest.mark.usefixtures("portal")
MOST_STATEMENTS = 10
PUBLIC = (
    "/services/",
    "/services/?q=开店",
    "/services/open-shop/",
    "/powers/",
    "/powers/market-regulation/",
)


def own_pages(client: Client) -> list[str]:
    number = opened(client)
    start(client)
    case = f"/cases/{number}/"
    return [
        *PUBLIC,
        "/services/open-shop/apply/",
        "/services/open-shop/discard/",
        "/cases/",
        case,
        f"{case}withdraw/",
    ]


def test_the_public_sees_what_there_is_and_signs_in_to_start() -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    for page in PUBLIC:
        assert client.get(page).status_code == 200
    guide = client.get("/services/open-shop/").content.decode()
    assert "/sign-in/?next=/services/open-shop/" in guide
    assert client.get("/cases/")["Location"].startswith("/sign-in/")


def test_the_guide_tells_what_is_known_and_what_is_asked() -> None:
    guide = Client(headers={"accept-language": "zh-hans"}).get("/services/open-shop/")
    page = guide.content.decode()
    known, asked = page.split('id="known"')[1].split('id="asked"')
    assert "公安" in known
    assert "<svg" in page
    assert "店名" in asked or "名称" in asked


def test_an_unknown_service_is_not_found() -> None:
    assert Client().get("/services/marriage/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_costs_more_than_ten_statements(language: str) -> None:
    client = signed_in(language=language)
    for page in own_pages(client):
        with CaptureQueriesContext(connection) as made:
            response = client.get(page)
        assert response.status_code == 200, page
        assert len(made) <= MOST_STATEMENTS, page


def test_pages_hold_no_style_or_script_of_their_own() -> None:
    client = signed_in()
    for page in own_pages(client):
        content = client.get(page).content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", content), page
        assert "<script>" not in content


def test_every_control_has_a_label_and_ids_are_unique() -> None:
    client = signed_in()
    start(client)
    page = client.get("/services/open-shop/apply/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    controls = re.findall(r"<(?:input|select|textarea) [^>]*?id=\"([^\"]+)\"", page)
    assert controls
    assert set(controls) <= labelled


def test_the_words_of_the_portal_have_both_languages() -> None:
    own = {key: text for key, text in words().items() if key.startswith("services.")}
    assert own
    for key, text in own.items():
        assert re.search(r"[\u4e00-\u9fff{]", text.zh), key
        assert text.en.strip(), key
        assert not re.search(r"[\u4e00-\u9fff]", text.en), key
        assert set(re.findall(r"{(\w+)}", text.zh)) == set(
            re.findall(r"{(\w+)}", text.en)
        ), key
