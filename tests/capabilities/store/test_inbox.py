"""What the lists of officials show on a day, beside who is there to see it."""

from datetime import date, timedelta

import pytest
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.qinghe import FIRE_HEAD, INSPECTOR, MONDAY

from tongban.kernel.case.commands import (
    Accept,
    CompleteStep,
    PauseClock,
    ResumeClock,
)
from tongban.kernel.case.declaration import Procedure
from tongban.kernel.case.model import Outcome
from tongban.kernel.terms import Text
from tongban.store import accounts, cases, clock


@pytest.fixture
def staffed() -> None:
    """Inspector and head of the fire brigade have accounts: posts are not unmanned."""
    for by in (INSPECTOR, FIRE_HEAD):
        account = f"{by.account}.{min(by.posts)}"
        office, posts = by.organization, by.posts
        titled = Text("官员", "Official")
        accounts.create(
            account, title=titled, kind="official", organization=office, posts=posts
        )


@pytest.mark.usefixtures("staffed")
def test_what_is_overdue_rises_to_the_head() -> None:
    fire = fire_of(open_shop())
    assert cases.inbox(FIRE_HEAD).rows == ()
    with clock.at(MONDAY + timedelta(days=8)):
        (row,) = cases.inbox(FIRE_HEAD, filters={"view": "overdue"}).rows
    assert (row.number, row.remaining) == (fire.number, -1)


def test_late_is_the_day_after_the_limit_also_when_nobody_works() -> None:
    with clock.at(MONDAY + timedelta(days=4)):
        fire = fire_of(open_shop())
    # Five working days after Friday the 27th: Friday, 4 December.
    for day, late, remaining in ((11, False, 0), (12, True, 0), (14, True, -1)):
        with clock.at(MONDAY + timedelta(days=day)):
            (row,) = cases.inbox(INSPECTOR).rows
        assert (row.number, row.late, row.remaining) == (fire.number, late, remaining)


HEARING = PauseClock(Procedure.HEARING, "申请人要求听证", 22)
HEARD = ResumeClock("听证笔录已入卷")


@pytest.mark.usefixtures("staffed")
def test_what_stands_still_waits_for_its_procedure() -> None:
    """22 working days from Monday the 23rd: the 23rd of December, and no longer."""
    paused = fire_of(open_shop()).number
    done = CompleteStep("site-check", Outcome.GRANTED, "合格")
    for place, command in enumerate((Accept(), done, HEARING)):
        cases.act(paused, command, by=INSPECTOR, key=f"act-{place}")
    with clock.at(MONDAY + timedelta(days=28)):
        running = fire_of(open_shop(key="second")).number
        rows = cases.inbox(INSPECTOR).rows
        assert [row.number for row in rows] == [paused, running]
        assert (rows[0].act, rows[0].due) == ("resume-clock", date(2026, 12, 23))
        assert rows[0].late is False
        assert cases.inbox(INSPECTOR, filters={"view": "overdue"}).rows == ()
        assert cases.inbox(FIRE_HEAD).rows == ()
        cases.act(paused, HEARD, by=INSPECTOR, key="resume")
        assert all(row.due for row in cases.inbox(INSPECTOR).rows)


def test_a_procedure_that_takes_too_long_rises() -> None:
    paused = fire_of(open_shop()).number
    done = CompleteStep("site-check", Outcome.GRANTED, "合格")
    for place, command in enumerate((Accept(), done, HEARING)):
        cases.act(paused, command, by=INSPECTOR, key=f"act-{place}")
    with clock.at(MONDAY + timedelta(days=31)):
        (row,) = cases.inbox(FIRE_HEAD, filters={"view": "overdue"}).rows
    assert (row.number, row.late) == (paused, True)
