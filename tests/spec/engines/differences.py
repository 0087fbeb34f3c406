"""Where an engine does not answer a sample as DuckDB does, and why.

``(engine, reason, samples)``: the table is exact, see test_every_engine. What is
here is never pushed to that engine, so each line costs time, not truth.
"""

from tests.spec.engines.places import SPARK

from tongban.kernel.catalog.model import SourceKind


SQLITE, POSTGRESQL, ORACLE = SourceKind.SQLITE, SourceKind.POSTGRESQL, "oracle"
NO_FUNCTION = "no such function there"
NO_SYNTAX = "no such form there"
ASCII_ONLY = "upper and lower case of ASCII letters only"
FAILS = "a value that does not convert is an error, not NULL"
BY_ZERO = "division by zero is an error, not NULL"
NOT_COUNTED = "counts whole years and months, not boundaries crossed"
DAYS_ARE_TEXT = "a day or moment is a text there, and CAST leaves it as it is"

A_MOMENT = "DuckDB makes a moment of a day that is cut"
OF_A_DAY = "date_trunc('month', CAST(d AS DATE))"
DIFFERENCES = [
    (SQLITE, NO_FUNCTION, [OF_A_DAY]),
    (SQLITE, "CAST is left out, for days' sake", ["TRY_CAST(t AS INT)"]),
    (POSTGRESQL, FAILS, ["TRY_CAST(t AS INT)"]),
    *[(engine, A_MOMENT, [OF_A_DAY]) for engine in (POSTGRESQL, SPARK, ORACLE)],
    (
        SQLITE,
        "an overflow becomes a float, where DuckDB refuses",
        ["n + 9223372036854775000"],
    ),
    (SQLITE, "a day is a text, read as the number it begins with", ["d + 1", "d - e"]),
    (SQLITE, "the division of whole numbers is a whole number", ["n / 0"]),
    (SQLITE, NO_SYNTAX, ["d + INTERVAL 1 MONTH", "left(t, 2)", "left(t, -1)"]),
    (SQLITE, NO_SYNTAX, ["right(t, 2)", "extract(hour FROM at)"]),
    (SQLITE, NO_SYNTAX, ["extract(quarter FROM d)"]),
    (SQLITE, ASCII_ONLY, ["u ILIKE 'é'", "lower(u)", "upper(t)"]),
    (SQLITE, "CAST is left out, for days' sake", ["CAST(t AS INT)", "CAST(n AS TEXT)"]),
    (SQLITE, "CAST is left out, for days' sake", ["CAST(x AS INT)"]),
    (SQLITE, "CAST is left out, for days' sake", ["CAST(x AS DECIMAL(9, 1))"]),
    (SQLITE, DAYS_ARE_TEXT, ["CAST(d AS TIMESTAMP)", "CAST(at AS DATE)"]),
    (SQLITE, DAYS_ARE_TEXT, ["CAST('2026-02-30' || u AS DATE)"]),
    (SQLITE, "NULL in a pair makes it unknown, not unequal", ["(n, m) = (7, 100)"]),
    (
        SQLITE,
        NO_FUNCTION,
        [
            "concat(t, u)",
            "starts_with(t, 'a')",
            "contains(t, u)",
            "regexp_matches(t, '^[a-z]+$')",
            "year(d)",
            "quarter(d)",
            "month(d)",
            "day(d)",
            "year(at)",
            "last_day(d)",
            "make_date(2024, 2, number)",
            "date_trunc('month', d)",
            "date_trunc('week', at)",
            "age(d, :as_of)",
            "age(d, e)",
            "months_between(d, e)",
            "is_valid_id_number(owner)",
            "is_valid_uscc(t)",
            "median(n)",
            "quantile_cont(x, 0.25)",
            "percentile_cont(0.5) WITHIN GROUP (ORDER BY x)",
            "stddev(m)",
        ],
    ),
    (SQLITE, NOT_COUNTED, ["date_diff('month', d, e)", "date_diff('year', d, e)"]),
    (
        SQLITE,
        NO_SYNTAX,
        ["SELECT t FROM reg.thing AS p EXCEPT ALL SELECT u FROM reg.thing AS p"],
    ),
    (POSTGRESQL, NO_SYNTAX, ["d + INTERVAL 1 MONTH", "t LIKE '%!_b%' ESCAPE '!'"]),
    (POSTGRESQL, BY_ZERO, ["n / 0", "n // 0", "n % 0"]),
    (POSTGRESQL, ASCII_ONLY, ["u ILIKE 'é'", "lower(u)", "upper(t)"]),
    (POSTGRESQL, FAILS, ["CAST(t AS INT)", "CAST('2026-02-30' || u AS DATE)"]),
    (POSTGRESQL, "NULL in a pair makes it unknown", ["(n, m) = (7, 100)"]),
    (POSTGRESQL, "counts from the left alone", ["substring(t, -2, 2)"]),
    (POSTGRESQL, NO_FUNCTION, ["contains(t, u)", "quarter(d)", "min(b)"]),
    (POSTGRESQL, NO_FUNCTION, ["make_date(2024, 2, number)"]),
    (POSTGRESQL, "a day becomes a moment with a time zone", ["date_trunc('month', d)"]),
    (SPARK, "the sum of a day and months is a day", ["d + INTERVAL 1 MONTH"]),
    (SPARK, BY_ZERO, ["n / 0", "n // 0", "n % 0"]),
    (SPARK, "an overflow goes round", ["n + 9223372036854775000"]),
    (
        SPARK,
        "IN of a query only where rows are chosen",
        ["n IN (SELECT m FROM reg.thing AS o)"],
    ),
    (SPARK, FAILS, ["CAST(t AS INT)", "CAST('2026-02-30' || u AS DATE)"]),
    (SPARK, "cuts off where DuckDB rounds", ["CAST(x AS INT)"]),
    (SPARK, "pairs are compared in one type", ["(n, m) = (7, 100)"]),
    (SPARK, "position 0 is the first", ["substring(t, 0, 2)"]),
    (SPARK, NOT_COUNTED, ["date_diff('month', d, e)", "date_diff('year', d, e)"]),
    (SPARK, "sums are widened for whole numbers alone", ["sum(x)"]),
    (SPARK, NO_SYNTAX, ["quantile_cont(x, 0.25)"]),
    (ORACLE, "Python adds no number to a day", ["d + 1", "d - e"]),
    (ORACLE, "Python's spans have no months", ["d + INTERVAL 1 MONTH"]),
    (ORACLE, BY_ZERO, ["n / 0", "n // 0", "n % 0"]),
    (ORACLE, NO_SYNTAX, ["extract(quarter FROM d)"]),
    (ORACLE, "Python's whole numbers have no end", ["n + 9223372036854775000"]),
    (ORACLE, NO_SYNTAX, ["t LIKE '%!_b%' ESCAPE '!'"]),
    (ORACLE, "IN passes over NULL", ["n IN (SELECT m FROM reg.thing AS o)"]),
    (ORACLE, "types have no size", ["CAST(x AS DECIMAL(9, 1))"]),
    (ORACLE, "a boolean does not become a number", ["CAST(b AS INT)"]),
    (ORACLE, "position 0 is before the last", ["substring(t, 0, 2)"]),
    (ORACLE, "nothing is found between all characters", ["replace(t, '', 'x')"]),
    (ORACLE, "a day is no moment", ["date_trunc('month', d)"]),
    (ORACLE, "weeks and moments are not cut", ["date_trunc('week', at)"]),
    (ORACLE, "a CASE without ELSE loses its NULL", ["age(d, e)"]),
    (
        ORACLE,
        "the executor knows no windows",
        [
            "row_number() OVER (ORDER BY number)",
            "rank() OVER (ORDER BY t)",
            "dense_rank() OVER (PARTITION BY b ORDER BY n DESC)",
            "lag(n, 2, -1) OVER (ORDER BY number)",
            "lead(t) OVER (ORDER BY number)",
            "first_value(n) OVER (PARTITION BY b ORDER BY number)",
            (
                "last_value(n) OVER "
                "(ORDER BY number ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)"
            ),
            "sum(n) OVER (ORDER BY number)",
        ],
    ),
    (ORACLE, NO_SYNTAX, ["sum(n) FILTER (WHERE b)", "quantile_cont(x, 0.25)"]),
    (ORACLE, NO_SYNTAX, ["percentile_cont(0.5) WITHIN GROUP (ORDER BY x)"]),
    (
        ORACLE,
        "takes any row of those that are told apart",
        ["SELECT DISTINCT ON (b) b, number FROM reg.thing AS p ORDER BY b, number"],
    ),
]
REASONS = {
    (engine, sample): reason
    for engine, reason, samples in DIFFERENCES
    for sample in samples
}
