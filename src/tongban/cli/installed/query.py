"""One governed use of data from the command line, and how its rows are written."""

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from rich.table import Table

from tongban.cli.data import Format
from tongban.cli.frame import emit, out
from tongban.kernel.query.engines.stream import NotInBulk
from tongban.kernel.terms import Actor, UserError
from tongban.store import again as once_more
from tongban.store import exports, uses
from tongban.store.truths import conditions, for_everyone


ACCOUNT = "command-line"


class Unwritable(UserError):
    """A file that the command was told to write cannot be written."""

    code = "cli.unwritable"


def truths(asked: Sequence[str], over: str) -> tuple[str, list[str]]:
    """The statement that asks a rule for everyone, and what its columns are."""
    rule = conditions(asked)
    legend = [
        f"truth_{number}: {each.title}" + (f" ({each.basis})" if each.basis else "")
        for number, each in enumerate(rule, start=1)
    ]
    return for_everyone(rule, over), legend


def use(wish: Mapping[str, Any], limit: int) -> uses.Result:
    """Carry out the use now; its receipt is on the disk."""
    return uses.use(by=_asker(wish), limit=limit, **wish)


def export(wish: Mapping[str, Any], output: Path) -> list[str] | None:
    """Write all rows of a use of everyone's data to a file; its receipt in lines.

    None where rows may not pass through: figures, uses under a quota.
    """
    spec = uses.UseSpec(**wish)
    try:
        kept = exports.use_to_file(spec, output, by=_asker(wish))
    except NotInBulk:
        return None
    except OSError as problem:
        raise _unwritable(output, problem) from problem
    return _kept(kept, kept.rows)


def _unwritable(output: Path, problem: OSError) -> Unwritable:
    return Unwritable(
        "the rows cannot be written",
        where=str(output),
        why=problem.strerror or str(problem),
        mend="name a file in a folder that you may write to",
    )


def explanation(wish: Mapping[str, Any], form: Format) -> tuple[str, bool]:
    """Which grants allow the use, or what is missing, and whether it is allowed."""
    found = uses.explain(by=_asker(wish), **wish)
    if form is Format.JSON:
        told = json.dumps(found.to_json(), ensure_ascii=False, indent=1, default=str)
        return told, found.allowed
    return str(found), found.allowed


def lineage(wish: Mapping[str, Any], form: Format) -> str:
    """Which item comes into which column, for people or as JSON; nothing is read."""
    found = uses.lineage(by=_asker(wish), **wish)
    if form is Format.JSON:
        return json.dumps(found.to_json(), ensure_ascii=False, indent=1)
    return str(found)


def again(receipt_id: str, wish: Mapping[str, Any]) -> tuple[str, bool]:
    """Whether the use of a receipt gives the same answer once more, in words."""
    found = once_more.again(
        receipt_id, by=_asker(wish), sql=wish["sql"], params=wish["params"]
    )
    words = {
        True: f"the same answer as receipt {receipt_id}",
        False: f"another answer than receipt {receipt_id}",
        None: f"nothing to compare with: receipt {receipt_id} keeps no print",
    }
    return "\n".join([words[found.same], *receipt(found.result)]), found.same is True


def _asker(wish: Mapping[str, Any]) -> Actor:
    return Actor(ACCOUNT, organization=wish["organization"])


def receipt(result: uses.Result) -> list[str]:
    """What was kept of the use, line by line."""
    lines = _kept(result, len(result.rows))
    lines += [
        f"  wire: {each.engine} {each.database}: {each.rows} rows, {each.size} bytes "
        f"of {', '.join(each.datasets)}"
        for each in result.crossed
    ]
    if result.privacy is not None:
        lines.append(f"  clean room: {result.privacy}")
    if result.withheld:
        lines.append(f"  withheld: {len(result.withheld)} figures, which are empty")
    if result.truncated:
        lines.append("  cut: there are more rows; ask for them with --limit N")
    return lines


def _kept(use: uses.Result | exports.Export, rows: int) -> list[str]:
    versions = (f"{code} {version}" for code, version in use.versions.items())
    lines = [
        f"receipt {use.receipt_id} · {rows} rows · {use.at:%F %T}",
        f"  grants: {', '.join(sorted(use.grants))}",
        f"  read: {', '.join(sorted(versions))}",
    ]
    if use.data_of is not None:
        lines.append(f"  data of {use.data_of}; allowed by the grants of today")
    return lines


def write(result: uses.Result, form: Format, output: Path | None) -> None:
    """Write the rows to ``output``, or to standard output. Raises Unwritable."""
    try:
        _write(result, form, output)
    except OSError as problem:
        if output is None:
            raise
        raise _unwritable(output, problem) from problem


def _write(result: uses.Result, form: Format, output: Path | None) -> None:
    names = [column.name for column in result.columns]
    if output is not None:
        with exports.appearing(output) as file:
            file.write(_written(names, result.rows, form))
    elif form is Format.TABLE:
        _print_table(names, result.rows)
    elif form is Format.PARQUET:
        sys.stdout.buffer.write(_parquet(names, result.rows))
    else:
        emit(_written(names, result.rows, form).decode())


def _written(names: list[str], rows: list[tuple[Any, ...]], form: Format) -> bytes:
    if form is Format.PARQUET:
        return _parquet(names, rows)
    return (_json if form is Format.JSON else _csv)(names, rows).encode()


def _print_table(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    table = Table(*names)
    for row in rows:
        table.add_row(*(_text(cell) for cell in row))
    out.print(table)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _json(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    objects = [dict(zip(names, map(_finite, row), strict=True)) for row in rows]
    return json.dumps(
        objects, ensure_ascii=False, default=_plain, indent=1, allow_nan=False
    )


def _finite(cell: Any) -> Any:
    """``cell`` with the numbers that JSON has none for, such as nan, as text."""
    if isinstance(cell, list):
        return [_finite(each) for each in cell]
    if isinstance(cell, dict):
        return {name: _finite(each) for name, each in cell.items()}
    return str(cell) if isinstance(cell, float) and not isfinite(cell) else cell


def _plain(cell: Any) -> str:
    """Dates in ISO form; decimals as text, because JSON's numbers are not exact."""
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    if isinstance(cell, Decimal | timedelta):
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
