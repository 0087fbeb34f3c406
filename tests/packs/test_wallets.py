"""A wallet is judged when its pack loads: where codes may be sent."""

import shutil
from pathlib import Path

import pytest
from tests.handlers import HANDLERS
from tests.sections import SECTIONS

from tongban.pack.loader import check


GOOD = Path(__file__).parent / "good"
WALLET = """
- wallet: purse
  title: {{zh: 小荷包, en: Purse}}
  redirects: [{address}]
"""


def rules(tmp_path: Path, address: str) -> list[str]:
    pack = Path(shutil.copytree(GOOD, tmp_path / "pack"))
    (pack / "wallets.yaml").write_text(WALLET.format(address=address), "utf-8")
    _, problems = check(pack, handlers=HANDLERS, sections=SECTIONS)
    return [each.code for each in problems if "wallet" in each.code]


@pytest.mark.parametrize(
    "address",
    ["https://wallet.example/back", '"purse://back"', '"http://localhost:1111/back"'],
)
def test_a_code_may_go_there(tmp_path: Path, address: str) -> None:
    assert rules(tmp_path, address) == []


@pytest.mark.parametrize(
    "address",
    [
        '"http://wallet.example/back"',
        '"https://wallet.example/back#part"',
        "wallet.example/back",
        f'"https://wallet.example/{"x" * 400}"',
    ],
)
def test_a_code_may_not_go_there(tmp_path: Path, address: str) -> None:
    assert rules(tmp_path, address) == ["pack.wallet-redirect"]
