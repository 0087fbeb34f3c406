"""Rules of instant decisions (秒批): one governed SELECT, explained in its parts.

A rule is a list of conditions. They become one statement, so that all of them
see the same data at the same moment::

    WITH facts AS (SELECT (SELECT birth_date FROM population.person) AS seen_1_1),
    tests AS (SELECT facts.seen_1_1 > … AS truth_1_1, …, facts.seen_1_1 FROM facts)
    SELECT tests.truth_1_1 AND tests.truth_1_2 AS truth_1, … FROM tests

Each scalar subquery and each EXISTS is a column of its own: the values that the
decision saw. What AND, OR and NOT join is a column too, so that the explanation is
a tree of which every node has its own truth; a condition that joins nothing has no
such parts and needs no ``tests``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlglot import exp

from tongban.kernel.query.explaining.conditions import (
    Joint,
    Shape,
    labels,
    parsed,
    queries,
    shape_of,
    shaped,
)
from tongban.kernel.query.language.grammar import SUBJECT
from tongban.kernel.query.language.macros import expand
from tongban.kernel.query.model import Column


class RuleCondition(NamedTuple):
    """One condition: its title, the SQL that must be true, the article it rests on."""

    title: str
    sql: str
    basis: str


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value that a condition looked at, and the items it came from.

    ``label`` is the name of the column that the author selected, or ``exists``;
    ``versions`` name the data of each dataset it came from, where they are known.
    """

    label: str
    value: Any
    sources: tuple[str, ...]  # dataset.item
    masked: bool = False
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def dataset(self) -> str:
        """The one dataset it came from, empty when there are several or none."""
        datasets = {source.rpartition(".")[0] for source in self.sources}
        return next(iter(datasets)) if len(datasets) == 1 else ""

    @property
    def item(self) -> str:
        """The one item it is, empty when it is computed from several or none."""
        one = len(self.sources) == 1
        return self.sources[0].rpartition(".")[2] if one else ""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a condition and how it came out: true, false, or None for unknown.

    ``sql`` is its text as the author wrote it, in one way of spelling; ``values``
    are those that a test looked at.
    """

    joint: Joint
    sql: str
    truth: bool | None
    values: tuple[SeenValue, ...]
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class ConditionTruth:
    """How one condition came out, with all the values it saw and its parts."""

    title: str
    basis: str
    truth: bool | None
    values: tuple[SeenValue, ...]
    node: Node


def rule_use_sql(conditions: Sequence[tuple[str, str, str]]) -> str:
    """The statement of a rule, to be compiled and run as any other use.

    ``conditions`` are (title, sql, basis). Raises StatementError for SQL that is
    none, saying in ``where`` which condition it is.
    """
    return _rule_sql(tuple(sql for _, sql, _ in conditions))


def batch_use_sql(
    conditions: Sequence[tuple[str, str, str]],
    *,
    dataset: str,
    subject: str,
    about: Mapping[str, str],
    alias: str = "one",
    parts: bool = True,
) -> str:
    """The statement of a rule over everyone: a row for each row of ``dataset``.

    Its columns are ``subject``, the item of that name, and the truth of each
    condition (and of its parts): ``truth_1``, ``truth_1_1`` …. A condition may name
    items of ``alias``. In its subqueries, and for ``:subject``, the subject is the
    row's: ``about`` has the item that holds the subject's number, by dataset.
    Raises StatementError as `rule_use_sql` does.
    """
    return _batch_sql(
        tuple(sql for _, sql, _ in conditions),
        dataset,
        subject,
        tuple(sorted(about.items())),
        alias,
        parts,
    )


def explain_row(
    conditions: Sequence[tuple[str, str, str]],
    columns: Sequence[Column],
    row: Sequence[Any],
    versions: Mapping[str, str] | None = None,
) -> list[ConditionTruth]:
    """The truth of each condition in the one row that the rule's statement gave.

    ``versions`` are those of the answer: each value then says of which data it is.
    """
    cells = {
        column.name: (column, value) for column, value in zip(columns, row, strict=True)
    }
    found = []
    for number, (title, sql, basis) in enumerate(conditions, start=1):
        seen = [
            _seen(label, *cells[_place(number, place)], versions or {})
            for place, label in enumerate(labels(sql), start=1)
        ]
        truths = {
            each.tail: cells[_name(number, each)][1] for each in shape_of(sql).walk()
        }
        node = _node(shape_of(sql), truths, seen)
        found.append(ConditionTruth(title, basis, node.truth, tuple(seen), node))
    return found


def _node(shape: Shape, truths: Mapping[str, Any], seen: Sequence[SeenValue]) -> Node:
    truth = truths[shape.tail]
    return Node(
        shape.joint,
        _named(shape.tree),
        None if truth is None else bool(truth),
        tuple(seen[place - 1] for place in shape.places),
        tuple(_node(part, truths, seen) for part in shape.parts),
    )


def _seen(
    label: str, column: Column, value: Any, versions: Mapping[str, str]
) -> SeenValue:
    sources = tuple(sorted(column.sources))
    datasets = sorted({source.rpartition(".")[0] for source in sources})
    known = tuple((code, versions[code]) for code in datasets if code in versions)
    return SeenValue(label, value, sources, column.masked, known)


# ------------------------------------------------------------------- statements


@lru_cache(maxsize=1024)
def _rule_sql(conditions: tuple[str, ...]) -> str:
    shapes, facts = [], []
    for number, sql in enumerate(conditions, start=1):
        condition = parsed(sql, number)
        for place, query in enumerate(queries(condition), start=1):
            name = _place(number, place)
            facts.append(exp.alias_(query.copy(), name, copy=False))
            query.replace(exp.column(name, table="facts"))
        shapes.append(shaped(condition.expressions[0]))
    columns = _Columns(
        shapes, after=[exp.column(f.alias, table="facts") for f in facts]
    )
    if not facts:
        return _written(columns.of(exp.select()))
    statement = columns.of(exp.select().from_("facts"))
    return _written(_with_first(statement, "facts", exp.select(*facts)))


@lru_cache(maxsize=256)
def _batch_sql(
    conditions: tuple[str, ...],
    dataset: str,
    subject: str,
    about: tuple[tuple[str, str], ...],
    alias: str,
    parts: bool,
) -> str:
    own, who = exp.column(subject, table=alias), exp.column(SUBJECT, table="facts")
    facts: dict[str, exp.Expr] = {SUBJECT: own}
    shapes = []
    for number, sql in enumerate(conditions, start=1):
        condition = parsed(sql, number)
        for place, query in enumerate(queries(condition), start=1):
            name = _place(number, place)
            query.replace(exp.column(name, table="facts"))
            facts[name] = _correlated(query, dict(about), own)
        for column in list(condition.find_all(exp.Column)):
            outside = column.find_ancestor(exp.Select) is condition
            if outside and column.table != "facts":
                name = f"own_{column.name}"
                facts[name] = column.copy()
                column.replace(exp.column(name, table="facts"))
        shapes.append(shaped(_correlated(condition, dict(about), who).expressions[0]))
    schema, _, table = dataset.partition(".")
    columns = [exp.alias_(each, name, copy=False) for name, each in facts.items()]
    rows = exp.select(*columns).from_(exp.table_(table, db=schema, alias=alias))
    statement = _Columns(shapes, before=[who], parts=parts).of(
        exp.select().from_("facts")
    )
    return _written(_with_first(statement, "facts", rows))


@dataclass(frozen=True, slots=True)
class _Columns:
    """A column for each node of the shapes, between those carried along."""

    shapes: Sequence[Shape]
    before: Sequence[exp.Expr] = ()
    after: Sequence[exp.Expr] = ()
    parts: bool = True

    def of(self, rows: exp.Select) -> exp.Select:
        """They, of ``rows``; in two steps where nodes join others."""
        nodes = [(n, e) for n, shape in enumerate(self.shapes, 1) for e in shape.walk()]
        tests = [
            exp.alias_(each.tree, _name(n, each), copy=False)
            for n, each in nodes
            if each.joint is Joint.TEST
        ]
        inner = rows.select(*self.before, *tests, *self.after, copy=False)
        if len(tests) == len(nodes):
            return inner
        wanted = [
            exp.alias_(_joined(n, each), _name(n, each), copy=False)
            for n, each in nodes
            if self.parts or not each.tail
        ]
        first, last = (
            [exp.column(each.alias_or_name, table="tests") for each in carried]
            for carried in (self.before, self.after)
        )
        outer = exp.select(*first, *wanted, *last).from_("tests")
        return outer.with_("tests", as_=inner)


def _joined(number: int, shape: Shape) -> exp.Expr:
    """A node's truth out of the columns of its tests; unknown is joined as SQL does."""
    if shape.joint is Joint.TEST:
        return exp.column(_name(number, shape), table="tests")
    parts = [_joined(number, part) for part in shape.parts]
    if shape.joint is Joint.NOT:
        return exp.not_(parts[0])
    return exp.and_(*parts) if shape.joint is Joint.AND else exp.or_(*parts)


def _with_first(statement: exp.Select, name: str, query: exp.Select) -> exp.Select:
    """``statement`` with a WITH query before those that it has: they may read it."""
    held = statement.args.get("with_")
    others = held.expressions if held else []
    statement = statement.with_(name, as_=query, append=False)
    statement.args["with_"].set(
        "expressions", [*statement.args["with_"].expressions, *others]
    )
    return statement


def _correlated(
    part: exp.Expr, about: Mapping[str, str], subject: exp.Column
) -> exp.Expr:
    """``part``, changed: what it reads of a dataset is of the ``subject`` outside."""
    for node in list(part.find_all(exp.Placeholder)):
        if node.name == SUBJECT:
            node.replace(subject.copy())
    for table in list(part.find_all(exp.Table)):
        item = about.get(f"{table.db}.{table.name}".lower())
        if item is None:
            continue
        number = exp.column(item, table=table.alias_or_name)
        bound = exp.EQ(this=number, expression=subject.copy())
        holder, select = table.parent, table.find_ancestor(exp.Select)
        if isinstance(holder, exp.Join) and holder.side:
            holder.on(bound, copy=False)
        elif select is not None:
            select.where(bound, copy=False)
    return part


def _written(statement: exp.Select) -> str:
    return _named(expand(statement))


def _named(tree: exp.Expr) -> str:
    """Placeholders as the governed language writes them: DuckDB prints ``$name``."""

    def name(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            return exp.Var(this=f":{node.name}")
        return node

    return tree.transform(name).sql(dialect="duckdb", comments=False)


def _name(condition: int, shape: Shape) -> str:
    return f"truth_{condition}{shape.tail}"


def _place(condition: int, place: int) -> str:
    return f"seen_{condition}_{place}"
