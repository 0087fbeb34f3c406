"""A full disk is told to the person, and nothing acknowledged is lost."""

import errno

import pytest
from django.db import OperationalError, connection

from tongban.kernel.terms import SYSTEM
from tongban.store.commit import batch
from tongban.store.models import LedgerLeaf
from tongban.store.room import NoRoom, no_room_as_refusal


def fill() -> None:
    with batch(by=SYSTEM) as draft:
        for place in range(200):
            draft.leaf("test", {"n": place, "text": "x" * 900}, {})


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone")
@pytest.mark.django_db(transaction=True)
def test_a_full_database_file() -> None:
    with batch(by=SYSTEM) as draft:
        draft.leaf("test", {"kept": True}, {})
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + 5}")
        try:
            with pytest.raises(NoRoom) as full:
                fill()
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert full.value.mend
    assert LedgerLeaf.objects.count() == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_the_systems_words_for_it(number: int) -> None:
    with pytest.raises(NoRoom), no_room_as_refusal():
        raise OSError(number, "no room")


@pytest.mark.parametrize(
    "other", [OSError(errno.EACCES, "no"), OperationalError("database is locked")]
)
def test_other_errors_pass(other: Exception) -> None:
    with pytest.raises(type(other), match="no|locked"), no_room_as_refusal():
        raise other
