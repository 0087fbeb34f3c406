"""The small jurisdiction with something more declared."""

import shutil
from pathlib import Path

from tests.capabilities.qinghe import PACK

from tongban.home import Home
from tongban.store import jurisdiction


def declare(home: Home, tmp_path: Path, item: str, more: str) -> None:
    """Put ``more`` (YAML lines) into the declaration of ``item``, and that in force."""
    folder = tmp_path / "pack"
    shutil.copytree(PACK, folder)
    path = folder / "services" / "open-shop.yaml"
    head = f"- item: {item}\n"
    text = path.read_text("utf-8")
    assert head in text
    path.write_text(text.replace(head, head + more.lstrip("\n"), 1), "utf-8")
    Home.create(home.path, pack=folder, origin=home.origin)
    jurisdiction.forget()
