"""Case types built of their records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tongban.kernel.case.declaration import (
    CaseKind,
    CaseType,
    Clock,
    Condition,
    Field,
    Group,
    Joint,
    Prefill,
    Rule,
    Seat,
    Step,
    Wording,
)
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.terms import Text
from tongban.pack.kinds import items, materials, promises
from tongban.pack.kinds.services import Shape
from tongban.pack.record import Record


@dataclass(frozen=True, slots=True)
class Around:
    """What case types name: the catalogue, certificates and items by their titles."""

    catalog: Catalog
    certificates: Mapping[str, Text]
    items: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Form:
    """Fields and groups of a form in order, and the titles of its sections."""

    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    sections: Mapping[str, Text]


def clock(record: Record) -> Clock:
    return Clock(
        record["days"],
        record["basis"],
        record["promised"],
        record["extension"],
        record["silence"] and record["silence"].value,
    )


def form(record: Iterable[Record], around: Around) -> Form:
    sections: dict[str, Text] = {}
    fields: list[Field] = []
    groups = []
    for part in record:
        code, title = part["section"]["code"], part["section"]["title"]
        sections[code] = title
        asked = [_field(each, code, around) for each in part["fields"]]
        if part["rows"]:
            groups.append(_group(part, title, tuple(asked)))
        else:
            fields += [
                replace(each, when=_both(part["when"], each.when)) for each in asked
            ]
    return Form(tuple(fields), tuple(groups), sections)


def _both(section: str | None, own: str | None) -> str | None:
    """A field is asked where its section is, and its own condition holds as well."""
    conditions = [f"({each})" for each in (section, own) if each]
    return " AND ".join(conditions) or None


def _group(part: Record, title: Text, fields: tuple[Field, ...]) -> Group:
    rows = part["rows"]
    return Group(
        name=rows["name"],
        title=title,
        one=rows["one"],
        section=part["section"]["code"],
        fields=fields,
        least=rows["least"],
        most=rows["most"],
        unique=rows["unique"],
        table=rows["as"] is Shape.TABLE,
        when=part["when"],
    )


def _field(record: Record, section: str, around: Around) -> Field:
    element = around.catalog.elements[record["element"]]
    choices = record["choices"]
    if not choices and element.code_set:
        choices = around.catalog.code_sets[element.code_set].values
    known = record["prefill"]
    return Field(
        name=record["field"],
        title=record["title"] or element.title,
        element=element.code,
        section=section,
        required=record["required"],
        prefill=known
        and Prefill(known["from"], known["item"], known["where"], known["latest"]),
        hint=record["hint"],
        choices=choices or {},
        because=record["because"],
        when=record["when"],
    )


def _rule(record: Record | None) -> Rule | None:
    if record is None:
        return None
    conditions = (
        Condition(each["title"], each["when"], each["basis"])
        for each in record["conditions"]
    )
    sample = promises.sample(record["sample"])
    return Rule(record["purpose"], tuple(conditions), sample)


def _joint(record: Record | None) -> Joint | None:
    if record is None:
        return None
    seats = (Seat(each["post"], each["organization"]) for each in record["seats"])
    return Joint(tuple(seats), record["quorum"])


def _wording(record: Record) -> Wording:
    outcome = record["for"].value
    return Wording(record["wording"], record["title"], outcome, record["body"])


def _step(record: Record) -> Step:
    return Step(
        name=record["step"],
        title=record["title"],
        needs=frozenset(record["needs"]),
        post=record["post"],
        clock=clock(record),
        special=record["special"],
        joint=_joint(record["joint"]),
    )


def one_thing(code: str, record: Record, around: Around) -> CaseType:
    """A step without a title of its own takes that of its item."""
    steps = (
        Step(
            name=each["step"],
            title=each["title"] or around.items[each["item"]],
            needs=frozenset(each["needs"]),
            case_type=each["item"],
        )
        for each in record["steps"]
    )
    asked = form(record["form"], around)
    return CaseType(
        code=code,
        title=record["title"],
        kind=CaseKind.ONE_THING,
        organization=record["organization"],
        basis=record["basis"],
        applicants=frozenset(record["applicants"]),
        steps=tuple(steps),
        fields=asked.fields,
        groups=asked.groups,
        materials=tuple(map(materials.material, record["materials"])),
        head=record["head"],
        purpose=record["purpose"],
        on_granted=record["on-granted"],
        guide=items.guide(record, around.certificates),
        sections=asked.sections,
        version=record["version"],
        since=record["since"],
        until=record["until"],
    )


def reached(record: Record, own: Form, parents: Iterable[CaseType]) -> Form:
    """Its own form, and of those one-things that contain it the parts it ``uses``.

    A case that runs inside a one-thing is given these data and no others, so it
    must know their standards although nobody fills them in there. Their conditions
    stay with the one-thing, whose other fields they look at.
    """
    fields = {each.name: each for each in own.fields}
    groups = {each.name: each for each in own.groups}
    sections = dict(own.sections)
    for parent in parents:
        for each in parent.parts:
            if each.name in record["uses"] and each.name not in {**fields, **groups}:
                if isinstance(each, Group):
                    groups[each.name] = replace(each, when=None)
                else:
                    fields[each.name] = replace(each, when=None)
                sections.setdefault(each.section, parent.sections[each.section])
    return Form(tuple(fields.values()), tuple(groups.values()), sections)


def _alone(record: Record) -> bool:
    """Whether somebody can apply for it: it asks something, or uses nothing."""
    if record.get("contests"):
        return False
    return bool(record["fields"]) or not record["uses"]


def work(
    code: str,
    kind: CaseKind,
    record: Record,
    parents: Iterable[CaseType],
    around: Around,
) -> CaseType:
    """An item or an application; ``parents`` are the one-things that contain it."""
    asked = reached(record, form(record["fields"], around), parents)
    acceptance, decision = record["acceptance"], record["decision"]
    return CaseType(
        code=code,
        title=record["title"],
        kind=kind,
        organization=record["organization"],
        basis=record["basis"],
        applicants=frozenset(record["applicants"]),
        steps=tuple(map(_step, record["steps"])),
        fields=asked.fields,
        groups=asked.groups,
        materials=tuple(map(materials.material, record["materials"])),
        acceptance=acceptance and clock(acceptance),
        decision=clock(decision),
        acceptor=acceptance and acceptance["post"],
        decider=decision["post"],
        head=record["head"],
        rule=_rule(record["automatic"]),
        purpose=record["purpose"],
        power=record["power"],
        certificate=record["certificate"],
        on_granted=record["on-granted"],
        guide=items.guide(record, around.certificates),
        listing=items.listing(record, around.catalog)
        if kind is CaseKind.ITEM
        else None,
        correction=record["correction"] and clock(record["correction"]),
        sections=asked.sections,
        uses=frozenset(record["uses"]),
        alone=_alone(record),
        promise=promises.promise(record["promise"]),
        contests=bool(record.get("contests")),
        on_revoked=record["on-revoked"],
        joint=_joint(decision["joint"]),
        idle_share=record["idle-share"],
        wordings=tuple(map(_wording, record["wordings"])),
        version=record["version"],
        since=record["since"],
        until=record["until"],
    )
