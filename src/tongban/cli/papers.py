"""`read-papers`: the program that the worker has read what applicants upload."""

import json
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tongban.cli.frame import command, emit
from tongban.kernel.terms import UserError


class CannotRead(UserError):
    """The libraries that read papers are not installed."""

    code = "papers.no-reader"


def can_read() -> bool:
    """Whether papers can be read here: the extra ``reading`` is installed."""
    return find_spec("rapidocr") is not None


@command("read-papers", "tongban read-papers scan.pdf", hidden=True)
def read_papers(papers: list[Path]) -> None:
    """Print the lines that stand on each paper, a line of JSON a paper."""
    if not can_read():
        raise CannotRead(
            "papers cannot be read here",
            why="the extra 'reading' is not installed",
            mend="pip install 'tongban[reading]'",
        )
    ocr = import_module("tongban.cli.ocr")
    ocr.bound()
    for paper in papers:
        emit(json.dumps([asdict(line) for line in ocr.read(paper)], ensure_ascii=False))
