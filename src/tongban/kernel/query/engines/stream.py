"""Bulk answers that pass through: batch by batch into Parquet, never held as rows."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.faults import SourceFault
from tongban.kernel.query.engines.places import Bulk, Stream
from tongban.kernel.query.engines.run import NO_PINS, Sources, unavailable, value_of
from tongban.kernel.query.lowering.spelling import LAKE
from tongban.kernel.query.model import Plan
from tongban.kernel.terms import UserError


# What a bulk use may take; it holds a core, not the hand of somebody who waits.
BULK_SECONDS = 600.0
_BATCH = 100_000
_GROUP = 500_000  # rows of a row group: a few ten megabytes before they are packed


class NotInBulk(UserError):
    """The rows may not pass through: all of the answer must be looked at first."""

    code = "query.not-bulk"


@contextmanager
def run_batches(
    plan: Plan,
    params: Mapping[str, Any],
    sources: Sources,
    *,
    pinned: Mapping[str, str] = NO_PINS,
    seconds: float = BULK_SECONDS,
    share: str = "",
) -> Iterator[Stream]:
    """The answer of a plan over everyone's data, as it is computed.

    Memory does not grow with the rows. ``share`` is the organisation whose turn at
    the lake's engine it takes. Raises as ``run``, on the way as well, and
    NotInBulk for figures of the clean room, for uses under a quota, and for a plan
    that fetches from departments.
    """
    fetch = plan.fetches[0]
    bulk = sources.bulk if sources.bulk and fetch.kind == sources.bulk.kind else None
    fetched = plan.final is not None or (bulk is None and fetch.kind != LAKE)
    if fetched or plan.recipe is not None or plan.quotas:
        raise NotInBulk(
            "only the rows of everyone's data are streamed",
            why="figures are guarded, quotas charged and one subject's rows joined "
            "with all of the answer at hand",
            mend="ask for the rows themselves, with a limit",
        )
    values = {name: value_of(params, name) for name in fetch.params}
    turn: AbstractContextManager[Bulk | Lake]
    turn = nullcontext(bulk) if bulk else sources.bulk_turn(share)
    try:
        with (
            turn as engine,
            engine.batches(
                fetch.sql,
                values,
                datasets=fetch.datasets,
                pinned=pinned,
                seconds=seconds,
                rows=_BATCH,
            ) as stream,
        ):
            yield stream
    except SourceFault as fault:
        raise unavailable(plan, fetch, fault) from None


def write_parquet(stream: Stream, names: tuple[str, ...], to: BinaryIO) -> int:
    """Write what comes ``to`` a file, and tell how many rows came."""
    schema = pa.schema(
        [
            field.with_name(name)
            for field, name in zip(stream.schema, names, strict=True)
        ]
    )
    rows = waiting = 0
    held: list[pa.RecordBatch] = []
    with parquet.ParquetWriter(to, schema, compression="zstd") as writer:
        for batch in stream.batches:
            held.append(batch.rename_columns(list(names)))
            rows, waiting = rows + len(batch), waiting + len(batch)
            if waiting >= _GROUP:
                writer.write_table(pa.Table.from_batches(held, schema))
                held, waiting = [], 0
        if held:
            writer.write_table(pa.Table.from_batches(held, schema))
    return rows
