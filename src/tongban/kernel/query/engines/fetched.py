"""Rows fetched from departments, put where a statement in the lake reads them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp, parse_one


# Above this many rows Arrow is faster than JSON.
_JSON_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Relation:
    """Fetched rows, every cell as text, that a statement reads as ``temp."name"``."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str | None]]


def parsed(sql: str) -> exp.Expr:
    """A lowered statement as a tree."""
    # After a $name, SQLGlot's tokenizer stumbles over '' at the very end.
    return parse_one(f"{sql}\n", read="duckdb")


def placed(
    cursor: duckdb.DuckDBPyConnection,
    sql: str,
    params: Mapping[str, Any],
    relations: Sequence[Relation],
) -> tuple[str, dict[str, Any]]:
    """``sql`` able to read the relations on this cursor, with all its parameters."""
    bound = dict(params)
    small: list[tuple[str, tuple[str, ...]]] = []
    for relation in relations:
        if len(relation.rows) > _JSON_ROWS:
            cursor.register(relation.name, _table(relation))
            continue
        bound[_slot(len(small))] = json.dumps(relation.rows, ensure_ascii=False)
        small.append((relation.name, relation.columns))
    return (_inlined(sql, tuple(small)) if small else sql), bound


def _table(relation: Relation) -> pa.Table:
    columns = zip(*relation.rows, strict=True)
    return pa.table(
        [pa.array(column, pa.string()) for column in columns],
        names=list(relation.columns),
    )


def _slot(number: int) -> str:
    return f"fetched_{number}"


@lru_cache(maxsize=4096)
def _inlined(sql: str, relations: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """``sql`` with its fetched relations read from one JSON parameter each.

    A parameter costs DuckDB's Python client 0.1 ms however small it is, and a
    temporary table 1 ms: three small fetches take 3 ms this way, not 8.
    """
    tree = parsed(sql)
    slots = {name: (at, columns) for at, (name, columns) in enumerate(relations)}
    for table in list(tree.find_all(exp.Table)):
        if table.db == "temp" and table.name in slots:
            rows = _from_json(*slots[table.name])
            table.replace(rows.subquery(table.alias_or_name))
    return tree.sql("duckdb")


def _from_json(number: int, columns: tuple[str, ...]) -> exp.Select:
    array = exp.func(
        "from_json",
        exp.Placeholder(this=_slot(number)),
        exp.Literal.string('[["VARCHAR"]]'),
    )
    rows = exp.select(
        exp.alias_(exp.Anonymous(this="unnest", expressions=[array]), "r")
    )
    cells = [
        exp.alias_(
            exp.func("list_extract", exp.column("r"), exp.Literal.number(at)),
            exp.to_identifier(name, quoted=True),
        )
        for at, name in enumerate(columns, start=1)
    ]
    return exp.select(*cells).from_(rows.subquery("fetched"))
