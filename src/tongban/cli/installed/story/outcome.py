"""What became of the one-thing: its items, their clocks and certificates, judged."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from tongban.cli.installed.story.script import Script
from tongban.cli.installed.story.teller import Teller, on, read
from tongban.kernel.case.clocks import DECISION
from tongban.kernel.case.model import Case, ClockState, Outcome
from tongban.kernel.terms import Actor
from tongban.store import cases, certificates, jurisdiction


LATE = (ClockState.OVERDUE, ClockState.MISSED)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the one-thing as it ended."""

    step: str
    item: str
    number: str
    organization: str
    outcome: str
    automatic: bool
    opened: datetime
    decided: datetime
    due: date | None
    in_time: bool
    certificate: str | None
    materials: Mapping[str, str]

    def facts(self) -> dict[str, Any]:
        """As JSON; days and moments in ISO form."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }


def items(parent: str, by: Actor) -> tuple[Item, ...]:
    """The items of the one-thing in the order they were opened."""
    whole = cases.case(parent, by)
    children = cases.children(parent, by)
    held = certificates.certificates_in([child.number for child in children])
    numbers = {each.case: each.number for each in held}
    steps = {state.child: name for name, state in whole.steps.items()}
    return tuple(
        _item(child, steps.get(child.number, ""), numbers.get(child.number), by)
        for child in children
    )


def _item(case: Case, step: str, certificate: str | None, by: Actor) -> Item:
    views = {view.name: view for view in cases.clocks(case.number, by)}
    clock = views.get(DECISION)
    # A sampled decision is looked at again later, by a clock that runs on.
    late = [v for v in views.values() if v.state in LATE]
    decision = case.decision
    return Item(
        step=step,
        item=case.type,
        number=case.number,
        organization=jurisdiction.current().case_types[case.type].organization,
        outcome=case.outcome.value if case.outcome else "",
        automatic=decision is not None and decision.automatic,
        opened=case.opened,
        decided=decision.at if decision else case.opened,
        due=clock.due if clock else None,
        in_time=not late,
        certificate=certificate,
        materials=case.materials,
    )


def judge(script: Script, parent: str, by: Actor, teller: Teller) -> tuple[Item, ...]:
    """Hold what happened against what was promised; BrokenPromise names the first."""
    found = items(parent, by)
    _tell(found, teller)
    case = cases.case(parent, by)
    teller.promise(
        "granted",
        case.outcome is Outcome.GRANTED
        and len(found) == len(script.thing.steps)
        and all(item.outcome == Outcome.GRANTED for item in found),
        outcomes={item.item: item.outcome for item in found},
    )
    _judge_rule(found, teller)
    _judge_order(script, found, teller)
    teller.promise(
        "in-time",
        all(item.in_time for item in found),
        late=[item.item for item in found if not item.in_time],
    )
    _judge_certificates(found, teller)
    return found


def _tell(found: tuple[Item, ...], teller: Teller) -> None:
    pack = jurisdiction.current()
    for item in found:
        teller.say(
            "item",
            item=read(pack.case_types[item.item].title),
            organization=read(pack.catalog.organizations[item.organization].title),
            opened=on(item.opened.date()),
            decided=on(item.decided.date()),
            due=on(item.due) if item.due else "—",
            certificate=item.certificate or "—",
        )


def _judge_rule(found: tuple[Item, ...], teller: Teller) -> None:
    """What a rule may decide is decided in the very moment it is opened."""
    pack = jurisdiction.current()
    ruled = [i for i in found if pack.case_types[i.item].rule is not None]
    teller.promise(
        "instant",
        bool(ruled) and all(i.automatic and i.decided == i.opened for i in ruled),
        items=[item.item for item in ruled],
    )


def _judge_order(script: Script, found: tuple[Item, ...], teller: Teller) -> None:
    """Steps that need the same others begin together, when the last of these ends."""
    by_step = {item.step: item for item in found}
    together = True
    for needs, group in groupby(
        sorted(script.thing.steps, key=lambda s: sorted(s.needs)),
        key=lambda step: sorted(step.needs),
    ):
        opened = {by_step[step.name].opened for step in group}
        ready = [by_step[need].decided for need in needs]
        together &= len(opened) == 1 and (not ready or max(ready) == min(opened))
    teller.promise("parallel", together)


def _judge_certificates(found: tuple[Item, ...], teller: Teller) -> None:
    """Each item issues its certificate; later items hold it, nobody uploaded it."""
    types = jurisdiction.current().case_types
    issuing = [item for item in found if types[item.item].certificate]
    teller.promise(
        "issued",
        all(item.certificate for item in issuing),
        without=[item.item for item in issuing if not item.certificate],
    )
    issued = {types[item.item].certificate: item.certificate for item in issuing}
    reused = [
        (
            item.materials.get(material.name),
            f"certificate:{issued[material.certificate]}",
        )
        for item in found
        for material in types[item.item].materials
        if material.certificate in issued
    ]
    teller.promise(
        "reused",
        bool(reused) and all(held == wanted for held, wanted in reused),
        materials=reused,
    )
