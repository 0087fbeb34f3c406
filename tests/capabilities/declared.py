"""Put changed declarations of qinghe.py in force, as an operator would."""

import shutil
from pathlib import Path

from django.conf import settings
from tests.capabilities.qinghe import PACK

from tongban.home import Home
from tongban.store import jurisdiction


def change(folder: Path, *changes: tuple[str, str]) -> str:
    """Change texts in a copy of the pack at ``folder``; the digest in force."""
    jurisdiction.note_in_force()
    shutil.copytree(PACK, folder)
    for old, new in changes:
        told = [
            path for path in folder.rglob("*.yaml") if old in path.read_text("utf-8")
        ]
        assert told
        for path in told:
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    Home.create(settings.HOME.path, pack=folder, origin=settings.HOME.origin)
    jurisdiction.forget()
    jurisdiction.note_in_force()
    return jurisdiction.current().digest
