"""How a statement is spelt for each kind of place: dialect, types, placeholders."""

import re
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
    ``placeholder`` writes the ``n``th. Places with ``column`` and ``constant`` have
    types: the first reads a column of a table as an item, the second a placeholder
    as a value of a type. ``bounded`` ones are told how many rows are wanted, because
    their client takes all that there are. ``adapt`` changes what SQLGlot does not,
    ``finish`` the text that comes of it, as their client wants it.
    """

    dialect: str
    schema: str
    placeholder: Callable[[int], exp.Expr]
    adapt: Callable[[exp.Query], exp.Query]
    named_schemas: bool = False
    column: Callable[[exp.Expr, Item], exp.Expr] | None = None
    constant: Callable[[exp.Expr, DataType], exp.Expr] | None = None
    bounded: bool = False
    finish: Callable[[str], str] = str

    @property
    def typed(self) -> bool:
        """Whether rows are read in the catalogue's types."""
        return self.column is not None

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
        return column if self.column is None else self.column(column, item)

    def value(self, position: int, kind: DataType | None) -> exp.Expr:
        """The placeholder of a value of this type; None is NULL."""
        if self.constant is None:
            return self.placeholder(position)
        return self.constant(self.placeholder(position), kind) if kind else exp.null()

    def sql(self, statement: exp.Query) -> str:
        """``statement`` as the place reads it."""
        return self.finish(statement.sql(dialect=self.dialect, comments=False))


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


def _typed_column(column: exp.Expr, item: Item) -> exp.Expr:
    return _text(column) if item.type is DataType.TEXT else cast_item(column, item)


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

# ----------------------------------------------------------- MySQL and MariaDB


def _as(value: exp.Expr, kind: str) -> exp.Expr:
    return exp.Cast(this=value, to=exp.DataType.build(kind, dialect="mysql"))


def _mysql_column(column: exp.Expr, item: Item) -> exp.Expr:
    """A column in the type of the catalogue; the server warns of what does not fit.

    A text comes in the collation of the session (see engines.mysql). A number
    passes through DECIMAL, for of an unsigned one that is too large the server
    would make a negative one without a word.
    """
    match item.type:
        case DataType.TEXT:
            return _as(column, "CHAR")
        case DataType.DATETIME:
            return _as(column, "DATETIME(6)")
        case DataType.DATE | DataType.DECIMAL:
            return cast_item(column, item)
    return cast_item(_as(column, "DECIMAL(20, 0)"), item)


def _mysql_constant(value: exp.Expr, kind: DataType) -> exp.Expr:
    """A value; a text written out takes the collation that it meets."""
    return cast(value, kind) if kind is DataType.DATE else value


def _for_mysql(statement: exp.Query) -> exp.Query:
    """Conditions in brackets, and sorted by expressions instead of their names.

    Comparisons bind otherwise there. SQLGlot sorts NULLs by an expression, in which
    a name would be a column's before it is that of an expression.
    """
    for node in list(statement.find_all(exp.Predicate, exp.Not)):
        if isinstance(node.parent, exp.Predicate):
            brackets = exp.Paren()
            node.replace(brackets)
            brackets.set("this", node)
    for select in statement.find_all(exp.Select):
        shown = {each.alias_or_name: each.unalias() for each in select.selects}
        order = select.args.get("order")
        for ordered in order.expressions if order else ():
            key = ordered.this
            if isinstance(key, exp.Column) and not key.table:
                key.replace(shown[key.name].copy())
    return statement


# No text of a statement has this character: SQLGlot writes it with a backslash.
_MARK = "\0"


def _marked(position: int) -> exp.Expr:
    return exp.Var(this=f"{_MARK}{position}{_MARK}")


def _for_its_driver(text: str) -> str:
    """Placeholders as the driver has them, and its sign, where it is itself, twice."""
    return re.sub(f"{_MARK}([0-9]+){_MARK}", r"%(\1)s", text.replace("%", "%%"))


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
            column=_typed_column,
            constant=_typed,
            bounded=True,
        ),
        # Its server is told in the session how many rows are wanted.
        SourceKind.MYSQL: Spelling(
            "mysql",
            "",
            _marked,
            _for_mysql,
            named_schemas=True,
            column=_mysql_column,
            constant=_mysql_constant,
            finish=_for_its_driver,
        ),
    }
)
