"""HTTP interfaces: what is asked, what is believed, and what is refused."""

import json
import logging
from contextlib import closing
from decimal import Decimal

import pytest
from tests.unit.engines.interface import Answer, Asked, served

from tongban.kernel.catalog.model import Pages, Paging
from tongban.kernel.query.engines import Overrun, Reason
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.faults import SourceFault
from tongban.kernel.query.engines.http import Bounds, Interfaces
from tongban.kernel.query.lowering.asking import Ask


FIRM = "91990100MA0000001X"
SECRET = "Bearer 7f3c-secret"
ASK = Ask(
    "/v1/firms",
    (("name", "entName"), ("uscc", "creditCode")),
    key="code",
    rows="/data/items",
    fields="fields",
)


def firms(*codes: str) -> list[dict]:
    return [
        {"creditCode": code, "entName": f"商行{code}", "more": [1]} for code in codes
    ]


def page(*codes: str, **more: object) -> Answer:
    return Answer({"data": {"items": firms(*codes)}, **more})


@pytest.fixture
def tax():
    with served() as server:
        yield server


def place(server, *, bounds=None, **more):
    address = Address("tax", server.url, **more)
    return Interfaces({"tax": address}, bounds or Bounds(seconds=2.0))


def read(server, ask=ASK, *, limit=10, **more):
    with closing(place(server, **more)) as interfaces:
        return interfaces.select("tax", ask.text(), [FIRM], limit=limit)


def refusal(server, ask=ASK, **more) -> Reason:
    with pytest.raises(SourceFault) as caught:
        read(server, ask, **more)
    assert FIRM not in str(caught.value)
    return caught.value.reason


def test_asks_for_one_subject_and_only_the_members_wanted(tax):
    tax.respond = lambda _: page("A")
    found = read(tax)
    assert (tax.asked[0].path, tax.asked[0].query) == (
        "/api/v1/firms",
        {"code": FIRM, "fields": "entName,creditCode"},
    )
    assert (found.names, found.rows) == (("name", "uscc"), [("商行A", "A")])
    assert found.size == len(page("A").data)


def test_an_ask_is_the_same_after_its_text():
    paged = Ask("/a", (("x", "X"),), pages=Pages(Paging.CURSOR, "/next", "after"))
    for each in (ASK, paged):
        with served() as server:
            server.respond = lambda _: Answer(status=404)
            assert refusal(server, each) is Reason.MISSING


def test_numbers_keep_their_digits(tax):
    tax.respond = lambda _: Answer(b'[{"n": 0.10, "b": true, "z": null}]')
    ask = Ask("/n", (("n", "n"), ("b", "b"), ("z", "z")))
    with closing(place(tax)) as interfaces:
        found = interfaces.select("tax", ask.text(), [], limit=1)
    cells = dict(zip(found.names, found.rows[0], strict=True))
    assert cells == {"n": Decimal("0.10"), "b": True, "z": None}
    assert str(cells["n"]) == "0.10"


# ---------------------------------------------------------------------- pages


def paged(pages: Pages) -> Ask:
    return Ask(ASK.path, ASK.members, "code", ASK.rows, "", pages)


NEXT = paged(Pages(Paging.NEXT, "/links/next"))
NUMBER = paged(Pages(Paging.NUMBER, parameter="page"))
CURSOR = paged(Pages(Paging.CURSOR, "/meta/cursor", "after"))


def by_link(asked: Asked) -> Answer:
    second = "at" in asked.query
    link = None if second else "/api/v1/firms?at=2"
    return page("B" if second else "A", links={"next": link})


def by_number(asked: Asked) -> Answer:
    return page(*{"1": "A", "2": "B"}.get(asked.query["page"], ""))


def by_cursor(asked: Asked) -> Answer:
    after = asked.query.get("after")
    return page("B" if after else "A", meta={} if after else {"cursor": "A"})


@pytest.mark.parametrize(
    ("ask", "respond"),
    [(NEXT, by_link), (NUMBER, by_number), (CURSOR, by_cursor)],
)
def test_pages_follow(tax, ask, respond):
    tax.respond = respond
    found = read(tax, ask)
    assert [row[1] for row in found.rows] == ["A", "B"]
    assert not found.truncated


def test_no_page_is_read_beyond_the_limit(tax):
    tax.respond = lambda asked: page(asked.query["page"], asked.query["page"] + "x")
    found = read(tax, NUMBER, limit=3)
    assert (len(found.rows), found.truncated, len(tax.asked)) == (3, True, 2)


@pytest.mark.parametrize(
    ("ask", "respond"),
    [
        (NEXT, lambda _: page("A", links={"next": "/api/v1/firms"})),
        (NUMBER, lambda _: page("A")),
        (CURSOR, lambda _: page("A", meta={"cursor": "same"})),
    ],
)
def test_pages_in_a_circle_end(tax, ask, respond):
    tax.respond = respond
    assert refusal(tax, ask, limit=1000) is Reason.PAGES
    assert len(tax.asked) <= 3


def test_pages_without_end_are_bounded(tax):
    tax.respond = lambda asked: page(asked.query["page"])
    bounds = Bounds(pages=5, seconds=5)
    assert refusal(tax, NUMBER, limit=1000, bounds=bounds) is Reason.PAGES
    assert len(tax.asked) == 5


def test_the_next_page_is_at_the_same_server(tax):
    tax.respond = lambda _: page("A", links={"next": "http://127.0.0.1:1/api"})
    assert refusal(tax, NEXT, header="X-Key") is Reason.ANSWER
    assert len(tax.asked) == 1


# -------------------------------------------------------------- what is believed


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"<html>"), Reason.ANSWER),
        (Answer(b'{"data": {"items": [{"creditCode": NaN}]}}'), Reason.ANSWER),
        (Answer({"data": {}}), Reason.ANSWER),
        (Answer({"data": {"items": {}}}), Reason.ANSWER),
        (Answer({"data": {"items": ["A"]}}), Reason.ANSWER),
        (Answer({"data": {"items": [{"creditCode": "A"}]}}), Reason.STRUCTURE),
        (
            Answer({"data": {"items": [{"creditCode": ["A"], "entName": "x"}]}}),
            Reason.VALUE,
        ),
        (Answer(status=302, headers={"Location": "/api/other"}), Reason.ANSWER),
        (Answer(status=401), Reason.DENIED),
        (Answer(status=403), Reason.DENIED),
        (Answer(status=404), Reason.MISSING),
        (Answer(status=429), Reason.UNREACHABLE),
        (Answer(status=500), Reason.UNREACHABLE),
    ],
)
def test_what_was_not_agreed_is_refused(tax, answer, reason):
    tax.respond = lambda _: answer
    assert refusal(tax) is reason
    assert len(tax.asked) == 1


def test_an_answer_too_large_is_not_read_to_its_end(tax):
    tax.respond = lambda _: Answer(b" " * 3_000_000)
    assert refusal(tax, bounds=Bounds(page_bytes=1 << 20)) is Reason.SIZE


def test_a_server_that_is_not_there():
    nobody = Address("tax", "http://127.0.0.1:1/api")
    place_ = Interfaces({"tax": nobody}, Bounds(seconds=1.0))
    with pytest.raises(SourceFault) as caught, closing(place_):
        place_.select("tax", ASK.text(), [FIRM], limit=1)
    assert caught.value.reason is Reason.UNREACHABLE


@pytest.mark.parametrize("drip", [1.0, 0.1])
def test_a_slow_server_is_left(tax, drip):
    tax.respond = lambda _: Answer({"data": {"items": []}, "pad": "x" * 50}, drip=drip)
    assert refusal(tax, bounds=Bounds(seconds=0.5)) is Reason.SLOW


def test_many_slow_pages_are_an_overrun(tax):
    def respond(asked: Asked) -> Answer:
        answer = page(asked.query["page"])
        answer.drip = 0.02
        return answer

    tax.respond = respond
    with pytest.raises(Overrun):
        read(tax, NUMBER, limit=1000, bounds=Bounds(seconds=0.5))


def test_an_interface_without_address_is_told(tax):
    with closing(place(tax)) as interfaces, pytest.raises(SourceFault) as caught:
        interfaces.select("market", ASK.text(), [FIRM], limit=1)
    assert caught.value.reason is Reason.UNBOUND


# -------------------------------------------------------------------- credentials


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


def test_the_header_is_as_the_file_says_and_may_change(tax, secret):
    tax.respond = lambda _: page("A")
    with closing(place(tax, header="X-Key", secret_file=secret)) as interfaces:
        interfaces.select("tax", ASK.text(), [FIRM], limit=1)
        secret.write_text("other")
        interfaces.select("tax", ASK.text(), [FIRM], limit=1)
    assert [asked.headers["X-Key"] for asked in tax.asked] == [SECRET, "other"]


def test_a_secret_that_others_may_read_is_not_sent(tax, secret):
    secret.chmod(0o640)
    assert refusal(tax, header="X-Key", secret_file=secret) is Reason.DENIED
    assert tax.asked == []


def test_another_machine_is_asked_by_https_only():
    place_ = Interfaces({"tax": Address("tax", "http://192.0.2.1/api")})
    with pytest.raises(SourceFault) as caught:
        place_.select("tax", ASK.text(), [FIRM], limit=1)
    assert caught.value.reason is Reason.DENIED


def test_neither_number_nor_secret_reaches_a_log(tax, secret, caplog):
    tax.respond = lambda _: page("A")
    with caplog.at_level(logging.INFO):
        read(tax, header="X-Key", secret_file=secret)
    assert FIRM not in caplog.text
    assert SECRET not in caplog.text
    assert SECRET not in repr(Address("tax", tax.url, secret_file=secret))


def test_a_statement_holds_names_only():
    assert json.loads(ASK.text()) == {
        "from": "/v1/firms",
        "items": [["name", "entName"], ["uscc", "creditCode"]],
        "where": "code",
        "rows": "/data/items",
        "fields": "fields",
    }
