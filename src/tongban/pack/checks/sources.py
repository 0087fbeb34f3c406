"""Sources that can be reached: every name has its table, every record its items."""

from collections.abc import Iterator

from tongban.kernel.catalog.model import SourceKind
from tongban.kernel.catalog.platform import TABLES
from tongban.kernel.terms import SubjectKind, did_you_mean
from tongban.pack.draft import Draft
from tongban.pack.kinds.sources import NAMED, OF_INTERFACES, kind_of
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


def source_without_table(draft: Draft) -> Iterator[PackProblem]:
    for dataset in draft.of("dataset").values():
        source = dataset["source"]
        kind = kind_of(source)
        wanted = NAMED.get(kind)
        given = {key for key in ("table", "path") if source[key]}
        if given != ({wanted} if wanted else set()):
            beside = f"'{wanted}' and no other" if wanted else "no table or path"
            yield PackProblem(
                "source-without-table",
                source.at(),
                f"'{kind}' goes together with {beside}",
                why="a database has many tables and an interface many paths; files, "
                "the platform's records and the lake have none",
                mend=f"write {{{kind}: <name>, {wanted}: …}}"
                if wanted
                else "take it away",
            )


def source_key_without_interface(draft: Draft) -> Iterator[PackProblem]:
    for dataset in draft.of("dataset").values():
        source = dataset["source"]
        given = [key for key in OF_INTERFACES if source[key]]
        if given and kind_of(source) is not SourceKind.HTTP:
            yield PackProblem(
                "source-key-without-interface",
                source.at(given[0]),
                f"'{given[0]}' says how an HTTP interface answers; this is none",
                why="a key nobody reads would be a rule nobody follows",
                mend="take it away, or name the interface with 'http'",
            )


def keyed_without_subject(draft: Draft) -> Iterator[PackProblem]:
    for dataset in draft.of("dataset").values():
        keyed = dataset["source"]["keyed"]
        subjects = dataset["subjects"] or {}
        for kind in SubjectKind if keyed else ():
            if keyed[kind.value] and not subjects.get(kind.value):
                yield PackProblem(
                    "keyed-without-subject",
                    keyed.at(kind.value),
                    f"no item of the dataset holds the number of: {kind}",
                    why="the interface is asked for one subject by that number",
                    mend=f"add '{kind}: <item>' to 'subjects'",
                )


def cursor_without_parameter(draft: Draft) -> Iterator[PackProblem]:
    for dataset in draft.of("dataset").values():
        pages = dataset["source"]["pages"]
        if pages and bool(pages["cursor"]) != bool(pages["parameter"]):
            yield PackProblem(
                "cursor-without-parameter",
                pages.at(),
                "'cursor' and 'parameter' go together",
                why="what one page gives must be sent for the next one",
                mend="write {cursor: /next, parameter: after}",
            )


def unknown_platform_table(draft: Draft) -> Iterator[PackProblem]:
    for dataset in draft.of("dataset").values():
        name = dataset["source"]["platform"]
        if name and name not in TABLES:
            yield PackProblem(
                "unknown-platform-table",
                dataset["source"].at("platform"),
                f"the platform keeps no {name!r} that a catalogue may name",
                mend=did_you_mean(name, TABLES),
            )


def unknown_platform_column(draft: Draft) -> Iterator[PackProblem]:
    for dataset in draft.of("dataset").values():
        columns = TABLES.get(dataset["source"]["platform"] or "")
        for item in dataset["items"] if columns is not None else ():
            name = _stored(item)
            if columns is not None and name not in columns:
                yield PackProblem(
                    "unknown-platform-column",
                    item.at("name"),
                    f"the platform's table has no column {name!r}",
                    mend=did_you_mean(name, columns),
                )


def column_twice(draft: Draft) -> Iterator[PackProblem]:
    for dataset in draft.of("dataset").values():
        names = [_stored(item) for item in dataset["items"]]
        for at, item in enumerate(dataset["items"]):
            if item["column"] and names[at] in names[:at]:
                yield PackProblem(
                    "column-twice",
                    item.at("column"),
                    f"the column {names[at]!r} is already another item's",
                    mend="name each column once",
                )


def _stored(item: Record) -> str:
    return str(item["column"] or item["name"])
