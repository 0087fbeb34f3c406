"""Conditions over given values alone: which parts of a form are asked.

A condition of a form is an expression of the rule language without any data of a
department: its values are ``:name``, a field's value, and ``:as_of``, the day. DuckDB
judges it, as it judges every rule, so that NULL, dates and numbers mean in a form
what they mean in a decision (docs/adr/0009). Values come as the text that a form
carries; what cannot be read as the field's type is NULL. A part is asked where its
condition is true, neither false nor NULL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import duckdb
from sqlglot import exp

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.language.grammar import AS_OF
from tongban.kernel.query.language.limits import limit
from tongban.kernel.query.language.parse import (
    StatementError,
    parse_expression,
    place,
)
from tongban.kernel.query.language.reading import STAGES
from tongban.kernel.query.sqltypes import cast
from tongban.kernel.terms import did_you_mean


Types = Mapping[str, DataType]
Truths = dict[str, bool | None]

GIVEN = "given"
# Each would look beyond the values that are given.
_BEYOND = (exp.Query, exp.Exists, exp.AggFunc, exp.Window, exp.UDTF, exp.Column)


@dataclass(frozen=True, slots=True)
class Logic:
    """Conditions compiled into one statement over lists of values.

    ``conditions`` are their names, ``values`` what they look at, in the statement's
    order.
    """

    conditions: tuple[str, ...]
    values: tuple[str, ...]
    sql: str

    def truths(
        self, given: Sequence[Mapping[str, str | None]], day: date
    ) -> list[Truths]:
        """The truth of each condition for each mapping of values, in their order.

        A value that is not given is NULL, and so is an empty text.
        """
        if not self.conditions or not given:
            return [{} for _ in given]
        lists = {
            name: [each.get(name) or None for each in given] for name in self.values
        }
        # The statement has a row for each value of its lists: there is always one.
        lists[AS_OF] = [day.isoformat()] * len(given)
        found = _engine().cursor().execute(self.sql, lists).fetchall()
        return [dict(zip(self.conditions, row, strict=True)) for row in found]


def reads_of(sql: str) -> frozenset[str]:
    """The names of the values that a condition looks at. Raises StatementError."""
    found = parse_expression(sql).find_all(exp.Placeholder)
    return frozenset(node.name for node in found) - {AS_OF}


def logic(conditions: Mapping[str, str], types: Types) -> Logic:
    """``conditions`` by the name of the part that each is of, over values of ``types``.

    The value of a part that is not asked is NULL for the others; they may not wait
    for one another in a circle. Raises StatementError: not SQL, an unknown name
    (``query.param``), more than given values, no truth value (``query.logic``).
    """
    return _compiled(tuple(conditions.items()), tuple(sorted(types.items())))


@lru_cache(maxsize=1024)
def _compiled(
    conditions: tuple[tuple[str, str], ...], types: tuple[tuple[str, DataType], ...]
) -> Logic:
    return _Compiler(dict(conditions), dict(types)).logic()


@dataclass(slots=True)
class _Compiler:
    conditions: Mapping[str, str]
    types: Types

    def logic(self) -> Logic:
        if not self.conditions:
            return Logic((), (), "")
        trees = {name: self.tree(sql) for name, sql in self.conditions.items()}
        columns = [exp.alias_(tree, name, quoted=True) for name, tree in trees.items()]
        names = {
            column.name
            for tree in trees.values()
            for column in tree.find_all(exp.Column)
        }
        types = {**self.types, AS_OF: DataType.DATE}
        lists = [_list(name, types[name]) for name in sorted({*names, AS_OF})]
        rows = exp.select(*lists).subquery(GIVEN)
        query = limit(exp.select(*columns).from_(rows))
        sql = query.sql(dialect="duckdb", comments=False)
        self.check_types(sql, names)
        return Logic(tuple(trees), tuple(sorted(names - {AS_OF})), sql)

    def tree(self, sql: str) -> exp.Expr:
        """One condition over the columns of `GIVEN`."""
        holder: exp.Query = exp.Select(expressions=[parse_expression(sql)])
        _refuse_beyond(holder.expressions[0])
        for stage in STAGES:
            holder = stage(holder)
        for node in list(holder.find_all(exp.Placeholder)):
            node.replace(self.value(node))
        return exp.paren(holder.expressions[0])

    def value(self, node: exp.Placeholder) -> exp.Expr:
        name = node.name
        known = {*self.types, AS_OF}
        if name not in known:
            raise StatementError(
                f"no value is called :{name}",
                where=place(node),
                why="a condition of a form uses the fields of the form and :as_of",
                mend=did_you_mean(name, known),
                code="query.param",
                param=name,
            )
        value = exp.column(name, GIVEN, quoted=True)
        if name not in self.conditions:
            return value
        asked = self.tree(self.conditions[name])
        return exp.paren(exp.Case().when(asked, value), copy=False)

    def check_types(self, sql: str, names: set[str]) -> None:
        nothing = {name: [None] for name in {*names, AS_OF}}
        try:
            found = _engine().cursor().execute(sql, nothing).description
        except duckdb.Error as error:
            raise StatementError(
                "the values do not fit what is done with them",
                why=str(error).splitlines()[0],
                mend="compare the types of the fields with the operators",
                code="query.logic",
            ) from error
        for name, kind, *_ in found or ():
            if str(kind) != "BOOLEAN":
                raise StatementError(
                    f"the condition of {name!r} gives {kind}, not true or false",
                    mend="compare it with something",
                    code="query.logic",
                )


def _list(name: str, kind: DataType) -> exp.Expr:
    """The texts of a value, one row each, as its type; NULL where that fails."""
    texts = exp.DataType.build("VARCHAR[]", dialect="duckdb")
    given = exp.Cast(this=exp.Placeholder(this=name), to=texts)
    typed = cast(exp.Explode(this=given), kind)
    return exp.alias_(
        exp.TryCast(this=typed.this, to=typed.args["to"]), name, quoted=True
    )


def _refuse_beyond(tree: exp.Expr) -> None:
    found = tree.find(*_BEYOND)
    if found is None:
        return
    named = isinstance(found, exp.Column)
    raise StatementError(
        "a condition of a form looks at nothing but the form",
        where=place(found),
        why="it is judged while people type, without asking any department",
        mend=f"write :{found.name} for the field" if named else "use :names alone",
        code="query.logic",
    )


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One empty engine for the process; every call has its own cursor."""
    return duckdb.connect(
        ":memory:", config={"enable_external_access": "false", "threads": "1"}
    )
