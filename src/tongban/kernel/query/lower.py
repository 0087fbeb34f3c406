"""From one governed tree to the statements that engines run.

Everyone's data are read from the lake. One subject's are read where they live:
as a whole statement when one department's database can answer it exactly,
otherwise row by row, brought together in DuckDB.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType, Item, SourceKind
from tongban.kernel.query import asking, pushdown
from tongban.kernel.query.bind import RAW, Terms, raw, row_filter
from tongban.kernel.query.grammar import AS_OF, SUBJECT, TODAY
from tongban.kernel.query.model import Fetch
from tongban.kernel.query.spelling import LIVE, Spelling
from tongban.kernel.query.sqltypes import cast


@dataclass(frozen=True, slots=True)
class Lowered:
    """The statements of a plan; ``types`` of its columns where SQLite answers."""

    fetches: tuple[Fetch, ...]
    final: Fetch | None
    types: tuple[DataType | None, ...] | None = None


def lower(
    tree: exp.Query,
    governed: exp.Query,
    terms: Mapping[str, Terms],
    params: Mapping[str, pushdown.Type],
) -> Lowered:
    """The statements for ``governed``, which is changed.

    ``tree`` is the same before its terms were bound; ``params`` are the types of
    its placeholders' values.
    """
    live = [t for t in terms.values() if _is_live(t)]
    types = _types_in_sqlite(tree, terms, params) if live else None
    if types is not None:
        return Lowered((_push_down(governed, terms),), None, types)
    return _federate(
        governed, live, sorted(terms.keys() - {t.dataset.code for t in live})
    )


def _is_live(terms: Terms) -> bool:
    """Whether the rows are one subject's, in a department's database."""
    item, dataset = terms.subject_item, terms.dataset
    if item is None:
        return False
    return dataset.source.kind in LIVE or _key(dataset, item) is not None


def _key(dataset: Dataset, item: str) -> str | None:
    """What takes the number that ``item`` holds, at a place that speaks no SQL."""
    if dataset.source.kind is SourceKind.PLATFORM:
        return dataset.items[item].stored
    interface = dataset.source.interface
    return dict(interface.keyed).get(item) if interface else None


# ------------------------------------------------------------- DuckDB, the lake


def _federate(governed: exp.Query, live: Sequence[Terms], lake: list[str]) -> Lowered:
    """DuckDB over the lake and over what is fetched from departments."""
    fetches = tuple(_fetch(terms) for terms in live)
    fetched = {terms.dataset.code: terms for terms in live}
    for table in list(governed.find_all(exp.Table)):
        if table.db:
            terms = fetched.get(f"{table.db}.{table.name}")
            table.replace(_lake_table(table) if terms is None else _fetched_rows(terms))
    sql = governed.sql(dialect="duckdb", comments=False)
    final = Fetch("duckdb", "", sql, _names(governed), datasets=tuple(lake))
    return Lowered(fetches, final) if fetches else Lowered((final,), None)


def _lake_table(table: exp.Table) -> exp.Table:
    return _physical("lake", f"{table.db}.{table.name}")


def _fetched_rows(terms: Terms) -> exp.Subquery:
    """What was fetched as text, in the types that the catalogue declares."""
    dataset = terms.dataset
    items = [
        exp.alias_(cast(raw(name), dataset.items[name].type), name, quoted=True)
        for name in _fetched_items(terms)
    ]
    rows = exp.select(*items).from_(_physical("temp", dataset.code), copy=False)
    return rows.subquery(exp.to_identifier(RAW, quoted=True), copy=False)


def _fetch(terms: Terms) -> Fetch:
    """The subject's rows of one dataset as its department holds them."""
    dataset, source, subject = terms.dataset, terms.dataset.source, terms.subject_item
    assert subject is not None
    items = tuple(_fetched_items(terms))
    if source.kind in LIVE:
        text = _keyed_select(dataset, items, subject)
    else:
        text = asking.ask(dataset, items, _key(dataset, subject) or "").text()
    return Fetch(
        source.kind,
        source.database,
        text,
        (SUBJECT,),
        dataset.code,
        (dataset.code,),
        columns=items,
        filter=f"{subject} = :{SUBJECT}",
    )


def _keyed_select(dataset: Dataset, items: Sequence[str], subject: str) -> str:
    spelling = LIVE[dataset.source.kind]
    stored = {name: item.stored for name, item in dataset.items.items()}
    columns = [exp.alias_(raw(stored[n]), n, quoted=True) for n in items]
    table = _physical(spelling.schema, dataset.source.table)
    condition = exp.EQ(this=raw(stored[subject]), expression=spelling.placeholder(1))
    rows = exp.select(*columns).from_(table, copy=False)
    return spelling.sql(rows.where(condition, copy=False))


def _fetched_items(terms: Terms) -> list[str]:
    """What the statement, its row filter and the subject's bound read, in order."""
    read = {*terms.items, terms.subject_item}
    if terms.grant.filter is not None:
        condition = row_filter(terms.grant.filter, frozenset(terms.dataset.items))
        read |= {column.name for column in condition.find_all(exp.Column)}
    return [name for name in terms.dataset.items if name in read]


def _physical(schema: str, name: str) -> exp.Table:
    # A server's table may be named with its schema; a file's is in one schema.
    owner, _, table = ("", "", name) if schema else name.rpartition(".")
    return exp.Table(
        this=exp.to_identifier(table, quoted=True),
        db=exp.to_identifier(schema or owner or None, quoted=True),
        alias=exp.TableAlias(this=exp.to_identifier(RAW, quoted=True)),
    )


def _names(tree: exp.Query) -> tuple[str, ...]:
    return tuple(sorted({node.name for node in tree.find_all(exp.Placeholder)}))


# --------------------------------------------------- SQLite, a whole statement


def _types_in_sqlite(
    tree: exp.Query, terms: Mapping[str, Terms], params: Mapping[str, pushdown.Type]
) -> tuple[pushdown.Type, ...] | None:
    """The types of the answer if one database holds it all and means the same."""
    sources = {each.dataset.source for each in terms.values()}
    if len({(source.kind, source.database) for source in sources}) != 1:
        return None
    if next(iter(sources)).kind is not SourceKind.SQLITE:
        return None
    # A whole statement is written in the catalogue's names.
    if any(item.column for each in terms.values() for item in _items(each)):
        return None
    days = {AS_OF: DataType.DATE, TODAY: DataType.DATE}
    known = {**params, SUBJECT: DataType.TEXT, **days}
    try:
        return _check_safe(tree, terms, known)
    except pushdown.Unsafe:
        return None


def _items(terms: Terms) -> list[Item]:
    return list(terms.dataset.items.values())


def _push_down(governed: exp.Query, terms: Mapping[str, Terms]) -> Fetch:
    """The whole statement for a department's database."""
    source = next(iter(terms.values())).dataset.source
    names = _number_params(_for_sqlite(governed, terms), LIVE[source.kind])
    sql = LIVE[source.kind].sql(governed)
    return Fetch(
        source.kind, source.database, sql, names, datasets=tuple(sorted(terms))
    )


def _check_safe(
    tree: exp.Query, terms: Mapping[str, Terms], params: Mapping[str, pushdown.Type]
) -> tuple[pushdown.Type, ...]:
    for each in terms.values():
        masks = {each.dataset.items[name].mask for name in each.shown_masked}
        if not masks <= pushdown.SAFE_MASKS:
            raise pushdown.Unsafe
        if each.grant.filter is not None:
            condition = row_filter(each.grant.filter, frozenset(each.dataset.items))
            pushdown.check_filter(condition, each.dataset, params)
    datasets = {code: each.dataset for code, each in terms.items()}
    return pushdown.answer_types(tree, datasets, params)


def _for_sqlite(governed: exp.Query, terms: Mapping[str, Terms]) -> exp.Query:
    for table in list(governed.find_all(exp.Table)):
        source = terms[f"{table.db}.{table.name}"].dataset.source
        table.replace(_physical("main", source.table))
    # A day is a text there, and CAST to DATE would make a number of it.
    for conversion in list(governed.find_all(exp.TryCast)):
        conversion.replace(conversion.this)
    return governed


def _number_params(governed: exp.Query, spelling: Spelling) -> tuple[str, ...]:
    """Put ``?1``, ``?2`` … for the names, whose order is returned.

    Numbered, because the order in which a tree is walked need not be the order in
    which it is printed.
    """
    names = _names(governed)
    for node in list(governed.find_all(exp.Placeholder)):
        node.replace(spelling.placeholder(names.index(node.name) + 1))
    return names
