"""The pages of officials: what they cost, what they do, what several acts come to."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.capabilities.acts import fire_of, grant_fire, open_shop
from tests.capabilities.qinghe import FIRE_HEAD, INSPECTOR, MONDAY, PEOPLE, official

from tongban.kernel.case.commands import Accept, CompleteStep
from tongban.kernel.case.model import Kind, Outcome, Phase
from tongban.kernel.terms import Actor, Text
from tongban.store import accounts, cases, clock, staff
from tongban.store.models import Account, CaseRecord


HEAD = Actor("fire.head", "fire-rescue", FIRE_HEAD.posts)
SUPERVISOR = official("data-bureau", "supervisor")
MOST = 10


def signed_in(by: Actor) -> Client:
    account = Account.objects.filter(username=by.account).first() or accounts.create(
        by.account,
        title=Text("官员", "Official"),
        kind="official",
        organization=by.organization,
        posts=by.posts,
    )
    client = Client()
    client.force_login(account)
    return client


def read(client: Client, path: str) -> str:
    """The page, in at most ten statements."""
    client.get(path)
    with CaptureQueriesContext(connection) as made:
        response = client.get(path)
    assert response.status_code == 200
    assert len(made) <= MOST, [query["sql"][:90] for query in made]
    return response.content.decode()


def test_every_page_is_shown_in_ten_statements() -> None:
    number = fire_of(open_shop()).number
    for by in (INSPECTOR, HEAD):
        client = signed_in(by)
        for view in ("open", "overdue", "unclaimed", "mine", "closed"):
            read(client, f"/desk/?view={view}&type=shop.fire")
        assert number in read(client, f"/desk/{number}/")
        read(client, "/desk/me/")
    with clock.at(MONDAY + timedelta(days=30)):
        assert number in read(signed_in(SUPERVISOR), "/desk/risen/")
        assert number in read(signed_in(SUPERVISOR), f"/desk/{number}/")
    read(Client(), "/timeliness/")


def form_on(page: str, act: str) -> dict[str, str]:
    """The hidden fields of the form of an act."""
    whole = next(part for part in page.split("<form") if f'value="{act}"' in part)
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', whole)
    return {name: value for name, value in inputs if name != "csrfmiddlewaretoken"}


def test_a_special_procedure_is_begun_and_told_to_the_applicant() -> None:
    shop = open_shop()
    fire = fire_of(shop)
    cases.act(fire.number, Accept(), by=INSPECTOR, key="a")
    passed = CompleteStep("site-check", Outcome.GRANTED, "合格")
    cases.act(fire.number, passed, by=INSPECTOR, key="b")
    client = signed_in(INSPECTOR)
    hidden = form_on(read(client, f"/desk/{fire.number}/"), "pause-clock")
    given = {"procedure": "testing", "reason": "需要检测", "procedure_days": "12"}
    sent = client.post(f"/desk/{fire.number}/act/", hidden | given)
    assert sent.status_code == 302
    citizen = Client()
    he = Text("何小雨")
    citizen.force_login(
        accounts.create("he", title=he, kind="citizen", subject=fire.applicant)
    )
    told = citizen.get(f"/cases/{shop.number}/").content.decode()
    assert "检测" in told
    assert "预计 12 个工作日" in told
    assert "需要检测" in told
    assert "正在进行检测" in read(client, f"/desk/{fire.number}/")


def test_work_is_claimed_and_moved_by_the_page() -> None:
    number = fire_of(open_shop()).number
    client, head = signed_in(INSPECTOR), signed_in(HEAD)
    hidden = form_on(read(client, f"/desk/{number}/"), "claim")
    assert client.post(f"/desk/{number}/act/", hidden).status_code == 302
    assert number in read(client, "/desk/?view=mine")
    hidden = form_on(read(head, f"/desk/{number}/"), "reassign")
    prefix = hidden["prefix"]
    to = {f"{prefix}-officer": HEAD.account, f"{prefix}-reason": "外出核查"}
    assert head.post(f"/desk/{number}/act/", hidden | to).status_code == 302
    assert number not in read(client, "/desk/")
    assert f"{HEAD.account} 在办" in read(head, f"/desk/{number}/")


# ------------------------------------------------------------------- several at once


@pytest.fixture
def three() -> list[str]:
    return [fire_of(open_shop(key=f"open-{n}")).number for n in range(3)]


def chosen(client: Client) -> list[str]:
    page = read(client, "/desk/")
    return re.findall(r'name="case" form="batch" value="([^"]+)"', page)


def test_several_are_accepted_at_once_and_what_fails_is_named(three: list[str]) -> None:
    client = signed_in(INSPECTOR)
    picked = chosen(client)
    assert len(picked) == 3
    cases.act(three[1], Accept(), by=HEAD, key="quicker")
    page = client.post("/desk/batch/", {"case": picked}).content.decode()
    hidden = dict(re.findall(r'name="(key|seen)" value="([^"]*)"', page))
    for _ in range(2):  # sent twice, done once
        sent = client.post("/desk/batch/", {"case": picked, **hidden})
        told = sent.content.decode()
        assert told.count("chip good") == 2
        assert told.count("chip bad") == 1
    assert all(
        [e.kind for e in cases.events(number, HEAD)].count(Kind.ACCEPTED) == 1
        for number in three
    )


def test_different_acts_are_no_batch(three: list[str]) -> None:
    client = signed_in(INSPECTOR)
    cases.act(three[0], Accept(), by=INSPECTOR, key="a")
    sent = client.post("/desk/batch/", {"case": chosen(client)}, follow=True)
    assert "请勾选同一事项" in sent.content.decode()
    assert client.post("/desk/batch/", {"case": ["x|y"]}).status_code == 302
    waiting = CaseRecord.objects.filter(phase=Phase.SUBMITTED.value)
    assert waiting.count() == 2


# ------------------------------------------------------------------------ one's own


def test_absence_and_ties_are_declared_on_ones_own_page() -> None:
    client = signed_in(INSPECTOR)
    signed_in(HEAD)
    dates = {"since": "2026-11-24", "until": "2026-11-27"}
    wrong = client.post("/desk/me/absence/", dates | {"deputy": "nobody"})
    assert wrong.status_code == 422
    client.post("/desk/me/absence/", dates | {"deputy": HEAD.account})
    assert f"由 {HEAD.account} 代理" in read(client, "/desk/me/")
    client.post("/desk/me/absence/", {"back": "1"})
    assert staff.absence(INSPECTOR) is None
    tie = {"kind": "relative", "subject_kind": "person", "number": PEOPLE[0][0]}
    client.post("/desk/me/relation/", tie)
    assert PEOPLE[0][0] in read(client, "/desk/me/")
    number = fire_of(open_shop()).number
    assert 'value="accept"' not in read(client, f"/desk/{number}/")


def test_ones_own_figures() -> None:
    grant_fire(open_shop())
    page = read(signed_in(INSPECTOR), "/desk/me/")
    assert re.search(r"作出决定</dt><dd class=\"number\">1<", page)
    assert "100%" in page
