"""The small jurisdiction with promises, samples and objections declared."""

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path

import pytest
from tests.capabilities.qinghe import MONDAY, PACK

from tongban.home import Home
from tongban.store import clock


LOOKS: Path = PACK.parent / "looks"


@pytest.fixture(autouse=True)
def looks(home: Home, transactional_db: None) -> Iterator[datetime]:  # noqa: ARG001
    # Asked for by name: its tables are not to be had before pytest-django is ready.
    jurisdiction = import_module("tongban.store.jurisdiction")
    Home.create(home.path, pack=LOOKS, origin=home.origin)
    jurisdiction.forget()
    with clock.at(MONDAY):
        jurisdiction.note_in_force()
        yield MONDAY
    jurisdiction.forget()
