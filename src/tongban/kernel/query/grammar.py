"""What governed SQL consists of: node types, their arguments, functions, types.

Deny by default: a node, an argument of a node, a function or a type that is not
in a table here is refused, so that what a newer parser learns to read stays
refused until somebody has thought about it. Time and chance are not among them:
the day of a use is ``:as_of``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp


SUBJECT = "subject"
AS_OF = "as_of"
# The day a use is made, in grants' filters: no author can name it or set it.
TODAY = "__today"
# One row more than are wanted, for a place that must be told.
LIMIT = "__limit"

_Arguments = Mapping[type[exp.Expr], frozenset[str]]


def _table(rows: dict[type[exp.Expr], str]) -> _Arguments:
    return MappingProxyType({node: frozenset(n.split()) for node, n in rows.items()})


STRUCTURE: _Arguments = _table(
    {
        exp.Select: "with_ expressions distinct from_ joins where group having order "
        "limit offset",
        exp.Union: "with_ this expression distinct order limit offset",
        exp.Intersect: "with_ this expression distinct order limit offset",
        exp.Except: "with_ this expression distinct order limit offset",
        exp.With: "expressions",
        exp.CTE: "this alias",
        exp.Subquery: "this alias",
        exp.From: "this",
        exp.Join: "this on using side kind",
        exp.Table: "this db alias",
        exp.TableAlias: "this columns",
        exp.Where: "this",
        exp.Group: "expressions",
        exp.Having: "this",
        exp.Order: "expressions",
        exp.Ordered: "this desc nulls_first",
        exp.Limit: "expression",
        exp.Offset: "expression",
        exp.Distinct: "expressions on",
        exp.Star: "except_",
        exp.Alias: "this alias",
        exp.Column: "this table db",
        exp.Identifier: "this quoted",
        exp.Literal: "this is_string",
        exp.Boolean: "this",
        exp.Null: "",
        exp.Placeholder: "this",
        exp.Paren: "this",
        exp.Tuple: "expressions",
        exp.Var: "this",
        exp.DataType: "this expressions nested",
        exp.DataTypeParam: "this",
        exp.Interval: "this unit",
        exp.Window: "this partition_by order spec over",
        exp.WindowSpec: "kind start start_side end end_side",
        exp.Filter: "this expression",
        exp.WithinGroup: "this expression",
    }
)

OPERATORS: _Arguments = _table(
    dict.fromkeys(
        (
            exp.And,
            exp.Or,
            exp.EQ,
            exp.NEQ,
            exp.GT,
            exp.GTE,
            exp.LT,
            exp.LTE,
            exp.NullSafeEQ,
            exp.NullSafeNEQ,
            exp.Is,
            exp.Add,
            exp.Sub,
            exp.Mul,
            exp.IntDiv,
            exp.Mod,
            exp.Escape,
        ),
        "this expression",
    )
    | {
        exp.Like: "this expression negate",
        exp.ILike: "this expression negate",
        exp.Not: "this",
        exp.Neg: "this",
        exp.Div: "this expression typed safe",
        exp.DPipe: "this expression safe",
        exp.In: "this expressions query",
        exp.Between: "this low high",
        exp.Exists: "this",
        exp.Case: "this ifs default",
        exp.If: "this true false",
        exp.Cast: "this to",
        exp.TryCast: "this to safe",
    }
)

FUNCTIONS: _Arguments = _table(
    {
        exp.Coalesce: "this expressions",
        exp.Nullif: "this expression",
        exp.Greatest: "this expressions ignore_nulls",
        exp.Least: "this expressions ignore_nulls",
        exp.Abs: "this",
        exp.Sign: "this",
        exp.Round: "this decimals",
        exp.Floor: "this",
        exp.Ceil: "this",
        exp.Length: "this",
        exp.Lower: "this",
        exp.Upper: "this",
        exp.Trim: "this expression position",
        exp.Substring: "this start length",
        exp.Left: "this expression",
        exp.Right: "this expression",
        exp.Concat: "expressions safe coalesce",
        exp.Replace: "this expression replacement",
        exp.StrPosition: "this substr",
        exp.StartsWith: "this expression",
        exp.Contains: "this expression",
        exp.RegexpLike: "this expression negate",
        exp.Year: "this",
        exp.Quarter: "this",
        exp.Month: "this",
        exp.Day: "this",
        exp.Extract: "this expression",
        exp.LastDay: "this",
        exp.DateFromParts: "year month day",
        exp.DateDiff: "this expression unit date_part_boundary",
        exp.TimestampTrunc: "this unit",
        exp.DateTrunc: "this unit",
        exp.Count: "this big_int",
        exp.Sum: "this",
        exp.Avg: "this",
        exp.Min: "this",
        exp.Max: "this",
        exp.Median: "this",
        exp.PercentileCont: "this expression",
        exp.Stddev: "this",
        exp.LogicalAnd: "this",
        exp.LogicalOr: "this",
        exp.RowNumber: "",
        exp.Rank: "",
        exp.DenseRank: "",
        exp.Lag: "this offset default",
        exp.Lead: "this offset default",
        exp.FirstValue: "this",
        exp.LastValue: "this",
    }
)

# Called by a name SQLGlot does not know; `macros` writes them out afterwards.
MACROS = frozenset({"age", "is_valid_id_number", "is_valid_uscc"})
# SQLGlot reads this name as Oracle's function of another meaning.
_MACRO_NODES: _Arguments = _table({exp.MonthsBetween: "this expression"})
_CALLS: _Arguments = _table({exp.Anonymous: "this expressions"})

# Those that authors know by another name than SQLGlot does.
_KNOWN_AS: Mapping[type[exp.Expr], str] = MappingProxyType(
    {
        exp.TimestampTrunc: "date_trunc",
        exp.StrPosition: "strpos",
        exp.RegexpLike: "regexp_matches",
        exp.DateFromParts: "make_date",
        exp.PercentileCont: "quantile_cont",
        exp.LogicalAnd: "bool_and",
        exp.LogicalOr: "bool_or",
    }
)

ALLOWED: _Arguments = MappingProxyType(
    {**STRUCTURE, **OPERATORS, **FUNCTIONS, **_MACRO_NODES, **_CALLS}
)

TYPES = frozenset(
    {
        exp.DType.TEXT,
        exp.DType.INT,
        exp.DType.BIGINT,
        exp.DType.SMALLINT,
        exp.DType.DOUBLE,
        exp.DType.DECIMAL,
        exp.DType.DATE,
        exp.DType.TIMESTAMPNTZ,
        exp.DType.BOOLEAN,
    }
)
UNITS = frozenset(
    unit + plural
    for unit in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")
    for plural in ("", "S")
)


def known_functions() -> set[str]:
    """The names that authors may call."""
    known = {_KNOWN_AS.get(function) or _name(function) for function in FUNCTIONS}
    return known | MACROS | {"months_between"}


def _name(function: type[exp.Expr]) -> str:
    assert issubclass(function, exp.Func)
    return function.sql_names()[0].lower()
