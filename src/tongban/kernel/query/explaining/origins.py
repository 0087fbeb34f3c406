"""From which item to which column of an answer, and how: lineage column by column.

An item is *direct* where its values, changed or not, become a column's; it is
*indirect* where it only decides which values or rows come, and in which order. The
ways are the transformation subtypes of OpenLineage's column lineage facet.

Works on the qualified tree of lineage.py, by the same rules for names.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlglot import exp

from tongban.kernel.query.language.lineage import relation_of
from tongban.kernel.query.language.qualify import dataset_code, inner_query


class Way(StrEnum):
    """How an item comes into an answer; the first three are direct."""

    IDENTITY = "identity"
    TRANSFORMATION = "transformation"
    AGGREGATION = "aggregation"
    CONDITIONAL = "conditional"
    WINDOW = "window"
    FILTER = "filter"
    JOIN = "join"
    GROUP_BY = "group_by"
    SORT = "sort"

    @property
    def direct(self) -> bool:
        return self in _DIRECT


# In the order of what they leave of a value: the last one met is what it is.
_DIRECT = (Way.IDENTITY, Way.TRANSFORMATION, Way.AGGREGATION)
_CLAUSES: Mapping[type[exp.Expr], Way] = {
    exp.Where: Way.FILTER,
    exp.Having: Way.FILTER,
    exp.Qualify: Way.FILTER,
    exp.Filter: Way.FILTER,
    exp.Distinct: Way.GROUP_BY,
    exp.Group: Way.GROUP_BY,
    exp.Join: Way.JOIN,
    exp.Order: Way.SORT,
}
_Found = frozenset[tuple[str, Way]]


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """One ``dataset.item`` and how it was used; ``masked`` where it came masked."""

    item: str
    way: Way
    masked: bool = False

    def __str__(self) -> str:
        return f"{self.item} ({self.way}{', masked' if self.masked else ''})"


@dataclass(frozen=True, slots=True)
class UseLineage:
    """The origins of each column, and of which rows there are and in which order."""

    columns: tuple[tuple[str, tuple[Origin, ...]], ...]
    rows: tuple[Origin, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "columns": [
                {"name": name, "origins": [_as_json(each) for each in origins]}
                for name, origins in self.columns
            ],
            "rows": [_as_json(each) for each in self.rows],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "UseLineage":
        columns = tuple(
            (each["name"], tuple(map(_from_json, each["origins"])))
            for each in kept["columns"]
        )
        return cls(columns, tuple(map(_from_json, kept["rows"])))

    def __str__(self) -> str:
        lines = [
            f"{name} ← {', '.join(map(str, origins)) or 'no item'}"
            for name, origins in self.columns
        ]
        if self.rows:
            lines.append(f"rows ← {', '.join(map(str, self.rows))}")
        return "\n".join(lines)


def _as_json(origin: Origin) -> dict[str, Any]:
    return {"item": origin.item, "way": origin.way.value, "masked": origin.masked}


def _from_json(kept: Mapping[str, Any]) -> Origin:
    return Origin(kept["item"], Way(kept["way"]), kept["masked"])


def origins(
    tree: exp.Query, datasets: Collection[str], masked: Collection[str]
) -> UseLineage:
    """The lineage of a qualified tree over ``datasets``; ``masked`` are items."""
    tracer = _Tracer(datasets)
    # In the order they are written, so that a long chain of them is no recursion.
    for cte in tree.find_all(exp.CTE):
        tracer.of(cte.this)
    found = tracer.of(tree)

    def told(several: _Found) -> tuple[Origin, ...]:
        return tuple(sorted(Origin(i, way, i in masked) for i, way in several))

    columns = tuple((name, told(each)) for name, each in found.columns)
    return UseLineage(columns, told(found.rows))


@dataclass(slots=True)
class _Traced:
    """What one query gives: its columns in order, and what its rows depend on."""

    columns: list[tuple[str, _Found]] = field(default_factory=list)
    rows: _Found = frozenset()

    def column(self, name: str) -> _Found:
        return next((found for own, found in self.columns if own == name), frozenset())


@dataclass(slots=True)
class _Tracer:
    datasets: Collection[str]
    memo: dict[int, _Traced] = field(default_factory=dict)

    def of(self, query: exp.Expr) -> _Traced:
        known = self.memo.get(id(query))
        if known is None:
            # There already while it is traced: what refers to itself adds nothing.
            known = self.memo[id(query)] = _Traced()
            self._fill(known, query)
        return known

    def _fill(self, into: _Traced, query: exp.Expr) -> None:
        if isinstance(query, exp.Subquery):
            inner = self.of(query.this)
            into.columns, into.rows = list(inner.columns), inner.rows
        elif isinstance(query, exp.SetOperation):
            self._unite(into, query)
        elif isinstance(query, exp.Select):
            for place, projection in enumerate(query.expressions, start=1):
                name = _name(projection, place)
                into.columns.append((name, self._found(projection, projection)))
            into.rows = self._beneath(query)
            if query.args.get("distinct"):
                into.rows |= _as(Way.GROUP_BY, _union(into))
        self._clauses(into, query)

    def _clauses(self, into: _Traced, query: exp.Expr) -> None:
        for name in ("where", "group", "having", "qualify", "distinct", "order"):
            clause = query.args.get(name)
            if isinstance(clause, exp.Expr):
                into.rows |= self._found(clause, query)
        for join in query.args.get("joins") or ():
            for on in (join.args.get("on"), *(join.args.get("using") or ())):
                if on is not None:
                    into.rows |= self._found(on, query)

    def _unite(self, into: _Traced, query: exp.SetOperation) -> None:
        left, right = self.of(query.this), self.of(query.expression)
        subtracted = isinstance(query, exp.Except)
        for (name, one), (_, other) in zip(left.columns, right.columns, strict=False):
            beside = _as(Way.FILTER, other) if subtracted else other
            into.columns.append((name, one | beside))
        into.rows = left.rows | right.rows
        if not isinstance(query, exp.Union):
            into.rows |= _as(Way.FILTER, _union(left) | _union(right))
        elif query.args.get("distinct"):
            into.rows |= _as(Way.GROUP_BY, _union(into))

    def _found(self, part: exp.Expr, top: exp.Expr) -> _Found:
        """What ``part`` looks at, each by its way up to ``top``."""
        found: _Found = frozenset()
        for node in _own(part):
            if isinstance(node, exp.Column):
                way = _way(node, top)
                found |= {(item, _through(way, w)) for item, w in self._origin(node)}
            elif isinstance(node, exp.Select):
                found |= self._beneath(node)
        return found

    def _origin(self, column: exp.Column) -> _Found:
        relation = relation_of(column)
        if relation is None:
            holder = column.find_ancestor(exp.Query)
            return self.of(holder).column(column.name) if holder else frozenset()
        query = _query_of(relation)
        if query is not None:
            return self.of(query).column(column.name)
        if not isinstance(relation, exp.Table):
            # A list or written rows: whatever it is made of comes into its columns.
            made = [self._found(each, each) for each in relation.expressions]
            return frozenset(
                (item, _through(Way.TRANSFORMATION, way))
                for found in made
                for item, way in found
            )
        code = dataset_code(relation)
        item = f"{code}.{column.name}"
        return frozenset({(item, Way.IDENTITY)} if code in self.datasets else ())

    def _beneath(self, select: exp.Select) -> _Found:
        """What the rows of the relations that ``select`` reads depend on."""
        from_ = select.args.get("from_")
        found: _Found = frozenset()
        for holder in ([from_] if from_ else []) + (select.args.get("joins") or []):
            query = _query_of(holder.this)
            if query is not None:
                found |= self.of(query).rows
        return found


def _query_of(relation: exp.Expr) -> exp.Expr | None:
    """The query that a relation stands for; None for a dataset."""
    inner: exp.Expr | None = None
    if isinstance(relation, exp.Subquery | exp.Lateral):
        inner = relation.this
    elif isinstance(relation, exp.Table) and not relation.db:
        cte = inner_query(relation)
        inner = None if cte is None else cte.this
    return inner


def _own(part: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of a part of a query, without the relations read inside it."""
    yield part
    for child in part.iter_expressions():
        relation = child.arg_key == "this" and isinstance(part, exp.From | exp.Join)
        if not relation and not isinstance(child, exp.With):
            yield from _own(child)


def _way(column: exp.Column, top: exp.Expr) -> Way:
    """How a column comes into the part ``top``, by what lies between."""
    way = Way.IDENTITY
    below: exp.Expr = column
    while below is not top and below.parent is not None:
        above = below.parent
        step = _step(below, above)
        if not step.direct:
            return step
        way = max(way, step, key=_DIRECT.index)
        below = above
    return way


def _step(below: exp.Expr, above: exp.Expr) -> Way:
    if isinstance(above, exp.Filter) and below.arg_key == "this":
        return Way.IDENTITY
    if isinstance(above, exp.Window) and below.arg_key != "this":
        return Way.WINDOW
    if isinstance(above, exp.Order) and isinstance(above.parent, exp.Window):
        return Way.WINDOW
    if isinstance(above, exp.If | exp.Case) and below.arg_key == "this":
        return Way.CONDITIONAL
    for clause, way in _CLAUSES.items():
        if isinstance(above, clause):
            return way
    if isinstance(above, exp.AggFunc):
        return Way.AGGREGATION
    plain = (exp.Alias, exp.Select, exp.Subquery, exp.Paren, exp.Window)
    return Way.IDENTITY if isinstance(above, plain) else Way.TRANSFORMATION


def _through(outer: Way, inner: Way) -> Way:
    """The way of an item that came into an inner query one way and on another."""
    if not outer.direct:
        return outer
    return max(outer, inner, key=_DIRECT.index) if inner.direct else inner


def _union(traced: _Traced) -> _Found:
    return frozenset(each for _, found in traced.columns for each in found)


def _as(way: Way, found: _Found) -> _Found:
    return frozenset((item, way) for item, _ in found)


def _name(projection: exp.Expr, place: int) -> str:
    """A column's name; a neutral one where it is the text of a value."""
    name = projection.alias_or_name
    values = {literal.name for literal in projection.find_all(exp.Literal)}
    return f"column_{place}" if not name or name in values else name
