"""Rules of instant decisions (秒批): one governed SELECT, explained in its parts.

A rule is a list of conditions. They become one statement, so that all of them
see the same data at the same moment::

    WITH facts AS (SELECT (SELECT birth_date FROM population.person) AS seen_1_1)
    SELECT <condition over facts.seen_1_1> AS truth_1, facts.seen_1_1 FROM facts

Each scalar subquery and each EXISTS is a column of its own: the values that the
decision saw, which the explanation shows beside the condition's article.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlglot import exp

from tongban.kernel.query.allow import allow
from tongban.kernel.query.limits import limit
from tongban.kernel.query.macros import expand
from tongban.kernel.query.model import Column
from tongban.kernel.query.parse import parse_expression
from tongban.kernel.terms import UserError


class RuleCondition(NamedTuple):
    """One condition: its title, the SQL that must be true, the article it rests on."""

    title: str
    sql: str
    basis: str


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value that a condition looked at, and the items it came from.

    ``label`` is the name of the column that the author selected, or ``exists``.
    """

    label: str
    value: Any
    sources: tuple[str, ...]  # dataset.item
    masked: bool = False

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
class ConditionTruth:
    """How one condition came out: true, false, or None for unknown."""

    title: str
    basis: str
    truth: bool | None
    values: tuple[SeenValue, ...]


def rule_use_sql(conditions: Sequence[tuple[str, str, str]]) -> str:
    """The statement of a rule, to be compiled and run as any other use.

    ``conditions`` are (title, sql, basis). Raises StatementError for SQL that is
    none, saying in ``where`` which condition it is.
    """
    return _rule_sql(tuple(sql for _, sql, _ in conditions))


def explain_row(
    conditions: Sequence[tuple[str, str, str]],
    columns: Sequence[Column],
    row: Sequence[Any],
) -> list[ConditionTruth]:
    """The truth of each condition in the one row that the rule's statement gave."""
    cells = {
        column.name: (column, value) for column, value in zip(columns, row, strict=True)
    }
    found = []
    for number, (title, sql, basis) in enumerate(conditions, start=1):
        _, truth = cells[f"truth_{number}"]
        values = tuple(
            _seen(label, *cells[_name(number, place)])
            for place, label in enumerate(_labels(sql), start=1)
        )
        known = None if truth is None else bool(truth)
        found.append(ConditionTruth(title, basis, known, values))
    return found


def _seen(label: str, column: Column, value: Any) -> SeenValue:
    return SeenValue(label, value, tuple(sorted(column.sources)), column.masked)


@lru_cache(maxsize=1024)
def _rule_sql(conditions: tuple[str, ...]) -> str:
    facts: list[exp.Expr] = []
    truths: list[exp.Expr] = []
    for number, sql in enumerate(conditions, start=1):
        condition = _parsed(sql, number)
        for place, query in enumerate(_queries(condition), start=1):
            name = _name(number, place)
            facts.append(exp.alias_(query.copy(), name, copy=False))
            query.replace(exp.column(name, table="facts"))
        truths.append(exp.alias_(condition.expressions[0], f"truth_{number}"))
    seen = [exp.column(fact.alias, table="facts") for fact in facts]
    statement = exp.select(*truths, *seen, copy=False)
    if facts:
        statement = statement.from_("facts").with_("facts", as_=exp.select(*facts))
    named = expand(statement).transform(_named)
    return named.sql(dialect="duckdb", comments=False)


def _named(node: exp.Expr) -> exp.Expr:
    """Placeholders as the governed language writes them: DuckDB prints ``$name``."""
    if isinstance(node, exp.Placeholder):
        return exp.Var(this=f":{node.name}")
    return node


@lru_cache(maxsize=4096)
def _labels(sql: str) -> tuple[str, ...]:
    return tuple(_label(query) for query in _queries(_parsed(sql, 1)))


def _label(query: exp.Expr) -> str:
    if isinstance(query, exp.Exists):
        return "exists"
    selected = query.this.selects[0]
    return str(selected.alias_or_name or selected.key)


def _parsed(sql: str, number: int) -> exp.Select:
    """The condition as the only column of a SELECT, so that all of it has a parent."""
    try:
        holder = exp.Select(expressions=[parse_expression(sql)])
        allow(limit(holder))
    except UserError as problem:
        where = f"condition {number}" + (f", {problem.where}" if problem.where else "")
        problem.where = where
        raise
    return holder


def _queries(holder: exp.Select) -> list[exp.Expr]:
    """The outermost scalar subqueries and EXISTS, in the order they are written."""
    return list(_outermost(holder.expressions[0]))


def _outermost(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Exists):
        yield node
    elif isinstance(node, exp.Subquery):
        if not isinstance(node.parent, exp.In) or node.arg_key != "query":
            yield node
    else:
        for child in node.iter_expressions():
            yield from _outermost(child)


def _name(condition: int, place: int) -> str:
    return f"seen_{condition}_{place}"
