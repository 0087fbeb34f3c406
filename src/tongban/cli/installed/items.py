"""Service items in and out of the national tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from tongban.cli.installed import mirrors
from tongban.cli.installed.query import ACCOUNT
from tongban.kernel.catalog.powers import ItemType
from tongban.kernel.terms import Actor, UserError
from tongban.pack.national import outgoing, writing
from tongban.pack.national.incoming import Note, Options, Verdict, declared
from tongban.store import clock, item_files, jurisdiction, record_batches
from tongban.store.handled import RECORDS
from tongban.web.packs import load


class WrongTypes(UserError):
    """A table of item types that cannot be used."""

    code = "items.wrong-types"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file: notes on it, a verdict on each row, where it now is."""

    notes: Sequence[Note]
    verdicts: Sequence[Verdict]
    folder: Path | None

    @property
    def counts(self) -> Mapping[str, int]:
        words = [verdict.word for verdict in self.verdicts]
        return {word: words.count(word) for word in ("accepted", "warned", "refused")}


def taken(
    file: Path,
    pack: Path,
    *,
    name: str,
    types: Path | None,
    acceptor: str | None,
    decider: str | None,
) -> Report:
    """Import a file into a pack: all of its rows, or none."""
    options = Options(_types(types) if types else None, acceptor, decider)
    rows, notes = item_files.read(file)
    found, verdicts = declared(rows, load(pack), options)
    refused = any(note.refuses for note in notes)
    refused = refused or any(verdict.refused for verdict in verdicts)
    folder = None
    if not refused:
        folder = writing.write(found, pack, name, load=load)
    return Report(notes, verdicts, folder)


def _types(path: Path) -> Mapping[str, str]:
    """Another numbering of 事项类型: a YAML mapping of its codes to our words."""
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong_types(path, str(error)) from None
    words = [word.value for word in ItemType]
    if not isinstance(told, dict) or not set(told.values()) <= set(words):
        raise _wrong_types(path, f"its values are words of: {', '.join(words)}")
    return {str(code): word for code, word in told.items()}


def _wrong_types(path: Path, why: str) -> WrongTypes:
    return WrongTypes(
        "this maps no numbering of item types",
        where=str(path),
        why=why,
        mend='write lines like "03": penalty',
    )


def given(pack: Path, file: Path, day: date | None) -> tuple[int, list[str]]:
    """Export the items of ``day`` or of today; how many, and which were left out."""
    then = load(pack).on(day or clock.now().date())
    rows = outgoing.rows(then)
    item_files.write(file, rows)
    return len(rows), outgoing.unlisted(then)


def cases(
    folder: Path,
    *,
    organization: str,
    purpose: str,
    since: date,
    until: date | None,
    sequence: int,
    form: str,
) -> list[record_batches.Written]:
    """Write a batch of the case record set; the datasets are mirrored first."""
    now = clock.now()
    for dataset in jurisdiction.current().catalog.datasets.values():
        if dataset.source.table in RECORDS:
            mirrors.mirror(dataset, now)
    stretch = record_batches.Stretch(since, until or now.date(), sequence)
    return record_batches.write(
        folder,
        stretch,
        organization=organization,
        purpose=purpose,
        form=record_batches.Form(form),
        by=Actor(ACCOUNT, organization=organization),
    )
