"""A served city in which a citizen holds certificates, and wallets run by Node."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.functional.browser.city import Site, environment, served
from tests.functional.conftest import PACK, RESIDENTS
from tests.functional.wallet.person import Person

from tongban.cli.supervise import this_command


FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
PATIENCE_S = 120


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip(
            "no Node here: wallets are written for it (nodejs.org, 20 or later)"
        )
    if not MODULES.is_dir():
        pytest.skip("wallets are not installed: `make test-setup` installs them")
    return found


@pytest.fixture(scope="session")
def told_city(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city in which the story was told: its founder holds four certificates."""
    del node
    home = tmp_path_factory.mktemp("wallets") / "home"
    words = ("--home", str(home), "--pack", str(PACK), "--residents", str(RESIDENTS))
    told = subprocess.run(
        this_command("story", "--json", *words),
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return home


@pytest.fixture(scope="module")
def site(told_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of it, served by the machine's clock, which wallets go by."""
    folder = tmp_path_factory.mktemp("site")
    home = Path(shutil.copytree(told_city, folder / "home"))
    with served(home, folder / "log", now="") as running:
        yield running


@pytest.fixture(scope="module")
def holder(site: Site) -> Iterator[Person]:
    with Person(site, "lin.wan") as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def officer(site: Site) -> Iterator[Person]:
    with Person(site, "sign.officer") as signed_in:
        yield signed_in


class Wallet:
    """A wallet: each command is a Node of its own."""

    def __init__(self, node: str, program: str) -> None:
        self.words = [node, str(FOLDER / program)]

    def __call__(self, command: str, **told: Any) -> Any:
        done = subprocess.run(
            self.words,
            input=json.dumps({"command": command, **told}),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
            cwd=FOLDER,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def wallet(node: str) -> Wallet:
    """@openid4vc with @sd-jwt."""
    return Wallet(node, "openid4vc.mjs")


@pytest.fixture(scope="session")
def sphereon(node: str) -> Wallet:
    return Wallet(node, "sphereon.mjs")
