"""What becomes of a certificate: by a case, once, at once, and proved."""

import pytest
from django.db import IntegrityError
from tests.capabilities.acts import fire_of, grant_fire, open_shop
from tests.capabilities.certificates.licence import (
    DIRECTOR,
    INSPECTOR,
    OFFICER,
    POLICE,
    asked,
    changed,
    granted,
    licence,
    officer,
)
from tests.capabilities.qinghe import citizen

from tongban.capabilities.certificates import actions
from tongban.home import Home
from tongban.kernel.case.certificate import Change, NoSuchChange, NotInForce, Status
from tongban.kernel.case.commands import Accept, CompleteStep, Decide
from tongban.kernel.case.identifier import is_whole, next_version
from tongban.kernel.case.model import Event, Kind, Outcome
from tongban.store import cases, certificate_life, certificates, ledger
from tongban.store.commit import batch
from tongban.store.jurisdiction import current
from tongban.store.models import CertificateChange, CertificateRecord


@pytest.fixture(autouse=True)
def installed(home: Home, monday: object, db: None) -> None:
    """An installation with nothing in it yet; the clock stands still."""


def number_of(change: Change = Change.SUSPEND) -> str:
    """The number of a licence to which ``change`` has happened."""
    return changed(change, licence().number).number


@pytest.mark.parametrize(
    ("change", "status", "national"),
    [
        (Change.SUSPEND, Status.SUSPENDED, "02"),
        (Change.REVOKE, Status.REVOKED, "03"),
        (Change.CANCEL, Status.CANCELLED, "04"),
        (Change.FORFEIT, Status.FORFEITED, "07"),
    ],
)
def test_a_granted_case_changes_the_certificate(
    change: Change, status: Status, national: str
) -> None:
    found = changed(change, licence().number)
    assert (found.status, found.status.national) == (status, national)
    assert found.status.transport == "2"
    (told,) = certificate_life.history([found.number])[found.number]
    assert (told.change, told.by) == (change, DIRECTOR.account)
    assert told.reason == "现场核查与申请不符"
    assert ledger.fsck() == []


def test_what_was_only_asked_for_changes_nothing() -> None:
    held = licence()
    asked(Change.REVOKE, held.number)
    assert certificates.one(held.number, OFFICER).status is Status.VALID


def test_a_suspended_certificate_is_given_back() -> None:
    number = number_of()
    assert changed(Change.RESUME, number).status is Status.VALID
    assert [each.change for each in certificate_life.history([number])[number]] == [
        Change.SUSPEND,
        Change.RESUME,
    ]


def test_what_was_revoked_stays_so() -> None:
    number = number_of(Change.REVOKE)
    with pytest.raises(NoSuchChange):
        changed(Change.RESUME, number)
    assert certificates.one(number, OFFICER).status is Status.REVOKED


def test_a_reissue_is_the_next_version_of_the_same_number() -> None:
    old = licence()
    case = asked(Change.REPLACE, old.number, premises_address="清河县南街 1 号")
    granted(case)
    (new,) = certificates.certificates_in([case.number])
    assert new.number.split(".")[8] == "002"
    assert new.number.split(".")[5:8] == old.number.split(".")[5:8]
    assert is_whole(new.number)
    assert new.fields["premises_address"] == "清河县南街 1 号"
    assert new.fields["shop_name"] == old.fields["shop_name"]
    assert new.replaces == old.number
    assert certificates.one(old.number, OFFICER).status is Status.REPLACED
    assert ledger.fsck() == []


def test_another_office_cannot_even_ask_for_its_own_decision() -> None:
    case = asked(Change.REVOKE, licence().number, by=POLICE)
    with pytest.raises(Exception, match="not for you to do"):
        granted(case, officer("public-security", "director"))


def test_a_holder_gives_up_their_own_and_nobody_elses() -> None:
    number = licence().number
    case = asked(Change.CANCEL, number, by=citizen(1))
    with pytest.raises(certificate_life.NotAbout):
        granted(case)
    granted(asked(Change.CANCEL, number, by=citizen(), key="own"))
    assert certificates.one(number, citizen()).status is Status.CANCELLED


def test_what_a_case_issued_is_taken_back_with_its_next_version() -> None:
    old = licence()
    changed(Change.REPLACE, old.number)
    new = certificates.of_holder(citizen())[0]
    case = cases.case(old.case, OFFICER)
    kind = current().case_types["shop.licence"]
    for _ in range(2):
        with batch(by=DIRECTOR) as draft:
            certificate_life.take_back(
                draft, case_type=kind, case=case, reason="承诺不实"
            )
    assert certificates.one(new.number, OFFICER).status is Status.REVOKED
    assert certificates.one(old.number, OFFICER).status is Status.REPLACED
    assert [e.reason for e in certificate_life.history([new.number])[new.number]] == [
        "承诺不实"
    ]
    assert ledger.fsck() == []


def test_a_reissue_does_not_outlive_the_case_it_goes_back_to() -> None:
    old = licence()
    changed(Change.REPLACE, old.number)
    new = certificates.of_holder(citizen())[0]
    changed(Change.SUSPEND, new.number)
    case = cases.case(old.case, OFFICER)
    kind = current().case_types["shop.licence"]
    with batch(by=DIRECTOR) as draft:
        fell = Event(Kind.REVOKED, draft.at, DIRECTOR.account, {"reasons": ""})
        actions.take_back(kind, case, [fell], by=DIRECTOR, at=draft.at, draft=draft)
    assert certificates.one(new.number, OFFICER).status is Status.REVOKED
    assert certificates.one(old.number, OFFICER).status is Status.REPLACED


def test_a_case_granted_anew_yields_the_next_version() -> None:
    old = licence()
    case = cases.case(old.case, OFFICER)
    kind = current().case_types["shop.licence"]
    with batch(by=DIRECTOR) as draft:
        certificate_life.take_back(draft, case_type=kind, case=case, reason="复核")
    with batch(by=DIRECTOR) as draft:
        actions.issue(kind, case, [], by=DIRECTOR, at=draft.at, draft=draft)
    newest = certificates.one(next_version(old.number), citizen())
    assert newest.status is Status.VALID
    assert certificates.one(old.number, citizen()).status is Status.REVOKED
    assert ledger.fsck() == []


def test_a_case_whose_certificate_is_in_force_issues_no_second() -> None:
    old = licence()
    case = cases.case(old.case, OFFICER)
    kind = current().case_types["shop.licence"]
    with pytest.raises(IntegrityError), batch(by=DIRECTOR) as draft:
        actions.issue(kind, case, [], by=DIRECTOR, at=draft.at, draft=draft)


# --------------------------------------------------------------- cases that rely on it


def fire_on_site() -> tuple[str, str]:
    """A fire check that only waits for its decision, and the licence it relies on."""
    fire = fire_of(open_shop()).number
    cases.act(fire, Accept(), by=INSPECTOR, key="a")
    done = CompleteStep("site-check", Outcome.GRANTED, "合格")
    case = cases.act(fire, done, by=INSPECTOR, key="b")
    return fire, case.materials["licence"].removeprefix("certificate:")


GRANT = Decide(Outcome.GRANTED, "")


def test_nothing_is_granted_on_a_certificate_that_was_taken_away() -> None:
    fire, number = fire_on_site()
    changed(Change.SUSPEND, number)
    for viewer in (INSPECTOR, citizen()):
        (lost,) = cases.dossier(fire, viewer).lost
        assert (lost.number, lost.status) == (number, Status.SUSPENDED)
    with pytest.raises(NotInForce):
        cases.act(fire, GRANT, by=INSPECTOR, key="c")
    assert cases.case(fire, INSPECTOR).is_open


def test_it_is_granted_once_the_certificate_is_back() -> None:
    fire, number = fire_on_site()
    changed(Change.SUSPEND, number)
    changed(Change.RESUME, number)
    assert cases.dossier(fire, INSPECTOR).lost == ()
    done = cases.act(fire, GRANT, by=INSPECTOR, key="c")
    assert done.outcome is Outcome.GRANTED


def test_the_next_version_stands_in_for_the_one_before() -> None:
    fire, number = fire_on_site()
    changed(Change.REPLACE, number)
    assert cases.dossier(fire, INSPECTOR).lost == ()
    done = cases.act(fire, GRANT, by=INSPECTOR, key="c")
    assert done.outcome is Outcome.GRANTED


def test_it_may_still_be_refused() -> None:
    fire = fire_of(open_shop())
    cases.act(fire.number, Accept(), by=INSPECTOR, key="a")
    changed(Change.REVOKE, fire.materials["licence"].removeprefix("certificate:"))
    failed = CompleteStep("site-check", Outcome.REFUSED, "不合格")
    cases.act(fire.number, failed, by=INSPECTOR, key="b")
    refuse = Decide(Outcome.REFUSED, "执照已撤销")
    done = cases.act(fire.number, refuse, by=INSPECTOR, key="c")
    assert done.outcome is Outcome.REFUSED


def test_a_case_is_not_opened_on_it() -> None:
    held = licence()
    changed(Change.REVOKE, held.number)
    with pytest.raises(NotInForce):
        cases.open_case(
            "shop.fire",
            by=citizen(),
            key="late",
            applicant=held.holder,
            data={"shop_name": "店", "premises_address": "路"},
            materials={"licence": f"certificate:{held.number}"},
        )


# ------------------------------------------------------------------ damage by hand


def test_a_status_set_by_hand_is_found() -> None:
    number = number_of(Change.REVOKE)
    CertificateRecord.objects.filter(pk=number).update(status="valid")
    assert "its changes make it 'revoked'" in "\n".join(map(str, ledger.fsck()))


def test_a_change_that_was_taken_away_is_found() -> None:
    number = number_of(Change.REVOKE)
    CertificateRecord.objects.filter(pk=number).update(status="valid")
    CertificateChange.objects.all().delete()
    said = "\n".join(map(str, ledger.fsck()))
    assert "the certificate-change that it proves is gone" in said


def test_a_change_rewritten_by_hand_is_found() -> None:
    number = number_of(Change.REVOKE)
    CertificateRecord.objects.filter(pk=number).update(status="forfeited")
    CertificateChange.objects.update(change="forfeit")
    said = "\n".join(map(str, ledger.fsck()))
    assert "its 'change' is not what the ledger records" in said


def test_many_are_issued_together() -> None:
    held = licence()
    shop = grant_fire(open_shop(key="more"))
    new = [
        certificates.Issue(
            number=f"{held.number}-{place}",
            type=held.type,
            holder=held.holder,
            case=shop.number,
            fields=held.fields,
            issued_at=held.issued_at,
        )
        for place in range(250)
    ]
    assert certificates.issue_many(new, by=OFFICER, at=held.issued_at) == 250
    assert ledger.fsck() == []


def test_no_case_type_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "CASE_TYPES", {Change.REVOKE: "certificate.unheard"})
    with pytest.raises(actions.NoSuchCase):
        asked(Change.REVOKE, licence().number)
