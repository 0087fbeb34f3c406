"""Cases through the one door: what is written, once, and who may see it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.capabilities.acts import fire_of, grant_fire, open_shop
from tests.capabilities.qinghe import (
    CHINA,
    INSPECTOR,
    MONDAY,
    POLICE,
    REGISTRAR,
    SHOP,
    citizen,
    official,
    person,
)

from tongban.kernel.case.commands import (
    Accept,
    Withdraw,
)
from tongban.kernel.case.model import Case, Kind, Outcome, Phase
from tongban.kernel.case.refusals import NotYours, Stale, Unknown
from tongban.kernel.ledger.leaf import Leaf, exposed
from tongban.kernel.terms import Actor, Subject, SubjectKind
from tongban.store import cases, certificates, clock, ledger, trail
from tongban.store.carry import KeyReused
from tongban.store.models import (
    CaseEvent,
    CaseRecord,
    CommandKey,
    LedgerLeaf,
    UseReceipt,
)
from tongban.store.models.accounts import AUDITOR


def test_the_one_thing_opens_its_first_item_and_the_rule_grants_it() -> None:
    shop = open_shop()
    licence, fire = cases.children(shop.number, citizen())
    assert (licence.type, licence.outcome) == ("shop.licence", Outcome.GRANTED)
    assert licence.decision is not None
    assert licence.decision.automatic
    assert [c["truth"] for c in licence.decision.explanation] == [True, True]
    assert (fire.type, fire.phase) == ("shop.fire", Phase.SUBMITTED)


def test_an_item_gets_only_the_data_it_uses() -> None:
    fire = fire_of(open_shop())
    assert set(fire.data) == {"shop_name", "premises_address"}


def test_the_licence_is_the_next_items_material() -> None:
    shop = open_shop()
    licence, fire = cases.children(shop.number, citizen())
    (issued,) = certificates.certificates_in([licence.number])
    assert fire.materials == {"licence": f"certificate:{issued.number}"}
    assert issued.fields["shop_name"] == SHOP["shop_name"]


def test_each_one_thing_goes_on_with_its_own_licence() -> None:
    for key in ("first", "second"):
        shop = open_shop(key=key)
        licence, fire = cases.children(shop.number, citizen())
        (issued,) = certificates.certificates_in([licence.number])
        assert fire.materials["licence"] == f"certificate:{issued.number}"


def test_a_certificate_is_shown_to_its_holder_and_to_offices() -> None:
    licence, _ = cases.children(open_shop().number, citizen())
    (held,) = certificates.of_holder(citizen())
    assert held.case == licence.number
    assert certificates.one(held.number, INSPECTOR) == held
    assert certificates.status_of(held.number) == held
    assert certificates.status_of("1.2.156") is None
    with pytest.raises(certificates.UnknownCertificate):
        certificates.one(held.number, citizen(1))
    with pytest.raises(certificates.UnknownCertificate):
        certificates.one("1.2.156", citizen())


def test_the_items_outcomes_add_up_to_the_one_things() -> None:
    shop = open_shop()
    assert grant_fire(shop).outcome is Outcome.GRANTED
    whole = cases.case(shop.number, citizen())
    assert (whole.phase, whole.outcome) == (Phase.CLOSED, Outcome.GRANTED)


def test_a_condition_that_is_not_met_leaves_the_case_to_a_person() -> None:
    shop = open_shop(1)
    (licence,) = cases.children(shop.number, citizen(1))
    assert licence.phase is Phase.SUBMITTED
    found = cases.dossier(licence.number, REGISTRAR).verdict
    assert [c["truth"] for c in found] == [True, False]
    assert found[1]["title"]["zh"] == "名下没有被吊销的执照"
    (seen,) = found[1]["values"]
    assert (seen["title"]["zh"], seen["exists"], seen["value"]) == (
        "营业执照信息",
        True,
        True,
    )
    (born,) = found[0]["values"]
    assert (born["value"], born["exists"]) == ("1985-01-01", False)
    assert born["provider"]["en"] == "Qinghe Public Security"


def test_what_a_rule_found_is_not_told_to_the_office_beside() -> None:
    shop = open_shop(1)
    (licence,) = cases.children(shop.number, citizen(1))
    assert cases.verdict(licence.number, citizen(1))
    assert cases.verdict(licence.number, INSPECTOR) == ()


def test_a_department_that_cannot_be_asked_leaves_the_case_to_a_person(
    home: object,
) -> None:
    home.department("police").unlink()  # type: ignore[attr-defined]
    (licence,) = cases.children(open_shop().number, citizen())
    assert licence.phase is Phase.SUBMITTED


def test_a_command_sent_twice_is_done_once() -> None:
    first = open_shop(key="once")
    again = open_shop(key="once")
    assert again == first
    assert CaseRecord.objects.filter(type="open-shop").count() == 1


def test_the_second_sending_answers_as_the_first_did() -> None:
    fire = fire_of(open_shop())
    accepted = cases.act(fire.number, Accept(), by=INSPECTOR, key="a")
    cases.act(fire.number, Withdraw(), by=citizen(), key="b")
    assert cases.act(fire.number, Accept(), by=INSPECTOR, key="a") == accepted


def test_a_key_stands_for_one_command() -> None:
    open_shop(key="mine")
    with pytest.raises(KeyReused):
        open_shop(key="mine", shop_name="另一家店")


def test_keys_are_each_accounts_own() -> None:
    first = open_shop(key="mine")
    second = open_shop(1, key="mine")
    assert (second.applicant, second.number != first.number) == (person(1), True)


def test_a_key_of_any_length_takes_the_same_room() -> None:
    first = open_shop(key="长" * 10_000)
    assert open_shop(key="长" * 10_000) == first
    lengths = {len(key) for key in CommandKey.objects.values_list("pk", flat=True)}
    assert lengths == {64}


def test_who_acts_on_a_stale_page_is_told_so() -> None:
    fire = fire_of(open_shop())
    cases.act(fire.number, Accept(), by=INSPECTOR, key="a", seen=fire.version)
    with pytest.raises(Stale):
        cases.act(fire.number, Withdraw(), by=citizen(), key="c", seen=fire.version)


def test_a_refused_command_writes_nothing() -> None:
    fire = fire_of(open_shop())
    before = LedgerLeaf.objects.count()
    with pytest.raises(NotYours):
        cases.act(fire.number, Accept(), by=REGISTRAR, key="x")
    assert LedgerLeaf.objects.count() == before


def test_withdrawing_the_one_thing_withdraws_its_open_items() -> None:
    shop = open_shop()
    cases.act(shop.number, Withdraw("不开了"), by=citizen(), key="w")
    licence, fire = cases.children(shop.number, citizen())
    assert licence.outcome is Outcome.GRANTED
    assert fire.outcome is Outcome.WITHDRAWN


def test_every_event_has_its_leaf_and_no_leaf_names_anybody() -> None:
    open_shop()
    assert (
        CaseEvent.objects.count()
        == LedgerLeaf.objects.filter(text__contains='"kind":"case-event"').count()
    )
    for text in LedgerLeaf.objects.values_list("text", flat=True):
        for secret in (person().id, "何小雨", "小雨书店", "citizen.0"):
            assert secret not in text


def test_the_rules_use_is_receipted_under_the_items_number() -> None:
    shop = open_shop()
    licence, _ = cases.children(shop.number, citizen())
    (receipt,) = UseReceipt.objects.all()
    assert (receipt.case, receipt.by) == (licence.number, "system")
    assert receipt.subject_id == person().id


@pytest.mark.parametrize(
    "viewer",
    [
        citizen(),
        REGISTRAR,
        Actor("audit", posts=frozenset({AUDITOR})),
    ],
)
def test_those_concerned_may_see_a_case(viewer: Actor) -> None:
    shop = open_shop()
    for number in (shop.number, fire_of(shop).number):
        assert cases.case(number, viewer).applicant == person()


@pytest.mark.parametrize("viewer", [citizen(1), POLICE, Actor("nobody")])
def test_others_may_not(viewer: Actor) -> None:
    shop = open_shop()
    for look in (cases.case, cases.events, cases.clocks, cases.acts, cases.dossier):
        with pytest.raises(NotYours):
            look(shop.number, viewer)


def test_an_office_sees_its_own_item_and_nothing_beside_or_above_it() -> None:
    shop = open_shop()
    licence, fire = cases.children(shop.number, citizen())
    assert cases.case(fire.number, INSPECTOR).number == fire.number
    for number in (shop.number, licence.number):
        with pytest.raises(NotYours):
            cases.case(number, INSPECTOR)
        with pytest.raises(NotYours):
            trail.bundle_for_case(number, by=INSPECTOR)
    proven = trail.bundle_for_case(fire.number, by=INSPECTOR)
    told = {leaf["openings"]["case"]["value"] for leaf in proven["leaves"]}
    assert told == {fire.number}


def test_no_leaf_tells_who_or_which_case() -> None:
    shop = open_shop()
    grant_fire(shop)
    (licence, fire) = cases.children(shop.number, citizen())
    (held, *_) = certificates.of_holder(citizen())
    telling = [
        person().id,
        shop.number,
        licence.number,
        fire.number,
        held.number,
        *(text for text in map(str, shop.data.values()) if len(text) > 3),
    ]
    for row in LedgerLeaf.objects.all():
        assert exposed(Leaf.parse(row.text), telling) == []


def test_an_unknown_case_type_names_the_nearest() -> None:
    with pytest.raises(Unknown, match="open-shop"):
        cases.open_case(
            "open-shoop",
            by=citizen(),
            key="x",
            applicant=person(),
            data={},
            materials={},
        )


def test_an_official_called_auditor_is_none() -> None:
    shop = open_shop()
    with pytest.raises(NotYours):
        cases.case(shop.number, official("public-security", "auditor"))


def test_an_unknown_number_is_refused_as_such() -> None:
    with pytest.raises(Unknown):
        cases.case("2026112300000000", citizen())


def test_silence_is_acceptance_on_reading_and_after_the_sweep() -> None:
    fire = fire_of(open_shop())
    # Five working days after Monday the 23rd is Monday the 30th; the law has spoken
    # when the 1st of December begins.
    with clock.at(MONDAY + timedelta(days=8)):
        assert cases.case(fire.number, INSPECTOR).deemed
        assert len(cases.events(fire.number, INSPECTOR)) == 1
        assert cases.sweep() == 1
        assert cases.sweep() == 0
        kinds = [e.kind for e in cases.events(fire.number, INSPECTOR)]
    assert kinds == [Kind.OPENED, Kind.ACCEPTED, Kind.STEP_STARTED]


def test_the_sweep_leaves_what_a_notice_may_still_move() -> None:
    # Tuesday to Thursday, 1 January off, Monday and Tuesday: the fifth day is
    # 5 January 2027, and nobody has given notice of that year.
    with clock.at(datetime(2026, 12, 28, 9, tzinfo=CHINA)):
        fire = fire_of(open_shop())
    with clock.at(datetime(2027, 1, 6, 9, tzinfo=CHINA)):
        assert not cases.case(fire.number, INSPECTOR).deemed
        assert cases.sweep() == 0
        assert len(cases.events(fire.number, INSPECTOR)) == 1
        # Nor does anybody's command write what was not shown to them.
        withdrawn = cases.act(fire.number, Accept(), by=INSPECTOR, key="late")
        assert (withdrawn.accepted, withdrawn.deemed) == (clock.now(), False)


def apply_for_data() -> Case:
    """A case whose acceptance limit may pass without the law making it anything."""
    applicant = Subject(SubjectKind.ORGANIZATION, "market-regulation")
    return cases.open_case(
        "sharing.application",
        by=replace(REGISTRAR, subject=applicant),
        key="apply",
        applicant=applicant,
        data={"dataset": "population.person"},
        materials={},
    )


def test_the_sweep_is_not_held_up_by_limits_without_silence() -> None:
    with clock.at(MONDAY - timedelta(days=3)):
        apply_for_data()
    fire = fire_of(open_shop())
    with clock.at(MONDAY + timedelta(days=8)):
        assert cases.sweep(limit=1) == 1
        assert CaseRecord.objects.get(pk=fire.number).phase == Phase.ACCEPTED


def test_the_inbox_shows_what_waits_for_ones_posts() -> None:
    shop = open_shop()
    (row,) = cases.inbox(INSPECTOR).rows
    assert (row.number, row.act, row.remaining) == (fire_of(shop).number, "accept", 5)
    assert row.parent == shop.number
    assert cases.inbox(REGISTRAR).rows == ()


def test_closed_cases_leave_the_inbox_for_the_list_of_closed_ones() -> None:
    fire = grant_fire(open_shop())
    assert cases.inbox(INSPECTOR).rows == ()
    (row,) = cases.inbox(INSPECTOR, filters={"view": "closed"}).rows
    assert (row.number, row.outcome) == (fire.number, "granted")


def test_ones_own_cases_are_the_one_things() -> None:
    shop = open_shop()
    assert [row.number for row in cases.mine(citizen()).rows] == [shop.number]
    assert cases.mine(citizen(1)).rows == ()


def test_what_happened_is_whole() -> None:
    grant_fire(open_shop())
    open_shop(1, key="second")
    ledger.integrate()
    assert ledger.fsck() == []
