"""Calls are judged by the names they are written with, not by what SQLGlot reads.

Every name of the tables is tried, every name SQLGlot has a meaning for, and every
function of the engine.
"""

import re
from pathlib import Path

import duckdb
import pytest
import yaml
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError

from tongban.kernel.query.language.calls import calls
from tongban.kernel.query.language.functions import (
    FUNCTIONS,
    NAMED,
    RAISING,
    RAISING_NAMED,
    REFUSED,
    function_name,
)
from tongban.kernel.query.language.grammar import MACROS
from tongban.kernel.query.language.names import CALLS
from tongban.kernel.query.language.parse import StatementError, parse


SPEC = Path(__file__).parents[2] / "spec/query"
DIALECT = DuckDB()
# What SQLGlot calls by no name, or by one that DuckDB writes otherwise.
WRITTEN_OTHERWISE = {exp.Bracket, exp.IgnoreNulls}
OWN = MACROS | {"months_between"}
NAMES = re.compile("[a-z_][a-z0-9_]*")


def read_by_sqlglot():
    parser = DuckDB.Parser
    return {name.lower() for name in {*parser.FUNCTIONS, *parser.FUNCTION_PARSERS}}


def known_to_duckdb():
    with duckdb.connect() as engine:
        rows = engine.execute("SELECT DISTINCT function_name FROM duckdb_functions()")
        return {name for (name,) in rows.fetchall() if NAMES.fullmatch(name)}


# These words before a bracket are forms of SQL.
FORMS = {"and", "any", "case", "exists", "or"}
UNKNOWN = sorted(
    (read_by_sqlglot() | known_to_duckdb() | REFUSED.keys()) - CALLS.keys() - FORMS
)


def values(count):
    return ", ".join("abcdefghi"[:count])


def refused(call):
    with pytest.raises(StatementError) as problem:
        parse(f"SELECT {call} AS x FROM t")
    assert problem.value.code == "query.function"
    return problem.value.what


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_name_is_refused_as_it_is_written(name):
    for count in (0, 1, 2, 3):
        what = refused(f"{name}({values(count)})")
        assert what.lower() in {
            f"the function {name} is not part of governed sql",
            f"{name}(…) is not a function here",
        }


def test_every_function_of_the_tables_has_a_name_that_may_be_written():
    nodes = {*FUNCTIONS, *RAISING} - WRITTEN_OTHERWISE
    names = {function_name(node) for node in nodes}
    assert names | NAMED.keys() | RAISING_NAMED | OWN <= CALLS.keys()
    assert not CALLS.keys() & REFUSED.keys()


# What each name is tried with over two rows: n is 3 and 5, t is 'ab,c' and 'é(',
# d a day, m a moment, l [2, 1, 2] and [7], b true and false, j an object in JSON.
SAMPLES = """
row_number rank dense_rank percent_rank cume_dist = () OVER (ORDER BY n)
lag lead = (n, 1, 9) OVER (ORDER BY n)
first_value last_value = (n) OVER (ORDER BY n)
ntile = (2) OVER (ORDER BY n)
nth_value = (n, 2) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 9 FOLLOWING)
pi = ()
cast try_cast = (n AS TEXT)
try sign floor ceil ceiling sqrt cbrt exp ln log10 sin cos tan atan degrees = (n + 0.6)
radians isnan isinf abs log round trunc = (n + 0.6)
asin acos = (n / 9.0)
round trunc = (n + 0.66, 1)
log = (10, n)
pow power atan2 mod nullif ifnull = (n, 2)
coalesce greatest least = (n, 4, 1)
if = (b, n, 0)
extract = (month FROM d)
position = (',' IN t)
length len char_length character_length lower lcase upper ucase reverse ascii = (t)
unicode strip_accents nfc_normalize = (t)
chr = (n + 60)
left right = (t, 2)
strpos instr starts_with ends_with contains = (t, 'b')
levenshtein editdist3 jaro_similarity jaro_winkler_similarity = (t, 'abc')
damerau_levenshtein = (t, 'abc')
trim ltrim rtrim = (t, 'a(')
trim = (t)
substring substr = (t, 2, 1)
substring = (t FROM 2 FOR 1)
lpad rpad = (t, 9, '*')
replace translate = (t, 'a', 'z')
split_part = (t, ',', 2)
concat concat_ws = (t, '-', t)
regexp_matches regexp_full_match = (t, 'A.*', 'i')
regexp_extract regexp_extract_all = (t, '(a)(b)', 2)
regexp_replace = (t, '[a-z]', 'x', 'g')
year quarter month week weekofyear day dayofweek isodow dayofyear dayname = (d)
monthname last_day isoyear epoch = (d)
hour minute second = (m)
date_add = (d, INTERVAL 3 MONTH)
date_part = ('dow', d)
date_trunc datetrunc = ('month', m)
date_diff datediff date_sub = ('day', d, DATE '2026-11-23')
strftime = (m, '%Y/%d')
strptime try_strptime = ('2026-01-' || '0' || n, '%Y-%m-%d')
make_date = (2026, n, n)
make_timestamp = (2026, n, n, n, n, n + 0.5)
json_extract json_extract_path json_extract_string = (j, '$.a')
json_extract_path_text json_exists = (j, '$.a')
json_keys json_type json_valid json_array_length = (j)
json_contains = (j, '{"a": 1}')
list_value = (n, 2, n)
array_length list_min list_max list_sort list_reverse_sort array_sort = (l)
array_reverse_sort list_avg list_sum list_reverse list_unique unnest = (l)
list_distinct array_distinct = ([n, n])
list_contains list_has array_contains array_has list_append array_append = (l, 2)
list_extract list_position = (l, 2)
list_prepend = (2, l)
list_has_any list_has_all list_intersect = (l, [2, 1])
list_concat array_concat array_cat = (l, [9], l)
array_to_string = ([t, 'x'], '-')
string_split str_split split string_to_array = (t, ',')
grouping grouping_id = (n) GROUP BY ROLLUP (n)
count sum avg min max median mode stddev stddev_samp stddev_pop variance = (n)
var_samp var_pop approx_count_distinct = (n)
skewness kurtosis = (n + x.k)
count_if countif bool_and bool_or = (b)
string_agg group_concat listagg = (t, ';' ORDER BY t)
percentile_cont percentile_disc = (0.4) WITHIN GROUP (ORDER BY n)
arg_min argmin min_by arg_max argmax max_by = (t, n)
quantile quantile_cont quantile_disc = (n, 0.4)
corr covar_samp covar_pop regr_slope regr_intercept regr_r2 regr_count = (n, n * n)
"""
TRIED = [
    f"{name}{given}"
    for names, _, given in (
        line.partition(" = ") for line in SAMPLES.strip().splitlines()
    )
    for name in names.split()
]
ROWS = """(VALUES
    (3, 'ab,c', DATE '2026-03-01', TIMESTAMP '2026-03-01 04:05:06', [2, 1, 2], TRUE,
     '{"a": 1, "b": [1, 2]}'),
    (5, 'é(', DATE '2024-02-29', TIMESTAMP '2024-02-29 23:59:59', [7], FALSE, '[1]'))
    AS r(n, t, d, m, l, b, j), (VALUES (0), (1), (7)) AS x(k)"""


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize("call", TRIED)
def test_a_name_means_what_the_engine_means_by_it(engine, call):
    call, group, by = call.partition(" GROUP BY ROLLUP")
    sql = f"SELECT {call} AS x FROM {ROWS}{group}{by}"
    own = engine.execute(sql).fetchall()
    as_read = engine.execute(parse(sql).sql("duckdb")).fetchall()
    assert sorted(map(repr, own)) == sorted(map(repr, as_read))


def test_every_name_is_tried():
    assert {call.partition("(")[0] for call in TRIED} == CALLS.keys() - OWN


@pytest.mark.parametrize("name", sorted(CALLS))
def test_no_more_and_no_fewer_values_than_a_name_takes(name):
    least, most = CALLS[name]
    wrong = {least - 1, most + 1 if most is not None else -1} - {-1}
    for count in wrong:
        assert refused(f"{name}({values(count)})").startswith(f"{name} takes ")


# Where a value may stand; log2() would be read as a logarithm to 10.
CONTEXTS = """
SELECT {} FROM t
SELECT a, {} AS b FROM t
SELECT DISTINCT ON (a) {} FROM t
SELECT ALL {} FROM t
SELECT * EXCLUDE (a), {} FROM t
SELECT a * {} FROM t
SELECT -{}
SELECT a || {} FROM t
SELECT CASE {} WHEN 1 THEN 2 END FROM t
SELECT CASE WHEN a THEN {} ELSE b END FROM t
SELECT CASE WHEN a THEN b ELSE {} END FROM t
SELECT trim(BOTH {} FROM a) FROM t
SELECT trim(LEADING {} FROM a) FROM t
SELECT trim(a FROM {}) FROM t
SELECT extract(year FROM {}) FROM t
SELECT substring(a FROM {} FOR 2) FROM t
SELECT substring(a FROM 1 FOR {}) FROM t
SELECT position({} IN a) FROM t
SELECT position(a IN {}) FROM t
SELECT cast({} AS TEXT)
SELECT {}::TEXT
SELECT upper({}) FROM t
SELECT upper(a || lower({})) FROM t
SELECT [a, {}] FROM t
SELECT a[{}] FROM t
SELECT count(*) FILTER (WHERE {} > 1) FROM t
SELECT sum(a) OVER (PARTITION BY {} ORDER BY a) FROM t
SELECT sum(a) OVER (PARTITION BY a ORDER BY {}) FROM t
SELECT string_agg(a, ',' ORDER BY {}) FROM t
SELECT a FROM t WHERE a LIKE {}
SELECT a FROM t WHERE a NOT LIKE {}
SELECT a FROM t WHERE NOT {}
SELECT a FROM t WHERE a IN (1, {})
SELECT a FROM t WHERE a BETWEEN {} AND 3
SELECT a FROM t WHERE a BETWEEN 1 AND {}
SELECT a FROM t WHERE a IS DISTINCT FROM {}
SELECT a FROM t WHERE a = ANY (SELECT {})
SELECT a FROM t WHERE EXISTS (SELECT {})
SELECT a FROM t JOIN u ON {} > t.a
SELECT a FROM t u, LATERAL (SELECT {}) AS v
SELECT a FROM t CROSS JOIN UNNEST([{}]) AS u(x)
SELECT a FROM (SELECT {} AS a) u(x)
SELECT a FROM (VALUES ({})) AS u(x)
SELECT a FROM t GROUP BY a, {}
SELECT a FROM t GROUP BY ROLLUP (a, {})
SELECT a FROM t GROUP BY a HAVING {} > 1
SELECT a FROM t QUALIFY {} > 1
SELECT a FROM t ORDER BY {} DESC
SELECT a FROM t WINDOW w AS (ORDER BY {})
WITH u(x) AS (SELECT {}) SELECT x FROM u
WITH u(x) AS NOT MATERIALIZED (SELECT 1), v(y) AS (SELECT {}) SELECT x FROM u
SELECT 1 UNION ALL SELECT {}
SELECT INTERVAL (a) YEAR + {} FROM t
SELECT round(a, {}) FROM t
SELECT {} /* a comment */ FROM t
"""


@pytest.mark.parametrize("context", CONTEXTS.strip().splitlines())
@pytest.mark.parametrize("call", ["log2()", '"LOG2"()', "Log2 /* */ ()"])
def test_a_call_is_judged_wherever_a_value_may_stand(context, call):
    parse(context.format("pi()"))
    with pytest.raises(StatementError) as problem:
        parse(context.format(call))
    assert problem.value.what == "the function log2 is not part of governed SQL"


def statements():
    for path in (SPEC / "attacks").glob("*.yaml"):
        for row in yaml.safe_load(path.read_text("utf-8")).values():
            yield row["sql"]
    for path in SPEC.glob("*.txt"):
        for line in path.read_text("utf-8").splitlines():
            yield line.partition("  ")[2].strip()


def test_whatever_sqlglot_reads_as_a_call_was_judged():
    """Its nodes remember where their names stood."""
    seen = 0
    for sql in statements():
        try:
            tokens = DIALECT.tokenize(sql)
            trees = DIALECT.parser().parse(tokens, sql)
        except (SqlglotError, TypeError, RecursionError):
            continue
        judged = {token.start for token, _ in calls(tokens)}
        for node in (node for tree in trees if tree for node in tree.walk()):
            if not isinstance(node, exp.Func) or isinstance(
                node.parent, exp.Dot | exp.Lateral
            ):
                continue
            if isinstance(node.parent, exp.Table) or node.meta_get("start") is None:
                continue
            start = node.meta_get("start")
            at = next(n for n, token in enumerate(tokens) if token.start == start)
            called = at + 1 < len(tokens) and tokens[at + 1].text == "("
            if called and tokens[at].text.lower() not in FORMS:
                seen += 1
                assert start in judged, (sql, tokens[at].text)
    assert seen > 400
