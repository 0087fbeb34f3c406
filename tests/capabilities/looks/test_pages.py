"""A promise on the pages: made with the form, kept; made again, broken and repaired."""

import re
from html import unescape
from typing import Any

from django.test import Client
from tests.capabilities.looks.acts import act, on, refused, stall, vow
from tests.capabilities.qinghe import REGISTRAR
from tests.capabilities.services.portal import actor, pdf, signed_in

from tongban.kernel.case.commands import (
    Accept,
    Decide,
    KeepPromise,
    RefuseAcceptance,
    ReturnPromised,
)
from tongban.kernel.case.model import Case, Outcome, PromiseStanding
from tongban.store import cases


APPLY = "/services/shop.stall/apply/"
ANSWERS = {"answer-shop_name": "小雨摊", "answer-premises_address": "河滨路"}


def told(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


def number_of(client: Client) -> str:
    client.post("/services/shop.stall/start/")
    found = re.search(r'name="number" value="(\d+)"', told(client, APPLY))
    assert found is not None
    return found[1]


def send(client: Client, number: str, **more: Any) -> Any:
    fields = {"declaration": "yes", "act": "submit", "number": number, **ANSWERS}
    return client.post(APPLY, {**fields, **more})


def promising() -> dict[str, str]:
    return {
        "promise-shop.stall": "yes",
        "follows-shop.stall-map": "yes",
        "signed-shop.stall": vow("shop.stall").signed,
    }


def promised(client: Client) -> Case:
    number = number_of(client)
    assert send(client, number, **promising()).status_code == 302
    return cases.case(number, actor())


def hand_in(client: Client, case: Case, **fields: Any) -> Any:
    path = f"/cases/{case.number}/promise/"
    page = told(client, path)
    key, seen = (
        re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]
        for name in ("key", "seen")
    )
    return client.post(path, {"key": key, "seen": seen, **fields})


def test_without_a_promise_the_paper_is_asked_for() -> None:
    client = signed_in()
    number = number_of(client)
    assert "我承诺在 10 个工作日内补交" in told(client, APPLY)
    response = send(client, number)
    assert response.status_code == 422
    assert "位置图" in response.content.decode()


def test_a_promise_is_kept() -> None:
    client = signed_in()
    case = promised(client)
    assert case.promise is not None
    page = told(client, f"/cases/{case.number}/")
    assert "还剩 10 个工作日(12月7日前)" in page
    assert "现在什么都不用做" not in page
    assert hand_in(client, case).status_code == 422
    assert hand_in(client, case, **{"paper-map": pdf("map.pdf")}).status_code == 302
    assert "部门正在核对" in told(client, f"/cases/{case.number}/")
    act(case, ReturnPromised("看不清"), REGISTRAR)
    assert "看不清" in told(client, f"/cases/{case.number}/")
    hand_in(client, case, **{"paper-map": pdf("again.pdf")})
    act(case, KeepPromise(), REGISTRAR)
    assert "已兑现" in told(client, f"/cases/{case.number}/")


def test_a_promise_is_broken_by_time_and_made_good() -> None:
    client = signed_in()
    case = promised(client)
    act(case, Accept(), REGISTRAR)
    act(case, Decide(Outcome.GRANTED, ""), REGISTRAR)
    with on("2026-12-08"):
        cases.sweep()
        page = told(client, f"/cases/{case.number}/")
        assert "已撤销" in page
        assert "到期没有补交" in page
        number = number_of(client)
        form = told(client, APPLY)
        assert f"办件 {case.number} 里的承诺没有兑现" in form
        assert "promise-shop.stall" not in form
        response = send(client, number, **promising())
        assert response.status_code in (403, 409, 422)
        hand_in(client, case, **{"paper-map": pdf("late.pdf")})
        act(case, KeepPromise(), REGISTRAR)
        assert "已补救" in told(client, f"/cases/{case.number}/")
        assert "promise-shop.stall" in told(client, APPLY)
    repaired = cases.case(case.number, actor()).promise
    assert repaired is not None
    assert repaired.standing is PromiseStanding.REPAIRED


def test_a_refusal_names_its_remedies_and_can_be_objected_to() -> None:
    client = signed_in()
    case = refused(stall(promised=False))
    page = told(client, f"/cases/{case.number}/")
    # 15 working days from 23 November; 60 days and six months from it
    for day in ("2026年12月14日", "2027年1月22日", "2027年5月24日"):
        assert day in page
    path = f"/cases/{case.number}/object/"
    shown = told(client, path)
    key = re.search(r'name="key" value="([^"]*)"', shown)
    assert key is not None
    sent = {"key": key[1], "seen": case.version, "reason": "事实不清"}
    assert client.post(path, sent).status_code == 302
    assert "您已提出异议" in told(client, f"/cases/{case.number}/")


def test_the_papers_of_an_acceptance_and_of_its_refusal() -> None:
    client = signed_in()
    accepted, declined = (stall(key=key, promised=False) for key in ("a", "b"))
    act(accepted, Accept(), REGISTRAR)
    page = told(client, f"/cases/{accepted.number}/notice/")
    assert "受理通知书" in page
    assert "2026年11月23日" in page
    act(declined, RefuseAcceptance("属于城管职责", "县城市管理局"), REGISTRAR)
    page = told(client, f"/cases/{declined.number}/notice/")
    for words in ("不予受理决定书", "属于城管职责", "县城市管理局", "行政复议"):
        assert words in page


def test_a_rule_and_the_person_instead_of_it_are_told_before_sending() -> None:
    client = signed_in()
    client.post("/services/open-shop/start/")
    page = told(client, "/services/open-shop/apply/")
    assert "由系统按规则自动核准" in page
    assert 'name="person"' in page
