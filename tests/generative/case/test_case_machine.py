"""Random commands by random people at random times break no promise of a case."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from tests.spec.case.declared import (
    ACCEPTANCE,
    AUTUMN,
    CITIZEN,
    DECISION,
    DIRECTOR,
    EVERYBODY,
    EXAMINER,
    EXPLANATION,
    INSPECTOR,
    LACKING,
    LICENCE,
    LIN,
    PLAIN,
    RENEWAL,
    SAMPLED,
    SHOP,
    TITLE,
    WINDOW,
    at,
)

from tongban.kernel.case.audience import escalated_to
from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.commands import (
    Accept,
    AnswerObjection,
    AskCorrection,
    AskReview,
    BreakPromise,
    Command,
    CompleteStep,
    Decide,
    Draw,
    Extend,
    KeepPromise,
    Object,
    Open,
    PauseClock,
    RefuseAcceptance,
    ResumeClock,
    ReturnPromised,
    ReviewSample,
    SupplyCorrection,
    SupplyPromised,
    Withdraw,
)
from tongban.kernel.case.decide import decide, next_acts
from tongban.kernel.case.declaration import (
    CaseKind,
    CaseType,
    Clock,
    Promise,
    PromiseKind,
    Step,
)
from tongban.kernel.case.fold import evolve, fold
from tongban.kernel.case.lapse import at_now, lapse
from tongban.kernel.case.model import (
    Case,
    ClockState,
    Event,
    Kind,
    Outcome,
    Phase,
    PromiseStanding,
    Vow,
)
from tongban.kernel.case.refusals import CaseRefused
from tongban.kernel.terms import SYSTEM, canonical_json


POSTS = ("inspector", "reviewer")


@st.composite
def case_types(draw) -> CaseType:
    """Items and one-things over random graphs of up to five steps."""
    one_thing = draw(st.booleans())
    names = ["a", "b", "c", "d", "e"][: draw(st.integers(one_thing, 5))]
    steps = tuple(
        Step(
            name,
            TITLE,
            draw(st.frozensets(st.sampled_from(names[:i]))) if i else frozenset(),
            post=None if one_thing else draw(st.sampled_from(POSTS)),
            clock=draw(st.sampled_from([None, Clock(3, "x")])),
            special=not one_thing and draw(st.booleans()),
            case_type="plain" if one_thing else None,
        )
        for i, name in enumerate(names)
    )
    if one_thing:
        return replace(SHOP, steps=draw(st.permutations(steps).map(tuple)))
    return replace(
        PLAIN,
        steps=draw(st.permutations(steps).map(tuple)),
        acceptance=draw(
            st.sampled_from([ACCEPTANCE, replace(ACCEPTANCE, silence=None), None])
        ),
        decision=draw(
            st.sampled_from(
                [
                    DECISION,
                    LICENCE.decision,
                    RENEWAL.decision,
                    replace(DECISION, days=2, silence="refused"),
                    None,
                ]
            )
        ),
        correction=draw(st.sampled_from([None, Clock(4, "x")])),
        rule=draw(st.sampled_from([SAMPLED.rule, SAMPLED.rule, None])),
        promise=draw(st.sampled_from([None, LACKING.promise, _commitment(names)])),
        objection=draw(st.sampled_from([None, LACKING.objection])),
    )


def _commitment(names) -> Promise:
    """The applicant's word stands for the first step; the inspector looks later."""
    return replace(
        LACKING.promise,
        kind=PromiseKind.COMMITMENT,
        lackable=frozenset(),
        spares=frozenset(names[:1]),
        post="inspector",
    )


WISHES: dict[str, Command] = {
    "accept": Accept(),
    "ask-correction": AskCorrection(("lease",), "看不清"),
    "supply-correction": SupplyCorrection({"address": "1"}, {"lease": "file:1"}),
    "pause-clock": PauseClock("听证"),
    "resume-clock": ResumeClock(),
    "extend": Extend(1, "案情复杂"),
    "ask-review": AskReview("名称"),
    "withdraw": Withdraw(),
    "refuse-acceptance": RefuseAcceptance("不需要许可"),
    "supply-promised": SupplyPromised({"lease": "file:2"}, "已补"),
    "keep-promise": KeepPromise(),
    "return-promised": ReturnPromised("看不清"),
    "break-promise": BreakPromise("不实"),
    "review-sample": ReviewSample(agrees=False, reasons="有误"),
    "object": Object("7", "事实不清"),
    "answer-objection": AnswerObjection("7", Outcome.GRANTED, "重办"),
}
DRAWN = Draw(50, "commitment", drawn=True)
WISHES |= {f"decide:{o}": Decide(o, "理由", EXPLANATION, DRAWN) for o in Outcome}


def wishes(case_type: CaseType) -> dict[str, Command]:
    """Every act on such a case, in good words, by its name in `next_acts`."""
    steps = {
        f"complete-step:{step.name}": CompleteStep(step.name, Outcome.GRANTED)
        for step in case_type.steps
    }
    return WISHES | steps


def _vows(case_type: CaseType) -> tuple[Vow, ...]:
    declared = case_type.promise
    if declared is None:
        return ()
    return (Vow(case_type.code, declared.digest, tuple(sorted(declared.lackable))),)


@dataclass
class History:
    case_type: CaseType
    now: datetime
    events: list[Event] = field(default_factory=list)
    case: Case | None = None
    acts: dict[tuple, tuple[str, ...]] = field(default_factory=dict)  # asked often

    def act(self, command, by) -> None:
        new = decide(
            self.case_type, self.case, command, by=by, at=self.now, calendar=AUTUMN
        )
        assert new
        for event in new:
            self.case = evolve(self.case, event)
        self.events += new

    def permits(self, command, by) -> bool:
        try:
            decide(
                self.case_type, self.case, command, by=by, at=self.now, calendar=AUTUMN
            )
        except CaseRefused:
            return False
        return True

    def due(self):
        views = clocks(self.case_type, self.case, AUTUMN, self.now)
        return {(view.name, view.started): view.due for view in views}


# Those to whom different things are open; the others may do nothing at all.
ACTIVE = (CITIZEN, WINDOW, INSPECTOR, EXAMINER, DIRECTOR, SYSTEM)


OPENING_AGAIN = (AskReview, ReviewSample, AnswerObjection)
REOPENED = (Kind.REVIEW_ASKED, Kind.REOPENED)
ENDED = (Kind.DECIDED, Kind.WITHDRAWN, Kind.NOT_ACCEPTED)
# What may happen in a case that has ended, and leaves it ended.
AFTERWARDS = (
    Kind.REVOKED,
    Kind.SAMPLE_DRAWN,
    Kind.SAMPLE_REVIEWED,
    Kind.OBJECTED,
    Kind.OBJECTION_ANSWERED,
    Kind.PROMISED_SUPPLIED,
    Kind.PROMISED_RETURNED,
    Kind.PROMISE_KEPT,
    Kind.PROMISE_BROKEN,
    Kind.PROMISE_REPAIRED,
)


def _ends_for_good(by, act) -> bool:
    return act.startswith(("withdraw", "decide")) and by is not SYSTEM


class CaseMachine(RuleBasedStateMachine):
    @initialize(
        case_type=case_types(),
        late=st.integers(0, 48),
        person=st.booleans(),
        promises=st.booleans(),
    )
    def open(self, case_type, late, person, promises):
        self.h = History(case_type, at("09-17 09:00") + timedelta(hours=late))
        child = case_type.kind is CaseKind.ITEM and late % 3 == 0
        vows = _vows(case_type) if promises else ()
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
            acts = [a for a in acts if not _ends_for_good(*a)] or acts
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
            assert self.h.due() == due
        if not was.is_open and self.h.case.is_open:
            assert isinstance(command, OPENING_AGAIN)

    @invariant()
    def buttons_and_decisions_agree(self):
        """For those who may do most; for everybody at the end, to save time."""
        self._agree(CITIZEN, DIRECTOR, SYSTEM)

    def teardown(self):
        self._agree(*EVERYBODY)

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
            assert acts - {"withdraw", "pause-clock", "extend"}

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
            told = escalated_to(h.case_type, view, "data-bureau")
            assert bool(told) == (
                view.escalation > 0 and view.name not in ("correction", "promise")
            ) or (h.case_type.kind is CaseKind.ONE_THING)


CaseMachine.TestCase.settings = settings(
    max_examples=200, stateful_step_count=25, deadline=None
)
TestCaseMachine = CaseMachine.TestCase
