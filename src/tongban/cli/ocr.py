"""What stands on papers, line by line: run in a process of its own, within bounds.

A paper comes from a stranger: what reads it may fail, hang or grow, and then takes
nothing with it. Needs the extra ``reading``.
"""

import logging
import resource
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image
from rapidocr import RapidOCR

from tongban.kernel.case.reading import Line


PAGES = 5  # of one paper; values stand on the first
DPI = 150
MOST_PIXELS = 40_000_000
MEMORY = 4 * 2**30  # bytes of address space
PDF = b"%PDF-"


def bound() -> None:
    """Let this process grow no further than it needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    logging.disable(logging.CRITICAL)


def read(path: Path) -> list[Line]:
    """The lines of a PDF, PNG or JPEG, from the top; any error of the libraries."""
    reader = RapidOCR()
    return [line for page in _pages(path) for line in _lines(reader, page)]


def _pages(path: Path) -> Iterator[Image.Image]:
    with path.open("rb") as file:
        is_pdf = file.read(len(PDF)) == PDF
    if not is_pdf:
        with Image.open(path) as image:
            yield image.convert("RGB")
        return
    document = pypdfium2.PdfDocument(path)
    for place in range(min(len(document), PAGES)):
        page = document[place]
        width, height = page.get_size()
        scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
        yield page.render(scale=scale).to_pil().convert("RGB")


def _lines(reader: RapidOCR, page: Image.Image) -> Iterator[Line]:
    result = reader(np.asarray(page))
    for text, score in zip(result.txts or (), result.scores or (), strict=True):
        yield Line(text, float(score))
