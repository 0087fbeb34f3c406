"""One governed use of data from the command line, and how its rows are written."""

import csv
import io
import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from rich.table import Table

from tongban.cli.data import Format
from tongban.cli.frame import emit, out
from tongban.kernel.terms import Actor
from tongban.store import uses


ACCOUNT = "command-line"


def use(wish: Mapping[str, Any], limit: int) -> uses.Result:
    """Carry out the use now; its receipt is on the disk."""
    return uses.use(by=_asker(wish), limit=limit, **wish)


def explanation(wish: Mapping[str, Any]) -> tuple[str, bool]:
    """Which grants allow the use, or what is missing, and whether it is allowed."""
    known = {name: value for name, value in wish.items() if name != "params"}
    found = uses.explain(by=_asker(wish), **known)
    return str(found), found.allowed


def _asker(wish: Mapping[str, Any]) -> Actor:
    return Actor(ACCOUNT, organization=wish["organization"])


def receipt(result: uses.Result, as_of: date | None = None) -> list[str]:
    """What was kept of the use, line by line; ``as_of`` if a day was asked for."""
    versions = (f"{code} {version}" for code, version in result.versions.items())
    lines = [
        f"receipt {result.receipt_id} · {len(result.rows)} rows · {result.at:%F %T}",
        f"  grants: {', '.join(sorted(result.grants))}",
        f"  read: {', '.join(sorted(versions))}",
    ]
    lines += [
        f"  wire: {each.engine} {each.database}: {each.rows} rows, {each.size} bytes "
        f"of {', '.join(each.datasets)}"
        for each in result.crossed
    ]
    if as_of is not None:
        lines.append(
            f"  :as_of is {as_of}; the data are the present ones, in the versions read"
        )
    if result.truncated:
        lines.append("  cut: there are more rows; ask for them with --limit N")
    return lines


def write(result: uses.Result, form: Format, output: Path | None) -> None:
    """Write the rows to ``output``, or to standard output."""
    names = [column.name for column in result.columns]
    if form is Format.TABLE and output is None:
        _print_table(names, result.rows)
        return
    if form is Format.PARQUET:
        _write_bytes(_parquet(names, result.rows), output)
        return
    text = {Format.JSON: _json, Format.CSV: _csv, Format.TABLE: _csv}[form](
        names, result.rows
    )
    if output is None:
        emit(text)
    else:
        output.write_text(text, "utf-8")


def _print_table(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    table = Table(*names)
    for row in rows:
        table.add_row(*(_text(cell) for cell in row))
    out.print(table)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _json(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps(objects, ensure_ascii=False, default=_plain, indent=1)


def _plain(cell: Any) -> str:
    """Dates in ISO form; decimals as text, because JSON's numbers are not exact."""
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return str(cell)
    raise TypeError(f"no JSON for {type(cell).__name__}")


def _csv(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return text.getvalue()


def _parquet(names: list[str], rows: list[tuple[Any, ...]]) -> bytes:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    table = pa.table({n: pa.array(c) for n, c in zip(names, columns, strict=True)})
    made = io.BytesIO()
    parquet.write_table(table, made)
    return made.getvalue()


def _write_bytes(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)
