"""How long data versions stay, as a site sets it, and the worker that obeys."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.capabilities.qinghe import MONDAY

from tongban.cli.installed import worker
from tongban.home import Home
from tongban.kernel.terms import UserError
from tongban.store import clock, lake
from tongban.web.retention import days


@pytest.mark.parametrize(("text", "expected"), [(None, None), ("0", 0), ("400", 400)])
def test_days(text: str | None, expected: int | None) -> None:
    assert days(text) == expected


@pytest.mark.parametrize("text", ["-1", "1.5", "a year", "", "٣"])
def test_what_is_no_number_of_days_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refused:
        days(text)
    assert refused.value.code == "site.retention"


@pytest.fixture
def old(home: Home) -> Iterator[str]:
    """A version that another replaced on Monday; the clock says Monday."""
    folder = home.lake / "population.person"
    folder.mkdir(parents=True)
    first, second = "a" * 16, "b" * 16
    for version in (first, second):
        (folder / f"{version}.parquet").write_bytes(b"rows")
        lake.note(folder, MONDAY, version, 1)
    (folder / "current").write_text(f"{second}\n")
    with clock.at(MONDAY):
        yield first


@pytest.mark.usefixtures("old", "db")
@pytest.mark.parametrize(("keep", "left"), [(None, 2), (1, 2), (0, 1)])
def test_the_worker_keeps_them_so_long(
    home: Home, settings: Any, keep: int | None, left: int
) -> None:
    settings.LAKE_KEEP_DAYS = keep
    told = worker.prune()
    assert len(list(home.lake.rglob("*.parquet"))) == left
    assert told == (None if left == 2 else "lake: removed 1 versions")
