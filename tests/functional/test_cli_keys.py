"""keys list, roll, withdraw: a site changes what its certificates are signed with."""

from pathlib import Path

from tests.functional.conftest import Run


def uses(text: str) -> list[tuple[str, str]]:
    """The name and the use of each key."""
    return [
        (line.split("  ")[0], line.rsplit("  ", 1)[1]) for line in text.splitlines()
    ]


def test_new_keys_are_known_before_they_sign(tongban: Run, city: Path) -> None:
    before = tongban("keys", "list", "--home", city)
    assert [use for _, use in uses(before.stdout)] == ["signs", "signs"]
    rolled = tongban("keys", "roll", "--after", "1", "--home", city)
    assert uses(rolled.stdout)[:2] == uses(before.stdout)
    assert [use for _, use in uses(rolled.stdout)[2:]] == ["will sign", "will sign"]
    at_once = tongban("keys", "roll", "--after", "0", "--home", city)
    assert [use for _, use in uses(at_once.stdout)] == [
        *("verifies", "verifies"),
        *("signs", "signs"),
        *("will sign", "will sign"),
    ]


def test_a_key_is_taken_back_with_its_twin(tongban: Run, city: Path) -> None:
    rolled = tongban("keys", "roll", "--after", "0", "--home", city)
    (first, _), *_ = uses(rolled.stdout)
    done = tongban("keys", "withdraw", first, "--home", city)
    assert uses(done.stdout) == uses(rolled.stdout)[2:]
    again = tongban("keys", "withdraw", first, "--home", city)
    assert again.returncode == 1
    assert "no key is called" in again.stderr
