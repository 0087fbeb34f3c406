"""What a linkage must be, beyond having its keys: asked when the pack loads.

A problem's ``code`` is ``pack.<rule>``; tests/packs/test_linkage.py breaks each rule.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tongban.kernel.catalog.model import Dataset, DataType, SourceKind
from tongban.kernel.query.model import Scope
from tongban.kernel.terms import SubjectKind, did_you_mean
from tongban.pack.model import Pack
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


# What a dataset of links holds, and what a review's form tells: names and no more.
LINK_ITEMS = {
    "left_key": DataType.TEXT,
    "right_key": DataType.TEXT,
    "probability": DataType.DECIMAL,
    "weight": DataType.DECIMAL,
    "method": DataType.TEXT,
}
REVIEW_FIELDS = ("linkage", "left_key", "right_key", "probability", "weight")

Rule = Callable[[str, Record, Pack], Iterator[PackProblem]]


def judge(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    """Everything wrong with one linkage; what it reads is asked once it exists."""
    named = list(unknown_item(code, record, pack))
    yield from named
    for rule in RULES if named else (*RULES, *READING_RULES):
        yield from rule(code, record, pack)


def unknown_item(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    del code
    left, right = record["left"], record["right"] or record["left"]
    yield from _items(pack, left, "key")
    if record["right"]:
        yield from _items(pack, right, "key")
    for each in record["comparisons"]:
        yield from _item(pack, left["dataset"], each, "item", each["item"])
        other = each["with"] or each["item"]
        place = "with" if each["with"] else "item"
        if place == "with" or right is not left:
            yield from _item(pack, right["dataset"], each, place, other)
    if record["labels"]:
        yield from _items(pack, record["labels"], "left", "right")


def _items(pack: Pack, side: Record, *keys: str) -> Iterator[PackProblem]:
    for key in keys:
        yield from _item(pack, side["dataset"], side, key, side[key])


def _item(
    pack: Pack, dataset: str, record: Record, key: str, name: str
) -> Iterator[PackProblem]:
    known = pack.catalog.dataset(dataset).items
    if name not in known:
        yield PackProblem(
            "linkage-unknown-item",
            record.at(key),
            f"{dataset} has no item {name!r}",
            why="what is compared must be catalogued",
            mend=did_you_mean(name, known),
        )


def thresholds(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    del code, pack
    given = record["thresholds"]
    if given["review"] >= given["accept"]:
        yield PackProblem(
            "linkage-thresholds",
            given.at("review"),
            f"a person is asked from {given['review']}, which is not below "
            f"{given['accept']}, from where a pair is linked without",
            why="between the two lies what a person decides",
            mend="write a smaller 'review' or a larger 'accept'",
        )


def no_block(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    del pack
    if not record["blocks"]:
        yield PackProblem(
            "linkage-no-block",
            record.at("blocks"),
            f"linkage {code!r} has no blocking rule",
            why="without one every row would be compared with every other",
            mend="add 'blocks: [[item], [item, item]]'",
        )


def not_compared(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    del code, pack
    compared = [each["item"] for each in record["comparisons"]]
    for key in ("certain", "blocks"):
        for place, names in enumerate(record[key]):
            for name in names:
                if name not in compared:
                    yield PackProblem(
                        "linkage-not-compared",
                        record.at(key, place),
                        f"{name!r} is not among the items that are compared",
                        why="a rule names items of the left register by 'comparisons'",
                        mend=did_you_mean(name, compared),
                    )


def compared_twice(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    del code, pack
    seen: set[str] = set()
    for each in record["comparisons"]:
        if each["item"] in seen:
            yield PackProblem(
                "linkage-compared-twice",
                each.at("item"),
                f"{each['item']!r} is compared twice",
                why="its evidence would count twice",
                mend="keep the comparison that says more",
            )
        seen.add(each["item"])


def purpose_scope(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    purpose = pack.purposes[record["purpose"]]
    if purpose.scope is not Scope.POPULATION:
        yield PackProblem(
            "linkage-purpose-scope",
            record.at("purpose"),
            f"linkage {code!r} reads whole registers for a purpose of scope "
            f"{purpose.scope.value!r}",
            why="a linkage concerns everyone in them",
            mend="name a purpose with 'scope: population'",
        )


def links_dataset(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    dataset = pack.catalog.dataset(record["links"])
    problem = partial(_problem, "linkage-links", record.at("links"))
    kinds = {name: item.type for name, item in dataset.items.items()}
    if kinds != LINK_ITEMS or dataset.source.kind is not SourceKind.LAKE:
        shape = ", ".join(f"{name} {kind}" for name, kind in LINK_ITEMS.items())
        yield problem(
            f"{dataset.code} cannot hold the links of {code!r}",
            why="links are kept in the lake, one row a pair",
            mend=f"give it 'source: {{lake: …}}' and exactly these items: {shape}",
        )
    if dataset.provider != record["organization"]:
        yield problem(
            f"{dataset.code} is provided by {dataset.provider!r}, not by "
            f"{record['organization']!r}",
            why="who links answers for the links",
            mend="let one organisation do both",
        )


def review_case(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    kind = pack.case_types[record["review"]["case-type"]]
    problem = partial(_problem, "linkage-review", record["review"].at("case-type"))
    missing = set(REVIEW_FIELDS) - {field.name for field in kind.fields}
    if missing:
        yield problem(
            f"{kind.code} lacks the fields {', '.join(sorted(missing))}",
            why="a review tells which pair it is about and how probable it is",
            mend="add them to its form",
        )
    fits = SubjectKind.ORGANIZATION in kind.applicants and not kind.steps
    if kind.organization != record["organization"] or not fits:
        yield problem(
            f"{kind.code} is not a review by {record['organization']!r}",
            why=f"{code!r} opens it for the organisation that links, which decides "
            "it in one step",
            mend="name that organisation, 'applicants: [organization]' and no steps",
        )


def outside_purpose(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    purpose = pack.purposes[record["purpose"]]
    read = set(_read(record))
    problem = partial(_problem, "linkage-outside-purpose", record.at("purpose"))
    if beyond := sorted(read - purpose.items):
        yield problem(
            f"linkage {code!r} reads what {purpose.code!r} does not list: "
            f"{', '.join(beyond)}",
            why="a use reads what its purpose needs and nothing else (最小必要)",
            mend="add them to the purpose, or compare without them",
        )
    elif idle := sorted(purpose.items - read):
        yield problem(
            f"{purpose.code!r} lists what linkage {code!r} does not read: "
            f"{', '.join(idle)}",
            why="a purpose lists exactly what its use needs (最小必要)",
            mend="take them from the purpose",
        )


def without_grant(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    granted = {
        f"{grant.dataset}.{item}"
        for grant in pack.grants
        if grant.organization == record["organization"]
        and grant.purpose == record["purpose"]
        for item in grant.items
    }
    if missing := sorted(_read(record) - granted):
        yield PackProblem(
            "linkage-without-grant",
            record.at("organization"),
            f"{record['organization']!r} holds no grant for {', '.join(missing)}",
            why=f"linkage {code!r} reads registers by governed uses alone",
            mend=f"grant them to it for {record['purpose']!r}",
        )


def masked_key(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    del code
    for key in ("left", "right"):
        side = record[key]
        if side is None:
            continue
        dataset = pack.catalog.dataset(side["dataset"])
        item = dataset.items[side["key"]]
        if item.type is not DataType.TEXT or not _is_only_key(dataset, side["key"]):
            yield PackProblem(
                "linkage-key",
                side.at("key"),
                f"{side['key']!r} does not tell the rows of {dataset.code} apart",
                why="a link names one row of either register by one text",
                mend="name an item with 'key: true' that stands alone and is text",
            )
        elif item.mask and not _is_revealed(record, dataset, side["key"], pack):
            yield PackProblem(
                "linkage-key",
                side.at("key"),
                f"{side['key']!r} of {dataset.code} comes masked",
                why="rows under one mask cannot be told apart",
                mend="reveal it in the grant, or link by another key",
            )


def _read(record: Record) -> frozenset[str]:
    left, right = record["left"], record["right"] or record["left"]
    found = {f"{side['dataset']}.{side['key']}" for side in (left, right)}
    for each in record["comparisons"]:
        found.add(f"{left['dataset']}.{each['item']}")
        found.add(f"{right['dataset']}.{each['with'] or each['item']}")
    if record["labels"]:
        labels = record["labels"]
        found |= {f"{labels['dataset']}.{labels[key]}" for key in ("left", "right")}
    return frozenset(found)


def _is_only_key(dataset: Dataset, name: str) -> bool:
    return [item.name for item in dataset.items.values() if item.key] == [name]


def _is_revealed(record: Record, dataset: Dataset, item: str, pack: Pack) -> bool:
    return any(
        item in grant.reveal
        for grant in pack.grants
        if grant.dataset == dataset.code
        and grant.organization == record["organization"]
        and grant.purpose == record["purpose"]
    )


def _problem(rule: str, mark: Any, what: str, *, why: str, mend: str) -> PackProblem:
    return PackProblem(rule, mark, what, why=why, mend=mend)


RULES: tuple[Rule, ...] = (
    thresholds,
    no_block,
    not_compared,
    compared_twice,
    purpose_scope,
    links_dataset,
    review_case,
)
# Asked once every item that is named exists.
READING_RULES: tuple[Rule, ...] = (outside_purpose, without_grant, masked_key)
