"""The functions of governed SQL, group by group, and the reasons for those refused.

A function is here when its value depends on its arguments alone and its size is
bounded by theirs. One that raises on some value stands in ``RAISING`` as well:
`soften` turns its errors into NULL, for an error would tell of rows that a term of
use hides. Whatever is in no table is refused; those that authors often look for
are refused with a reason of their own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp


Arguments = Mapping[type[exp.Expr], frozenset[str]]


def table(rows: dict[type[exp.Expr], str]) -> Arguments:
    """Node types with the names of the arguments that they may have."""
    return MappingProxyType({node: frozenset(n.split()) for node, n in rows.items()})


GROUPS: Mapping[str, Arguments] = MappingProxyType(
    {
        "choice": table(
            {
                exp.Coalesce: "this expressions",
                exp.Nullif: "this expression",
                exp.Greatest: "this expressions ignore_nulls",
                exp.Least: "this expressions ignore_nulls",
                exp.Try: "this",
            }
        ),
        "numbers": table(
            {
                exp.Abs: "this",
                exp.Sign: "this",
                exp.Round: "this decimals",
                exp.Trunc: "this decimals",
                exp.Floor: "this",
                exp.Ceil: "this",
                exp.Sqrt: "this",
                exp.Cbrt: "this",
                exp.Pow: "this expression",
                exp.Exp: "this",
                exp.Ln: "this",
                exp.Log: "this expression",
                exp.Pi: "",
                exp.Sin: "this",
                exp.Cos: "this",
                exp.Tan: "this",
                exp.Asin: "this",
                exp.Acos: "this",
                exp.Atan: "this",
                exp.Atan2: "this expression",
                exp.Degrees: "this",
                exp.Radians: "this",
                exp.IsNan: "this",
                exp.IsInf: "this",
            }
        ),
        "texts": table(
            {
                exp.Length: "this",
                exp.Lower: "this",
                exp.Upper: "this",
                exp.Trim: "this expression position",
                exp.Substring: "this start length",
                exp.Left: "this expression",
                exp.Right: "this expression",
                exp.Pad: "this expression fill_pattern is_left",
                exp.Concat: "expressions safe coalesce",
                exp.ConcatWs: "expressions safe coalesce",
                exp.Replace: "this expression replacement",
                exp.Translate: "this from_ to",
                exp.Reverse: "this",
                exp.SplitPart: "this delimiter part_index",
                exp.StrPosition: "this substr",
                exp.StartsWith: "this expression",
                exp.EndsWith: "this expression",
                exp.Contains: "this expression",
                exp.Ascii: "this",
                exp.Unicode: "this",
                exp.Chr: "expressions",
                exp.Levenshtein: "this expression",
                exp.JarowinklerSimilarity: "this expression",
            }
        ),
        "regular expressions": table(
            {
                exp.RegexpLike: "this expression flag",
                exp.RegexpFullMatch: "this expression options",
                exp.RegexpExtract: "this expression group null_if_pos_overflow",
                exp.RegexpExtractAll: "this expression group",
                exp.RegexpReplace: "this expression replacement modifiers "
                "single_replace",
            }
        ),
        "days and moments": table(
            {
                exp.Year: "this",
                exp.Quarter: "this",
                exp.Month: "this",
                exp.Week: "this",
                exp.WeekOfYear: "this",
                exp.Day: "this",
                exp.DayOfWeek: "this",
                exp.DayOfWeekIso: "this",
                exp.DayOfYear: "this",
                exp.Hour: "this",
                exp.Minute: "this",
                exp.Second: "this",
                exp.Dayname: "this",
                exp.Monthname: "this",
                exp.Extract: "this expression",
                exp.LastDay: "this",
                exp.DateFromParts: "year month day",
                exp.TimestampFromParts: "year month day hour min sec",
                exp.DateAdd: "this expression",
                exp.DateDiff: "this expression unit date_part_boundary",
                exp.TimestampTrunc: "this unit",
                exp.DateTrunc: "this unit",
                exp.TimeToStr: "this format",
                exp.StrToTime: "this format",
                exp.TimeToUnix: "this",
            }
        ),
        "JSON": table(
            {
                exp.JSONExtract: "this expression only_json_types",
                exp.JSONExtractScalar: "this expression only_json_types scalar_only",
                exp.JSONKeys: "this",
                exp.JSONType: "this",
            }
        ),
        "lists": table(
            {
                exp.Array: "expressions",
                exp.Bracket: "this expressions",
                exp.ArraySize: "this",
                exp.ArrayContains: "this expression",
                exp.ArrayOverlaps: "this expression",
                exp.ArrayMin: "this",
                exp.ArrayMax: "this",
                exp.ArraySort: "this asc nulls_first",
                exp.ArrayDistinct: "this",
                exp.ArrayConcat: "this expressions",
                exp.ArrayAppend: "this expression",
                exp.ArrayPrepend: "this expression",
                exp.ArrayToString: "this expression",
                exp.Split: "this expression",
                exp.Explode: "this",
            }
        ),
        "aggregates": table(
            {
                exp.Count: "this big_int",
                exp.CountIf: "this",
                exp.Sum: "this",
                exp.Avg: "this",
                exp.Min: "this",
                exp.Max: "this",
                exp.ArgMin: "this expression",
                exp.ArgMax: "this expression",
                exp.Median: "this",
                exp.Mode: "this",
                exp.Quantile: "this quantile",
                exp.PercentileCont: "this expression",
                exp.PercentileDisc: "this expression",
                exp.Stddev: "this",
                exp.StddevSamp: "this",
                exp.StddevPop: "this",
                exp.Variance: "this",
                exp.VariancePop: "this",
                exp.Skewness: "this",
                exp.Kurtosis: "this",
                exp.Corr: "this expression",
                exp.CovarSamp: "this expression",
                exp.CovarPop: "this expression",
                exp.RegrSlope: "this expression",
                exp.RegrIntercept: "this expression",
                exp.RegrR2: "this expression",
                exp.RegrCount: "this expression",
                exp.LogicalAnd: "this",
                exp.LogicalOr: "this",
                exp.ApproxDistinct: "this",
                exp.GroupConcat: "this separator",
                exp.Grouping: "expressions",
                exp.GroupingId: "expressions",
            }
        ),
        "windows": table(
            {
                exp.RowNumber: "",
                exp.Rank: "",
                exp.DenseRank: "",
                exp.PercentRank: "",
                exp.CumeDist: "",
                exp.Ntile: "this",
                exp.Lag: "this offset default",
                exp.Lead: "this offset default",
                exp.FirstValue: "this",
                exp.LastValue: "this",
                exp.NthValue: "this offset",
                exp.IgnoreNulls: "this",
            }
        ),
    }
)
FUNCTIONS: Arguments = MappingProxyType(
    {node: names for group in GROUPS.values() for node, names in group.items()}
)

# Called by a name that SQLGlot has no node for, and its group.
NAMED: Mapping[str, str] = MappingProxyType(
    {
        "date_part": "days and moments",
        "date_sub": "days and moments",
        "isoyear": "days and moments",
        "try_strptime": "days and moments",
        "json_array_length": "JSON",
        "json_contains": "JSON",
        "json_exists": "JSON",
        "json_valid": "JSON",
        "jaro_similarity": "texts",
        "damerau_levenshtein": "texts",
        "strip_accents": "texts",
        "nfc_normalize": "texts",
        "list_avg": "lists",
        "list_extract": "lists",
        "list_has_all": "lists",
        "list_intersect": "lists",
        "list_position": "lists",
        "list_reverse": "lists",
        "list_sum": "lists",
        "list_unique": "lists",
    }
)

# Functions that raise on some value of these arguments; literals apart, for what an
# author wrote out is an error that tells of nobody.
RAISING: Arguments = table(
    {
        exp.Abs: "this",
        exp.Sqrt: "this",
        exp.Ln: "this",
        exp.Log: "this expression",
        exp.Sin: "this",
        exp.Cos: "this",
        exp.Tan: "this",
        exp.Asin: "this",
        exp.Acos: "this",
        exp.Substring: "start length",
        exp.Left: "expression",
        exp.Pad: "fill_pattern",
        exp.Chr: "expressions",
        exp.RegexpLike: "expression",
        exp.RegexpFullMatch: "expression",
        exp.RegexpExtractAll: "expression",
        exp.RegexpReplace: "expression",
        exp.LastDay: "this",
        exp.DateFromParts: "year month day",
        exp.TimestampFromParts: "year month day hour min sec",
        exp.DateAdd: "this expression",
        exp.TimestampTrunc: "this",
        exp.DateTrunc: "this",
        exp.StrToTime: "this",
        exp.JSONExtract: "this",
        exp.JSONExtractScalar: "this",
        exp.JSONKeys: "this",
        exp.JSONType: "this",
    }
)
RAISING_NAMED = frozenset({"json_array_length", "json_contains", "json_exists"})

# What authors know by another name than SQLGlot does.
_KNOWN_AS: Mapping[type[exp.Expr], str] = MappingProxyType(
    {
        exp.TimestampTrunc: "date_trunc",
        exp.DateTrunc: "date_trunc",
        exp.StrPosition: "strpos",
        exp.RegexpLike: "regexp_matches",
        exp.DateFromParts: "make_date",
        exp.TimestampFromParts: "make_timestamp",
        exp.PercentileCont: "quantile_cont",
        exp.PercentileDisc: "quantile_disc",
        exp.Variance: "var_samp",
        exp.VariancePop: "var_pop",
        exp.LogicalAnd: "bool_and",
        exp.LogicalOr: "bool_or",
        exp.ApproxDistinct: "approx_count_distinct",
        exp.GroupConcat: "string_agg",
        exp.JarowinklerSimilarity: "jaro_winkler_similarity",
        exp.DayOfWeek: "dayofweek",
        exp.DayOfWeekIso: "isodow",
        exp.DayOfYear: "dayofyear",
        exp.WeekOfYear: "weekofyear",
        exp.DateDiff: "date_diff",
        exp.IsNan: "isnan",
        exp.IsInf: "isinf",
        exp.TimeToStr: "strftime",
        exp.StrToTime: "strptime",
        exp.TimeToUnix: "epoch",
        exp.Rand: "random",
        exp.Array: "list_value",
        exp.Bracket: "list[n]",
        exp.ArraySize: "array_length",
        exp.ArrayContains: "list_contains",
        exp.ArrayOverlaps: "list_has_any",
        exp.ArrayMin: "list_min",
        exp.ArrayMax: "list_max",
        exp.ArraySort: "list_sort",
        exp.ArrayDistinct: "list_distinct",
        exp.ArrayConcat: "list_concat",
        exp.ArrayAppend: "list_append",
        exp.ArrayPrepend: "list_prepend",
        exp.Split: "string_split",
        exp.Explode: "unnest",
        exp.Pad: "lpad",
        exp.JSONExtractScalar: "json_extract_string",
        exp.IgnoreNulls: "IGNORE NULLS",
    }
)

# Reason to names, for those that are looked for and refused.
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "the day of a use is :as_of, so that a use can be made again as it was": """
            now today current_date current_time current_timestamp localtime
            localtimestamp get_current_timestamp get_current_time
            transaction_timestamp""",
        "chance gives another answer to the same question": """
            random rand uuid uuidv4 uuidv7 gen_random_uuid setseed""",
        "it tells of the engine or the session, not of data": """
            current_user session_user user current_schema current_schemas
            current_database current_catalog current_setting current_query version
            getvariable txid_current nextval currval typeof pg_typeof stats
            in_search_path vector_type error write_log sleep pg_sleep""",
        "it reaches outside the data that were granted": """
            getenv read_text read_blob read_csv read_parquet readfile glob
            load_extension sqlite_version query query_table""",
        "an author could make values of any size with it": """
            repeat range generate_series format printf list_resize array_resize bar""",
        "it packs many rows into one cell, past the count of rows a use gives": """
            list array_agg json_group_array json_group_object histogram group_array""",
        "a digest of a number is undone by trying every number; a mask is not": """
            hash md5 md5_number sha1 sha256 sha2""",
        "which row it takes changes from run to run: take min, max or arg_max": """
            any_value first last arbitrary""",
        "its estimate changes from run to run": """
            approx_quantile reservoir_quantile approx_top_k""",
        "functions of functions are not read: use UNNEST and an aggregate": """
            list_transform list_filter list_reduce transform filter reduce apply
            list_apply array_apply array_transform array_filter array_reduce""",
        "an answer has plain columns: select the parts one by one": """
            struct struct_pack row map json_object json_array""",
        "write ln(x) / ln(2)": "log2",
        "write list_prepend(value, list)": "array_prepend",
        "write list_extract, or substring of a text": "list_slice array_slice",
        "what is read must be seen in the text: name the items": "columns",
    }
)
REFUSED: Mapping[str, str] = MappingProxyType(
    {name: why for why, names in _REASONS.items() for name in names.split()}
)


def function_name(node: type[exp.Expr]) -> str:
    """What authors call a function."""
    known = _KNOWN_AS.get(node)
    if known is not None:
        return known
    names = node.sql_names() if issubclass(node, exp.Func) else [node.__name__]
    return names[0].lower()
