"""Batches of the case record set for the one who may have it, each told alike again.

A batch is what became of cases in a stretch of days. It is a governed use of the
platform's own records: by the receiving organisation, for a declared purpose, under
its grants, with a receipt for each table. Columns bear their catalogued titles; each
row has 记录唯一标识, 同步批次, 同步类型, 同步时间 and 数据来源. Records are added and
changed, never deleted, so ``d`` does not occur.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyarrow import parquet
from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, SourceKind
from tongban.kernel.terms import Actor, UserError
from tongban.store import clock, exports, jurisdiction, uses
from tongban.store.handled import RECORDS


KEY, CREATED, CHANGED = "record", "created", "changed"
_DIALECT = "duckdb"


class Form(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


class NoRecordSet(UserError):
    """The purpose names no table of the record set, or not the columns it needs."""

    code = "records.none"


class OpenEnd(UserError):
    """A stretch of days that is not over, or ends before it begins."""

    code = "records.open-end"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days from ``since`` on and before ``until``, and which batch this is."""

    since: date
    until: date
    sequence: int = 1

    @property
    def batch(self) -> str:
        """同步批次: the last day and a sequence of four digits."""
        return f"{self.until - timedelta(days=1):%Y%m%d}{self.sequence:04d}"


@dataclass(frozen=True, slots=True)
class Written:
    """One table of a batch: where it is, how many rows, under which receipt."""

    table: str
    path: Path
    rows: int
    receipt: str


def write(
    folder: Path,
    stretch: Stretch,
    *,
    organization: str,
    purpose: str,
    form: Form = Form.JSONL,
    by: Actor,
) -> list[Written]:
    """Write the tables of a batch into ``folder``; again, the same files anew.

    The datasets must have been mirrored since the stretch was over. Raises as
    ``uses.use``, NoRecordSet and OpenEnd.
    """
    _refuse_open_end(stretch)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for dataset, items in _tables(purpose):
        spec = uses.UseSpec(
            organization,
            purpose,
            _statement(dataset, items),
            {
                "since": clock.start_of(stretch.since).replace(tzinfo=None),
                "until": clock.start_of(stretch.until).replace(tzinfo=None),
            },
        )
        written.append(_table(folder, dataset, items, stretch, spec, form, by))
    return written


def _refuse_open_end(stretch: Stretch) -> None:
    if not stretch.since < stretch.until <= clock.now().date():
        raise OpenEnd(
            "this stretch of days cannot be told",
            why="it is not over, or it ends before it begins",
            mend="end it with today at the latest: the end is not counted",
        )


def _tables(purpose: str) -> list[tuple[Dataset, list[str]]]:
    """The record set's datasets with the items that the purpose lists of each."""
    pack = jurisdiction.current()
    listed = pack.purposes[purpose].items if purpose in pack.purposes else frozenset()
    found = []
    for dataset in pack.catalog.datasets.values():
        source = dataset.source
        if source.kind is not SourceKind.PLATFORM or source.table not in RECORDS:
            continue
        items = [name for name in dataset.items if f"{dataset.code}.{name}" in listed]
        if items and {KEY, CREATED, CHANGED} <= {_stored(dataset, i) for i in items}:
            found.append((dataset, items))
    if not found:
        raise NoRecordSet(
            "this purpose is for no table of the record set",
            where=purpose,
            why=f"each table needs its items {KEY}, {CREATED} and {CHANGED}",
            mend="list the items of such a dataset in the purpose, and grant them",
        )
    return found


def _stored(dataset: Dataset, name: str) -> str:
    return dataset.items[name].stored


def _named(dataset: Dataset, items: Sequence[str], column: str) -> str:
    return next(name for name in items if _stored(dataset, name) == column)


def _statement(dataset: Dataset, items: Sequence[str]) -> str:
    schema, table = dataset.code.split(".")
    changed = exp.column(_named(dataset, items, CHANGED))
    return (
        exp.select(*map(exp.column, items))
        .from_(exp.table_(table, db=schema))
        .where(changed >= exp.var(":since"), changed < exp.var(":until"))
        .order_by(changed, exp.column(_named(dataset, items, KEY)))
        .sql(dialect=_DIALECT)
    )


def _table(
    folder: Path,
    dataset: Dataset,
    items: Sequence[str],
    stretch: Stretch,
    spec: uses.UseSpec,
    form: Form,
    by: Actor,
) -> Written:
    path = folder / f"{dataset.source.table}-{stretch.batch}.{form}"
    with TemporaryDirectory(dir=folder, prefix=".batch-") as beside:
        whole = Path(beside) / "rows.parquet"
        kept = exports.use_to_file(spec, whole, by=by)
        draft = Path(beside) / path.name
        rows = _rows(whole, dataset, items, stretch)
        _WRITERS[form](draft, rows)
        draft.chmod(0o600)
        draft.replace(path)
    return Written(dataset.source.table, path, kept.rows, kept.receipt_id)


def _rows(
    whole: Path, dataset: Dataset, items: Sequence[str], stretch: Stretch
) -> Iterator[Mapping[str, Any]]:
    titles = _titles(dataset, items)
    key, created, changed = (
        _named(dataset, items, column) for column in (KEY, CREATED, CHANGED)
    )
    source = jurisdiction.current().catalog.provider(dataset.code)
    for batch in parquet.ParquetFile(whole).iter_batches():
        for row in batch.to_pylist():
            told = {titles[name]: _shown(row[name]) for name in items}
            yield told | {
                "记录唯一标识": row[key],
                "同步批次": stretch.batch,
                "同步类型": "i" if row[created] == row[changed] else "u",
                "同步时间": f"{stretch.until:%Y-%m-%d} 00:00:00",
                "数据来源": source.uscc,
            }


def _titles(dataset: Dataset, items: Sequence[str]) -> dict[str, str]:
    """What each item is called; two that are called alike bear their names too."""
    called = [dataset.items[name].title.zh for name in items]
    return {
        name: title if called.count(title) == 1 else f"{title} ({name})"
        for name, title in zip(items, called, strict=True)
    }


def _shown(value: Any) -> Any:
    match value:
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
    return value


def _jsonl(path: Path, rows: Iterator[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _csv(path: Path, rows: Iterator[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
            writer.writerow(row)


_WRITERS = {Form.JSONL: _jsonl, Form.CSV: _csv}
