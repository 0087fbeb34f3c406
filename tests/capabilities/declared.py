"""Put changed declarations of qinghe.py in force, as an operator would."""

import shutil
from pathlib import Path

from django.conf import settings
from tests.capabilities.qinghe import PACK

from tongban.home import Home
from tongban.store import jurisdiction


def change(folder: Path, *changes: tuple[str, str], more: str = "") -> str:
    """Change texts of the services in a copy at ``folder``; the digest in force."""
    jurisdiction.note_in_force()
    shutil.copytree(PACK, folder)
    path = folder / "services" / "open-shop.yaml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text + more, "utf-8")
    Home.create(settings.HOME.path, pack=folder, origin=settings.HOME.origin)
    jurisdiction.forget()
    jurisdiction.note_in_force()
    return jurisdiction.current().digest
