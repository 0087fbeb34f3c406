"""The print of an answer: equal for equal answers alone."""

from datetime import date
from decimal import Decimal

import pytest

from tongban.kernel.query.explaining.fingerprint import fingerprint
from tongban.kernel.query.model import Column


A = (Column("a", frozenset(), masked=False), Column("b", frozenset(), masked=False))
ROWS = [(1, "x"), (1, "x"), (2, None)]


def test_the_order_of_rows_does_not_matter():
    assert fingerprint(A, ROWS, False) == fingerprint(A, list(reversed(ROWS)), False)


@pytest.mark.parametrize(
    ("columns", "rows", "truncated"),
    [
        (A, ROWS[1:], False),
        (A, [*ROWS, (2, None)], False),
        (A, [(1, "x"), (1, "x"), (2, "None")], False),
        (A, [(1, "x"), (1, "x"), ("2", None)], False),
        (A, ROWS, True),
        (A[::-1], ROWS, False),
        (A, [], False),
    ],
)
def test_another_answer_has_another_print(columns, rows, truncated):
    assert fingerprint(columns, rows, truncated) != fingerprint(A, ROWS, False)


def test_days_and_decimals_are_their_text():
    values = [(date(2026, 11, 23), Decimal("1.50"))]
    assert fingerprint(A, values, False) == fingerprint(
        A, [("2026-11-23", "1.50")], False
    )
    assert len(fingerprint(A, values, False)) == 64
