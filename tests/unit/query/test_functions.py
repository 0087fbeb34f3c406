"""No function of the table raises on a value of a row: an error would tell of it."""

from itertools import product

import duckdb
import pytest
from sqlglot import exp

from tongban.kernel.query.language.allow import allow
from tongban.kernel.query.language.functions import (
    FUNCTIONS,
    GROUPS,
    NAMED,
    RAISING,
    RAISING_NAMED,
)
from tongban.kernel.query.language.parse import parse
from tongban.kernel.query.language.soften import soften


# Values that a column may hold: at the ends of its type, and beyond sense.
MOST = 2**63 - 1
VALUES = {
    "i": ("BIGINT", f"NULL 0 1 -1 7 2147483648 {MOST} -{MOST}-1"),
    "j": ("BIGINT", f"NULL 0 2 -2 100000 {MOST} -{MOST}-1"),
    "d": ("DOUBLE", "NULL 0 -0.5 1e308 -1e308 1e-320 'nan' 'inf' '-inf'"),
    "n": ("DECIMAL(18, 6)", "NULL 0 -0.5 999999999999.999999 -999999999999.999999"),
    "t": ("VARCHAR", "NULL '' 'a' '张三' '(' '%' '{\"a\":[1]}' '{bad' '2026-02-30'"),
    "u": ("VARCHAR", "NULL '' '[' '\\' '(a{1000}){1000}' '%_' ',' '$.a'"),
    "day": ("DATE", "NULL '2026-11-23' '5881580-07-10' '-290000-01-01' 'infinity'"),
    "m": ("TIMESTAMP", "NULL '2026-11-23' '294246-12-31' '-290000-01-01' '-infinity'"),
    "l": ("BIGINT[]", f"NULL [] [NULL] [1,NULL,2] [{MOST},{MOST}]"),
    "w": ("VARCHAR[]", "NULL [] [NULL] ['','b']"),
    "b": ("BOOLEAN", "NULL true false"),
}

# At least one call of every function that reads row by row.
CALLS = """
coalesce(i, j); nullif(t, u); greatest(i, j); least(d, i); try(i); if(b, i, j)
abs(i); abs(n); sign(d); round(n, 2); round(d); trunc(d); trunc(n, 1); floor(d); ceil(n)
sqrt(d); cbrt(d); power(d, d); i ** j; exp(d); ln(d); log(d); log10(i); pi()
sin(d); cos(d); tan(d); asin(d); acos(d); atan(d); atan2(d, d); degrees(d); radians(d)
isnan(d); isinf(d)
length(t); lower(t); upper(t); trim(t, u); ltrim(t); rtrim(t, u); substring(t, i, j)
substring(t, 2, 1); left(t, i); right(t, i); lpad(t, 9, u); rpad(t, 9, '*')
concat(t, u); concat_ws(u, t, t); replace(t, u, t); translate(t, u, t); reverse(t)
split_part(t, u, i); strpos(t, u); starts_with(t, u); ends_with(t, u); contains(t, u)
ascii(t); unicode(t); chr(CAST(i AS INT)); levenshtein(t, u)
jaro_winkler_similarity(t, u)
jaro_similarity(t, u); damerau_levenshtein(t, u); strip_accents(t); nfc_normalize(t)
regexp_matches(t, u); regexp_matches(t, 'a+', 'i'); regexp_full_match(t, u)
regexp_extract(t, u); regexp_extract(t, '(a)', 1); regexp_extract_all(t, u)
regexp_replace(t, u, t); regexp_replace(t, 'a', '\\9', 'g')
year(day); quarter(m); month(day); week(day); weekofyear(m); day(day); dayofweek(day)
isodow(m); dayofyear(day); hour(m); minute(m); second(m); dayname(day)
monthname(m); extract(isoyear FROM day); extract(epoch FROM m); date_part('dow', m)
last_day(day); make_date(i, j, i); make_timestamp(i, j, i, j, i, d); isoyear(day)
date_add(day, INTERVAL 3 MONTH); date_add(m, INTERVAL (j) YEAR)
date_diff('day', day, day); date_diff('second', m, m); date_sub('month', m, m)
date_trunc('month', day); date_trunc('week', m); strftime(day, '%Y-%m-%d %A')
strftime(m, '%G %V %x %X %g %%'); strptime(t, '%Y-%m-%d'); try_strptime(t, '%d')
epoch(m); epoch(day)
t -> '$.a'; t ->> '$.a[0]'; json_extract(t, '$."b c"'); json_keys(t); json_type(t)
json_array_length(t); json_array_length(t, '$.a'); json_contains(t, u)
json_exists(t, '$.a'); json_valid(t); TRY_CAST(t AS JSON)
[i, j]; l[1]; l[-2]; array_length(l); list_contains(l, i); list_has_any(l, l)
list_min(l); list_max(l); list_sort(l); list_reverse_sort(w); list_distinct(l)
list_concat(l, l); list_append(l, i); list_prepend(i, l); array_to_string(w, ',')
string_split(t, u); list_avg(l); list_extract(l, i); list_has_all(l, l)
list_intersect(l, l); list_position(l, i); list_reverse(l); list_sum(l)
list_unique(w); len(l)
"""
ROWWISE = [call.strip() for line in CALLS.splitlines() for call in line.split(";")]
ROWWISE = [call for call in ROWWISE if call]
NOT_ROWWISE = {
    *GROUPS["aggregates"],
    *GROUPS["windows"],
    exp.Explode,
    # The parser makes it of a DATE alone; it is written as the other is.
    exp.DateTrunc,
}


def read(call):
    return allow(parse(f"SELECT {call} AS x"))


def rows(columns):
    """A relation of every combination of the values of ``columns``."""
    named = [VALUES[name] for name in columns]
    several = product(*(values.split() for _, values in named))
    casts = [
        ", ".join(
            f"CAST({v} AS {kind})" for v, (kind, _) in zip(row, named, strict=True)
        )
        for row in several
    ]
    body = ", ".join(f"({cast or 0})" for cast in casts)
    return f"(VALUES {body}) AS r({', '.join(columns) or 'nothing'})"


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


def compute(database, tree):
    columns = sorted({column.name for column in tree.find_all(exp.Column)})
    shown = exp.cast(tree.expressions[0].this, "text").sql("duckdb")
    database.execute(f"SELECT max({shown}) FROM {rows(columns)}").fetchall()


@pytest.mark.parametrize("call", ROWWISE)
def test_never_raises(database, call):
    compute(database, soften(read(call)))


def test_what_is_softened_does_raise(database):
    raised = set()
    for call in ROWWISE:
        tree = read(call)
        try:
            compute(database, tree)
        except duckdb.Error:
            raised |= {type(node) for node in tree.walk()}
            raised |= {node.name.lower() for node in tree.find_all(exp.Anonymous)}
    assert raised >= (RAISING.keys() - {exp.DateTrunc}) | RAISING_NAMED


def test_every_function_is_called():
    called = {type(node) for call in ROWWISE for node in read(call).walk()}
    assert FUNCTIONS.keys() - NOT_ROWWISE <= called


def test_every_name_is_called():
    nodes = [node for call in ROWWISE for node in read(call).find_all(exp.Anonymous)]
    assert {node.name.lower() for node in nodes} == NAMED.keys()
