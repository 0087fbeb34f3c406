"""Random commands by random people at random times break no promise of a case."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from tests.generative.case.courses import (
    ACTIVE,
    AFTERWARDS,
    ENDED,
    OPENING_AGAIN,
    REOPENED,
    History,
    ends_for_good,
    vows_of,
    wishes,
)
from tests.generative.case.declaring import (
    ABOVE,
    OFFICIALS,
    case_types,
    rosters,
)
from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    DIRECTOR,
    EVERYBODY,
    LIN,
    at,
)

from tongban.kernel.case import charges
from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.commands import (
    CompleteStep,
    Open,
    PauseClock,
)
from tongban.kernel.case.decide import next_acts
from tongban.kernel.case.declaration import (
    CaseKind,
)
from tongban.kernel.case.duties import duties
from tongban.kernel.case.fold import fold
from tongban.kernel.case.lapse import at_now, lapse
from tongban.kernel.case.model import (
    ClockState,
    Kind,
    Outcome,
    Phase,
    PromiseStanding,
)
from tongban.kernel.case.refusals import CaseRefused
from tongban.kernel.terms import SYSTEM, canonical_json


class CaseMachine(RuleBasedStateMachine):
    @initialize(
        case_type=case_types(),
        late=st.integers(0, 48),
        person=st.booleans(),
        promises=st.booleans(),
        roster=rosters(),
    )
    def open(self, case_type, late, person, promises, roster):
        self.roster = roster
        self.h = History(case_type, at("09-17 09:00") + timedelta(hours=late))
        child = case_type.kind is CaseKind.ITEM and late % 3 == 0
        vows = vows_of(case_type) if promises else ()
        opening = Open(
            "1",
            LIN,
            {},
            {},
            parent="0" if child else None,
            person=person and not late % 2,
            promises=vows,
        )
        self.h.act(opening, SYSTEM if child else CITIZEN)

    @rule(
        hours=st.one_of(st.integers(0, 30), st.integers(100, 400), st.just(24 * 70)),
    )
    def wait(self, hours):
        due = self.h.due()
        self.h.now += timedelta(hours=hours)
        after = self.h.due()
        assert all(after.get(name, day) >= day for name, day in due.items())
        # Only silence that decides makes a clock vanish: that of a step it drops.
        now = at_now(self.h.case_type, self.h.case, self.h.now, AUTUMN)
        deemed = now.decision is not None and now.decision.deemed
        assert deemed or due.keys() <= after.keys()

    @rule(by=st.sampled_from(EVERYBODY), data=st.data())
    def anybody_wishes_anything(self, by, data):
        name = data.draw(st.sampled_from(sorted(wishes(self.h.case_type))))
        self._try(wishes(self.h.case_type)[name], by)

    @rule(data=st.data(), hours=st.integers(0, 30))
    def somebody_does_what_is_theirs(self, data, hours):
        self.h.now += timedelta(hours=hours)
        acts = self._open_acts()
        # most courses should become interesting before they end
        if data.draw(st.integers(0, 4)):
            acts = [a for a in acts if not ends_for_good(*a)] or acts
        if acts:
            by, act = data.draw(st.sampled_from(acts))
            self.h.act(self._command(data, by, act), by)

    @rule(data=st.data())
    def somebody_does_it_the_same_day(self, data):
        self.somebody_does_what_is_theirs(data, 0)

    def _command(self, data, by, act):
        command = wishes(self.h.case_type)[act]
        if isinstance(command, CompleteStep):
            ends = [Outcome.GRANTED, Outcome.GRANTED, Outcome.REFUSED]
            if by.is_system:
                ends += [Outcome.PARTIAL, Outcome.WITHDRAWN]
            outcome = data.draw(st.sampled_from(ends))
            command = replace(command, outcome=outcome, opinion="见附件")
            if not self.h.permits(command, by):  # others have signed for the contrary
                contrary = {Outcome.GRANTED: Outcome.REFUSED}
                contrary |= {Outcome.REFUSED: Outcome.GRANTED}
                command = replace(command, outcome=contrary[outcome])
        return command

    def _open_acts(self):
        return [(by, act) for by in ACTIVE for act in self._acts(by)]

    def _acts(self, by):
        h = self.h
        moment = (by, h.now, len(h.events))
        if moment not in h.acts:
            h.acts[moment] = next_acts(h.case_type, h.case, by, h.now, AUTUMN)
        return h.acts[moment]

    def _try(self, command, by):
        was, due = self.h.case, self.h.due()
        try:
            self.h.act(command, by)
        except CaseRefused:
            assert self.h.case is was
            return
        if isinstance(command, PauseClock):
            started = ("procedure", AUTUMN.day(self.h.now))
            assert self.h.due() == due | {started: self.h.due()[started]}
        if not was.is_open and self.h.case.is_open:
            assert isinstance(command, OPENING_AGAIN)

    @invariant()
    def buttons_and_decisions_agree(self):
        """For those who may do most; for everybody at the end, to save time."""
        self._agree(CITIZEN, DIRECTOR, SYSTEM)

    def teardown(self):
        self._agree(*EVERYBODY, *OFFICIALS)

    def _agree(self, *actors):
        for by in actors:
            acts = set(self._acts(by))
            allowed = {
                name
                for name, command in wishes(self.h.case_type).items()
                if self.h.permits(command, by)
            }
            assert acts == allowed, by

    @invariant()
    def the_state_is_its_history_even_read_from_json(self):
        read = [
            replace(e, data=json.loads(canonical_json(e.data))) for e in self.h.events
        ]
        assert fold(read) == fold(self.h.events) == self.h.case
        assert self.h.case.version == len(self.h.events)

    @invariant()
    def time_runs_forward(self):
        times = [event.at for event in self.h.events]
        assert times == sorted(times)
        assert times[-1] <= self.h.now

    @invariant()
    def closed_stays_closed_unless_it_is_decided_anew(self):
        ended = False
        for event in self.h.events:
            if ended:
                assert event.kind in (*AFTERWARDS, *REOPENED)
            ended = (ended or event.kind in ENDED) and event.kind not in REOPENED
        assert ended == (self.h.case.phase is Phase.CLOSED)

    @invariant()
    def once_a_person_is_asked_for_only_people_decide(self):
        asked = self.h.events[0].data.get("person", False)
        for event in self.h.events:
            asked = asked or event.kind in REOPENED
            if self.h.case_type.kind is CaseKind.ITEM:
                assert not (asked and event.data.get("automatic"))

    @invariant()
    def one_decision_and_one_more_whenever_it_is_reopened(self):
        kinds = [event.kind for event in self.h.events]
        ended = sum(map(kinds.count, ENDED))
        assert ended - 1 <= sum(map(kinds.count, REOPENED)) <= ended
        assert kinds.count(Kind.REVIEW_ASKED) <= 1
        assert kinds.count(Kind.OPENED) == 1
        assert kinds.count(Kind.ACCEPTED) <= 1
        assert kinds.count(Kind.CORRECTION_ASKED) <= 1
        assert kinds.count(Kind.WITHDRAWN) <= 1

    @invariant()
    def a_promise_is_made_once_and_ends_once(self):
        kinds = [event.kind for event in self.h.events]
        made = kinds.count(Kind.PROMISED)
        kept, broken = map(kinds.count, (Kind.PROMISE_KEPT, Kind.PROMISE_BROKEN))
        assert made <= 1
        assert kept + broken <= made
        assert kinds.count(Kind.PROMISE_REPAIRED) <= broken
        if broken and not kinds.count(Kind.PROMISE_REPAIRED):
            assert self.h.case.promise.standing is PromiseStanding.BROKEN

    @invariant()
    def nothing_stays_granted_on_a_broken_promise(self):
        case = self.h.case
        if case.promise and case.promise.standing is PromiseStanding.BROKEN:
            assert case.granted is None

    @invariant()
    def granted_is_what_was_decided_last(self):
        case = self.h.case
        if case.phase is Phase.CLOSED and case.outcome is not Outcome.GRANTED:
            assert case.granted is None
        if case.granted is not None:
            assert case.outcome in (None, Outcome.GRANTED)

    @invariant()
    def no_step_runs_before_its_needs(self):
        promise, case = self.h.case_type.promise, self.h.case
        spared = promise.spares if promise and case.promise else frozenset()
        needs = {s.name: s.needs - spared for s in self.h.case_type.steps}
        succeeded: set[str] = set()
        for event in self.h.events:
            if event.kind in REOPENED:
                succeeded = set()
            if event.kind is Kind.STEP_DONE and event.data["outcome"] == "granted":
                succeeded.add(event.data["step"])
            if event.kind is Kind.STEP_STARTED:
                assert needs[event.data["step"]] <= succeeded

    @invariant()
    def what_can_never_start_is_dropped(self):
        states = self.h.case.steps
        for step in self.h.case_type.steps:
            ended = {n for n in step.needs & set(states) if not states[n].is_running}
            lost = {name for name in ended if not states[name].succeeded}
            assert (
                not lost
                or self.h.case.phase is Phase.CLOSED
                or (states[step.name].dropped)
            )

    @invariant()
    def a_machine_only_grants_and_a_refusal_has_reasons(self):
        decided = [e for e in self.h.events if e.kind is Kind.DECIDED]
        for event in decided:
            if self.h.case_type.kind is CaseKind.ITEM:
                automatic, deemed = event.data["automatic"], event.data.get("deemed")
                assert (automatic or deemed or False) == (event.by == "system")
                assert not automatic or event.data["outcome"] == "granted"
                assert not deemed or self.h.case_type.decision.silence
                assert event.data["outcome"] in ("granted", "refused")

    @invariant()
    def nothing_waits_for_nobody(self):
        """An open case has a step at work, a next act, or an applicant to wait for."""
        case = at_now(self.h.case_type, self.h.case, self.h.now, AUTUMN)
        acts = {act for by in ACTIVE for act in self._acts(by)}
        if case.phase is Phase.CLOSED:
            assert case.closed is not None
            assert not any(s.is_running for s in case.steps.values())
            assert not case.is_paused
        else:
            idle = ("withdraw", "pause", "extend", "recuse", "urge", "amend", "ask-e")
            desk = ("claim", "release", "reassign")
            work = {act for act in acts if not act.startswith((*idle, *desk))}
            # Where all have stepped back, somebody else is named from above.
            assert work or (
                case.recusals and any(a.startswith("reassign") for a in acts)
            )

    @invariant()
    def every_open_case_is_before_somebody_who_is_there(self):
        """Unless it waits for its applicant; and each of its duties is, by itself."""
        h, roster = self.h, self.roster
        waited = duties(h.case_type, h.case, AUTUMN, h.now)
        item = h.case_type.kind is CaseKind.ITEM
        now = at_now(h.case_type, h.case, h.now, AUTUMN)
        if now.phase in (Phase.CLOSED, Phase.CORRECTING) or not item:
            assert {duty.act for duty in waited} <= {charges.CHECK, charges.REVIEW}
        else:
            assert waited
        here = [each.account for each in roster.officers if not each.is_absent]
        today = AUTUMN.day(h.now)
        for duty in waited:
            assert any(roster.sees(account, duty, ABOVE, today) for account in here)
            assert duty.rise.head <= duty.rise.superior or h.case.recusals
            assert duty.rise.superior <= duty.rise.leader or h.case.recusals

    @invariant()
    def what_nobody_does_rises_to_the_leader(self):
        """At the latest when a year has passed on which nothing was done."""
        h = self.h
        for duty in duties(h.case_type, h.case, AUTUMN, h.now):
            last = h.now.date() + timedelta(days=400)
            assert duty.rise.leader <= last

    @invariant()
    def no_person_signs_twice(self):
        for signatures in self.h.case.signatures.values():
            assert len({each.by for each in signatures}) == len(signatures)
            assert len({each.seat for each in signatures}) == len(signatures)

    @invariant()
    def time_lapses_once(self):
        h = self.h
        now = at_now(h.case_type, h.case, h.now, AUTUMN)
        assert lapse(h.case_type, now, h.now, AUTUMN) == ()

    @invariant()
    def clocks_tell_the_truth(self):
        h = self.h
        for view in clocks(h.case_type, h.case, AUTUMN, h.now):
            assert view.started <= view.due <= view.statutory_due
            ended = view.state in (ClockState.MET, ClockState.MISSED)
            late = view.due < AUTUMN.day(h.now)
            assert ended or (view.state is ClockState.OVERDUE) == late
            assert (view.escalation == 0) or not ended


CaseMachine.TestCase.settings = settings(
    max_examples=120, stateful_step_count=25, deadline=None
)
TestCaseMachine = CaseMachine.TestCase
