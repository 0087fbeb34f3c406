"""From a dataset to its rows: the reader for each kind of source."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from tongban.kernel.catalog.model import Dataset, SourceKind
from tongban.kernel.query.engines import Reason
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.faults import SourceFault
from tongban.store import dropped as files
from tongban.store.addresses import Addresses
from tongban.store.intake import Intake, Progress
from tongban.store.registers import (
    Every,
    read_http,
    read_mysql,
    read_platform,
    read_postgresql,
    read_sqlite,
)


Batches = Iterator[pa.RecordBatch]
SERVERS: Mapping[SourceKind, Callable[[Intake, Address], Batches]] = {
    SourceKind.POSTGRESQL: read_postgresql,
    SourceKind.MYSQL: read_mysql,
    SourceKind.HTTP: read_http,
}


def opened(
    dataset: Dataset,
    departments: Mapping[str, Path],
    dropped: Path,
    addresses: Addresses,
    platform: Every | None,
    progress: Progress | None,
) -> tuple[Intake, Batches]:
    """The rows of a dataset's source, about to be read, and what is known of them.

    SourceUnavailable when the source is not there, here or while it is read.
    """
    source = dataset.source
    name = f"{source.database}.{source.table}".strip(".")
    intake = Intake(dataset, name, progress)
    match source.kind:
        case SourceKind.SQLITE:
            path = departments.get(source.database)
            if path is None or not path.exists():
                raise intake.unavailable(Reason.MISSING)
            return intake, read_sqlite(intake, path)
        case SourceKind.FILE:
            found = files.places(dataset, dropped, addresses)
            if not found:
                raise intake.unavailable(Reason.MISSING)
            path = files.only(dataset, found)
            intake = Intake(dataset, path.name, progress, is_folder=path.is_dir())
            return intake, files.read(intake, path)
        case SourceKind.PLATFORM:
            if platform is None:
                raise intake.unavailable(Reason.MISSING)
            return intake, read_platform(intake, platform)
    address = addresses.get(source.kind, {}).get(source.database)
    if address is None:
        raise intake.unavailable(Reason.UNBOUND)
    return intake, _named(intake, SERVERS[source.kind](intake, address))


def _named(intake: Intake, batches: Batches) -> Batches:
    """The batches, with a fault of their place told as that of its department."""
    try:
        yield from batches
    except SourceFault as fault:
        raise intake.unavailable(fault.reason) from None
