"""Looks at certificates: under a declaration, with a receipt, and no further."""

from datetime import date, timedelta

import pytest
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.certificates.licence import (
    INSPECTOR,
    OFFICER,
    POLICE,
    changed,
    licence,
)
from tests.capabilities.qinghe import MONDAY, SHOP, citizen, person

from tongban.home import Home
from tongban.kernel.case.certificate import Change, Holder, NotInForce, Status
from tongban.kernel.terms import Actor, Text
from tongban.store import (
    accounts,
    certificate_copies,
    certificate_uses,
    clock,
    ledger,
    pass_codes,
    trail,
)
from tongban.store.certificate_uses import NoOpenCase, NotDisclosed, NothingHere


@pytest.fixture(autouse=True)
def installed(home: Home, monday: object, db: None) -> None:
    """An installation with nothing in it yet; the clock stands still."""


WHOLE = "copy.licence"
TOMORROW = MONDAY.date() + timedelta(1)


@pytest.fixture
def holder() -> Actor:
    """何小雨, who can sign in and holds a licence."""
    account = accounts.create(
        "citizen.0", title=Text("何小雨"), kind="citizen", subject=person()
    )
    return account.actor()


@pytest.fixture
def number(holder: Actor) -> str:  # noqa: ARG001
    return licence().number


# -------------------------------------------------------------------- declared looks


def test_an_office_sees_what_is_declared_for_an_open_case() -> None:
    case = fire_of(open_shop()).number
    (seen,) = certificate_uses.of_holder(
        "case.licence", person(), by=INSPECTOR, case=case
    )
    assert seen.fields == {"shop_name": SHOP["shop_name"]}
    assert (seen.status, seen.holder_name) == (Status.VALID, "何**")


def test_a_look_is_a_use_that_its_holder_finds(number: str) -> None:
    by_number = {"by": POLICE, "holder": Holder.NUMBER}
    certificate_uses.one("number.licence", number, **by_number)
    last = trail.uses_of(citizen()).rows[0]
    assert last.organization == "public-security"
    assert last.purpose == "number.licence"
    assert last.items == ("certificate:shop-licence.shop_name",)
    (look,) = certificate_uses.looks_at(number, citizen())
    assert (look.purpose, str(look.receipt)) == ("number.licence", last.receipt_id)
    assert certificate_uses.looks_at(number, citizen(1)) == ()
    assert ledger.fsck() == []


@pytest.mark.parametrize("case", ["", "2026112300000000"])
def test_without_an_open_case_nothing_is_seen(number: str, case: str) -> None:
    del number
    with pytest.raises(NoOpenCase):
        certificate_uses.of_holder("case.licence", person(), by=INSPECTOR, case=case)


def test_another_persons_case_opens_nothing(number: str) -> None:
    del number
    case = fire_of(open_shop(key="own")).number
    with pytest.raises(NoOpenCase):
        certificate_uses.of_holder("case.licence", person(1), by=INSPECTOR, case=case)


@pytest.mark.parametrize("by", [OFFICER, citizen(), POLICE])
def test_what_is_declared_for_another_office_is_not_ones_own(by: Actor) -> None:
    with pytest.raises(NotDisclosed):
        certificate_uses.of_holder("case.licence", person(), by=by, case="")


def test_nobody_learns_whether_a_number_exists(number: str) -> None:
    del number
    with pytest.raises(NothingHere):
        certificate_uses.one("number.licence", "1.2", by=POLICE, holder=Holder.NUMBER)


# ------------------------------------------------------------------------ pass codes


@pytest.mark.usefixtures("number")
def test_a_pass_code_opens_what_its_scanner_may_see(holder: Actor) -> None:
    code = pass_codes.issue(holder)
    scan = pass_codes.scan(code.text, "counter.licence", by=INSPECTOR)
    (seen,) = scan.shown
    assert seen.fields == {"shop_name": SHOP["shop_name"]}
    (look,) = certificate_uses.looks_at(seen.certificate.number, holder)
    assert look.place == "消防窗口"


@pytest.mark.usefixtures("number")
def test_a_scan_sent_twice_is_one_use(holder: Actor) -> None:
    code = pass_codes.issue(holder).text
    first = pass_codes.scan(code, "counter.licence", by=INSPECTOR)
    second = pass_codes.scan(code, "counter.licence", by=INSPECTOR)
    assert (second.again, second.receipt) == (True, first.receipt)
    assert second.shown == first.shown
    looks = [u for u in trail.uses_of(holder).rows if u.purpose == "counter.licence"]
    assert len(looks) == 1


@pytest.mark.usefixtures("number")
def test_a_code_is_not_scanned_by_a_second_scanner(holder: Actor) -> None:
    code = pass_codes.issue(holder).text
    pass_codes.scan(code, "counter.licence", by=INSPECTOR)
    with pytest.raises(pass_codes.PassUsed):
        pass_codes.scan(code, WHOLE, by=POLICE)


def test_a_code_is_dead_after_its_minute(holder: Actor) -> None:
    code = pass_codes.issue(holder).text
    with clock.at(MONDAY + timedelta(seconds=61)), pytest.raises(pass_codes.BadPass):
        pass_codes.scan(code, "counter.licence", by=INSPECTOR)


@pytest.mark.parametrize("text", ["", "123", "gAAAA"])
def test_what_is_no_code_opens_nothing(text: str) -> None:
    with pytest.raises(pass_codes.BadPass):
        pass_codes.scan(text, "counter.licence", by=INSPECTOR)


def test_a_code_names_nobody(holder: Actor) -> None:
    text = pass_codes.issue(holder).text
    assert holder.account not in text
    assert person().id not in text
    assert text != pass_codes.issue(holder).text


# ---------------------------------------------------------------- annotated copies


def copy(number: str, until: date = TOMORROW, **told: str) -> certificate_copies.Copy:
    words = {"receiver": "清河县银行", "reason": "开立账户", **told}
    return certificate_copies.make(number, by=citizen(), until=until, **words)


def test_a_copy_says_for_whom_what_and_until_when(number: str) -> None:
    made = copy(number)
    assert made.annotation == {
        "JZJZZSY": "开立账户",
        "KZ_JSF": "清河县银行",
        "JZJYXQJZSJ": "2026-11-24",
        "JZJZZZ": "何小雨",
        "JZJZZSJ": "2026-11-23T09:30:00+08:00",
    }
    assert certificate_copies.checked(made.code) == made
    assert certificate_copies.of_certificate(number, citizen()) == (made,)
    assert certificate_copies.of_certificate(number, citizen(1)) == ()
    assert ledger.fsck() == []


def test_a_copy_ends_on_its_day_and_with_its_certificate(number: str) -> None:
    made = copy(number)
    assert made.is_valid(TOMORROW)
    assert not made.is_valid(TOMORROW + timedelta(1))
    changed(Change.SUSPEND, number)
    found = certificate_copies.checked(made.code)
    assert found is not None
    assert not found.is_valid(TOMORROW)
    with pytest.raises(NotInForce):
        copy(number)


def test_a_copy_is_taken_back_once(number: str) -> None:
    made = copy(number)
    with pytest.raises(certificate_copies.NotYourCopy):
        certificate_copies.revoke(made.code, by=citizen(1))
    first = certificate_copies.revoke(made.code, by=citizen())
    assert certificate_copies.revoke(made.code, by=citizen()) == first
    assert not first.is_valid(MONDAY.date())
    assert ledger.fsck() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"receiver": ""},
        {"reason": "长" * 61},
        {"until": MONDAY.date() - timedelta(1)},
    ],
)
def test_a_copy_without_its_limits_is_refused(number: str, wrong: dict) -> None:
    with pytest.raises(certificate_copies.BadCopy):
        copy(number, **wrong)


def test_an_office_makes_one_for_itself_while_the_holder_consents(
    holder: Actor, number: str
) -> None:
    made = certificate_copies.make_with_consent(
        number,
        by=POLICE,
        consent=pass_codes.issue(holder).text,
        disclosure=WHOLE,
        reason="特种行业备案",
        until=TOMORROW,
    )
    assert (made.receiver, made.maker) == ("清河县公安局", "清河县公安局")
    assert certificate_copies.of_certificate(number, holder) == (made,)


def test_a_code_consents_to_one_copy_and_not_to_what_follows_a_look(
    holder: Actor, number: str
) -> None:
    def copied(consent: str, reason: str) -> certificate_copies.Copy:
        return certificate_copies.make_with_consent(
            number,
            by=POLICE,
            consent=consent,
            disclosure=WHOLE,
            reason=reason,
            until=TOMORROW,
        )

    first = pass_codes.issue(holder).text
    made = copied(first, "特种行业备案")
    assert copied(first, "特种行业备案") == made  # its answer was lost
    with pytest.raises(pass_codes.PassUsed):
        copied(first, "另一事由")
    looked = pass_codes.issue(holder).text
    pass_codes.scan(looked, WHOLE, by=POLICE)
    with pytest.raises(pass_codes.PassUsed):
        copied(looked, "另一事由")
    assert certificate_copies.of_certificate(number, holder) == (made,)


def test_a_part_of_a_certificate_is_not_copied(holder: Actor, number: str) -> None:
    with pytest.raises(certificate_copies.NotYourCopy):
        certificate_copies.make_with_consent(
            number,
            by=INSPECTOR,
            consent=pass_codes.issue(holder).text,
            disclosure="counter.licence",
            reason="备案",
            until=TOMORROW,
        )


# ------------------------------------------------------------------------ printed forms


def test_a_printed_form_is_recognised_by_its_digest(number: str) -> None:
    made = copy(number)
    digest = "a" * 64
    certificate_copies.note_file(digest, made.certificate, made)
    certificate_copies.note_file(digest, made.certificate, made)
    known = certificate_copies.printed(digest)
    assert known is not None
    assert known.copy == made
    assert certificate_copies.printed("b" * 64) is None
    assert ledger.fsck() == []
