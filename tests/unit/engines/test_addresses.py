"""The site's file of addresses: what it may say, and which line is wrong."""

from pathlib import Path

import pytest

from tongban.home import SOURCES_EXAMPLE, Home
from tongban.kernel.catalog.model import SourceKind
from tongban.store.addresses import BadAddress, one, read


SECRET = "f7c1-not-to-be-told"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return path


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_is_no_address(tmp_path):
    assert read(tmp_path / "sources.toml") == {}


def test_every_kind_by_its_scheme(tmp_path, secret):
    text = f"""
        [hospital]
        url = "postgresql://db.example:5433/register"
        user = "reader"
        password_file = "{secret}"
        timeout_s = 5
        [market]
        url = "mariadb://db.example/market"
        [tax]
        url = "https://tax.example/api"
        header = "X-Key"
        secret_file = "{secret}"
        [police]
        url = "sqlite:/srv/police.sqlite"
        ["ref.shop"]
        url = "file:/mnt/shops"
    """
    found = read(written(tmp_path, text))
    assert {kind: list(names) for kind, names in found.items()} == {
        SourceKind.POSTGRESQL: ["hospital"],
        SourceKind.MYSQL: ["market"],
        SourceKind.HTTP: ["tax"],
        SourceKind.SQLITE: ["police"],
        SourceKind.FILE: ["ref.shop"],
    }
    hospital = found[SourceKind.POSTGRESQL]["hospital"]
    assert (hospital.host, hospital.database, hospital.user, hospital.timeout_s) == (
        "db.example",
        "register",
        "reader",
        5.0,
    )
    assert hospital.secret() == SECRET
    assert found[SourceKind.FILE]["ref.shop"].parts.path == "/mnt/shops"


def test_the_example_of_a_new_home_says_nothing_yet(tmp_path):
    made = Home.create(tmp_path / "var", pack=tmp_path, origin="town.example/ledger")
    assert made.sources.read_text("utf-8") == SOURCES_EXAMPLE
    assert made.sources.stat().st_mode & 0o777 == 0o600
    assert read(made.sources) == {}


def test_a_home_made_again_keeps_its_addresses(tmp_path):
    for _ in range(2):
        made = Home.create(tmp_path, pack=tmp_path, origin="town.example/ledger")
        made.sources.write_text("# mine\n")
    assert made.sources.read_text() == "# mine\n"


def test_the_example_is_right_once_it_is_uncommented(tmp_path, secret):
    lines = [
        line.removeprefix("# ").split("    #")[0]
        for line in SOURCES_EXAMPLE.splitlines()[4:]
    ]
    text = "\n".join(lines)
    for name in ("hospital.password", "market.password", "tax.header", "ca.pem"):
        text = text.replace(f"/etc/tongban/{name}", str(secret))
    assert sorted(read(written(tmp_path, text))) == [
        "file", "http", "mysql", "postgresql", "sqlite",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[a]\nurl = 'mysql://h/d'\n[b\n", 3, "this is no TOML"),
        ("[a]\nurl = 'mysql://h/d'\n[a]\nurl = 'x'\n", 3, "this is no TOML"),
        ("[a]\nuser = 'x'\n", 1, "[a]: 'url' is a text"),
        ("[a]\n\nurl = 'oracle://h/d'\n", 3, "[a]: this names no kind of source"),
        ("[a]\nurl = 'mysql://h:x/d'\n", 2, "[a]: this is no URL"),
        (
            "# one\n[a]\nurl = 'mysql://u:p@h/d'\n",
            3,
            "[a]: a URL holds neither user nor password",
        ),
        (
            "[a]\nurl = 'mysql://h/d'\npassword = 'p'\n",
            3,
            "[a]: a secret is not written here",
        ),
        (
            "[a]\nurl = 'mysql://h/d'\n[b]\nurl = 'mysql://h/d'\nusr = 'x'\n",
            5,
            "[b]: there is no key 'usr' for mysql",
        ),
        (
            "[a]\nurl = 'mysql://h/d'\nheader = 'X'\n",
            3,
            "[a]: there is no key 'header' for mysql",
        ),
        (
            "[a]\nurl = 'mysql://h/d'\npassword_file = 'secret'\n",
            3,
            "[a]: 'password_file' is no whole path",
        ),
        (
            "[a]\nurl = 'mysql://h/d'\npassword_file = '/nowhere/x'\n",
            3,
            "[a]: the 'password_file' is not there",
        ),
        ("[a]\nurl = 'mysql://h/d'\ntimeout_s = 0\n", 3, "[a]: this is no time"),
        (
            "['a.b']\nurl = 'http://tax.example/api'\n",
            2,
            "[a.b]: an interface on another machine is reached by https only",
        ),
        (
            "[a]\nurl = 'https://h/api'\nheader = 'X'\n",
            3,
            "[a]: 'header' and 'secret_file' go together",
        ),
        ("[a]\nurl = 'https://h/api?key=1'\n", 2, "[a]: a URL ends with its path"),
        ("a = 1\n", 1, "[a]: 'a' stands outside a table"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, text, line, what):
    path = written(tmp_path, text)
    with pytest.raises(BadAddress) as caught:
        read(path)
    assert (caught.value.what, caught.value.where) == (what, f"{path}:{line}")
    assert caught.value.mend or caught.value.why


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_secret_that_others_may_use_is_refused(tmp_path, secret, mode):
    secret.chmod(mode)
    text = f"[a]\nurl = 'mysql://h/d'\npassword_file = '{secret}'\n"
    with pytest.raises(BadAddress) as caught:
        read(written(tmp_path, text))
    assert "others on this machine may use this secret" in caught.value.what
    assert caught.value.mend == f"chmod 600 {secret}"


@pytest.mark.parametrize(
    "text", [f"[a]\nurl = 'mysql://u:{SECRET}@h/d'\n", f"[a]\npassword = '{SECRET}'\n"]
)
def test_a_secret_that_was_written_is_not_repeated(tmp_path, text):
    with pytest.raises(BadAddress) as caught:
        read(written(tmp_path, text))
    assert SECRET not in str(caught.value)


def test_an_address_of_the_command_line_is_held_to_the_same():
    kind, address = one("url", {"url": "mysql://db.example/market", "user": "me"})
    assert (kind, address.user, address.database) == (SourceKind.MYSQL, "me", "market")
    with pytest.raises(BadAddress, match="neither user nor password"):
        one("url", {"url": f"mysql://me:{SECRET}@db.example/market"})
