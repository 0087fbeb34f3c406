"""What the tests of the portal's pages stand on."""

import pytest

from tongban.home import Home


@pytest.fixture
def portal(home: Home, monday: object, db: None) -> None:
    """An installation on a Monday morning with nothing sent yet."""
