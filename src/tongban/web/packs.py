"""Loads a pack with the handlers that the installed capabilities offer."""

from pathlib import Path

from tongban.pack import loader
from tongban.pack.model import Pack
from tongban.store import handlers


def load(path: Path) -> Pack:
    """The pack at ``path``, resolved and checked; UserError with every problem."""
    return loader.load(path, handlers=handlers.names())
