"""What governed SQL consists of: node types, their arguments, functions, types.

Deny by default: a node, an argument of a node, a function or a type that is not
in a table here is refused, so that what a newer parser learns to read stays
refused until somebody has thought about it. Time and chance are not among them:
the day of a use is ``:as_of``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.query.language.functions import (
    FUNCTIONS,
    Arguments,
    table,
)


SUBJECT = "subject"
AS_OF = "as_of"
# The day a use is made, in grants' filters: no author can name it or set it.
TODAY = "__today"
# One row more than are wanted, for a place that must be told.
LIMIT = "__limit"
# The pads of keyed masks (see `keyed`): likewise nobody's to name.
INNER, OUTER = "__inner", "__outer"

STRUCTURE: Arguments = table(
    {
        exp.Select: "with_ expressions distinct from_ joins where group having windows "
        "qualify order limit offset",
        exp.Union: "with_ this expression distinct order limit offset",
        exp.Intersect: "with_ this expression distinct order limit offset",
        exp.Except: "with_ this expression distinct order limit offset",
        exp.With: "expressions",
        exp.CTE: "this alias materialized",
        exp.Subquery: "this alias",
        exp.From: "this",
        exp.Join: "this on using side kind",
        exp.Table: "this db alias",
        exp.Lateral: "this alias",
        exp.Unnest: "expressions alias",
        exp.Values: "expressions alias",
        exp.TableAlias: "this columns",
        exp.Where: "this",
        exp.Group: "expressions",
        exp.Rollup: "expressions",
        exp.Cube: "expressions",
        exp.GroupingSets: "expressions",
        exp.Having: "this",
        exp.Qualify: "this",
        exp.Order: "this expressions",
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
        exp.JSONPath: "expressions",
        exp.JSONPathRoot: "",
        exp.JSONPathKey: "this",
        exp.JSONPathSubscript: "this",
        exp.Interval: "this unit",
        exp.Window: "this partition_by order spec over alias",
        exp.WindowSpec: "kind start start_side end end_side",
        exp.Filter: "this expression",
        exp.WithinGroup: "this expression",
    }
)

OPERATORS: Arguments = table(
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
        exp.Any: "this",
        exp.All: "this",
        exp.Case: "this ifs default",
        exp.If: "this true false",
        exp.Cast: "this to",
        exp.TryCast: "this to safe",
    }
)

# Called by a name SQLGlot does not know; `macros` writes them out afterwards.
MACROS = frozenset({"age", "is_valid_id_number", "is_valid_uscc"})
# SQLGlot reads this name as Oracle's function of another meaning.
_MACRO_NODES: Arguments = table({exp.MonthsBetween: "this expression"})
_CALLS: Arguments = table({exp.Anonymous: "this expressions"})

ALLOWED: Arguments = MappingProxyType(
    {**STRUCTURE, **OPERATORS, **FUNCTIONS, **_MACRO_NODES, **_CALLS}
)

_SEEN = "what is read must be seen in the text"
# Why a node, or an argument of one, that is looked for often is refused.
REASONS: Mapping[tuple[type[exp.Expr], str], str] = MappingProxyType(
    {
        (exp.With, "recursive"): "one use could run without end",
        (exp.Join, "NATURAL"): "the items it joins on depend on what is granted",
        (exp.Join, "ASOF"): "which of equal rows it takes is chance",
        (exp.Join, "POSITIONAL"): "rows have no position",
        (exp.Join, "SEMI"): "write WHERE EXISTS (…)",
        (exp.Join, "ANTI"): "write WHERE NOT EXISTS (…)",
        (exp.Union, "by_name"): "columns are united in the order they are written",
        (exp.Group, "all"): f"{_SEEN}: name what is grouped by",
        (exp.Select, "sample"): "chance gives another answer to the same question",
        (exp.Table, "sample"): "chance gives another answer to the same question",
        (exp.Select, "into"): "data are read here, never written",
        (exp.Select, "locks"): "data are read here, never written",
        (exp.Table, "pivots"): f"{_SEEN}: write an aggregate with FILTER a column",
        (exp.Table, "version"): "the version read is the one in force",
        (exp.Star, "replace"): f"{_SEEN}: name the items",
        (exp.Fetch, ""): "write LIMIT",
        (exp.SimilarTo, ""): "write regexp_full_match",
        (exp.Glob, ""): "write LIKE or regexp_full_match",
        (exp.Collate, ""): "texts are compared by their characters alone",
        (exp.Lambda, ""): "functions of functions are not read",
        (exp.Slice, ""): "write list_extract, or substring of a text",
        (exp.AtTimeZone, ""): "moments are in the time of the jurisdiction",
    }
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
        exp.DType.TINYINT,
        exp.DType.INT128,
        exp.DType.FLOAT,
        exp.DType.JSON,
    }
)
UNITS = frozenset(
    unit + plural
    for unit in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")
    for plural in ("", "S")
)


# Parts of a day or a moment that EXTRACT and date_part may take beside UNITS.
PARTS = UNITS | {
    "DAYOFWEEK",
    "DAYOFYEAR",
    "DOW",
    "DOY",
    "ISODOW",
    "ISOYEAR",
    "CENTURY",
    "DECADE",
    "EPOCH",
    "MILLISECOND",
    "MILLISECONDS",
}
