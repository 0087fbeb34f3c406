"""Every test here has a home and a database; the clock stands still on a Monday."""

import pytest

from tongban.home import Home


@pytest.fixture(autouse=True)
def installed(home: Home, monday: object, db: None) -> None:
    """An installation with nothing in it yet."""
