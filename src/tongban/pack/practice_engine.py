"""Rows given in an example, as the one place that a governed statement reads.

An example is judged by the same compiler as a real use, under the same grants. Only
the rows are invented: each dataset is read from the lake, and the lake is a DuckDB
in memory that holds what was given, and nothing of datasets that were not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
from sqlglot import exp

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset, Source, SourceKind
from tongban.kernel.query.engines.types import duckdb_type
from tongban.kernel.query.model import Plan
from tongban.kernel.terms import UserError


Rows = Mapping[str, Sequence[Mapping[str, Any]]]


class RowFault(UserError):
    """A given row whose values are not of the types of the dataset's items."""

    code = "pack.example-row"


def from_lake(catalog: Catalog) -> Catalog:
    """The catalogue with the lake as the source of every dataset."""
    datasets = {
        code: replace(entry, source=Source(SourceKind.LAKE, code))
        for code, entry in catalog.datasets.items()
    }
    return replace(catalog, datasets=datasets)


def answer(
    plan: Plan, catalog: Catalog, given: Rows, params: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows of a plan that reads the lake alone, over ``given``; RowFault."""
    (fetch,) = plan.fetches
    with duckdb.connect(":memory:") as engine:
        engine.execute("CREATE SCHEMA lake")
        for code in sorted(plan.datasets):
            _fill(engine, catalog.dataset(code), given.get(code, ()))
        values = {name: params[name] for name in fetch.params}
        return engine.execute(fetch.sql, values).fetchall()


def _fill(
    engine: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    table = exp.Table(
        this=exp.to_identifier(dataset.code, quoted=True), db=exp.to_identifier("lake")
    )
    columns = [
        exp.ColumnDef(
            this=exp.to_identifier(item.name, quoted=True),
            kind=exp.DataType.build(duckdb_type(item), dialect="duckdb"),
        )
        for item in dataset.items.values()
    ]
    places = exp.Tuple(expressions=[exp.Placeholder() for _ in columns])
    create = exp.Create(this=exp.Schema(this=table, expressions=columns), kind="TABLE")
    insert = exp.Insert(this=table, expression=exp.Values(expressions=[places]))
    engine.execute(create.sql("duckdb"))
    cells = [[row.get(name) for name in dataset.items] for row in rows]
    try:
        if cells:
            engine.executemany(insert.sql("duckdb"), cells)
    except duckdb.Error as error:
        raise RowFault(
            f"a row given of {dataset.code!r} does not fit its items: {error}",
            mend="compare the values with the types in the catalogue",
            dataset=dataset.code,
        ) from error
