"""`story`: the flagship story headless, in a city of its own."""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tongban.cli import practice
from tongban.cli.frame import BadOption, command, emit, within


@command("story", "tongban story --lang en")
def story(
    json_: Annotated[
        bool, typer.Option("--json", help="The facts as JSON, not the account.")
    ] = False,
    residents: Annotated[
        int, typer.Option(min=100, help="The size of the practice city.")
    ] = 2000,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    home: Annotated[
        Path | None,
        typer.Option("--home", help="A folder to keep the city in; made if absent."),
    ] = None,
    pack: practice.Pack = None,
    proof: Annotated[
        Path | None, typer.Option(help="Where the proof is written.")
    ] = None,
    acknowledge: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Tell the flagship story headless and check every promise on the way.

    From the filled form to the verified proof, in a city of its own. A broken
    promise is named and the exit code is 1.
    """
    if lang not in ("zh", "en"):
        raise BadOption(f"{lang!r} is not spoken here", where="--lang", mend="zh or en")
    with _place(home) as place:
        practice.ready(place, practice.the_pack(pack), residents)
        line = _silent if json_ else emit
        proof = proof or (Path("story-proof.json").resolve() if home is None else None)
        facts = within(place, "story.tale").tell(
            lang, line, pipe=acknowledge, proof=proof
        )
    if json_:
        emit(json.dumps(facts, ensure_ascii=False, indent=1))
    sys.stdout.flush()


def _silent(line: str) -> None:
    del line


@contextmanager
def _place(home: Path | None) -> Iterator[Path]:
    """The folder asked for, or one that is gone afterwards."""
    if home is not None:
        yield home
        return
    folder = Path(tempfile.mkdtemp(prefix="tongban-story-"))
    try:
        yield folder / "home"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
