"""The second oracle: the author's own text in a DuckDB that knows of no terms.

The terms of use are applied in plain Python, row by row, as for the first oracle;
what is left becomes plain tables under the datasets' names, and the statement runs
on them word for word. It shares nothing with the compiler, and a function that both
would compute wrongly is DuckDB's matter, not ours.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.engines import oracle
from tongban.kernel.query.engines.types import duckdb_type
from tongban.kernel.query.model import Grant, Use
from tongban.kernel.query.terms.access import bindings


_VALUE = re.compile(r"(?<![:\w]):([a-z_]\w*)")


def answer(
    use: Use,
    catalog: Catalog,
    grants: Mapping[str, Grant],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    secret: bytes,
) -> list[tuple[Any, ...]]:
    """The rows of ``use`` over ``tables``, raw rows by dataset, under ``grants``."""
    with duckdb.connect() as plain:
        for code, rows in tables.items():
            dataset, grant = catalog.datasets[code], grants[code]
            items = [name for name in dataset.items if name in grant.items]
            schema, _, _ = code.partition(".")
            plain.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            columns = ", ".join(
                f"{name} {duckdb_type(dataset.items[name])}" for name in items
            )
            plain.execute(f"CREATE TABLE {code} ({columns})")
            shown = oracle.governed(use, dataset, grant, rows, secret)
            if shown:
                marks = ", ".join("?" * len(items))
                values = [[row[name] for name in items] for row in shown]
                plain.executemany(f"INSERT INTO {code} VALUES ({marks})", values)
        values = bindings(use, secret)
        named = set(_VALUE.findall(use.sql))
        text = _VALUE.sub(r"$\1", use.sql)
        return plain.execute(text, {n: values[n] for n in named}).fetchall()
