"""A text that doubles again and again is refused before any engine holds it."""

import pytest
from tests.unit.query.world import bulk

from tongban.kernel.query.language.swell import MAX_GROWTH
from tongban.kernel.terms import UserError


PERSON = "population.person"


def doubled(times):
    steps = "".join(
        f", a{n} AS (SELECT x || x AS x FROM a{n - 1})" for n in range(1, times + 1)
    )
    return f"WITH a0 AS (SELECT sex AS x FROM {PERSON}){steps} SELECT x FROM a{times}"


def replaced(times):
    calls, more = "replace(" * times, ", 'a', 'bbbb')" * times
    return f"SELECT {calls}sex{more} AS s FROM {PERSON}"


def listed(times):
    step = "list_concat(l, l)"
    inner = f"SELECT [sex] AS l FROM {PERSON}"
    for _ in range(times):
        inner = f"SELECT {step} AS l FROM ({inner}) AS q"
    return inner


def is_accepted(compiler, sql):
    try:
        compiler.compile(bulk(sql))
    except UserError as refused:
        return refused.code != "query.too-large"
    return True


def joined(parts):
    return f"concat({', '.join(['sex'] * parts)})"


@pytest.mark.parametrize(
    ("sql", "accepted"),
    [
        (doubled(8), True),
        (doubled(9), False),
        (doubled(30), False),
        (replaced(4), True),
        (replaced(5), False),
        (listed(8), True),
        (listed(9), False),
        (f"SELECT {joined(MAX_GROWTH)} AS s FROM {PERSON}", True),
        (f"SELECT {joined(MAX_GROWTH + 1)} AS s FROM {PERSON}", False),
        (f"SELECT replace(sex, 'a', '{'b' * 300}') AS s FROM {PERSON}", False),
        (f"SELECT replace(sex, 'a', name) AS s FROM {PERSON}", True),
        (f"SELECT replace(sex, 'a', {joined(5)}) AS s FROM {PERSON}", False),
        (f"SELECT sex FROM {PERSON} WHERE length({joined(300)}) > 1", False),
        (f"SELECT sex FROM {PERSON} ORDER BY {joined(300)}", False),
        (f"SELECT greatest({', '.join(['sex'] * 300)}) AS s FROM {PERSON}", True),
        (f"SELECT {'lower(' * 40}sex{')' * 40} AS s FROM {PERSON}", True),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else None,
)
def test_growth(compiler, sql, accepted):
    assert is_accepted(compiler, sql) is accepted


def test_an_inner_query_grows_what_uses_it(compiler):
    grown = doubled(8)
    sql = f"SELECT (SELECT max(q.x) FROM ({grown}) AS q) || sex AS s FROM {PERSON}"
    assert not is_accepted(compiler, sql)
