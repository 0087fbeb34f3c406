"""Text pairs: a statement, and what each engine is given instead.

A pair in ``*.sql``::

    # title
    for: everyone                    or: enterprise; the founder when left out
    with: {"n": "x"}                 values of placeholders
    SELECT …
    => sqlite police (subject) into population.person
    SELECT …
    => duckdb (as_of, subject) from lake tax.standing
    SELECT …

Lines may be broken anywhere between words.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.unit.query.world import CASE, CATALOG, FOUNDER, GRANTS, PURPOSES, SHOP, use

from tongban.kernel.query.compiler import Compiler


FOLDER = Path(__file__).parent
WHO = {
    "founder": {"subject": FOUNDER},
    "enterprise": {"subject": SHOP},
    "everyone": {"subject": None, "purpose": "planning"},
}


@dataclass(frozen=True)
class Pair:
    title: str
    who: str
    values: dict
    sql: str
    statements: list[tuple[str, str]]


def pairs(path):
    for block in re.split(r"^# ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, _, body = block.partition("\n")
        given, *statements = re.split(r"^=> ", body, flags=re.MULTILINE)
        settings = dict(re.findall(r"^(for|with): (.*)$", given, flags=re.MULTILINE))
        sql = re.sub(r"^(for|with): .*$", "", given, flags=re.MULTILINE)
        yield Pair(
            title,
            settings.get("for", "founder"),
            json.loads(settings.get("with", "{}")),
            sql.strip(),
            [
                (head.strip(), one_line(text))
                for head, _, text in (s.partition("\n") for s in statements)
            ],
        )


def one_line(text):
    return re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", " ".join(text.split())))


def described(fetch):
    head = f"{fetch.kind} {fetch.database}".strip() + f" ({', '.join(fetch.params)})"
    if fetch.into:
        return f"{head} into {fetch.into}"
    if fetch.kind == "duckdb" and fetch.datasets:
        return f"{head} from lake {', '.join(fetch.datasets)}"
    return head


def governed(pair):
    compiler = Compiler(CATALOG, PURPOSES, GRANTS)
    plan = compiler.compile(use(pair.sql, **WHO[pair.who], **pair.values), CASE)
    several = [*plan.fetches, *([plan.final] if plan.final else [])]
    return [(described(fetch), one_line(fetch.sql)) for fetch in several]


PAIRS = [
    pytest.param(pair, id=f"{path.stem}: {pair.title}")
    for path in sorted(FOLDER.glob("*.sql"))
    for pair in pairs(path)
]


@pytest.mark.parametrize("pair", PAIRS)
def test_statement_becomes(pair):
    assert governed(pair) == pair.statements


def test_there_are_pairs():
    assert len(PAIRS) >= 30
