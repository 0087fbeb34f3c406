"""Grants that give only so much: counted with the receipt, refused when spent."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from tests.capabilities.qinghe import MONDAY, citizen, person

from tongban.kernel.query.engines import ValueFault
from tongban.kernel.query.model import Grant, Scope
from tongban.kernel.query.quota import Period, Quota, QuotaSpent
from tongban.kernel.terms import SYSTEM, Refused, UserError
from tongban.store import clock, drafts, grants, jurisdiction, ledger, quotas, uses
from tongban.store.models import GrantRecord, GrantUsage, UseReceipt


NAME = "SELECT name FROM population.person"
TWICE = f"SELECT * FROM ({NAME} UNION ALL {NAME}) AS q"
NOTHING = f"{NAME} WHERE name = '无此人'"
DAY = Period.DAY


def limited(**quota: object) -> Grant:
    """Put a grant with this quota in the place of the pack's."""
    grants.revoke("prefill.person", jurisdiction.current().grants, by=SYSTEM)
    grant = Grant(
        id="limited",
        organization="market-regulation",
        purpose="open-shop.prefill",
        dataset="population.person",
        items=frozenset({"name"}),
        scope=Scope.SUBJECT,
        basis="《政务数据共享条例》第二十条",
        since=MONDAY.date(),
        quota=Quota(**{"per": DAY, **quota}),  # type: ignore[arg-type]
    )
    grants.add(grant, by=SYSTEM)
    return grant


def wish(case: str, sql: str = NAME, limit: int = 1000) -> uses.UseSpec:
    return uses.UseSpec(
        "market-regulation",
        "open-shop.prefill",
        sql,
        case=case,
        subject=person(),
        limit=limit,
    )


def ask(sql: str = NAME, *, limit: int = 1000, times: int = 1) -> list[object]:
    case = drafts.start(citizen(), "open-shop").number
    return [*uses.use_many([wish(case, sql, limit)] * times, by=citizen())]


def refused(sql: str = NAME, *, limit: int = 1000, times: int = 1) -> Refused:
    with pytest.raises(QuotaSpent) as spent:
        ask(sql, limit=limit, times=times)
    return spent.value


def test_calls_are_counted_and_the_next_is_refused() -> None:
    limited(calls=2)
    ask()
    ask()
    spent = refused()
    assert spent.code == "query.quota"
    assert spent.facts == {
        "grant": "limited",
        "measure": "calls",
        "per": "day",
        "most": 2,
        "used": 2,
        "resets": "2026-11-24T00:00:00+08:00",
    }
    assert "2026-11-24 00:00" in str(spent)
    assert UseReceipt.objects.count() == 2


def test_uses_sent_together_count_each() -> None:
    limited(calls=3)
    ask(times=2)
    assert refused(times=2).facts["used"] == 2
    ask()
    assert UseReceipt.objects.count() == 3


def test_rows_are_those_delivered() -> None:
    limited(rows=3)
    ask(TWICE, limit=1)
    ask(TWICE)
    assert GrantUsage.objects.get().rows == 3
    assert refused(NOTHING).facts["measure"] == "rows"


def test_an_answer_that_is_more_than_is_left_is_refused_whole() -> None:
    limited(rows=1)
    spent = refused(TWICE)
    assert (spent.facts["used"], spent.facts["most"]) == (0, 1)
    assert not UseReceipt.objects.exists()
    ask()


# No whole number is so large: it fails on the value that it met.
FAULT = f"SELECT 1000000000000000000 * length(name) * 1000 AS n FROM ({NAME}) AS q"


def test_a_use_that_fails_on_the_data_spends_a_call_and_of_the_rate() -> None:
    limited(calls=2, rate=5, rows=100)
    for _ in range(2):
        with pytest.raises(ValueFault):
            ask(FAULT)
    assert refused().facts["measure"] == "calls"
    kept = {row.per: (row.calls, row.rows) for row in GrantUsage.objects.all()}
    assert kept == {"day": (2, 0), "minute": (2, 0)}
    assert not UseReceipt.objects.exists()


def test_an_answer_refused_for_its_size_spends_a_call() -> None:
    limited(calls=2, rows=1)
    assert refused(TWICE).facts["measure"] == "rows"
    assert refused(TWICE).facts["measure"] == "rows"
    assert refused(NOTHING).facts["measure"] == "calls"
    assert GrantUsage.objects.get().rows == 0


def test_of_uses_sent_together_those_that_ran_are_counted() -> None:
    limited(calls=9)
    case = drafts.start(citizen(), "open-shop").number
    wishes = [wish(case), wish(case, FAULT), wish(case)]
    with pytest.raises(ValueFault):
        uses.use_many(wishes, by=citizen())
    assert GrantUsage.objects.get().calls == 2


def test_what_fails_is_counted_up_to_the_limit() -> None:
    quota = limited(calls=3, rate=9).quota
    assert quota is not None
    for _ in range(2):
        quotas.count_failed({"limited": quota}, {"limited": 2}, MONDAY, MONDAY.tzinfo)
    kept = dict(GrantUsage.objects.values_list("per", "calls"))
    assert kept == {"day": 3, "minute": 4}


def test_a_use_without_a_value_it_needs_did_not_run() -> None:
    limited(calls=1)
    with pytest.raises(UserError, match=":who"):
        ask(f"{NAME} WHERE name = :who")
    assert not GrantUsage.objects.exists()


def test_bytes_are_those_of_the_rows_text() -> None:
    # ["何**"], masked: six signs of ASCII and one of three bytes.
    limited(bytes=20)
    ask(TWICE)
    assert GrantUsage.objects.get().bytes == 18
    assert refused().facts["measure"] == "bytes"


def test_rate_is_of_each_minute() -> None:
    limited(rate=1)
    ask()
    assert refused().facts["resets"] == "2026-11-23T09:31:00+08:00"
    with clock.at(MONDAY + timedelta(minutes=1)):
        ask()


@pytest.mark.parametrize(
    ("per", "before", "after"),
    [
        (Period.HOUR, "2026-11-23T09:59:59+08:00", "2026-11-23T10:00:00+08:00"),
        (Period.DAY, "2026-11-23T23:59:59+08:00", "2026-11-24T00:00:00+08:00"),
        (Period.MONTH, "2026-11-30T23:59:59+08:00", "2026-12-01T00:00:00+08:00"),
        # In another zone's words the same midnight.
        (Period.DAY, "2026-11-23T15:59:59+00:00", "2026-11-23T16:00:00+00:00"),
    ],
)
def test_counting_begins_anew_by_the_clocks_of_the_place(
    per: Period, before: str, after: str
) -> None:
    limited(calls=1, per=per)
    ask()
    with clock.at(datetime.fromisoformat(before)):
        spent = refused()
    assert datetime.fromisoformat(spent.facts["resets"]) == datetime.fromisoformat(
        after
    )
    with clock.at(datetime.fromisoformat(after)):
        ask()
        refused()


def test_a_use_of_yesterday_counts_for_no_new_day() -> None:
    limited(calls=2)
    with clock.at(MONDAY + timedelta(days=1)):
        ask()
    ask()
    assert GrantUsage.objects.get().calls == 2


def test_another_grant_does_not_stand_in_for_one_that_is_spent() -> None:
    grant = limited(calls=1)
    grants.add(replace(grant, id="second", quota=None), by=SYSTEM)
    ask()
    assert refused().facts["grant"] == "limited"


def test_grant_without_quota_costs_no_statement() -> None:
    case = drafts.start(citizen(), "open-shop").number
    with CaptureQueriesContext(connection) as ran:
        uses.use_many([wish(case)], by=citizen())
    assert not [each for each in ran.captured_queries if "usage" in each["sql"]]
    assert not GrantUsage.objects.exists()


def test_explanation_tells_what_is_left() -> None:
    limited(calls=5, rate=60)
    case = drafts.start(citizen(), "open-shop").number
    ask()
    told = uses.explain(
        by=citizen(),
        organization="market-regulation",
        purpose="open-shop.prefill",
        sql=NAME,
        case=case,
        subject=person(),
    )
    assert [(each.measure, each.per, each.used) for each in told.left] == [
        ("calls", "day", 1),
        ("calls", "minute", 1),
    ]
    assert "limited: 4 of 5 calls a day left until 2026-11-24 00:00" in str(told)
    assert told.to_json()["quota"][0]["used"] == 1
    assert GrantUsage.objects.filter(per="day").get().calls == 1


def test_explanation_of_a_spent_quota_is_refused_until_it_begins_anew() -> None:
    limited(calls=1)
    case = drafts.start(citizen(), "open-shop").number
    ask()
    told = uses.explain(
        by=citizen(),
        organization="market-regulation",
        purpose="open-shop.prefill",
        sql=NAME,
        case=case,
        subject=person(),
    )
    assert not told.allowed
    assert str(told).startswith("refused\n")
    assert "wait until 2026-11-24 00:00" in str(told)


def test_quota_of_a_grant_is_in_its_leaf() -> None:
    limited(calls=5)
    assert ledger.fsck() == []
    GrantRecord.objects.filter(pk="limited").update(quota=None)
    assert ["'quota'" in str(each) for each in ledger.fsck()] == [True]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_exceed_it() -> None:
    limited(calls=5, rows=100)
    cases = [drafts.start(citizen(), "open-shop").number for _ in range(12)]
    start = Barrier(12)

    def call(case: str) -> bool:
        start.wait()
        try:
            with clock.at(MONDAY):
                uses.use_many([wish(case)], by=citizen())
        except QuotaSpent:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as threads:
        given = list(threads.map(call, cases))
    assert sum(given) == 5
    assert GrantUsage.objects.get().calls == UseReceipt.objects.count() == 5
