"""The small pack with a wallet and a counter, for tests of what they call."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from tests.capabilities.qinghe import PACK

from tongban.home import Home


DECLARED = """
- wallet: purse
  title: {zh: 小荷包, en: Purse}
  redirects: ["purse://back"]
- wallet: pouch
  title: {zh: 小口袋, en: Pouch}
  redirects: ["https://pouch.example/back"]
- disclosure: fire.look
  title: {zh: 消防巡查, en: Fire patrol}
  organization: fire-rescue
  holder: present
  basis: 《测试条例》第一条
  shows:
    shop-licence: [shop_name, premises_address]
  since: 2025-01-01
"""


@pytest.fixture
def served(tmp_path: Path, departments: Path, settings: Any) -> Home:
    """A home whose pack names wallets, and what the fire brigade may ask to see."""
    pack = Path(shutil.copytree(PACK, tmp_path / "qinghe"))
    (pack / "wallets.yaml").write_text(DECLARED, "utf-8")
    made = Home.create(tmp_path / "served", pack=pack, origin="qinghe.example/ledger")
    shutil.copytree(departments, made.departments, dirs_exist_ok=True)
    settings.HOME = made
    settings.PUBLIC_URL = "http://localhost:8000"
    cache.clear()  # of what was counted against the limits
    return made
