"""Every test here has a home, a database, and the clock on a Monday morning."""

import pytest

from tongban.home import Home


@pytest.fixture(autouse=True)
def installed(home: Home, monday: object, db: None) -> None:
    """An installation with nothing in it yet."""
