"""Work that is shared: seats can be filled, texts can be filled in, work can rise."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from tongban.kernel.terms import did_you_mean
from tongban.pack.draft import Draft, fields
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


# What every case has beside its fields; capabilities/workbench fills them in.
PLACEHOLDERS = ("number", "title", "organization", "opened", "today")
_PLACE = re.compile(r"\{([^{}]*)\}")


def joints(record: Record) -> Iterator[Record]:
    """Everything in a case type that several sign together."""
    if "decision" in record and record["decision"]["joint"]:
        yield record["decision"]["joint"]
    for step in record["steps"]:
        if step.get("joint"):
            yield step["joint"]


def joint_unreachable(draft: Draft) -> Iterator[PackProblem]:
    for _, record in draft.work():
        for joint in joints(record):
            seats, quorum = len(joint["seats"]), joint["quorum"]
            if quorum is not None and quorum > seats:
                yield PackProblem(
                    "joint-unreachable",
                    joint.at("quorum"),
                    f"{quorum} of {seats} have to agree (会签)",
                    why="nothing could ever be agreed to",
                    mend=f"ask for {seats} or fewer",
                )


def idle_beyond_limit(draft: Draft) -> Iterator[PackProblem]:
    for _, record in draft.work():
        if record["idle-share"] > 100:
            yield PackProblem(
                "idle-beyond-limit",
                record.at("idle-share"),
                f"{record['idle-share']} percent of a limit is more than the limit",
                why="a case on which nothing happens has to rise before it is overdue",
                mend="give 1 to 100",
            )


def unknown_placeholder(draft: Draft) -> Iterator[PackProblem]:
    for code, record in draft.work():
        known = {field["field"] for field in fields(record)} | {*record["uses"]}
        known |= {*PLACEHOLDERS}
        for wording in record["wordings"]:
            for name in _PLACE.findall(wording["body"]):
                if name not in known:
                    yield PackProblem(
                        "unknown-placeholder",
                        wording.at("body"),
                        f"a case of {code!r} has no {name!r} to fill in (文书模板)",
                        why="the text would go out with a hole in it",
                        mend=did_you_mean(name, known),
                    )


def superior_cycle(draft: Draft) -> Iterator[PackProblem]:
    organizations = draft.of("organization")
    above = {
        c: [each["superior"]] for c, each in organizations.items() if each["superior"]
    }
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        circle = error.args[1]
        yield PackProblem(
            "superior-cycle",
            organizations[circle[0]].at("superior"),
            f"organisations rise to one another: {' → '.join(circle)}",
            why="what nobody works on would rise in a circle",
            mend="remove one 'superior'",
        )


def superior_without_oversight(draft: Draft) -> Iterator[PackProblem]:
    for record in draft.of("organization").values():
        above = draft.get("organization", record["superior"] or "")
        if above is not None and above["oversight"] is None:
            yield PackProblem(
                "superior-without-oversight",
                record.at("superior"),
                f"{draft.name('organization', record['superior'])} names nobody who "
                "looks after those below",
                why="what rises there would be before nobody",
                mend="declare its 'oversight: {supervisor: …, leader: …}'",
            )
