"""Where each column comes from: through WITH queries, inner queries and unions.

Works on a qualified tree, by the rules that the engines follow: a name is looked
up in the innermost query around it that reads a relation of that alias.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.parse import StatementError
from tongban.kernel.query.qualify import BARE, NAMED, dataset_code, inner_query


Items = frozenset[str]  # dataset.item


@dataclass(frozen=True, slots=True)
class Output:
    """A column of a query: its name, what it is computed from, how it came here.

    ``starred`` when a ``*`` brought it: it goes away where it is not granted.
    """

    name: str
    sources: Items
    starred: bool


@dataclass(slots=True)
class Lineage:
    """The answer's columns, and the items of each dataset that are read.

    ``required`` items are named somewhere; ``optional`` ones only a ``*`` means.
    """

    outputs: tuple[Output, ...] = ()
    required: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    optional: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(slots=True)
class _Tracer:
    datasets: Mapping[str, Dataset]
    memo: dict[int, tuple[Output, ...]] = field(default_factory=dict)
    origins: dict[int, Output] = field(default_factory=dict)

    def outputs(self, query: exp.Expr) -> tuple[Output, ...]:
        known = self.memo.get(id(query))
        if known is None:
            known = self.memo[id(query)] = self._outputs(query)
        return known

    def _outputs(self, query: exp.Expr) -> tuple[Output, ...]:
        if isinstance(query, exp.Subquery):
            return self.outputs(query.this)
        if isinstance(query, exp.SetOperation):
            return self._united(query)
        assert isinstance(query, exp.Select)
        return tuple(self._output(projection) for projection in query.expressions)

    def _united(self, query: exp.SetOperation) -> tuple[Output, ...]:
        left, right = self.outputs(query.this), self.outputs(query.expression)
        if len(left) != len(right):
            raise StatementError(
                f"{query.key.upper()} of {len(left)} and {len(right)} columns",
                why="both sides must have the same columns; * gives those granted",
                mend="name the items on both sides",
                code="query.columns",
            )
        return tuple(
            Output(a.name, a.sources | b.sources, a.starred or b.starred)
            for a, b in zip(left, right, strict=True)
        )

    def _output(self, projection: exp.Expr) -> Output:
        columns = list(projection.find_all(exp.Column))
        sources = _union(self.origin(column).sources for column in columns)
        bare = isinstance(projection.unalias(), exp.Column)
        starred = bare and not any(column.meta_get(NAMED) for column in columns)
        return Output(projection.alias_or_name, sources, starred)

    def origin(self, column: exp.Column) -> Output:
        """What one qualified column stands for."""
        known = self.origins.get(id(column))
        if known is None:
            known = self.origins[id(column)] = self._origin(column)
        return known

    def _origin(self, column: exp.Column) -> Output:
        relation = _relation(column)
        if relation is None:
            return Output(column.name, frozenset(), starred=False)
        for output in self.offered(relation):
            if output.name == column.name:
                return output
        raise _unknown(column)

    def offered(self, relation: exp.Table | exp.Subquery) -> tuple[Output, ...]:
        """The columns of a relation, of a dataset its items."""
        if isinstance(relation, exp.Subquery):
            return self.outputs(relation.this)
        cte = None if relation.db else inner_query(relation)
        if cte is not None:
            return self.outputs(cte.this)
        return _items(self.datasets[dataset_code(relation)])

    def check_single(self, column: exp.Column) -> None:
        """That the innermost query which knows a bare name knows it once.

        SQLGlot looks for a name further out when two relations inside bear it.
        """
        reached = (
            [
                relation.alias_or_name
                for relation in _relations(select)
                if any(output.name == column.name for output in self.offered(relation))
            ]
            for select, beside in _around(column)
            if not beside
        )
        if next(filter(None, reached)) != [column.table]:
            raise _unknown(column)


def trace(tree: exp.Query, datasets: Mapping[str, Dataset]) -> Lineage:
    """The lineage of a qualified tree. Raises StatementError for a name of nothing."""
    tracer = _Tracer(datasets)
    # In the order they are written, so that a long chain of them is no recursion.
    for cte in tree.find_all(exp.CTE):
        tracer.outputs(cte.this)
    found = Lineage(tracer.outputs(tree))
    for column in tree.find_all(exp.Column):
        sources = tracer.origin(column).sources
        optional = not column.meta_get(NAMED) and _is_projection(column)
        items = found.optional if optional else found.required
        for source in sources:
            dataset, _, item = source.rpartition(".")
            items[dataset].add(item)
        if column.table and column.meta_get(NAMED) == BARE:
            tracer.check_single(column)
    for dataset, named in found.required.items():
        found.optional[dataset] -= named
    return found


def without(
    tree: exp.Query, withheld: Items, datasets: Mapping[str, Dataset]
) -> exp.Query:
    """``tree`` in which no ``*`` brings any of ``withheld``.

    Only columns that nothing names go away, so every other name keeps its
    meaning.
    """
    tracer = _Tracer(datasets)
    going = [
        projection
        for select in tree.find_all(exp.Select)
        for projection, output in zip(
            select.expressions, tracer.outputs(select), strict=True
        )
        if output.starred and output.sources & withheld
    ]
    for projection in going:
        projection.pop()
    return tree


def _union(several: Iterable[Items]) -> Items:
    return frozenset(item for items in several for item in items)


@lru_cache(maxsize=1024)
def _outputs_of(code: str, items: tuple[str, ...]) -> tuple[Output, ...]:
    return tuple(
        Output(item, frozenset({f"{code}.{item}"}), starred=True) for item in items
    )


def _items(dataset: Dataset) -> tuple[Output, ...]:
    return _outputs_of(dataset.code, tuple(dataset.items))


def _is_projection(column: exp.Column) -> bool:
    holder = column.parent
    outer = holder.parent if isinstance(holder, exp.Alias) else holder
    return isinstance(outer, exp.Select) and column.arg_key in ("this", "expressions")


def _relation(column: exp.Column) -> exp.Table | exp.Subquery | None:
    """The relation whose alias a column bears; None for a name of the answer."""
    if not column.table:
        if column.find_ancestor(exp.Order, exp.Distinct) is None:
            raise _unknown(column)
        return None
    for select, beside in _around(column):
        for relation in _relations(select):
            if relation.alias_or_name == column.table:
                if beside:
                    raise _unknown(column)
                return relation
    raise _unknown(column)


def _around(column: exp.Column) -> Iterator[tuple[exp.Select, bool]]:
    """The queries around a column, and whether it stands in their FROM clause.

    An inner query in FROM sees nothing beside it; DuckDB would look there.
    """
    below: exp.Expr = column
    above = column.parent
    beside = False
    while above is not None:
        if isinstance(above, exp.From | exp.Join) and below.arg_key == "this":
            beside = True
        elif isinstance(above, exp.Select):
            if not isinstance(below, exp.With):
                yield above, beside
            beside = False
        below, above = above, above.parent


def _relations(select: exp.Select) -> Iterator[exp.Table | exp.Subquery]:
    from_ = select.args.get("from_")
    for holder in ([from_] if from_ else []) + (select.args.get("joins") or []):
        relation = holder.this
        assert isinstance(relation, exp.Table | exp.Subquery)
        yield relation


def _unknown(column: exp.Column) -> StatementError:
    return StatementError(
        f"nothing is called {column.sql(dialect='duckdb')}",
        why="a name must be an item of a dataset or a column of an inner query",
        code="query.unknown-item",
        item=column.name,
    )
