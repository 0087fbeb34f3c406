"""The national identifier of a certificate and its check character."""

import pytest

from tongban.kernel.case.identifier import identifier, is_whole


TYPE, ISSUER, SERIAL = "11000000000022242F001", "11990100000060273W", "2026112345506766"


def test_the_parts_stand_in_their_order() -> None:
    made = identifier(TYPE, ISSUER, SERIAL)
    assert made.startswith(f"1.2.156.3005.2.{TYPE}.{ISSUER}.{SERIAL}.001.")


def check_by_hand(text: str) -> str:
    """ISO 7064 MOD 37,36 as the standard writes it, digit by digit."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rest = 36
    for character in text:
        rest = (rest + alphabet.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return alphabet[(37 - rest) % 36]


def test_the_check_character_is_that_of_the_standard() -> None:
    made = identifier(TYPE, ISSUER, SERIAL)
    assert made[-1] == check_by_hand(f"{TYPE}{ISSUER}{SERIAL}001")
    assert is_whole(made)


@pytest.mark.parametrize("place", [20, 40, 60])
def test_one_wrong_character_is_seen(place: int) -> None:
    made = identifier(TYPE, ISSUER, SERIAL)
    other = "0" if made[place] != "0" else "1"
    assert not is_whole(made[:place] + other + made[place + 1 :])


@pytest.mark.parametrize("text", ["", "1.2.156", "1.2.156.3005.2.a.b", "汉.字.a.b.c"])
def test_what_is_no_identifier_is_not_whole(text: str) -> None:
    assert not is_whole(text)
