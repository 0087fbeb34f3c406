"""Wallets that others wrote fetch our certificates, show them, and see them end."""

import html
import re
import sqlite3
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.functional.browser.city import Site
from tests.functional.wallet.conftest import Wallet
from tests.functional.wallet.person import Person


LICENCE = "营业执照"
CLIENT, REDIRECT = "yunzhou-wallet", "http://localhost:1111/certificates"
CLEAR = {"iss", "iat", "exp", "vct", "cnf", "status"}
BODY = {"issuing_authority", "issuing_authority_code"}


def counted(site: Site, table: str) -> int:
    with sqlite3.connect(site.home / "tongban.sqlite3") as rows:
        (number,) = rows.execute(f"SELECT COUNT(*) FROM store_{table}").fetchone()
    return int(number)


def disclosed(wallet: Wallet, credential: str) -> dict[str, Any]:
    answer = wallet("verify", credential=credential)
    assert "refused" not in answer, answer
    return {k: v for k, v in answer["claims"].items() if k not in CLEAR}


@pytest.fixture(scope="module")
def fetched(wallet: Wallet, holder: Person, site: Site) -> Any:
    """The licence in a wallet, by the code from the holder's own page."""
    before = counted(site, "certificaterecord")
    offer, pin = holder.offer(LICENCE)
    answer = wallet("pre-authorized", offer=offer, pin=pin)
    assert counted(site, "certificaterecord") == before
    return answer


def test_a_code_from_the_page_puts_the_certificate_into_a_wallet(
    wallet: Wallet, fetched: Any, holder: Person
) -> None:
    told = disclosed(wallet, fetched["credentials"][0])
    assert told["number"] == holder.certificate(LICENCE)
    assert told["holder_id"] == "990101199003079423"
    assert told["issuing_authority"] == "云州市市场监督管理局"


def test_the_type_is_named_in_both_languages(wallet: Wallet, fetched: Any) -> None:
    answer = wallet("verify", credential=fetched["credentials"][0])
    names = {each["locale"]: each["name"] for each in answer["type"]["display"]}
    assert names == {"zh-CN": "营业执照", "en": "Business licence"}


def test_a_request_sent_twice_gives_the_same_copy(
    wallet: Wallet, fetched: Any, site: Site
) -> None:
    places = [
        wallet("verify", credential=each)["claims"]["status"]
        for each in (*fetched["credentials"], *fetched["again"])
    ]
    assert len(places) == 2
    assert places[0] == places[1]
    assert counted(site, "walletcredential") == 1


def test_several_keys_get_a_copy_each(wallet: Wallet, holder: Person) -> None:
    offer, pin = holder.offer(LICENCE)
    answer = wallet("pre-authorized", offer=offer, pin=pin, copies=3)
    keys = {
        wallet("verify", credential=each)["claims"]["cnf"]["jwk"]["x"]
        for each in answer["credentials"]
    }
    assert len(keys) == 3


def test_the_holder_sees_that_a_wallet_keeps_it(holder: Person, fetched: Any) -> None:
    del fetched
    page = holder.page(f"/certificates/{holder.certificate(LICENCE)}/wallet/")
    assert "钱包已经收好这份证照" in page


def test_another_library_fetches_it_too(
    sphereon: Wallet, wallet: Wallet, holder: Person
) -> None:
    offer, pin = holder.offer(LICENCE)
    answer = sphereon("pre-authorized", offer=offer, pin=pin)
    told = disclosed(wallet, answer["credentials"][0])
    assert told["number"] == holder.certificate(LICENCE)


def consented(holder: Person, url: str, number: str) -> str:
    """The holder follows the wallet's link and answers; where they are sent back."""
    path = f"{urlsplit(url).path}?{urlsplit(url).query}"
    answer = holder.send(path, follow=False, number=number)
    assert answer.status_code == 302, answer.text[-2000:]
    return answer.headers["Location"]


def test_signing_in_here_puts_it_into_a_wallet(
    wallet: Wallet, holder: Person, site: Site
) -> None:
    begun = wallet(
        "authorize",
        issuer=site.address,
        clientId=CLIENT,
        redirectUri=REDIRECT,
        configuration="business-licence",
    )
    # The wallet left its wishes here before it sent the holder (RFC 9126).
    assert set(parse_qs(urlsplit(begun["url"]).query)) == {"client_id", "request_uri"}
    number = holder.certificate(LICENCE)
    returned = consented(holder, begun["url"], number)
    assert returned.startswith(REDIRECT)
    answer = wallet("redeem", kept=begun["kept"], returned=returned)
    assert disclosed(wallet, answer["credentials"][0])["number"] == number


def test_a_holder_who_does_not_allow_it_is_sent_back_with_that(
    wallet: Wallet, holder: Person, site: Site
) -> None:
    begun = wallet(
        "authorize",
        issuer=site.address,
        clientId=CLIENT,
        redirectUri=REDIRECT,
        configuration="business-licence",
    )
    returned = consented(holder, begun["url"], "")
    answer = wallet("redeem", kept=begun["kept"], returned=returned)
    assert answer == {"error": "access_denied"}


def asked(officer: Person, code: str) -> tuple[str, str]:
    """A counter asks; the path of its page, and what the wallet scans."""
    answer = officer.send("/counter/", disclosure=code)
    link = re.search(r'href="(openid4vp:[^"]+)"', answer.text)
    assert link, answer.text[-2000:]
    return str(answer.url.path), html.unescape(link[1])


def test_a_counter_sees_what_it_may_ask_and_no_more(
    wallet: Wallet, fetched: Any, officer: Person, holder: Person
) -> None:
    page, link = asked(officer, "patrol.signboard")
    sent = wallet(
        "present",
        link=link,
        credentials=fetched["credentials"],
        key=fetched["key"],
        beyond=["holder_id"],
    )
    assert sent["status"] == 200, sent
    assert sent["client"] == "x509_san_dns"
    (query,) = sent["query"]["credentials"]
    assert query["claims"] == [{"path": ["trade_name"]}, {"path": ["premises_address"]}]
    shown = officer.page(page)
    assert "核验通过" in shown
    told = disclosed(wallet, fetched["credentials"][0])
    assert told["trade_name"] in shown
    # The wallet showed more than it was asked for: it is let fall.
    assert told["holder_id"] not in shown
    assert "城市管理" in holder.page("/my-data/")


def test_a_certificate_of_another_key_is_refused(
    wallet: Wallet, fetched: Any, officer: Person, holder: Person
) -> None:
    offer, pin = holder.offer(LICENCE)
    other = wallet("pre-authorized", offer=offer, pin=pin)
    page, link = asked(officer, "patrol.signboard")
    wallet("present", link=link, credentials=fetched["credentials"], key=other["key"])
    assert "没有通过核验" in officer.page(page)


@pytest.mark.parametrize(
    ("status", "told"), [("suspended", "Status is not valid"), ("revoked", "Status")]
)
def test_a_wallet_and_a_counter_are_told_at_once_that_it_ended(
    wallet: Wallet,
    fetched: Any,
    officer: Person,
    site: Site,
    status: str,
    told: str,
) -> None:
    with sqlite3.connect(site.home / "tongban.sqlite3") as rows:
        rows.execute(
            "UPDATE store_certificaterecord SET status = ? WHERE type = ?",
            (status, "business-licence"),
        )
    answer = wallet("verify", credential=fetched["credentials"][0])
    assert told in answer["refused"]
    page, link = asked(officer, "patrol.signboard")
    wallet("present", link=link, credentials=fetched["credentials"], key=fetched["key"])
    assert "没有通过核验" in officer.page(page)


def test_a_list_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    address = f"{site.address}/credentials/status/0"
    first = httpx.get(address)
    second = httpx.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert first.headers["Content-Type"] == "application/statuslist+jwt"
    assert len(first.content) < 2000
