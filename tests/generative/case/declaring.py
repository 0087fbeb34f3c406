"""Random case types, and random staff who work on them; read by test_case_machine."""

from dataclasses import replace

from hypothesis import strategies as st
from tests.spec.case.declared import (
    ACCEPTANCE,
    DECISION,
    DIRECTOR,
    EXAMINER,
    INSPECTOR,
    LACKING,
    LICENCE,
    OUTSIDER,
    PLAIN,
    RENEWAL,
    REVIEWER,
    SAMPLED,
    SHOP,
    TITLE,
    WINDOW,
    official,
)

from tongban.kernel.case.declaration import (
    CaseType,
    Clock,
    Joint,
    Oversight,
    Promise,
    PromiseKind,
    Seat,
    Step,
)
from tongban.kernel.case.roster import Officer, Roster


POSTS = ("inspector", "reviewer")
ABOVE = Oversight("data-bureau", "supervisor", "leader")
SUPERVISOR = official("supervisor", "data-bureau")
LEADER = official("leader", "data-bureau")
SECOND = replace(INSPECTOR, account="inspector2@market")
FIREMAN = official("inspector", "fire")
TWO = Joint((Seat("inspector"), Seat("inspector")))
ELSEWHERE = Joint((Seat("inspector"), Seat("examiner"), Seat("inspector", "fire")), 2)
JOINTS = (None, None, TWO, ELSEWHERE)
DECISIONS = (
    DECISION,
    LICENCE.decision,
    RENEWAL.decision,
    replace(DECISION, days=2, silence="refused"),
    None,
)
OFFICIALS = (
    WINDOW,
    INSPECTOR,
    SECOND,
    REVIEWER,
    EXAMINER,
    DIRECTOR,
    OUTSIDER,
    FIREMAN,
    SUPERVISOR,
    LEADER,
)


@st.composite
def rosters(draw) -> Roster:
    """Officials with and without an account, at work or absent; the leader is there."""
    officers = []
    for each in OFFICIALS[:-1]:
        state = draw(st.sampled_from(["here", "here", "absent", "gone"]))
        deputy = (
            draw(st.sampled_from([None, *OFFICIALS])) if state == "absent" else None
        )
        assert each.organization
        if state != "gone":
            officers.append(
                Officer(
                    each.account,
                    each.organization,
                    each.posts,
                    state == "absent",
                    deputy and deputy.account,
                )
            )
    return Roster((*officers, Officer(LEADER.account, "data-bureau", LEADER.posts)))


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
            joint=None if one_thing else draw(st.sampled_from(JOINTS)),
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
        decision=draw(st.sampled_from(DECISIONS)),
        joint=draw(st.sampled_from(JOINTS)),
        oversight=ABOVE,
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
