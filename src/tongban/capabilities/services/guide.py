"""What a person should know before starting a matter (一次告知)."""

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.capabilities.services.graph import Box, Drawing, draw
from tongban.capabilities.services.papers import Needs, needs_of
from tongban.capabilities.services.prefill import sources
from tongban.kernel.case.certificate import CertificateType
from tongban.kernel.case.declaration import CaseType, Clock, Field
from tongban.kernel.case.item import Fee, Guide
from tongban.kernel.case.planning import Plan, PlannedStep, plan
from tongban.kernel.catalog.powers import Power
from tongban.kernel.terms import Text
from tongban.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Part:
    """One step of the matter: who decides it, when, and what comes of it.

    ``after`` are the titles of what must have succeeded before; ``planned`` its
    place on the plan in working days; ``by_rule`` if a rule may decide at once.
    """

    name: str
    title: Text
    organization: Text
    after: tuple[Text, ...]
    planned: PlannedStep
    by_rule: bool
    certificate: CertificateType | None
    guide: Guide | None
    critical: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that the person is asked; not ``sure`` where it depends on answers."""

    title: Text
    sure: bool
    because: Text | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of an item: acceptance, a step, the decision; who acts, how long."""

    name: str
    title: Text | None
    post: Text
    clock: Clock
    special: bool = False
    by_rule: bool = False


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """A department and the fields of the form that it fills."""

    provider: Text
    fields: tuple[Field, ...]

    @property
    def titles(self) -> list[Text]:
        return [field.title for field in self.fields]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page of one matter shows."""

    matter: CaseType
    organization: Text
    parts: tuple[Part, ...]
    plan: Plan | None
    drawing: Drawing | None
    clock: Clock | None
    certificates: tuple[CertificateType, ...]
    known: tuple[SourceGroup, ...]
    asked: tuple[Entry, ...]
    needs: Needs
    stages: tuple[Stage, ...]
    fees: tuple[Fee, ...]
    power: Power | None
    joint: tuple[Text, ...]

    @property
    def departments(self) -> int:
        return len({part.organization for part in self.parts})

    @property
    def promised(self) -> int:
        """Working days by promise; 0 where it is answered on the spot."""
        if self.clock is not None:
            return self.clock.working
        return self.plan.promised if self.plan else 0

    @property
    def statutory(self) -> int:
        if self.clock is not None:
            return self.clock.days
        return self.plan.statutory if self.plan else 0

    @property
    def serves(self) -> list[Text]:
        return (
            [each.label for each in self.matter.guide.serves]
            if self.matter.guide
            else []
        )

    @property
    def known_count(self) -> int:
        return sum(len(group.fields) for group in self.known)

    @property
    def has_papers(self) -> bool:
        needs = self.needs
        return bool(needs.uploads or needs.issued or needs.held)

    @property
    def boxes(self) -> list[tuple[Box, Part]]:
        """The drawing's boxes with the step that each shows."""
        by_name = {part.name: part for part in self.parts}
        boxes = self.drawing.boxes if self.drawing else ()
        return [(box, by_name[box.name]) for box in boxes]


def page(matter: CaseType, pack: Pack) -> Page:
    """The guide of ``matter``, worked out from the declarations alone."""
    whole = plan(matter, pack.case_types) if matter.steps else None
    return Page(
        matter=matter,
        organization=_title(matter.organization, pack),
        parts=_parts(matter, pack, whole) if whole else (),
        plan=whole,
        drawing=draw(matter, whole.critical)
        if whole and len(matter.steps) > 1
        else None,
        clock=matter.decision,
        certificates=_certificates(matter, pack),
        known=_known(matter, pack),
        asked=tuple(_asked(matter)),
        needs=needs_of(matter, pack.case_types),
        stages=tuple(_stages(matter, pack)),
        fees=_fees(matter, pack),
        power=pack.catalog.powers[matter.power] if matter.power else None,
        joint=tuple(_title(each, pack) for each in matter.guide.joint)
        if matter.guide
        else (),
    )


def _asked(matter: CaseType) -> Iterator[Entry]:
    for field in matter.fields:
        if field.prefill is None:
            sure = field.required and field.when is None
            yield Entry(field.title, sure, field.because)
    for group in matter.groups:
        yield Entry(group.title, bool(group.least) and group.when is None)


def within(pack: Pack, code: str) -> list[CaseType]:
    """The one-things that the item called ``code`` is a part of."""
    return [
        kind
        for kind in pack.case_types.values()
        if any(step.case_type == code for step in kind.steps)
    ]


def _title(organization: str, pack: Pack) -> Text:
    return pack.catalog.organizations[organization].title


def short_title(organization: str, pack: Pack) -> Text:
    """The name by which people call a department."""
    declared = pack.catalog.organizations[organization]
    return declared.short or declared.title


def _parts(matter: CaseType, pack: Pack, whole: Plan) -> tuple[Part, ...]:
    planned = {step.name: step for step in whole.steps}
    parts = []
    for step in matter.steps:
        inner = pack.case_types[step.case_type] if step.case_type else None
        decides = inner or matter
        issued = inner.certificate if inner else None
        parts.append(
            Part(
                name=step.name,
                title=inner.title if inner else step.title,
                organization=short_title(decides.organization, pack),
                after=tuple(
                    _step_title(matter, need, pack) for need in sorted(step.needs)
                ),
                planned=planned[step.name],
                by_rule=bool(inner and inner.rule),
                certificate=pack.certificates[issued] if issued else None,
                guide=inner.guide if inner else None,
                critical=step.name in whole.critical,
            )
        )
    return tuple(parts)


def _stages(matter: CaseType, pack: Pack) -> Iterator[Stage]:
    """What is done with an application for one item, in its order."""
    if matter.acceptance is None or matter.decision is None:
        return
    posts = pack.catalog.organizations[matter.organization].posts
    assert matter.acceptor
    assert matter.decider
    yield Stage("acceptance", None, posts[matter.acceptor], matter.acceptance)
    for step in matter.steps:
        if step.post and step.clock:
            yield Stage("step", step.title, posts[step.post], step.clock, step.special)
    yield Stage(
        "decision",
        None,
        posts[matter.decider],
        matter.decision,
        by_rule=matter.rule is not None,
    )


def _fees(matter: CaseType, pack: Pack) -> tuple[Fee, ...]:
    """What it costs in all, each fee once."""
    inner = [pack.case_types[s.case_type] for s in matter.steps if s.case_type]
    guides = (part.guide for part in (matter, *inner))
    charged = (fee for guide in guides if guide for fee in guide.fees)
    return tuple(dict.fromkeys(charged))


def _step_title(matter: CaseType, name: str, pack: Pack) -> Text:
    step = matter.step(name)
    return pack.case_types[step.case_type].title if step.case_type else step.title


def _certificates(matter: CaseType, pack: Pack) -> tuple[CertificateType, ...]:
    inner = [pack.case_types[s.case_type] for s in matter.steps if s.case_type]
    codes = dict.fromkeys(
        part.certificate for part in (matter, *inner) if part.certificate
    )
    return tuple(pack.certificates[code] for code in codes)


def _known(matter: CaseType, pack: Pack) -> tuple[SourceGroup, ...]:
    by_provider: dict[str, list[Field]] = {}
    for dataset, fields in sources(matter).items():
        provider = pack.catalog.dataset(dataset).provider
        by_provider.setdefault(provider, []).extend(fields)
    return tuple(
        SourceGroup(short_title(provider, pack), tuple(fields))
        for provider, fields in by_provider.items()
    )
