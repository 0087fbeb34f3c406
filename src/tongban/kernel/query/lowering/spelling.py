"""How a statement is spelt for each kind of place: dialect, types, placeholders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import DataType, Item, SourceKind
from tongban.kernel.query.language.forms import is_day
from tongban.kernel.query.sqltypes import cast, cast_item


@dataclass(frozen=True, slots=True)
class Spelling:
    """What the statements of one kind of place look like.

    ``dialect`` is SQLGlot's name of it, ``schema`` that of tables without one in
    their name (``named_schemas``: a catalogued table may bring its own);
    ``placeholder`` writes the ``n``th. ``typed`` places have the catalogue's
    types, and read their rows in them; ``bounded`` ones are told how many rows
    are wanted, because their client takes all that there are. ``adapt`` changes
    what SQLGlot does not.
    """

    dialect: str
    schema: str
    placeholder: Callable[[int], exp.Expr]
    adapt: Callable[[exp.Query], exp.Query]
    named_schemas: bool = False
    typed: bool = False
    bounded: bool = False

    def table(self, name: str) -> exp.Table:
        """The catalogued table ``name``."""
        schema, _, table = (
            name.rpartition(".") if self.named_schemas else ("", "", name)
        )
        return exp.Table(
            this=exp.to_identifier(table, quoted=True),
            db=exp.to_identifier(schema or self.schema or None, quoted=True),
        )

    def item(self, column: exp.Expr, item: Item) -> exp.Expr:
        """A column of a table as an item of its type."""
        if not self.typed:
            return column
        if item.type is DataType.TEXT:
            return _text(column)
        return cast_item(column, item)

    def value(self, position: int, kind: DataType | None) -> exp.Expr:
        """The placeholder of a value of this type; None is NULL."""
        if not self.typed:
            return self.placeholder(position)
        return _typed(self.placeholder(position), kind) if kind else exp.null()

    def sql(self, statement: exp.Query) -> str:
        """``statement`` as the place reads it."""
        return statement.sql(dialect=self.dialect, comments=False)


def _with(sign: str) -> Callable[[int], exp.Expr]:
    return lambda position: exp.Var(this=f"{sign}{position}")


# ---------------------------------------------------------------------- SQLite


def _for_sqlite(statement: exp.Query) -> exp.Query:
    # A day is a text there, and CAST to DATE would make a number of it.
    for conversion in list(statement.find_all(exp.TryCast)):
        conversion.replace(conversion.this)
    return statement


# ------------------------------------------------------------------ PostgreSQL


def _typed(value: exp.Expr, kind: DataType) -> exp.Expr:
    """A value in the type of the catalogue."""
    return _text(value) if kind is DataType.TEXT else cast(value, kind)


def _text(value: exp.Expr) -> exp.Expr:
    """Text in the order of its bytes: at no cost where it is text already.

    A CHAR(18) loses its blanks.
    """
    return _in_bytes(exp.Cast(this=value, to=exp.DataType.build("TEXT")))


def _in_bytes(text: exp.Expr) -> exp.Expr:
    order = exp.to_identifier("C", quoted=True)
    # In brackets, for BETWEEN takes no bare COLLATE.
    return exp.paren(exp.Collate(this=text, expression=order), copy=False)


def _for_postgresql(statement: exp.Query) -> exp.Query:
    """Texts in the order of their bytes; a backslash in a pattern is itself."""
    for literal in list(statement.find_all(exp.Literal)):
        if literal.is_string and not is_day(literal):
            literal.replace(_in_bytes(literal.copy()))
    for pattern in list(statement.find_all(exp.Like)):
        nothing = exp.Literal.string("")
        pattern.replace(exp.Escape(this=pattern.copy(), expression=nothing))
    return statement


# ----------------------------------------------------------------------- Spark


def _for_spark(statement: exp.Query) -> exp.Query:
    """Sums and parts of days as wide as DuckDB's."""
    for part in list(statement.find_all(exp.Year, exp.Quarter, exp.Month, exp.Day)):
        part.replace(exp.cast(part.copy(), "BIGINT"))
    for total in list(statement.find_all(exp.Sum)):
        total.set("this", exp.cast(total.this, "DECIMAL(38, 0)"))
    return statement


# The kind of a fetch for the lake's own engine, which is DuckDB.
LAKE = "duckdb"
# The kind of a fetch for a cluster that reads the lake's snapshots.
SPARK = "spark"
# Its statements keep the names of values and of the lake's relations.
CLUSTER = Spelling("spark", "lake", _with(":"), _for_spark)

# ----------------------------------------------------------------------- MySQL


def _as_it_is(statement: exp.Query) -> exp.Query:
    return statement


# The kinds whose rows are read where they live, one subject at a time.
LIVE: Mapping[SourceKind, Spelling] = MappingProxyType(
    {
        SourceKind.SQLITE: Spelling("sqlite", "main", _with("?"), _for_sqlite),
        SourceKind.POSTGRESQL: Spelling(
            "postgres",
            "public",
            _with("$"),
            _for_postgresql,
            named_schemas=True,
            typed=True,
            bounded=True,
        ),
        # One value a statement: its driver's sign has no number.
        SourceKind.MYSQL: Spelling(
            "mysql", "", lambda _: exp.Var(this="%s"), _as_it_is, named_schemas=True
        ),
    }
)
