"""A grant's filter (行过滤): which rows of its dataset it lets through.

A condition over the items of the dataset, as the source holds them, and over

``:as_of``         the day of the use, whatever day a statement looks back to
``:organization``  the code of the organisation that uses the data
``:division``      its division
``:purpose``       the code of the purpose

It may look into other datasets with IN and EXISTS: own district, own cases,
consented persons. Those are read on the terms of a grant of their own, to the same
organisation for the same purpose, all their rows, since a consent need not be
about the subject of a case; they look into no further dataset.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.language.grammar import AS_OF, TODAY
from tongban.kernel.query.language.lineage import trace
from tongban.kernel.query.language.parse import StatementError, parse_expression
from tongban.kernel.query.language.qualify import dataset_code, datasets_of, qualify
from tongban.kernel.query.language.reading import STAGES, Wanted
from tongban.kernel.query.terms.authorise import Demand


# The alias of the physical relation; no name of an author can begin so.
RAW = "__raw"
ORGANIZATION, DIVISION, PURPOSE = "organization", "division", "purpose"
CALLER = frozenset({ORGANIZATION, DIVISION, PURPOSE})
_NOT_ROWWISE = (exp.AggFunc, exp.Window, exp.Star, exp.Explode)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A filter that was read. ``condition`` is shared: copy before changing.

    ``items`` are those of its own dataset, granted or not; ``wanted`` what it reads
    of others; ``params`` the values it needs.
    """

    condition: exp.Expr
    items: frozenset[str]
    wanted: tuple[Wanted, ...]
    params: frozenset[str]


def read_filter(
    sql: str, dataset: Dataset, catalog: Catalog | None = None
) -> RowFilter:
    """The filter ``sql`` of ``dataset``, which may look into those of ``catalog``.

    Without a catalogue it stays within its row. Raises StatementError.
    """
    tree = _rows_where(parse_expression(sql), dataset)
    for stage in STAGES:
        tree = stage(tree)
    condition = tree.args["where"].this
    _check_form(condition, dataset, is_local=catalog is None)
    datasets = datasets_of(tree, catalog or Catalog(datasets={dataset.code: dataset}))
    tree = qualify(tree, datasets)
    named = trace(tree, datasets)
    read = {code: named.required[code] | named.optional[code] for code in datasets}
    condition = tree.args["where"].this
    own = dataset.code.partition(".")[2]
    for column in list(condition.find_all(exp.Column)):
        if column.table == own:
            column.replace(raw(column.name))
    # A bare item is the whole tree, and replaced in it.
    condition = tree.args["where"].this
    return RowFilter(
        condition,
        frozenset(read.pop(dataset.code)),
        tuple(Wanted(code, frozenset(read[code])) for code in sorted(read)),
        frozenset(node.name for node in condition.find_all(exp.Placeholder)),
    )


def caller_values(demand: Demand, catalog: Catalog) -> dict[str, str]:
    """What filters may ask of who uses the data; nothing of what is not known."""
    organization = catalog.organizations.get(demand.organization)
    values = {ORGANIZATION: demand.organization, PURPOSE: demand.purpose.code}
    if organization and organization.division:
        values[DIVISION] = organization.division
    return values


def _rows_where(condition: exp.Expr, dataset: Dataset) -> exp.Query:
    schema, _, table = dataset.code.partition(".")
    one = exp.alias_(exp.Literal.number(1), "one")
    rows = exp.select(one).from_(exp.table_(table, db=schema))
    rows.set("where", exp.Where(this=condition))
    return rows


def _check_form(condition: exp.Expr, dataset: Dataset, *, is_local: bool) -> None:
    known = {AS_OF} if is_local else {AS_OF, *CALLER}
    for value in condition.find_all(exp.Placeholder):
        if value.name not in known:
            raise _not_a_filter(f":{value.name}")
        if value.name == AS_OF:
            # A statement may look back to another day; a grant is judged today.
            value.set("this", TODAY)
    for node in _of_the_row(condition):
        if isinstance(node, _NOT_ROWWISE):
            raise _not_a_filter(node.key.upper())
        if isinstance(node, exp.Query) and (is_local or not _looks_into(node)):
            raise _not_a_filter("SELECT")
    own = dataset.code.partition(".")[2]
    for inner in condition.find_all(exp.Table, exp.Subquery, exp.CTE):
        if isinstance(inner, exp.Table) and inner.db:
            _check_other(inner, dataset)
        if inner.alias_or_name.lower() == own:
            raise StatementError(
                f"two relations are called {own!r}",
                why="the name stands for the dataset that is filtered",
                mend="give the inner one another name with AS",
                code="query.columns",
                column=own,
            )


def _check_other(table: exp.Table, dataset: Dataset) -> None:
    if dataset_code(table) == dataset.code:
        raise StatementError(
            f"the filter of {dataset.code!r} reads {dataset.code!r} itself",
            why="what it may read would be filtered by it in turn",
            mend="say it of the row alone, or of another dataset",
            code="query.filter-cycle",
            dataset=dataset.code,
        )


def _of_the_row(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a condition that are computed row by row, and inner queries."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, exp.Query):
            waiting += part.iter_expressions()


def _looks_into(query: exp.Query) -> bool:
    if isinstance(query.parent, exp.In):
        return query.arg_key == "query"
    return isinstance(query.parent, exp.Exists)


def raw(item: str) -> exp.Column:
    """An item as the source holds it."""
    return exp.Column(
        this=exp.to_identifier(item, quoted=True),
        table=exp.to_identifier(RAW, quoted=True),
    )


def _not_a_filter(what: str) -> StatementError:
    return StatementError(
        f"{what} has no place in a row filter",
        why="a filter decides row by row, from the row, the day and the caller, "
        "and looks into other datasets with IN and EXISTS",
        mend="write a condition over the items of the dataset",
        code="query.node",
    )
