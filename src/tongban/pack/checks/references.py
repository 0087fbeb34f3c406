"""Every name must be declared somewhere."""

from collections.abc import Iterable, Iterator

from tongban.kernel.terms import did_you_mean
from tongban.pack.draft import Draft, fields, item_names
from tongban.pack.problems import Mark, PackProblem
from tongban.pack.record import Record


# Targets of references that are code of ours, not declarations.
BUILT_IN = {
    "handler": "a handler that a capability offers",
    "mask": "a mask",
    "check": "a check",
}


def dangling_reference(draft: Draft) -> Iterator[PackProblem]:
    for reference in draft.references:
        if reference.to == "dataset-item":
            yield from _qualified_item(draft, reference.code, reference.mark)
        elif reference.code not in draft.known[reference.to]:
            yield _dangling(draft, reference.to, reference.code, reference.mark)


def _dangling(draft: Draft, to: str, code: str, mark: Mark) -> PackProblem:
    kind = draft.kinds.get(to)
    label = f" ({kind.label})" if kind else ""
    what = BUILT_IN.get(to, f"declared as {to}{label}")
    return PackProblem(
        "dangling-reference",
        mark,
        f"{code!r} is not {what}",
        why="a name must lead to something",
        mend=did_you_mean(code, draft.known[to]),
    )


def _qualified_item(draft: Draft, name: str, mark: Mark) -> Iterator[PackProblem]:
    dataset, _, item = name.rpartition(".")
    if dataset not in draft.declared["dataset"]:
        known = [
            f"{code}.{each}"
            for code, record in draft.of("dataset").items()
            for each in item_names(record)
        ]
        yield PackProblem(
            "dangling-reference",
            mark,
            f"{name!r} is no item of a catalogued dataset (政务数据目录)",
            why="an item is named by dataset and item: schema.table.item",
            mend=did_you_mean(name, known),
        )
    else:
        yield from _items(draft, dataset, [(item, mark)])


def _items(
    draft: Draft, dataset: str, names: Iterable[tuple[str, Mark]]
) -> Iterator[PackProblem]:
    record = draft.get("dataset", dataset)
    if record is None:
        return
    known = item_names(record)
    for name, mark in names:
        if name not in known:
            yield PackProblem(
                "unknown-item",
                mark,
                f"dataset {dataset!r} has no item {name!r} (数据项)",
                why="only catalogued items can be used",
                mend=did_you_mean(name, known),
            )


def unknown_item(draft: Draft) -> Iterator[PackProblem]:
    for code, dataset in draft.of("dataset").items():
        subjects = dataset["subjects"] or {}
        used = [
            (name, dataset.at("subjects", kind))
            for kind, name in subjects.items()
            if name
        ]
        yield from _items(draft, code, used)
    for grant in draft.of("grant").values():
        yield from _items(draft, grant["dataset"], _listed(grant, "items"))
    for example in draft.of("example").values():
        yield from _given(draft, example)
    yield from _prefilled(draft)


def _listed(record: Record, key: str) -> Iterator[tuple[str, Mark]]:
    for place, name in enumerate(record[key]):
        yield name, record.at(key, place)


def _prefilled(draft: Draft) -> Iterator[PackProblem]:
    for _, _, record in draft.case_types():
        for field in fields(record):
            known = field["prefill"]
            if known:
                used = [
                    (known[key], known.at(key))
                    for key in ("item", "latest")
                    if known[key]
                ]
                yield from _items(draft, known["from"], used)


def _given(draft: Draft, example: Record) -> Iterator[PackProblem]:
    for dataset, rows in example["given"].items():
        mark = example.at("given", dataset)
        if dataset not in draft.declared["dataset"]:
            yield _dangling(draft, "dataset", dataset, mark)
        for place, row in enumerate(rows):
            here = example.at("given", dataset, place)
            yield from _items(draft, dataset, [(name, here) for name in row])
