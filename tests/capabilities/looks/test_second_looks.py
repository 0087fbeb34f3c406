"""Samples, objections and deemed decisions in a real store."""

import hashlib
import hmac

import pytest
from tests.capabilities.acts import open_shop
from tests.capabilities.looks.acts import (
    MARKET_HEAD,
    OTHER_HEAD,
    act,
    granted,
    on,
    refused,
    stall,
)
from tests.capabilities.qinghe import REGISTRAR, SHOP, citizen, person

from tongban.kernel.case.commands import Accept, Decide, ReviewSample
from tongban.kernel.case.model import Case, Kind, Outcome, Phase
from tongban.kernel.terms import SYSTEM, UserError
from tongban.store import cases, certificates, ledger, sampling
from tongban.store.models import CaseDuty


def licence_of(shop: Case) -> Case:
    children = cases.children(shop.number, citizen())
    return next(child for child in children if child.type == "shop.licence")


def holds(case: Case) -> list[str]:
    return [each.status for each in certificates.certificates_in([case.number])]


# ---------------------------------------------------------------------- samples


def test_a_drawn_decision_waits_for_the_head_and_stands() -> None:
    licence = licence_of(open_shop())
    (duty,) = CaseDuty.objects.filter(case=licence.number)
    assert (duty.act, duty.post) == ("review-sample", "director")
    assert (licence.phase, str(duty.due)) == (Phase.CLOSED, "2026-12-07")
    act(licence, ReviewSample(agrees=True), MARKET_HEAD)
    assert not CaseDuty.objects.filter(case=licence.number).exists()
    (told,) = sampling.agreement(MARKET_HEAD)
    assert (told.type, told.drawn, told.agreed, told.wrong, told.waiting) == (
        "shop.licence",
        1,
        1,
        0,
        0,
    )
    assert list(sampling.agreement(citizen())) == []
    assert ledger.fsck() == []


def test_a_rule_found_wrong_is_overruled_by_a_person() -> None:
    licence = licence_of(open_shop())
    reopened = act(licence, ReviewSample(agrees=False, reasons="重名"), MARKET_HEAD)
    assert (reopened.phase, holds(licence)) == (Phase.ACCEPTED, ["valid"])
    act(licence, Decide(Outcome.REFUSED, "重名"), REGISTRAR)
    assert holds(licence) == ["revoked"]
    assert next(sampling.agreement(SYSTEM)).wrong == 1
    assert ledger.fsck() == []


def test_granted_again_there_is_one_certificate() -> None:
    licence = licence_of(open_shop())
    act(licence, ReviewSample(agrees=False, reasons="重名"), MARKET_HEAD)
    act(licence, Decide(Outcome.GRANTED, ""), REGISTRAR)
    assert holds(licence) == ["valid"]


def test_who_has_the_months_key_can_draw_again() -> None:
    licence = licence_of(open_shop())
    events = cases.events(licence.number, citizen())
    decided = next(event for event in events if event.kind is Kind.DECIDED)
    with pytest.raises(UserError) as refusal:
        sampling.disclosed("2026-11")
    assert refusal.value.code == "sample.not-over"
    with on("2026-12-01"):
        key = sampling.disclosed("2026-11")
    assert decided.data["sample"] == {
        "per-thousand": 1000,
        "key": hashlib.sha256(key).hexdigest(),
    }
    # RFC 2104 by the standard library's other door, on a number of one's own
    mac = hmac.new(key, licence.number.encode(), hashlib.sha256).digest()
    place = int.from_bytes(mac[:8], "big") % 1000
    assert sampling.is_drawn(key, licence.number, place + 1)
    assert not sampling.is_drawn(key, licence.number, place)


def test_about_one_in_twenty_is_drawn_at_fifty_in_a_thousand() -> None:
    with on("2026-12-01"):
        key = sampling.disclosed("2026-11")
    drawn = sum(sampling.is_drawn(key, str(number), 50) for number in range(20_000))
    # a thousand expected, with a standard deviation of 31
    assert abs(drawn - 1000) < 160


# ------------------------------------------------------ a person from the start


def test_who_asks_for_a_person_is_not_decided_by_a_rule() -> None:
    shop = cases.open_case(
        "open-shop",
        by=citizen(),
        key="person",
        applicant=person(),
        data=dict(SHOP),
        materials={},
        person=True,
    )
    licence = licence_of(shop)
    assert (licence.phase, licence.person) == (Phase.SUBMITTED, True)
    act(licence, Accept(), REGISTRAR)
    assert act(licence, Decide(Outcome.GRANTED, ""), REGISTRAR).granted


# ------------------------------------------------------------------- objections


def object_to(case: Case, key: str = "object") -> Case:
    first = cases.object_to(case.number, by=citizen(), grounds="事实不清", key=key)
    return cases.case(first.contests[-1].case, citizen())


def test_an_objection_goes_to_whoever_did_not_decide_and_may_be_upheld() -> None:
    case = refused(stall(promised=False), MARKET_HEAD)
    objection = object_to(case)
    assert (objection.type, objection.about) == ("objection", case.number)
    assert objection.data["grounds"] == "事实不清"
    with pytest.raises(UserError) as refusal:
        act(objection, Accept(), MARKET_HEAD)
    assert refusal.value.code == "case.conflict-of-interest"
    granted(objection, OTHER_HEAD)
    again = cases.case(case.number, citizen())
    assert (again.phase, again.contests[0].outcome) == (
        Phase.ACCEPTED,
        Outcome.GRANTED,
    )
    assert holds(act(case, Decide(Outcome.GRANTED, ""), REGISTRAR, "2")) == ["valid"]
    assert ledger.fsck() == []


def test_an_objection_dismissed_tells_why() -> None:
    case = refused(stall(promised=False))
    objection = object_to(case)
    refused(objection, OTHER_HEAD)
    again = cases.case(case.number, citizen())
    assert (again.phase, again.contests[0].reasons) == (Phase.CLOSED, "位置不合规划")


def test_sent_twice_there_is_one_objection() -> None:
    case = refused(stall(promised=False))
    assert object_to(case).number == object_to(case).number


def test_nobody_opens_an_objection_by_itself() -> None:
    with pytest.raises(UserError) as refusal:
        cases.open_case(
            "objection",
            by=citizen(),
            key="forged",
            applicant=person(),
            data={"contested_case": "1", "organization": "market-regulation"},
            materials={},
        )
    assert refusal.value.code == "case.not-yours"


# ------------------------------------------------------------- decided by silence


def test_what_silence_grants_is_issued_by_the_sweep() -> None:
    case = stall(promised=False)
    act(case, Accept(), REGISTRAR)
    with on("2026-12-21", 23):
        assert cases.sweep() == 0
    with on("2026-12-22"):
        assert cases.case(case.number, citizen()).decision.deemed
        assert holds(case) == []
        assert cases.sweep() == 1
    assert holds(case) == ["valid"]
    assert ledger.fsck() == []
