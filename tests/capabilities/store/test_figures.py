"""How timely cases are handled, counted by hand; a month kept is the month counted."""

from datetime import date, datetime, timedelta

import pytest
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.qinghe import CHINA, MONDAY

from tongban.store import clock, figures
from tongban.store.figures import Timely
from tongban.store.models import CaseRecord, Timeliness


OFFICE = "fire-rescue"
MAY = datetime(2026, 5, 11, 10, tzinfo=CHINA)


@pytest.fixture
def record() -> CaseRecord:
    """A case to copy; the one-thing and its items are out of the way."""
    number = fire_of(open_shop()).number
    CaseRecord.objects.exclude(pk=number).update(organization="elsewhere", due=None)
    found = CaseRecord.objects.get(pk=number)
    CaseRecord.objects.filter(pk=number).update(due=None, organization="elsewhere")
    return found


def closed(record: CaseRecord, kind: str, spent: list[int], when: datetime) -> None:
    """Closed cases that took so many days each; late from ten days on."""
    rows = [
        CaseRecord(
            number=f"{kind}{when:%m%d%H%M}{place}"[:16],
            type=kind,
            pack=record.pack,
            applicant_kind=record.applicant_kind,
            applicant_id=record.applicant_id,
            organization=OFFICE,
            phase="closed",
            opened=when - timedelta(days=9),
            closed=when,
            outcome="granted",
            spent=days,
            late=days >= 10,
            version=1,
        )
        for place, days in enumerate(spent)
    ]
    CaseRecord.objects.bulk_create(rows)


def of(office: str = OFFICE) -> Timely:
    (found,) = [e for e in figures.timeliness().offices if e.organization == office]
    return found


def test_half_nine_in_ten_and_on_time(record: CaseRecord) -> None:
    # Ten cases: half within 5 days, nine within 9, one late.
    closed(record, "a", [1, 2, 3, 4, 5, 6, 7, 8, 9, 30], MONDAY)
    told = Timely(OFFICE, "a", 10, 5, 9, 90, 0)
    assert figures.timeliness().items[OFFICE] == (told,)
    assert of() == Timely(OFFICE, "", 10, 5, 9, 90, 0)


def test_few_are_not_told_nor_found_by_subtraction(record: CaseRecord) -> None:
    closed(record, "a", [1] * 12, MONDAY)
    closed(record, "b", [7] * 9, MONDAY)
    (only,) = figures.timeliness().items[OFFICE]
    assert (only.type, only.closed) == ("a", 12)
    assert of().closed == 12
    closed(record, "c", [7] * 9, MONDAY)
    # The nine and the nine together are eighteen: neither follows from the sum.
    assert of().closed == 30
    assert len(figures.timeliness().items[OFFICE]) == 1


def test_months_that_are_over_are_counted_once_and_tell_the_same(
    record: CaseRecord,
) -> None:
    closed(record, "a", [2] * 6 + [12] * 6, MAY)
    closed(record, "a", [4] * 3, MONDAY)
    before = figures.timeliness()
    assert figures.roll_up() == 1
    assert figures.roll_up() == 0
    kept = Timeliness.objects.order_by("spent").values_list("month", "spent", "cases")
    assert list(kept) == [(date(2026, 5, 1), 2, 6), (date(2026, 5, 1), 12, 6)]
    assert figures.timeliness() == before
    assert of() == Timely(OFFICE, "", 15, 4, 12, 60, 0)
    closed(record, "a", [4], MONDAY + timedelta(minutes=1))
    with clock.at(MONDAY + timedelta(days=30)):
        assert figures.roll_up() == 1
        assert of().closed == 16


def test_what_is_overdue_now(record: CaseRecord) -> None:
    CaseRecord.objects.filter(pk=record.pk).update(
        organization=OFFICE, due=date(2026, 11, 20)
    )
    assert of().overdue is None  # one is too few to be told
    closed(record, "a", [1] * 10, MONDAY)
    assert of().overdue is None
    CaseRecord.objects.filter(pk=record.pk).update(due=date(2026, 11, 23))
    assert of().overdue == 0


def test_few_overdue_do_not_follow_from_the_sum(record: CaseRecord) -> None:
    own = {f.attname: getattr(record, f.attname) for f in CaseRecord._meta.fields}
    own |= {"organization": OFFICE, "due": date(2026, 11, 20)}
    for kind, late in (("a", 12), ("b", 3)):
        closed(record, kind, [1] * 10, MONDAY)
        numbers = (f"late-{kind}-{place}" for place in range(late))
        CaseRecord.objects.bulk_create(
            CaseRecord(**{**own, "number": number, "type": kind}) for number in numbers
        )
    told = {each.type: each.overdue for each in figures.timeliness().items[OFFICE]}
    assert told == {"a": 12, "b": None}
    assert of().overdue is None
