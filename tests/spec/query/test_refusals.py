"""The table of attempts in refusals.txt: each is refused, and for the right reason."""

from pathlib import Path

import pytest
from tests.unit.query.world import CASE, CATALOG, GRANTS, PURPOSES, use

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.terms import UserError


TABLE = Path(__file__).with_name("refusals.txt").read_text("utf-8")
ATTEMPTS = [
    line.split(maxsplit=1)
    for line in TABLE.splitlines()
    if line and not line.startswith("#")
]

# Other offences depend on what is around them.
ANYWHERE = {"query.function", "query.node", "query.statements", "query.type"}


@pytest.fixture(scope="module")
def compiler():
    return Compiler(CATALOG, PURPOSES, GRANTS)


@pytest.mark.parametrize(("code", "sql"), ATTEMPTS)
def test_attempt_is_refused(compiler, code, sql):
    with pytest.raises(UserError) as refused:
        compiler.compile(use(sql), CASE)
    assert refused.value.code == code
    assert refused.value.what


@pytest.mark.parametrize(("code", "sql"), [a for a in ATTEMPTS if a[0] in ANYWHERE])
def test_attempt_is_refused_within_a_query(compiler, code, sql):
    hidden = f"SELECT name FROM population.person WHERE EXISTS ({sql})"
    with pytest.raises(UserError) as refused:
        compiler.compile(use(hidden), CASE)
    assert refused.value.code in {code, "query.syntax"}


def test_the_table_is_large_enough():
    assert len(ATTEMPTS) >= 80


PERSON = "population.person"
REASONS = [
    ("SELECT now()", "now", ":as_of"),
    ("SELECT current_date", "current_date", ":as_of"),
    ("SELECT random()", "random", "chance"),
    ("SELECT uuid()", "UUID", "chance"),
    ("SELECT current_user", "current_user", "session"),
    ("SELECT read_text('x')", "read_text", "outside"),
    ("SELECT repeat('x', 9)", "repeat", "any size"),
    ("SELECT range(9)", "range", "any size"),
    ("SELECT generate_series(1, 9)", "generate_series", "any size"),
    (f"SELECT list(sex) FROM {PERSON}", "LIST", "one cell"),
    (f"SELECT array_agg(sex) FROM {PERSON}", "array_agg", "one cell"),
    (f"SELECT md5(sex) FROM {PERSON}", "md5", "digest"),
    (f"SELECT any_value(sex) FROM {PERSON}", "any_value", "run to run"),
    (f"SELECT approx_quantile(income, 0.5) FROM {PERSON}", "approx", "run to"),
    ("SELECT list_transform([1], x -> x) AS l", "transform", "functions of functions"),
    (
        f"SELECT string_agg(sex, ',') FROM {PERSON}",
        "string_agg",
        "before any row",
    ),
    (f"SELECT lpad(sex, 1001, ' ') FROM {PERSON}", "1000", "before any row"),
    (
        f"SELECT sex FROM {PERSON} NATURAL JOIN population.hukou",
        "JOIN",
        "granted",
    ),
    (
        f"SELECT sex FROM {PERSON} SEMI JOIN population.hukou ON true",
        "SEMI",
        "",
    ),
    (f"SELECT sex FROM {PERSON} GROUP BY ALL", "GROUP", "seen in the text"),
    (f"SELECT sex FROM {PERSON} USING SAMPLE 9", "SELECT", "chance"),
    ("WITH RECURSIVE x AS (SELECT 1 AS a) SELECT a FROM x", "WITH", "without end"),
    (f"SELECT sex SIMILAR TO 'x' FROM {PERSON}", "SIMILAR TO", "regexp"),
    ("SELECT 1 AS a UNION BY NAME SELECT 2 AS a", "UNION", "order they are written"),
]


@pytest.mark.parametrize(("sql", "name", "why"), REASONS)
def test_refusal_names_what_and_why(compiler, sql, name, why):
    with pytest.raises(UserError) as refused:
        compiler.compile(use(sql), CASE)
    assert name in refused.value.what
    assert why in (refused.value.why or "")
