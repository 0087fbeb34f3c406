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
from tongban.kernel.query.language.parse import StatementError
from tongban.kernel.query.language.qualify import BARE, NAMED, dataset_code, inner_query
from tongban.kernel.query.language.swell import growth


Items = frozenset[str]  # dataset.item
Relation = exp.Table | exp.Subquery | exp.Lateral | exp.Unnest | exp.Values


# Where values are computed beside the columns of a query.
_CLAUSES = (
    exp.Where,
    exp.Having,
    exp.Qualify,
    exp.Join,
    exp.Group,
    exp.Order,
)


@dataclass(frozen=True, slots=True)
class Output:
    """A column of a query: its name, what it is computed from, how it came here.

    ``starred`` when a ``*`` brought it: it goes away where it is not granted.
    ``growth`` is how many times as long as an item its text or list may be.
    """

    name: str
    sources: Items
    starred: bool
    growth: int = 1


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
            Output(
                a.name,
                a.sources | b.sources,
                a.starred or b.starred,
                max(a.growth, b.growth),
            )
            for a, b in zip(left, right, strict=True)
        )

    def _output(self, projection: exp.Expr) -> Output:
        columns = list(projection.find_all(exp.Column))
        sources = _union(self.origin(column).sources for column in columns)
        bare = isinstance(projection.unalias(), exp.Column)
        starred = bare and not any(column.meta_get(NAMED) for column in columns)
        found = growth(projection, self.growth)
        return Output(projection.alias_or_name, sources, starred, found)

    def growth(self, node: exp.Expr) -> int:
        """The growth of a column, or of an inner query's columns."""
        if isinstance(node, exp.Column):
            return self.origin(node).growth
        return max(output.growth for output in self.outputs(node))

    def origin(self, column: exp.Column) -> Output:
        """What one qualified column stands for."""
        known = self.origins.get(id(column))
        if known is None:
            known = self.origins[id(column)] = self._origin(column)
        return known

    def _origin(self, column: exp.Column) -> Output:
        relation = relation_of(column)
        if relation is None:
            return Output(column.name, frozenset(), starred=False)
        for output in self.offered(relation):
            if output.name == column.name:
                return output
        raise _unknown(column)

    def offered(self, relation: Relation) -> tuple[Output, ...]:
        """The columns of a relation, of a dataset its items."""
        if isinstance(relation, exp.Subquery | exp.Lateral):
            return self.outputs(relation.this)
        if isinstance(relation, exp.Unnest | exp.Values):
            return self._made(relation)
        cte = None if relation.db else inner_query(relation)
        if cte is not None:
            return self.outputs(cte.this)
        return _items(self.datasets[dataset_code(relation)])

    def _made(self, relation: exp.Unnest | exp.Values) -> tuple[Output, ...]:
        """The columns of a list or of written rows, by the names of its alias."""
        columns = [c for e in relation.expressions for c in e.find_all(exp.Column)]
        sources = _union(self.origin(column).sources for column in columns)
        names = relation.args["alias"].columns
        grown = max(growth(each, self.growth) for each in relation.expressions)
        return tuple(Output(name.name, sources, False, grown) for name in names)

    def check_single(self, column: exp.Column) -> None:
        """That the innermost query which knows a bare name knows it once.

        SQLGlot looks for a name further out when two relations inside bear it.
        """
        reached = (
            [
                relation.alias_or_name
                for relation in visible
                if any(output.name == column.name for output in self.offered(relation))
            ]
            for visible, _ in _around(column)
        )
        if next(filter(None, reached)) != [column.table]:
            raise _unknown(column)


def sources_of(column: exp.Column, datasets: Mapping[str, Dataset]) -> Items:
    """The items that one qualified column comes from."""
    return _Tracer(datasets).origin(column).sources


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
    for clause in tree.find_all(*_CLAUSES):
        growth(clause, tracer.growth)
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


def relation_of(column: exp.Column) -> Relation | None:
    """The relation whose alias a column bears; None for a name of the answer."""
    if not column.table:
        holder = column.find_ancestor(exp.Order, exp.Distinct, exp.Query)
        if holder is None or not isinstance(holder.parent, exp.Query):
            raise _unknown(column)
        return None
    for visible, hidden in _around(column):
        for relation in visible:
            if relation.alias_or_name == column.table:
                return relation
        if any(relation.alias_or_name == column.table for relation in hidden):
            raise _unknown(column)
    raise _unknown(column)


def _around(column: exp.Column) -> Iterator[tuple[list[Relation], list[Relation]]]:
    """The relations of each query around a column: those it sees, and the others.

    An inner query in FROM sees nothing beside it, though DuckDB would look there;
    one behind LATERAL, and the list of an UNNEST, see what is written before them.
    """
    below: exp.Expr = column
    above = column.parent
    beside: exp.Expr | None = None
    while above is not None:
        if isinstance(above, exp.From | exp.Join) and below.arg_key == "this":
            beside = below
        elif isinstance(above, exp.Select):
            if not isinstance(below, exp.With):
                yield _seen(above, beside)
            beside = None
        below, above = above, above.parent


def _seen(
    select: exp.Select, beside: exp.Expr | None
) -> tuple[list[Relation], list[Relation]]:
    relations = list(relations_of(select))
    if beside is None:
        return relations, []
    if not isinstance(beside, exp.Lateral | exp.Unnest):
        return [], relations
    before = next(at for at, each in enumerate(relations) if each is beside)
    return relations[:before], relations[before:]


def relations_of(select: exp.Select) -> Iterator[Relation]:
    from_ = select.args.get("from_")
    for holder in ([from_] if from_ else []) + (select.args.get("joins") or []):
        yield holder.this


def _unknown(column: exp.Column) -> StatementError:
    return StatementError(
        f"nothing is called {column.sql(dialect='duckdb')}",
        why="a name must be an item of a dataset or a column of an inner query",
        code="query.unknown-item",
        item=column.name,
    )
