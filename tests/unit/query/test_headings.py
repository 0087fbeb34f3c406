"""A column without a name is headed as it was written, for the asker alone."""

import pytest
from tests.unit.query.world import bulk


PERSON = "population.person"


@pytest.mark.parametrize(
    ("sql", "headings"),
    [
        (f"SELECT count(*) FROM {PERSON}", ["count(*)"]),
        (f"select  Count( * ),sex from {PERSON} group by sex", ["Count( * )", "sex"]),
        (
            (
                f"SELECT sex, sum(income)\n  / 100, max(income) AS m FROM {PERSON} "
                "GROUP BY sex ORDER BY sum(income)"
            ),
            ["sex", "sum(income) / 100", "m"],
        ),
        (
            "SELECT DISTINCT ON (v.a, v.b) v.a + 1 FROM (VALUES (1, 2)) AS v(a, b)",
            ["v.a + 1"],
        ),
        ("SELECT '张' || '三', 2", ["'张' || '三'", "2"]),
        ("SELECT 1 IS DISTINCT FROM 2, 3", ["1 IS DISTINCT FROM 2", "3"]),
        (
            f"SELECT (SELECT count(*) FROM {PERSON})",
            [f"(SELECT count(*) FROM {PERSON})"],
        ),
        (
            f"WITH a AS (SELECT count(*) AS n FROM {PERSON}) SELECT n + 1 FROM a",
            ["n + 1"],
        ),
        (f"SELECT count(*) FROM {PERSON} UNION ALL SELECT 2", ["count(*)"]),
        (
            f"SELECT CASE WHEN true THEN 1 END, sex FROM {PERSON}",
            ["CASE WHEN true THEN 1 END", "sex"],
        ),
        ("SELECT 1+0, 1+0", ["1+0", "_col_1"]),
        (f"SELECT {' + '.join('1' * 40)}", [" + ".join("1" * 40)[:59] + "…"]),
    ],
)
def test_heading(compiler, sql, headings):
    plan = compiler.compile(bulk(sql))
    assert [column.name for column in plan.columns] == headings


def test_no_engine_learns_of_it(compiler):
    plan = compiler.compile(bulk(f"SELECT count(*) + 70 FROM {PERSON}"))
    assert '"_col_0"' in repr((plan.fetches, plan.final))
    assert '"count(*) + 70"' not in repr((plan.fetches, plan.final))
