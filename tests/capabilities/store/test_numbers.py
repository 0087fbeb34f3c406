"""Case numbers."""

from datetime import date

import pytest
from tests.capabilities.qinghe import MONDAY

from tongban.store import numbers


def test_check_digits_are_those_of_the_standard() -> None:
    # ISO 7064's own example of MOD 97-10: 794 gets the check digits 44.
    assert numbers.check_digits("794") == "44"


def test_a_number_is_day_serial_and_check() -> None:
    number = numbers.compose(date(2026, 11, 23), 42)
    assert number.startswith("20261123000042")
    assert int(number) % 97 == 1


@pytest.mark.parametrize("place", range(16))
def test_one_mistyped_digit_is_caught(place: int) -> None:
    good = numbers.compose(date(2026, 11, 23), 123456)
    wrong = str((int(good[place]) + 1) % 10)
    assert numbers.is_number(good)
    assert not numbers.is_number(good[:place] + wrong + good[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "2026", "２０２６１１２３００００４２５５", "x" * 16]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert not numbers.is_number(text)


def test_no_number_is_taken_twice() -> None:
    taken = {numbers.take(MONDAY) for _ in range(50)}
    assert len(taken) == 50
    assert all(map(numbers.is_number, taken))
