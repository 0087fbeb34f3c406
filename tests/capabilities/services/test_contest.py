"""有误: a known value is contested, verified by its provider, and the form goes on."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.capabilities.qinghe import POLICE, person
from tests.capabilities.services.portal import (
    ANSWERS,
    APPLY,
    actor,
    pdf,
    send,
    signed_in,
    start,
)

from tongban.capabilities.workbench.facts import facts
from tongban.kernel.case.commands import Decide
from tongban.kernel.case.model import Case, Kind, Outcome
from tongban.kernel.case.refusals import Unknown
from tongban.store import cases, clock, trail
from tongban.store.jurisdiction import current
from tongban.store.models import CaseRecord


pytestmark = pytest.mark.usefixtures("portal")
WRONG = {
    "instead-founder_name": "何晓雨",
    "reason-founder_name": "登记时写错了一个字",
}


def contest(client: Client, number: str, **more: Any) -> HttpResponse:
    act = {"number": number, "act": "contest:founder_name"}
    return client.post(APPLY, {**ANSWERS, **WRONG, **act, **more})


def opened(client: Client, number: str, **more: Any) -> Case:
    assert contest(client, number, **more).status_code == 302
    (found,) = CaseRecord.objects.filter(type="data.correction")
    return cases.case(found.number, actor())


def decide(number: str, outcome: Outcome) -> None:
    command = Decide(outcome, "经核对原始登记材料")
    cases.act(number, command, by=POLICE, key=f"decide-{number}")


def test_the_provider_is_asked_at_once_with_what_both_say() -> None:
    client = signed_in()
    number = start(client)
    case = opened(client, number, **{"proof-founder_name": pdf("id.pdf")})
    assert case.data["dataset"] == "population.person"
    assert (case.data["item"], case.data["recorded"]) == ("name", "何小雨")
    assert case.data["right"] == "何晓雨"
    assert case.about == number
    assert case.materials["proof"].startswith("file:")
    (found,) = cases.inbox(POLICE).rows
    assert (found.number, found.act) == (case.number, "decide")


def test_the_provider_has_ten_working_days_from_receipt() -> None:
    client = signed_in()
    case = opened(client, start(client))
    (decision,) = cases.clocks(case.number, POLICE)
    # Monday 23 November 2026 is not counted; ten working days end on 7 December.
    assert str(decision.due) == "2026-12-07"


def test_asking_again_is_the_same_case() -> None:
    client = signed_in()
    number = start(client)
    first = opened(client, number)
    assert opened(client, number).number == first.number
    assert first.number in client.get(APPLY).content.decode()


@pytest.mark.parametrize(
    ("missing", "place"),
    [
        ("instead-founder_name", "instead-founder_name"),
        ("reason-founder_name", "reason-founder_name"),
    ],
)
def test_without_value_or_reason_nobody_is_asked(missing: str, place: str) -> None:
    client = signed_in()
    response = contest(client, start(client), **{missing: ""})
    assert response.status_code == 422
    assert f'href="#{place}"' in response.content.decode()
    assert not CaseRecord.objects.exists()


def test_a_value_contested_only_in_the_form_is_verified_when_it_is_sent() -> None:
    client = signed_in()
    number = start(client)
    send(client, number, **WRONG)
    correction = CaseRecord.objects.get(type="data.correction")
    source = cases.case(number, actor()).sources["founder_name"]
    assert source["correction"] == correction.number
    assert source["known"] == "何小雨"


def test_the_office_sees_both_and_how_it_was_verified() -> None:
    client = signed_in()
    number = start(client)
    correction = opened(client, number)
    send(client, number, **WRONG)
    kind = current().case_types["open-shop"]

    def seen() -> Any:
        case = cases.case(number, actor())
        return facts(kind, case, current().catalog)[0]

    assert (seen().value, seen().known) == ("何晓雨", "何小雨")
    assert (seen().correction, seen().corrected) == (correction.number, None)
    decide(correction.number, Outcome.GRANTED)
    assert seen().corrected is Outcome.GRANTED


def test_the_running_matter_is_told_once_and_its_applicant_reads_it() -> None:
    client = signed_in()
    number = start(client)
    correction = opened(client, number)
    send(client, number, **WRONG)
    decide(correction.number, Outcome.REFUSED)
    told = [e for e in cases.events(number, actor()) if e.kind is Kind.TOLD]
    assert [dict(event.data) for event in told] == [
        {"case": correction.number, "outcome": "refused"}
    ]
    page = client.get(f"/cases/{number}/").content.decode()
    assert "数据提供部门核对后认为登记无误" in page


def test_a_matter_that_was_never_sent_is_not_told() -> None:
    client = signed_in()
    correction = opened(client, start(client))
    decide(correction.number, Outcome.GRANTED)
    assert cases.case(correction.number, POLICE).outcome is Outcome.GRANTED


def test_the_correction_has_a_page_of_its_own() -> None:
    client = signed_in()
    correction = opened(client, start(client))
    page = client.get(f"/cases/{correction.number}/").content.decode()
    assert "公安" in page


def test_nobody_opens_a_case_about_somebody_elses_matter() -> None:
    client = signed_in()
    number = start(client)
    with pytest.raises(Unknown):
        cases.open_case(
            "data.correction",
            by=actor(1),
            key="mine",
            applicant=person(1),
            data={"dataset": "population.person"},
            materials={},
            about=number,
        )


def test_past_consumers_of_the_value_are_found() -> None:
    client = signed_in()
    number = start(client)
    found = trail.consumers_of(person(0), "population.person.name")
    assert [(use.case, use.organization) for use in found] == [
        (number, "market-regulation")
    ]
    assert trail.consumers_of(person(1), "population.person.name") == []
    assert clock.now() >= found[0].at
