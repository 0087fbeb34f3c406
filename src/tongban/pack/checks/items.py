"""Service items against the list of powers and against themselves (实施清单).

The consistency checks are those that reviewers of the national list make by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.kernel.case.item import (
    Depth,
    Handling,
    MaterialSource,
    ResultKind,
    implementation_code,
)
from tongban.kernel.catalog.powers import ItemType, Level, PowerSource
from tongban.pack.draft import Draft, clocks
from tongban.pack.kinds.items import depth_of, handling_of, working
from tongban.pack.kinds.materials import source_of
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


def _items(draft: Draft) -> Iterator[tuple[str, Record, Record]]:
    """Items with their power, where both are sound."""
    for code, record in draft.items():
        power = draft.get("power", record["power"])
        if power is not None:
            yield code, record, power


def _guides(draft: Draft) -> Iterator[tuple[str, Record, Record]]:
    for head, code, record in draft.case_types():
        if record["guide"]:
            yield draft.name(head, code), record, record["guide"]


# -------------------------------------------------------------------- power and codes


def power_held_by_another(draft: Draft) -> Iterator[PackProblem]:
    for code, record, power in _items(draft):
        source = record["authority"] and record["authority"]["source"]
        if record["organization"] != power["organization"] and source in (
            None,
            PowerSource.STATUTORY,
        ):
            yield PackProblem(
                "power-held-by-another",
                record.at("power"),
                f"power {record['power']!r} of {draft.name('item', code)} is held by "
                f"{power['organization']!r}, not by {record['organization']!r}",
                why="who acts without a power of its own must say how it came by it "
                "(权力来源)",
                mend="name the holder as 'organization', or add 'authority: "
                "{source: …}': handed-down, authorised-… or entrusted-…",
            )


def type_unlike_power(draft: Draft) -> Iterator[PackProblem]:
    for code, record, power in _items(draft):
        stated = record["codes"] and record["codes"]["type"]
        if stated and stated is not power["type"]:
            yield PackProblem(
                "type-unlike-power",
                record["codes"].at("type"),
                f"{draft.name('item', code)} is declared {stated.label} ({stated}), "
                f"its power {record['power']!r} is {power['type'].label}",
                why="an item exercises a power, so it is of the same type (事项类型)",
                mend=f"write {power['type']}, or leave the key out",
            )


def wrong_item_code(draft: Draft) -> Iterator[PackProblem]:
    for _, record, _ in _items(draft):
        codes = record["codes"]
        organization = draft.get("organization", record["organization"])
        if not codes or organization is None:
            continue
        level = (record["authority"] and record["authority"]["level"]) or (
            organization["level"] or Level.of_division(organization["division"])
        )
        whole = codes["basic"] and implementation_code(
            organization["uscc"], level, codes["basic"]
        )
        part = codes["part"] or ""
        for key, computed in (
            ("implementation", whole),
            ("handling", whole and part and f"{whole}{part}"),
        ):
            if codes[key] and codes[key] != computed:
                yield _wrong_code(codes, key, computed or "")


LENGTHS = {"implementation": 31, "handling": 33}
LEVEL_AT = 18


def _wrong_code(codes: Record, key: str, computed: str) -> PackProblem:
    """Why a code that is stated is not the one that follows from the item."""
    stated, wanted = codes[key], LENGTHS[key]
    levels = [level.code for level in Level]
    if len(stated) != wanted:
        what = f"has {len(stated)} characters, {wanted} are wanted"
    elif stated[LEVEL_AT] not in levels:
        what = f"has {stated[LEVEL_AT]!r} where the level (行使层级) stands"
    else:
        what = "is not that of this department, level and basic code"
    return PackProblem(
        "wrong-item-code",
        codes.at(key),
        f"the {key} code {what}",
        why="it is made of credit code (18), level (1), basic code (12) and, for a "
        "part, two digits (GB/T 39554.1)",
        mend=f"write {computed}" if computed else "give 'basic', and 'part' for a part",
    )


def addition_of_other_type(draft: Draft) -> Iterator[PackProblem]:
    for code, record, power in _items(draft):
        for key, type_ in (("penalty", ItemType.PENALTY), ("levy", ItemType.LEVY)):
            if record[key] and power["type"] is not type_:
                yield PackProblem(
                    "addition-of-other-type",
                    record.at(key),
                    f"{draft.name('item', code)} has '{key}' and is "
                    f"{power['type'].label}",
                    why=f"only {type_.label.zh} has these fields",
                    mend=f"remove '{key}', or name another power",
                )


# ------------------------------------------------------------------------- time limits


@dataclass(frozen=True, slots=True)
class Limit:
    """The most working days that a law leaves, and the clock it speaks of."""

    clock: str
    key: str
    most: int
    article: str


LICENCING_LAW = "行政许可法"
LICENCE_LIMITS = (
    Limit("acceptance", "days", 5, "第三十二条"),
    Limit("decision", "days", 20, "第四十二条"),
    Limit("decision", "extension", 10, "第四十二条"),
)


def licence_beyond_law(draft: Draft) -> Iterator[PackProblem]:
    """A longer limit needs a law of its own (行政许可法 art. 42)."""
    for code, record, power in _items(draft):
        if power["type"] is not ItemType.LICENCE:
            continue
        declared = dict(clocks(record))
        for limit in LICENCE_LIMITS:
            clock = declared[limit.clock]
            if clock[limit.key] > limit.most and _only_general(clock["basis"]):
                yield PackProblem(
                    "licence-beyond-law",
                    clock.at(limit.key),
                    f"{limit.key} of {limit.clock} of {draft.name('item', code)} are "
                    f"{clock[limit.key]} working days, the law leaves {limit.most}",
                    why=f"《{LICENCING_LAW}》{limit.article}",
                    mend=f"give {limit.most} or fewer, or as 'basis' the law that "
                    "allows more",
                )


def _only_general(basis: str) -> bool:
    """Whether a basis names no law but the general one on licences."""
    return LICENCING_LAW in basis and basis.count("《") <= 1


def instant_with_days(draft: Draft) -> Iterator[PackProblem]:
    for name, record, guide in _guides(draft):
        if not record.get("decision"):
            continue
        days = working(record["decision"])
        instant = handling_of(record) is Handling.INSTANT
        if instant != (days == 0):
            yield PackProblem(
                "instant-with-days",
                guide.at("handling"),
                f"{name} is declared {handling_of(record).label} and takes {days} "
                "working days",
                why="what is decided on the spot (即办件) takes none, and what takes "
                "none is decided on the spot",
                mend="change 'handling', or what 'decision' promises",
            )


# ---------------------------------------------------------------- visits and channels


def visit_without_reason(draft: Draft) -> Iterator[PackProblem]:
    for name, _, guide in _guides(draft):
        if guide["visits"] and not guide["on-site"]:
            yield PackProblem(
                "visit-without-reason",
                guide.at("visits"),
                f"{name} makes people come in person {guide['visits']} times "
                "(到办事现场次数) and does not say why",
                why="nobody is called in without a reason that they are told",
                mend="add 'on-site: {zh: …, en: …}' (必须现场办理原因), or visits: 0",
            )


def no_way_without_visit(draft: Draft) -> Iterator[PackProblem]:
    for name, _, guide in _guides(draft):
        mail = guide["channels"] and guide["channels"]["mail"]
        if not guide["visits"] and not mail and not depth_of(guide).applies:
            yield PackProblem(
                "no-way-without-visit",
                guide.at("channels", "online"),
                f"{name} needs no visit, but can be applied for neither online nor by "
                "mail",
                why="who need not come must have another way to hand it in",
                mend="give 'online' III or IV, 'mail: true', or the visits it takes",
            )


def online_with_visits(draft: Draft) -> Iterator[PackProblem]:
    for name, _, guide in _guides(draft):
        if guide["visits"] and depth_of(guide) is Depth.IV:
            yield PackProblem(
                "online-with-visits",
                guide["channels"].at("online"),
                f"{name} is done wholly online ({Depth.IV.label}) and takes "
                f"{guide['visits']} visits",
                why="level IV means that nobody has to come",
                mend="give 'online: III', or visits: 0",
            )


# ------------------------------------------------------------------ result, materials


def result_unlike_name(draft: Draft) -> Iterator[PackProblem]:
    for name, _, guide in _guides(draft):
        result = guide["result"]
        if not result or not result["kind"]:
            continue
        by_name = ResultKind.ending(result["title"].zh)
        if by_name and by_name is not result["kind"]:
            yield PackProblem(
                "result-unlike-name",
                result.at("kind"),
                f"the result of {name} is declared {result['kind'].label}, its name "
                f"says {by_name.label}",
                why="证 ends in a certificate, 文 in a document, 批复 in an approval",
                mend=f"write {by_name}, or leave 'kind' out",
            )


def material_without_source(draft: Draft) -> Iterator[PackProblem]:
    for _, _, record in draft.case_types():
        for material in record["materials"]:
            source = source_of(material)
            told = material["certificate"] or material["source-note"]
            if source is not MaterialSource.APPLICANT and not told:
                yield PackProblem(
                    "material-without-source",
                    material.at("source"),
                    f"material {material['material']!r} comes from {source.label} "
                    "(来源渠道), and nobody is told from whom",
                    why="who must bring a paper must know where to get it",
                    mend="name its 'certificate', or add 'source-note: {zh: …, en: …}'",
                )
