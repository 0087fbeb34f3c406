"""The small jurisdiction's compiler, and engines in memory."""

import sqlite3

import duckdb
import pytest
from tests.unit.query.world import CATALOG, GRANTS, PURPOSES

from tongban.kernel.query.compiler import Compiler


@pytest.fixture(scope="module")
def compiler():
    return Compiler(CATALOG, PURPOSES, GRANTS)


@pytest.fixture(scope="module")
def duck():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def lite():
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()
