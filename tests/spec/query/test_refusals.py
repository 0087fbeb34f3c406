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
