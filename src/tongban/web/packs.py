"""Loads a pack with the handlers and sections that the capabilities offer."""

from pathlib import Path

from tongban.capabilities.certificates.sections import SECTIONS as CERTIFICATES
from tongban.capabilities.linkage.declaration import SECTION as LINKAGE
from tongban.pack import loader
from tongban.pack.model import Pack
from tongban.store import handlers


SECTIONS = (LINKAGE, *CERTIFICATES)


def load(path: Path) -> Pack:
    """The pack at ``path``, resolved and checked; UserError with every problem."""
    return loader.load(path, handlers=handlers.names(), sections=SECTIONS)
