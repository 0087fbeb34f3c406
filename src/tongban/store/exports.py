"""Bulk uses into a file: nothing is held as rows, nothing stands there unreceipted.

The rows go to a file of another name beside the one wanted; then the receipt is
committed; only then the file takes its name. Whoever sees the file can ask for its
receipt, and a use that is broken off leaves nothing to be seen. Both files are for
their owner alone: of a process that is killed, the draft may stay.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from tongban.kernel.query.engines import run_batches, write_parquet
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Actor
from tongban.store import jurisdiction, planning, uses
from tongban.store.commit import batch
from tongban.store.receipts import receipt


@dataclass(frozen=True, slots=True)
class Export:
    """What was kept of a use whose rows are in a file."""

    rows: int
    receipt_id: str
    versions: Mapping[str, str]
    grants: frozenset[str]
    at: datetime
    data_of: date | None


def use_to_file(spec: uses.UseSpec, path: Path, *, by: Actor) -> Export:
    """Carry out a use of everyone's data and write all its rows to ``path`` (Parquet).

    ``spec.limit`` bounds nothing. Raises as ``uses.use``, NotInBulk for a use of one
    subject, and OSError when ``path`` cannot be written.
    """
    planned = planning.plan(spec, by=by)
    names = tuple(column.name for column in planned.plan.columns)
    with appearing(path) as file:
        with run_batches(
            planned.plan,
            bindings(planned.use, jurisdiction.pseudonym_secret()),
            jurisdiction.sources(),
            pinned=planned.pinned,
            share=spec.organization,
        ) as stream:
            rows = write_parquet(stream, names, file)
        file.flush()
        os.fsync(file.fileno())
        with batch(by=by, at=planned.use.at) as draft:
            kept = receipt(draft, planned, stream.versions, rows, {})
    return Export(
        rows,
        str(kept.pk),
        stream.versions,
        planned.plan.grants,
        planned.use.at,
        spec.data_of,
    )


@contextmanager
def appearing(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone, which is at ``path`` when the block has ended well.

    OSError when it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
