"""Engines: where a compiled plan becomes rows."""

from tongban.kernel.query.engines.faults import (
    MemoryOverrun,
    Overrun,
    Reason,
    SourceUnavailable,
    ValueFault,
)
from tongban.kernel.query.engines.gate import Busy
from tongban.kernel.query.engines.run import Answer, Crossing, Sources, run
from tongban.kernel.query.engines.stream import run_batches, write_parquet


__all__ = [
    "Answer",
    "Busy",
    "Crossing",
    "MemoryOverrun",
    "Overrun",
    "Reason",
    "SourceUnavailable",
    "Sources",
    "ValueFault",
    "run",
    "run_batches",
    "write_parquet",
]
