"""Sets Django up for the tests that need it, and for those only.

Kernel, pack and architecture are pure Python. When only their tests are run,
Django stays away, so that they are quick and cannot lean on it.
"""

import os
import sys
from pathlib import Path

import pytest
from django.conf import settings


TESTS = Path(__file__).parent
SETTINGS = TESTS.parent / "src" / "tongban" / "web" / "settings.py"
WITHOUT_DJANGO = (
    TESTS / "architecture",
    TESTS / "generative",
    TESTS / "packs",
    TESTS / "spec",
    *(
        TESTS / "unit" / name
        for name in ("case", "catalog", "engines", "ledger", "pack", "query")
    ),
)


def needs_django(argument: str) -> bool:
    """Whether tests selected by this argument of pytest may need Django."""
    path = Path(argument.partition("::")[0]).resolve()
    return not any(path.is_relative_to(folder) for folder in WITHOUT_DJANGO)


def pytest_configure(config: pytest.Config) -> None:
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):
        # A parallel worker's main module has no file, and PySpark ends a process
        # of which it thinks for that reason that doctests are run in it.
        main.__file__ = __file__
    if SETTINGS.exists() and any(map(needs_django, config.args)):
        # Django finds its settings by a variable of the environment alone.
        os.environ.setdefault(  # noqa: TID251
            "DJANGO_SETTINGS_MODULE", "tongban.web.settings"
        )
        # Reading any setting loads them; pytest-django takes over from there.
        assert settings.INSTALLED_APPS is not None
