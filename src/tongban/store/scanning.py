"""Whether an uploaded file is harmful: asked of a scanner that the site names.

``TONGBAN_SCANNER`` is a command, for example ``clamdscan --no-summary --fdpass``; the
file's path is added to it. It ends with 0 for a harmless file and with 1 for a
harmful one, as scanners do. A scanner that cannot tell stops the upload: an unchecked
file is not let in.
"""

import subprocess
from pathlib import Path

from django.conf import settings

from tongban.kernel.terms import Refused, UserError


PATIENCE_S = 60
HARMLESS, HARMFUL = 0, 1


class Harmful(Refused):
    """The scanner finds the file harmful."""

    code = "file.harmful"


class Unscanned(UserError):
    """The scanner could not tell."""

    code = "file.unscanned"


def refuse_harmful(path: Path) -> None:
    """Return if the site has no scanner or it finds the file harmless.

    Raises Harmful or Unscanned.
    """
    if not settings.SCANNER:
        return
    said = _scan(path)
    if said == HARMFUL:
        raise Harmful(
            "this file was found to be harmful",
            why="the virus scanner of this site refuses it; it was not kept",
            mend="check your device, make the file anew and choose it again",
        )
    if said != HARMLESS:
        raise Unscanned(
            "the file could not be checked",
            why="the virus scanner of this site does not answer; it was not kept",
            mend="try again in a few minutes",
        )


def _scan(path: Path) -> int | None:
    try:
        done = subprocess.run(
            [*settings.SCANNER, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode
