"""Bulk uses into a file: rows, receipt, and only then the file."""

import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from tests.capabilities.qinghe import MONDAY, PACK, PEOPLE, POLICE, REGISTRAR
from tests.capabilities.store.test_versions import DECLARED, NAMES

from tongban.home import Home
from tongban.kernel.query.engines import ValueFault
from tongban.kernel.terms import Refused
from tongban.store import exports, jurisdiction, lake, uses
from tongban.store.models import LedgerLeaf, UseReceipt


SPEC = uses.UseSpec("market-regulation", "planning", NAMES)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small pack with a purpose over everyone."""
    folder = tmp_path_factory.mktemp("pack") / "good"
    shutil.copytree(PACK, folder)
    for name, more in DECLARED.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(more)
    return folder


@pytest.fixture
def home(tmp_path: Path, departments: Path, pack: Path, settings: Any) -> Home:
    made = Home.create(tmp_path / "home", pack=pack, origin="qinghe.example/ledger")
    shutil.copytree(departments, made.departments, dirs_exist_ok=True)
    settings.HOME = made
    return made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def mirrored(home: Home) -> None:
    """The register is in the lake."""
    dataset = jurisdiction.current().catalog.datasets["population.person"]
    path = home.department(dataset.source.database)
    lake.mirror(
        dataset,
        departments={dataset.source.database: path},
        dropped=home.dropped,
        lake=home.lake,
        at=MONDAY,
    )


def test_rows_are_in_the_file_and_their_receipt_on_record(out: Path) -> None:
    path = out / "names.parquet"
    kept = exports.use_to_file(SPEC, path, by=REGISTRAR)
    names = [row["name"] for row in parquet.read_table(path).to_pylist()]
    assert names == sorted(row[1] for row in PEOPLE)
    receipt = UseReceipt.objects.get()
    assert (kept.rows, receipt.rows) == (len(PEOPLE), len(PEOPLE))
    assert kept.receipt_id == str(receipt.pk)
    assert receipt.versions == kept.versions
    assert LedgerLeaf.objects.filter(pk=receipt.leaf_id).count() == 1
    assert [each.name for each in out.iterdir()] == ["names.parquet"]


def test_file_is_for_its_owner_alone(out: Path) -> None:
    path = out / "names.parquet"
    exports.use_to_file(SPEC, path, by=REGISTRAR)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_refused_leaves_neither_file_nor_receipt(out: Path) -> None:
    with pytest.raises(Refused):
        exports.use_to_file(SPEC, out / "names.parquet", by=POLICE)
    assert not UseReceipt.objects.exists()
    assert list(out.iterdir()) == []


def test_what_breaks_off_leaves_the_file_that_was_there(out: Path) -> None:
    path = out / "names.parquet"
    path.write_bytes(b"yesterday's")
    overflow = "SELECT 9223372036854775807 + length(name) AS n FROM population.person"
    spec = uses.UseSpec("market-regulation", "planning", overflow)
    with pytest.raises(ValueFault):
        exports.use_to_file(spec, path, by=REGISTRAR)
    assert path.read_bytes() == b"yesterday's"
    assert not UseReceipt.objects.exists()
    assert [each.name for each in out.iterdir()] == ["names.parquet"]


def test_a_folder_that_is_not_there_is_an_error_of_the_system(out: Path) -> None:
    with pytest.raises(FileNotFoundError):
        exports.use_to_file(SPEC, out / "none" / "x.parquet", by=REGISTRAR)
    assert not UseReceipt.objects.exists()
