"""Data through the one door: grants, receipts, refusals, sources that are down."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import (
    MONDAY,
    PEOPLE,
    POLICE,
    REGISTRAR,
    citizen,
    person,
)

from tongban.home import Home
from tongban.kernel.case.commands import Accept, Decide, Withdraw
from tongban.kernel.case.model import Outcome
from tongban.kernel.query.model import Grant, Scope
from tongban.kernel.terms import SYSTEM, Actor, Refused, Subject, SubjectKind, UserError
from tongban.store import cases, drafts, grants, jurisdiction, ledger, uses
from tongban.store.models import LedgerLeaf, UseReceipt


NAME = "SELECT name FROM population.person"


def prefill(place: int = 0, **given: object) -> uses.Result:
    draft = drafts.start(citizen(place), "open-shop")
    wish = {
        "by": citizen(place),
        "organization": "market-regulation",
        "purpose": "open-shop.prefill",
        "sql": NAME,
        "case": draft.number,
        "subject": person(place),
        **given,
    }
    return uses.use(**wish)  # type: ignore[arg-type]


def test_rows_come_with_their_receipt() -> None:
    result = prefill()
    assert result.rows == [("何小雨",)]
    (receipt,) = UseReceipt.objects.all()
    assert result.receipt_id == str(receipt.pk)
    assert receipt.grants == ["prefill.person"]
    assert receipt.items == ["population.person.name"]
    assert receipt.rows == 1
    assert LedgerLeaf.objects.filter(pk=receipt.leaf_id).count() == 1


def test_what_crossed_the_wire_is_told() -> None:
    (crossed,) = prefill().crossed
    assert (crossed.engine, crossed.database, crossed.rows) == ("sqlite", "police", 1)
    assert crossed.size == 9  # three characters of three bytes each


def test_a_use_of_nobodys_rows_is_receipted_too() -> None:
    assert prefill(sql=f"{NAME} WHERE name = '无此人'").rows == []
    assert UseReceipt.objects.get().rows == 0


def test_one_sees_only_ones_own_rows() -> None:
    assert prefill(1).rows == [("罗成",)]


def test_a_cut_answer_says_so() -> None:
    values = "SELECT * FROM (SELECT name FROM population.person UNION ALL " + NAME + ")"
    assert prefill(sql=values, limit=1).truncated


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"sql": "SELECT birth_date FROM population.person"}, "query."),
        ({"sql": "SELECT nme FROM population.person"}, "query."),
        ({"sql": "DELETE FROM population.person"}, "query.not-select"),
        ({"by": REGISTRAR, "case": "2026112300000000"}, "query.case-missing"),
        ({"subject": person(1)}, "query.not"),
        ({"by": POLICE}, "query.not-of-organization"),
        ({"by": citizen(1)}, "query.not-of-organization"),
        ({"purpose": "licence.decision"}, "query."),
    ],
)
def test_what_is_refused_leaves_no_receipt(wrong: dict[str, object], code: str) -> None:
    with pytest.raises(UserError) as refused:
        prefill(**wrong)
    assert refused.value.code.startswith(code)
    assert not UseReceipt.objects.exists()


@pytest.mark.parametrize("by", [REGISTRAR, SYSTEM])
def test_nobody_else_uses_data_for_a_form_that_is_not_sent(by: Actor) -> None:
    with pytest.raises(Refused) as refused:
        prefill(by=by)
    assert refused.value.code == "query.not-of-organization"
    assert not UseReceipt.objects.exists()


def test_a_closed_case_opens_no_data() -> None:
    shop = open_shop()
    licence = cases.children(shop.number, citizen())[0]
    with pytest.raises(Refused) as refused:
        uses.use(
            by=REGISTRAR,
            organization="market-regulation",
            purpose="licence.decision",
            sql="SELECT birth_date FROM population.person",
            case=licence.number,
            subject=person(),
        )
    assert refused.value.code == "query.case-closed"


def test_an_official_uses_data_for_a_case_of_theirs() -> None:
    shop = open_shop(1)
    (licence,) = cases.children(shop.number, citizen(1))
    result = uses.use(
        by=REGISTRAR,
        organization="market-regulation",
        purpose="licence.decision",
        sql="SELECT birth_date FROM population.person",
        case=licence.number,
        subject=person(1),
    )
    assert result.rows == [(date.fromisoformat(PEOPLE[1][2]),)]


def test_a_source_that_is_down_hinders_no_other(home: Home) -> None:
    home.department("market").unlink()
    shop = open_shop(1)
    (licence,) = cases.children(shop.number, citizen(1))
    asked = [
        uses.UseSpec(
            "market-regulation",
            "licence.decision",
            sql,
            case=licence.number,
            subject=person(1),
        )
        for sql in (
            "SELECT status FROM market.licence",
            "SELECT birth_date FROM population.person",
        )
    ]
    down, up = uses.use_many(asked, by=REGISTRAR)
    assert isinstance(down, uses.SourceUnavailable)
    assert (down.dataset, down.provider) == ("market.licence", "market-regulation")
    assert isinstance(up, uses.Result)
    assert [receipt.pk for receipt in UseReceipt.objects.all()] == [int(up.receipt_id)]


def test_explaining_reads_nothing_and_needs_no_receipt() -> None:
    draft = drafts.start(citizen(), "open-shop")
    told = uses.explain(
        by=citizen(),
        organization="market-regulation",
        purpose="open-shop.prefill",
        sql=NAME,
        case=draft.number,
        subject=person(),
    )
    assert told.allowed
    assert "prefill.person" in str(told)
    assert not UseReceipt.objects.exists()


FRIDAY = date(2026, 11, 20)


def test_as_of_another_day_the_use_is_still_of_now() -> None:
    dated = f"{NAME} WHERE :as_of = DATE '2026-11-20'"
    assert prefill(sql=dated).rows == []
    result = prefill(sql=dated, as_of=FRIDAY)
    assert result.rows == [("何小雨",)]
    assert result.at == MONDAY
    assert {receipt.at for receipt in UseReceipt.objects.all()} == {MONDAY}


def test_an_expired_grant_does_not_serve_as_of_a_day_when_it_was_in_force() -> None:
    declared = jurisdiction.current().grants
    (known,) = [g for g in declared if g.id == "prefill.person"]
    grants.revoke(known.id, declared, by=SYSTEM)
    grants.add(replace(known, id="application-2", until=FRIDAY), by=SYSTEM)
    with pytest.raises(Refused) as refused:
        prefill(as_of=FRIDAY)
    assert refused.value.code == "query.expired"


def test_no_use_is_as_of_a_day_to_come() -> None:
    tomorrow = MONDAY.date() + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        prefill(as_of=tomorrow)
    assert refused.value.code == "query.future"
    assert not UseReceipt.objects.exists()


def test_a_revoked_grant_is_gone_at_the_next_use() -> None:
    prefill()
    grants.revoke("prefill.person", jurisdiction.current().grants, by=SYSTEM)
    with pytest.raises(Refused) as refused:
        prefill()
    assert refused.value.code == "query.no-grant"
    with pytest.raises(grants.UnknownGrant):
        grants.revoke("prefill.person", jurisdiction.current().grants, by=SYSTEM)


def test_a_given_grant_serves_at_the_next_use_and_its_name_is_taken() -> None:
    declared = jurisdiction.current().grants
    grants.revoke("prefill.person", declared, by=SYSTEM)
    grant = Grant(
        id="application-1",
        organization="market-regulation",
        purpose="open-shop.prefill",
        dataset="population.person",
        items=frozenset({"name"}),
        scope=Scope.SUBJECT,
        basis="《政务数据共享条例》第二十条",
        since=date(2026, 11, 23),
    )
    grants.add(grant, by=SYSTEM)
    # Without `reveal`, the name comes masked.
    assert prefill().rows == [("何**",)]
    with pytest.raises(grants.GrantTaken):
        grants.add(replace(grant, basis="《另一依据》"), by=SYSTEM)
    assert {g.id for g in grants.in_force(declared)} == {
        "decision.person",
        "decision.licence",
        "statistics.person",
        "application-1",
    }


def test_a_granted_application_puts_its_grant_in_force() -> None:
    """The provider of the data answers for the case, whoever that is."""
    applicant = Subject(SubjectKind.ORGANIZATION, "market-regulation")
    asked = cases.open_case(
        "sharing.application",
        by=replace(REGISTRAR, subject=applicant),
        key="apply",
        applicant=applicant,
        data={
            "dataset": "population.person",
            "items": "name",
            "purpose": "open-shop.prefill",
            "legal_basis": "《政务数据共享条例》第二十条",
            "until": "2027-01-01",
        },
        materials={},
    )
    (row,) = cases.inbox(POLICE).rows
    assert (row.number, row.organization) == (asked.number, "public-security")
    cases.act(asked.number, Accept(), by=POLICE, key="accept")
    with pytest.raises(Refused):
        cases.act(asked.number, Withdraw(), by=POLICE, key="not-theirs")
    cases.act(asked.number, Decide(Outcome.GRANTED, ""), by=POLICE, key="decide")
    given = grants.in_force(jurisdiction.current().grants)[-1]
    assert given.organization == "market-regulation"
    assert given.items == {"name"}
    assert given.until == date(2027, 1, 1)
    assert ledger.fsck() == []
