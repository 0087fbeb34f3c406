"""Code sets too long for YAML: a CSV file with the columns code, zh and en."""

import csv
from collections.abc import Mapping
from pathlib import Path

from tongban.kernel.terms import Text
from tongban.pack.problems import Mark, PackProblem
from tongban.pack.record import Record


COLUMNS = ("code", "zh", "en")
MOST_BYTES = 8 * 1024 * 1024


def values(record: Record) -> Mapping[str, Text]:
    """The codes of a code set, from its own mapping or its file; PackProblem."""
    given: Mapping[str, Text] | None = record["values"]
    if given is not None:
        return given
    mark = record.at("from")
    return _read(Path(mark.file).parent / record["from"], mark)


def _read(path: Path, mark: Mark) -> Mapping[str, Text]:
    whole = Mark.of(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PackProblem(
                "too-large",
                whole,
                f"this file has more than {MOST_BYTES:,} bytes",
                mend="a table of this size is a dataset, not a code set",
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PackProblem(
            "code-file",
            mark,
            f"the code set's file {path.name!r} cannot be read: {error.strerror}",
            mend=f"put it beside this file, as {path.as_posix()}",
        ) from error
    except UnicodeDecodeError as error:
        raise PackProblem(
            "not-utf8", whole, "this file is not UTF-8", mend="save it as UTF-8"
        ) from error
    return _rows(text, whole)


def _rows(text: str, whole: Mark) -> Mapping[str, Text]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise PackProblem(
            "code-file",
            whole,
            f"the first line must be {','.join(COLUMNS)}",
            mend="write these three column names, separated by commas",
        )
    codes: dict[str, Text] = {}
    for row in reader:
        mark = Mark(whole.file, reader.line_num)
        code = row["code"]
        if None in row or None in row.values() or not row["zh"]:
            raise PackProblem(
                "code-file",
                mark,
                "this line does not have a code, a Chinese and an English text",
                mend="give three values; quote a text that contains a comma",
            )
        if code in codes:
            raise PackProblem(
                "code-file",
                mark,
                f"the code {code!r} is given twice",
                mend="remove one of the lines",
            )
        codes[code] = Text(row["zh"], row["en"])
    return codes
