"""Who is there, who stands in, who is tied: what it does to inboxes and acts."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.qinghe import FIRE_HEAD, INSPECTOR, MONDAY, person

from tongban.kernel.case.commands import Accept, Claim, CompleteStep, Reassign, Urge
from tongban.kernel.case.duties import duties
from tongban.kernel.case.model import Case, Kind, Outcome
from tongban.kernel.case.refusals import Claimed, ConflictOfInterest, Undeclared
from tongban.kernel.terms import Actor, Text
from tongban.store import accounts, cases, clock, desk, history, ledger, staff
from tongban.store.jurisdiction import current
from tongban.store.models import Account, CaseDuty


TITLE = Text("官员", "Official")
SECOND = Actor("fire.second", "fire-rescue", frozenset({"inspector"}))
CLERK = Actor("fire.clerk", "fire-rescue", frozenset({"archivist"}))
HEAD = Actor("fire.head", "fire-rescue", FIRE_HEAD.posts)
SUPERVISOR = Actor("data.supervisor", "data-bureau", frozenset({"supervisor"}))
LEADER = Actor("data.leader", "data-bureau", frozenset({"leader"}))
EVERYBODY = (INSPECTOR, SECOND, CLERK, HEAD, SUPERVISOR, LEADER)
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def _staffed() -> None:
    for each in EVERYBODY:
        accounts.create(
            each.account,
            title=TITLE,
            kind="official",
            organization=each.organization,
            posts=each.posts,
        )


def away(by: Actor, deputy: str = "", days: int = 3) -> None:
    until = TODAY + timedelta(days=days)
    staff.declare_absence(by=by, since=TODAY, until=until, deputy=deputy)


def shown(by: Actor) -> list[str]:
    return [row.act for row in cases.inbox(by).rows]


def act(case: Case, command: object, by: Actor) -> Case:
    return cases.act(case.number, command, by=by, key=f"{command}-{by.account}")


def test_a_deputy_sees_and_acts_in_the_absent_ones_place() -> None:
    fire = fire_of(open_shop())
    assert shown(CLERK) == []
    away(INSPECTOR, CLERK.account)
    assert shown(CLERK) == ["accept"]
    act(fire, Accept(), CLERK)
    accepted = cases.events(fire.number, HEAD)[1]
    assert accepted.kind is Kind.ACCEPTED
    assert accepted.by == CLERK.account
    assert accepted.data["for"] == INSPECTOR.account
    with clock.at(MONDAY + timedelta(days=4)):
        assert shown(CLERK) == []
    assert ledger.fsck() == []


def test_who_is_back_early_is_not_stood_in_for() -> None:
    open_shop()
    away(INSPECTOR, CLERK.account)
    staff.end_absence(by=INSPECTOR)
    assert staff.absence(INSPECTOR) is None
    assert shown(CLERK) == []


@pytest.mark.parametrize(
    ("days", "deputy", "code"),
    [
        (-1, "fire.clerk", "desk.absence-days"),
        (3, "fire-rescue.officer", "desk.no-deputy"),
        (3, "data.leader", "desk.no-deputy"),
        (3, "nobody", "desk.no-deputy"),
    ],
)
def test_an_absence_that_cannot_be(days: int, deputy: str, code: str) -> None:
    with pytest.raises(staff.NoAbsence) as refused:
        away(INSPECTOR, deputy, days)
    assert refused.value.code == code


def test_a_post_without_anybody_shows_at_the_head_then_above_then_at_the_top() -> None:
    open_shop()
    assert (shown(HEAD), cases.risen(SUPERVISOR).rows) == ([], ())
    away(INSPECTOR)
    Account.objects.filter(username=SECOND.account).update(is_active=False)
    assert shown(HEAD) == ["accept"]
    assert cases.risen(SUPERVISOR).rows == ()
    away(HEAD)
    assert [row.act for row in cases.risen(SUPERVISOR).rows] == ["accept"]
    assert cases.risen(LEADER).rows == ()
    away(SUPERVISOR)
    assert [row.act for row in cases.risen(LEADER).rows] == ["accept"]


@pytest.mark.parametrize(
    ("day", "head", "supervisor", "leader"),
    [
        # Five working days from Monday, so half is three: Thursday the 26th; then
        # Tuesday the 1st, overdue on Tuesday too; then Friday the 4th.
        (date(2026, 11, 25), 0, 0, 0),
        (date(2026, 11, 26), 1, 0, 0),
        (date(2026, 12, 1), 1, 1, 0),
        (date(2026, 12, 4), 1, 1, 1),
    ],
)
def test_what_nobody_touches_rises(
    day: date, head: int, supervisor: int, leader: int
) -> None:
    open_shop()
    with clock.at(clock.start_of(day)):
        assert len(shown(HEAD)) == head
        assert len(cases.risen(SUPERVISOR).rows) == supervisor
        assert len(cases.risen(LEADER).rows) == leader


def test_passing_it_round_does_not_keep_it_down() -> None:
    fire = fire_of(open_shop())
    with clock.at(MONDAY + timedelta(days=2)):
        act(fire, Claim("accept"), INSPECTOR)
        act(fire, Reassign("accept", "换人", officer=SECOND.account), HEAD)
        act(fire, Urge("尽快"), SUPERVISOR)
    with clock.at(MONDAY + timedelta(days=3)):
        assert shown(HEAD) == ["accept"]


def test_inboxes_agree_with_the_roster_of_the_kernel() -> None:
    """Each list against `Roster.sees`, over staff and days."""
    fire = fire_of(open_shop())
    act(fire, Claim("accept"), SECOND)
    away(SECOND, INSPECTOR.account)
    for _ in _scenes():
        for days in (0, 3, 8, 11, 40):
            with clock.at(MONDAY + timedelta(days=days)):
                _compare(fire.number)


def _scenes() -> Iterator[None]:
    yield
    for each in (INSPECTOR, SECOND, HEAD, SUPERVISOR):
        Account.objects.filter(username=each.account).update(is_active=False)
        yield


def _compare(number: str) -> None:
    found, today = history.load(number), clock.now().date()
    (duty,) = duties(found.case_type, found.case, current().calendar, found.case.opened)
    roster = staff.roster(["fire-rescue", "data-bureau"])
    known = {each.account for each in roster.officers}
    for by in EVERYBODY:
        if by.account not in known:
            continue
        above = by.organization == "data-bureau"
        rows = (cases.risen if above else cases.inbox)(by).rows
        sees = roster.sees(by.account, duty, found.case_type.oversight, today)
        assert bool(rows) == sees, (by.account, today)


# ------------------------------------------------------------------------ charges


def test_what_one_has_claimed_another_neither_sees_nor_does() -> None:
    fire = fire_of(open_shop())
    act(fire, Claim("accept"), INSPECTOR)
    assert (shown(INSPECTOR), shown(SECOND)) == (["accept"], [])
    with pytest.raises(Claimed):
        act(fire, Accept(), SECOND)
    for view, rows in (("mine", 1), ("unclaimed", 0)):
        assert len(cases.inbox(INSPECTOR, filters={"view": view}).rows) == rows


def test_work_is_given_to_who_is_there() -> None:
    fire = fire_of(open_shop())
    with pytest.raises(Undeclared):
        act(fire, Reassign("accept", "忙", officer="nobody"), HEAD)
    act(fire, Reassign("accept", "忙", officer=CLERK.account), HEAD)
    assert (shown(CLERK), shown(INSPECTOR)) == (["accept"], [])
    act(fire, Accept(), CLERK)
    assert shown(INSPECTOR) == ["step:site-check"]
    assert ledger.fsck() == []


# ------------------------------------------------------------------------ ties


def test_a_declared_tie_bars_and_moves_the_work() -> None:
    fire = fire_of(open_shop())
    staff.declare_relation(by=INSPECTOR, kind=staff.Tie.RELATIVE, subject=person())
    with pytest.raises(ConflictOfInterest) as refused:
        act(fire, Accept(), INSPECTOR)
    assert refused.value.facts["relation"] == "relative"
    assert shown(INSPECTOR) == []
    assert (shown(SECOND), shown(HEAD)) == (["accept"], ["accept"])
    assert ledger.fsck() == []


def test_a_tie_that_ended_bars_nobody() -> None:
    fire = fire_of(open_shop())
    staff.declare_relation(by=INSPECTOR, kind=staff.Tie.RELATIVE, subject=person())
    (declared,) = staff.relations(INSPECTOR)
    staff.end_relation(declared.number, by=SECOND)
    assert staff.relations(INSPECTOR) == [declared]
    staff.end_relation(declared.number, by=INSPECTOR)
    act(fire, Accept(), INSPECTOR)
    done = CompleteStep("site-check", Outcome.GRANTED, "合格")
    assert act(fire, done, INSPECTOR).steps["site-check"].succeeded


def test_only_the_posts_of_the_competent_department_see_what_rose() -> None:
    assert desk.is_overseer(SUPERVISOR)
    assert not desk.is_overseer(HEAD)
    open_shop()
    with clock.at(MONDAY + timedelta(days=40)):
        assert cases.risen(HEAD).rows == ()
        assert CaseDuty.objects.count() == len(cases.risen(SUPERVISOR).rows)
