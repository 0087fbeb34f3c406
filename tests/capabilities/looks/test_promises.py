"""Promises in a real store: kept, broken by time and by a finding, and what follows."""

import pytest
from tests.capabilities.acts import fire_of
from tests.capabilities.looks.acts import act, granted, on, paper, stall, vow
from tests.capabilities.qinghe import INSPECTOR, REGISTRAR, SHOP, citizen, person

from tongban.kernel.case.commands import (
    Accept,
    AskCorrection,
    BreakPromise,
    Decide,
    KeepPromise,
    SupplyCorrection,
    SupplyPromised,
)
from tongban.kernel.case.model import Kind, Outcome, PromiseStanding, Vow
from tongban.kernel.terms import UserError
from tongban.store import cases, certificates, desk, ledger, promises
from tongban.store.models import BrokenPromise, CaseDuty


def status(case) -> str:
    (held,) = certificates.certificates_in([case.number])
    return held.status


def waits(case) -> dict:
    rows = CaseDuty.objects.filter(case=case.number)
    return {duty.act: (duty.post, str(duty.due)) for duty in rows}


def test_kept_with_the_paper_that_followed() -> None:
    case = granted(stall())
    assert status(case) == "valid"
    with on("2026-12-07"):  # the tenth working day after Monday 23 November
        supplied = act(case, SupplyPromised({"map": paper(citizen())}), citizen())
        assert waits(supplied) == {"check-promise": ("registrar", "2026-12-14")}
        kept = act(case, KeepPromise(), REGISTRAR)
        assert kept.promise.standing is PromiseStanding.KEPT
        assert waits(kept) == {}
    with on("2026-12-31"):
        assert cases.sweep() == 0
    assert status(case) == "valid"
    assert promises.barring(person()) == ()
    assert ledger.fsck() == []


def test_broken_by_time_alone_and_made_good() -> None:
    case = granted(stall())
    with on("2026-12-07", 23):
        assert cases.sweep() == 0
    with on("2026-12-08", 1):
        assert cases.case(case.number, citizen()).promise.lapsed
        assert cases.sweep() == 1
        assert cases.sweep() == 0
    assert status(case) == "revoked"
    (barring,) = promises.barring(person())
    assert (barring.case, barring.type, barring.lapsed) == (
        case.number,
        "shop.stall",
        True,
    )
    kinds = [event.kind for event in cases.events(case.number, citizen())]
    assert kinds[-2:] == [Kind.PROMISE_BROKEN, Kind.REVOKED]
    with on("2026-12-09"):
        with pytest.raises(UserError) as refusal:
            stall(key="again")
        assert refusal.value.code == "case.barred"
        # Nobody has to promise: with the paper it is taken as from anybody.
        assert stall(key="with-paper", promised=False).promise is None
        act(case, SupplyPromised({"map": paper(citizen())}), citizen())
        assert waits(case) == {"check-promise": ("registrar", "2026-12-16")}
        act(case, KeepPromise(), REGISTRAR)
        assert promises.barring(person()) == ()
        assert stall(key="anew").promise is not None
    # What was taken back stays taken back.
    assert status(case) == "revoked"
    ledger.integrate()
    assert ledger.fsck() == []


def test_what_time_broke_bars_before_anybody_swept() -> None:
    stall()
    with on("2026-12-08"):
        with pytest.raises(UserError) as refusal:
            stall(key="again")
        assert refusal.value.code == "case.barred"
    assert BrokenPromise.objects.count() == 1


def test_a_bar_is_told_in_answer_to_a_correction_too() -> None:
    answer = SupplyCorrection({}, {}, vow("shop.stall", "map"))
    late, early = (stall(key=key, promised=False) for key in ("late", "early"))
    for case in (late, early):
        act(case, AskCorrection(("map",)), REGISTRAR)
    assert act(early, answer, citizen()).promise is not None
    with on("2026-12-08"), pytest.raises(UserError) as refusal:
        act(late, answer, citizen())
    assert refusal.value.code == "case.barred"


def test_one_persons_word_bars_nobody_else() -> None:
    stall()
    with on("2026-12-08"):
        assert stall(1, key="else").promise is not None


def shop_on_word(key="open"):
    return cases.open_case(
        "open-shop",
        by=citizen(),
        key=key,
        applicant=person(),
        data=dict(SHOP),
        materials={},
        promises=(vow("shop.fire"),),
    )


def test_an_item_of_a_one_thing_is_granted_on_the_applicants_word() -> None:
    shop = shop_on_word()
    fire = fire_of(shop)
    assert fire.promise is not None
    accepted = act(fire, Accept(), INSPECTOR)
    assert waits(accepted)["decide"][0] == "inspector"  # no inspection before
    case = act(fire, Decide(Outcome.GRANTED, ""), INSPECTOR)
    # twenty working days from 23 November
    assert waits(case) == {"check-promise": ("inspector", "2026-12-21")}
    assert [row.number for row in desk.inbox(INSPECTOR).rows] == [fire.number]
    act(case, BreakPromise("疏散通道被占用"), INSPECTOR)
    (barring,) = promises.barring(person())
    assert (barring.reasons, barring.lapsed) == ("疏散通道被占用", False)
    with pytest.raises(UserError) as refusal:
        shop_on_word("again")
    assert refusal.value.code == "case.barred"
    assert ledger.fsck() == []


def test_what_an_item_would_refuse_is_refused_when_the_one_thing_is_sent() -> None:
    for bad, code in (
        (Vow("shop.fire", "0" * 64), "case.promise-changed"),
        (Vow("shop.licence", "0" * 64), "case.no-promise"),
        (Vow("shop.stall", "0" * 64), "case.unknown"),
    ):
        with pytest.raises(UserError) as refusal:
            cases.open_case(
                "open-shop",
                by=citizen(),
                key=code,
                applicant=person(),
                data=dict(SHOP),
                materials={},
                promises=(bad,),
            )
        assert refusal.value.code == code
