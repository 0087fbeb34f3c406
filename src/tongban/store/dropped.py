"""Files and folders of files: which are a dataset's, and reading them one by one."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from tongban.kernel.catalog.model import Dataset, SourceKind
from tongban.kernel.query.engines import Reason
from tongban.kernel.query.engines.address import Address
from tongban.store.addresses import Addresses
from tongban.store.intake import CellProblem, Intake, RowsRefused
from tongban.store.sheets import read_csv, read_xlsx
from tongban.store.structured import read_json, read_parquet


READERS = {
    ".csv": read_csv,
    ".xlsx": read_xlsx,
    ".xls": read_xlsx,
    ".parquet": read_parquet,
    ".json": read_json,
    ".jsonl": read_json,
    ".ndjson": read_json,
}
# What spreadsheets and file servers leave beside a file that is open.
_PASSING = (".", "~$")


def places(dataset: Dataset, dropped: Path, addresses: Addresses) -> list[Path]:
    """What is there of a dataset: its file or folder, or several that contend.

    The site may say where it is; otherwise it is called like the dataset.
    """
    bound: Mapping[str, Address] = addresses.get(SourceKind.FILE, {})
    if dataset.source.table in bound:
        path = Path(bound[dataset.source.table].parts.path)
        return [path] if path.exists() else []
    paths = [dropped / f"{dataset.code}{suffix}" for suffix in READERS]
    folder = dropped / dataset.code
    return [
        *(path for path in paths if path.is_file()),
        *([folder] if folder.is_dir() else []),
    ]


def newest(found: list[Path]) -> float:
    """When the newest of these files, and of those in folders, was written."""
    times = [path.stat().st_mtime for path in found]
    times += [file.stat().st_mtime for path in found for file in within(path)]
    return max(times, default=0.0)


def within(path: Path) -> list[Path]:
    """All files of a folder and of the folders in it, by name; of a file, itself."""
    if not path.is_dir():
        return [path]
    found = (each for each in path.rglob("*") if not each.is_dir())
    return sorted(
        each
        for each in found
        if not any(part.startswith(_PASSING) for part in each.relative_to(path).parts)
    )


def read(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """The rows of a file, or of all files of a folder: every one, or none is taken."""
    files = within(path)
    if not files:
        raise intake.unavailable(Reason.MISSING)
    for file in files:
        intake.begin(str(file.relative_to(path)) if intake.is_folder else file.name)
        reader = READERS.get(file.suffix.lower())
        if reader is None or file.is_symlink():
            known = ", ".join(READERS)
            raise intake.refused("the file", f"is none of {known}")
        try:
            yield from reader(intake, file)
        except OSError:
            raise intake.refused("the file", "cannot be read") from None


def only(dataset: Dataset, found: list[Path]) -> Path:
    """The one place of a dataset; RowsRefused if several contend."""
    if len(found) > 1:
        names = ", ".join(sorted(path.name for path in found))
        why = f"there are several of the same dataset ({names}): keep one"
        raise RowsRefused(dataset.code, [CellProblem("the folder", "", why)])
    return found[0]
