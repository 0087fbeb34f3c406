"""From one governed tree to the statements that engines run.

Everyone's data are read from the lake. One subject's are read where they live:
as a whole statement when one department's database can answer it exactly,
otherwise row by row, brought together in DuckDB.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType, SourceKind
from tongban.kernel.query.language.grammar import AS_OF, LIMIT, SUBJECT, TODAY
from tongban.kernel.query.language.qualify import dataset_code
from tongban.kernel.query.lowering import asking, pushdown
from tongban.kernel.query.lowering.spelling import CLUSTER, LAKE, LIVE, Spelling
from tongban.kernel.query.model import Fetch
from tongban.kernel.query.sqltypes import cast_item
from tongban.kernel.query.terms.bind import FENCE, WHOLE, Terms, row_condition
from tongban.kernel.query.terms.row_filter import RAW, raw


_Types = Mapping[str, pushdown.Type]


@dataclass(frozen=True, slots=True)
class Lowered:
    """The statements of a plan; ``types`` of its columns where a place answers."""

    fetches: tuple[Fetch, ...]
    final: Fetch | None
    types: tuple[DataType | None, ...] | None = None


def lower(
    tree: exp.Query,
    governed: exp.Query,
    terms: Mapping[str, Terms],
    params: _Types,
    *,
    bulk: str = LAKE,
    past: bool = False,
) -> Lowered:
    """The statements for ``governed``, which is changed.

    ``tree`` is the same before its terms were bound; ``params`` are the types of
    its placeholders' values; ``bulk`` is the kind of engine that the site has for
    everyone's data. A department's database knows no ``past``: then all is read
    from the lake.
    """
    live = [] if past else [t for t in terms.values() if _is_live(t)]
    days = {AS_OF: DataType.DATE, TODAY: DataType.DATE}
    known = {**params, SUBJECT: DataType.TEXT, **days}
    types = _types_elsewhere(tree, terms, known) if live else None
    if types is not None:
        return Lowered((push_down(governed, terms, known),), None, types)
    if bulk != LAKE and not live:
        types = _types_at(bulk, tree, terms, known)
        if types is not None:
            return Lowered((for_cluster(governed, bulk, terms),), None, types)
    fetches = tuple(_fetch(each, tree, known) for each in live)
    return _federate(governed, live, fetches, terms)


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


def _federate(
    governed: exp.Query,
    live: Sequence[Terms],
    fetches: tuple[Fetch, ...],
    terms: Mapping[str, Terms],
) -> Lowered:
    """DuckDB over the lake and over what is fetched from departments."""
    fetched = {each.dataset.code: each for each in live}
    for table in list(governed.find_all(exp.Table)):
        if table.db:
            # What was fetched are the subject's rows; a filter looks at everyone's.
            whole = table.meta_get(WHOLE)
            each = None if whole else fetched.get(f"{table.db}.{table.name}")
            table.replace(_lake_table(table) if each is None else _fetched_rows(each))
    sql = governed.sql(dialect="duckdb", comments=False)
    beside = {code for each in terms.values() for code in each.beside}
    lake = tuple(sorted(beside | (terms.keys() - fetched.keys())))
    final = Fetch(LAKE, "", sql, _names(governed), datasets=lake)
    return Lowered(fetches, final) if fetches else Lowered((final,), None)


def _lake_table(table: exp.Table) -> exp.Table:
    return _physical("lake", f"{table.db}.{table.name}")


def _fetched_rows(terms: Terms) -> exp.Subquery:
    """What was fetched as text, in the types that the catalogue declares."""
    dataset = terms.dataset
    items = [
        exp.alias_(cast_item(raw(name), dataset.items[name]), name, quoted=True)
        for name in _fetched_items(terms)
    ]
    rows = exp.select(*items).from_(_physical("temp", dataset.code), copy=False)
    return _named(rows)


def _fetched_items(terms: Terms) -> list[str]:
    """What the statement, its row filter and the subject's bound read, in order."""
    read = {*terms.items, terms.subject_item, terms.moving_item}
    if terms.filter is not None:
        read |= terms.filter.items
    return [name for name in terms.dataset.items if name in read]


def _physical(schema: str, name: str) -> exp.Table:
    return exp.Table(
        this=exp.to_identifier(name, quoted=True),
        db=exp.to_identifier(schema, quoted=True),
        alias=_raw_alias(),
    )


def _raw_alias() -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(RAW, quoted=True))


def _named(rows: exp.Select) -> exp.Subquery:
    return rows.subquery(exp.to_identifier(RAW, quoted=True), copy=False)


def _names(tree: exp.Query) -> tuple[str, ...]:
    return tuple(sorted({node.name for node in tree.find_all(exp.Placeholder)}))


def for_cluster(governed: exp.Query, bulk: str, terms: Mapping[str, Terms]) -> Fetch:
    """The whole statement for a cluster that reads the same snapshots."""
    names = _names(governed)
    for table in list(governed.find_all(exp.Table)):
        if table.db:
            table.replace(_lake_table(table))
    sql = CLUSTER.sql(CLUSTER.adapt(governed))
    return Fetch(bulk, "", sql, names, datasets=tuple(sorted(terms)))


# ----------------------------------------------------- a department, row by row


def _fetch(terms: Terms, tree: exp.Query, params: _Types) -> Fetch:
    """The subject's rows of one dataset as its department holds them.

    Parts of the row filter and of the statement's conditions that mean the same
    there spare rows that the statement would throw away.
    """
    dataset, source = terms.dataset, terms.dataset.source
    names, bound = _fetched_items(terms), f"{terms.subject_item} = :{SUBJECT}"
    if source.kind not in LIVE:
        text = asking.ask(dataset, names, _key_of(terms)).text()
        return _fetched(dataset, text, (SUBJECT,), names, [bound])
    items = [exp.alias_(raw(n), n, quoted=True) for n in names]
    table = exp.Table(this=exp.to_identifier(source.table, quoted=True))
    rows = exp.select(*items).from_(table, copy=False)
    if not LIVE[source.kind].typed:
        subject = exp.Placeholder(this=SUBJECT)
        rows.where(exp.EQ(this=_raw_subject(terms), expression=subject), copy=False)
    spared = list(_spared(terms, tree, params))
    pushed = [bound, *(_shown(condition) for condition in spared)]
    for condition in spared:
        rows.where(condition, copy=False)
    sql, values = _spelt(rows, {"": terms}, params)
    return _fetched(dataset, sql, values, names, pushed)


def _fetched(
    dataset: Dataset,
    text: str,
    values: tuple[str, ...],
    items: Sequence[str],
    pushed: Sequence[str],
) -> Fetch:
    return Fetch(
        dataset.source.kind,
        dataset.source.database,
        text,
        values,
        dataset.code,
        (dataset.code,),
        columns=tuple(items),
        types=tuple(dataset.items[name].type for name in items),
        filter=" AND ".join(pushed),
    )


def _shown(condition: exp.Expr) -> str:
    """A condition in the catalogue's names, without that of the relation."""
    bare = condition.copy().transform(
        lambda n: exp.column(n.name) if isinstance(n, exp.Column) else n
    )
    return bare.sql(dialect="duckdb")


def _raw_subject(terms: Terms) -> exp.Column:
    assert terms.subject_item is not None
    return raw(terms.subject_item)


def _key_of(terms: Terms) -> str:
    assert terms.subject_item is not None
    return _key(terms.dataset, terms.subject_item) or ""


def _spared(terms: Terms, tree: exp.Query, params: _Types) -> Iterator[exp.Expr]:
    dataset = terms.dataset
    exact = pushdown.EXACT.get(dataset.source.kind)
    if exact is None:
        return
    conditions = list(_own_conditions(terms, tree))
    chosen = row_condition(terms)
    if chosen is not None:
        conditions.append(chosen)
    for condition in conditions:
        for part in pushdown.safe_conjuncts(condition, dataset, params, exact):
            yield exp.paren(part)


def _own_conditions(terms: Terms, tree: exp.Query) -> Iterator[exp.Expr]:
    """The parts of WHERE that are over unmasked items of this dataset alone.

    Only where it is read once, and no outer join brings rows back.
    """
    tables = [table for table in tree.find_all(exp.Table) if table.db]
    mine = [t for t in tables if dataset_code(t) == terms.dataset.code]
    select = mine[0].find_ancestor(exp.Select) if len(mine) == 1 else None
    where = select.args.get("where") if select else None
    if select is None or where is None:
        return
    if any(join.side for join in select.args.get("joins") or ()):
        return
    alias, shown = mine[0].alias_or_name, terms.items - terms.shown_masked
    for part in pushdown.conjuncts(where.this):
        columns = list(part.find_all(exp.Column))
        if all(c.text("table") == alias and c.name in shown for c in columns):
            yield part.copy().transform(
                lambda n: raw(n.name) if isinstance(n, exp.Column) else n
            )


# -------------------------------------------------- a department, the statement


def _types_elsewhere(
    tree: exp.Query, terms: Mapping[str, Terms], params: _Types
) -> tuple[pushdown.Type, ...] | None:
    """The types of the answer if one database holds it all and means the same."""
    sources = {each.dataset.source for each in terms.values()}
    places = {(source.kind, source.database) for source in sources}
    if len(places) != 1:
        return None
    return _types_at(next(iter(places))[0], tree, terms, params)


def _types_at(
    kind: str, tree: exp.Query, terms: Mapping[str, Terms], params: _Types
) -> tuple[pushdown.Type, ...] | None:
    exact = pushdown.EXACT.get(kind)
    if exact is None:
        return None
    try:
        return _check_safe(tree, terms, params, exact)
    except pushdown.Unsafe:
        return None


def _check_safe(
    tree: exp.Query, terms: Mapping[str, Terms], params: _Types, exact: pushdown.Exact
) -> tuple[pushdown.Type, ...]:
    for each in terms.values():
        masks = {each.dataset.items[name].mask for name in each.shown_masked}
        if not masks <= exact.masks:
            raise pushdown.Unsafe
        if each.beside:
            raise pushdown.Unsafe
        condition = row_condition(each)
        if condition is not None:
            pushdown.check_filter(condition, each.dataset, params, exact)
    datasets = {code: each.dataset for code, each in terms.items()}
    return pushdown.answer_types(tree, datasets, params, exact)


def push_down(governed: exp.Query, terms: Mapping[str, Terms], params: _Types) -> Fetch:
    """The whole statement, which is changed, for the department's database."""
    # Nothing that a department is given can fail on a row (see `operations`).
    for offset in list(governed.find_all(exp.Offset)):
        if offset.meta_get(FENCE):
            offset.pop()
    source = next(iter(terms.values())).dataset.source
    sql, names = _spelt(governed, terms, params)
    return Fetch(
        source.kind, source.database, sql, names, datasets=tuple(sorted(terms))
    )


def _spelt(
    statement: exp.Query, terms: Mapping[str, Terms], params: _Types
) -> tuple[str, tuple[str, ...]]:
    """The statement in its place's words, and the names of values in their order.

    Numbered, because the order in which a tree is walked need not be the order in
    which it is printed.
    """
    spelling = LIVE[next(iter(terms.values())).dataset.source.kind]
    statement = spelling.adapt(statement)
    names = [*_names(statement)]
    for node in list(statement.find_all(exp.Placeholder)):
        position = names.index(node.name) + 1
        node.replace(spelling.value(position, params[node.name]))
    if spelling.bounded:
        names.append(LIMIT)
        statement = _bounded(statement, spelling, len(names))
    if spelling.typed:
        names.append(SUBJECT)
    for table in list(statement.find_all(exp.Table)):
        each = terms.get(f"{table.db}.{table.name}" if table.db else "")
        if each is not None:
            table.replace(_rows_there(each, spelling, len(names)))
    return spelling.sql(statement), tuple(names)


def _rows_there(terms: Terms, spelling: Spelling, subject: int) -> exp.Expr:
    """The rows of a dataset at its place; of a typed one, the subject's in type.

    The bound is written over the column itself, so that any index of it serves.
    """
    dataset = terms.dataset
    table = spelling.table(dataset.source.table)
    table.set("alias", _raw_alias())
    names = _fetched_items(terms)
    if not spelling.typed and all(dataset.items[n].column is None for n in names):
        return table
    items = [exp.alias_(_there(dataset, n, spelling), n, quoted=True) for n in names]
    rows = exp.select(*items).from_(table, copy=False)
    if spelling.typed and terms.subject_item is not None:
        value = spelling.placeholder(subject)
        column = raw(dataset.items[terms.subject_item].stored)
        bound = exp.EQ(this=column, expression=value)
        rows = rows.where(bound, copy=False)
    return _named(rows)


def _there(dataset: Dataset, name: str, spelling: Spelling) -> exp.Expr:
    """An item as its place calls it."""
    item = dataset.items[name]
    return spelling.item(raw(item.stored), item)


def _bounded(statement: exp.Query, spelling: Spelling, position: int) -> exp.Query:
    """The statement with a bound, of its own or of who asks, whichever is less."""
    most = spelling.value(position, DataType.INTEGER)
    limit = statement.args.get("limit")
    if limit is not None:
        most = exp.Least(this=limit.expression, expressions=[most])
    return statement.limit(most, copy=False)
