"""Papers: kept by their content, judged by it, shown to whom they were given.

The first bytes tell what a file is; its name and what a browser says of it do not.
"""

import hashlib
import os
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from tongban.kernel.terms import Actor, Refused, UserError
from tongban.store import clock, history, scanning
from tongban.store.models import StoredFile
from tongban.store.room import no_room_as_refusal


PREFIX = "file:"
CHUNK = 64 * 1024
LONGEST_NAME = 200
MIB = 1024 * 1024
MEDIA = ("application/pdf", "image/png", "image/jpeg")
LIMIT = 10 * MIB
# ISO 32000-2 §7.5.2, PNG (ISO 15948) §5.2, JPEG (ISO 10918-1) SOI and next marker.
MAGIC = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}


class TooLarge(UserError):
    """A file over its limit."""

    code = "file.too-large"


class WrongType(UserError):
    """A file of a kind that is not accepted here."""

    code = "file.wrong-type"


class Empty(UserError):
    """A file without content."""

    code = "file.empty"


class UnknownFile(UserError):
    """No such file was kept."""

    code = "not-found.file"


class NotYourFile(Refused):
    """A file that somebody else gave."""

    code = "file.not-yours"


class Readable(Protocol):
    """Anything that gives up to so many bytes at a time."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A kept file, open for reading."""

    stream: BinaryIO
    name: str
    media: str
    size: int


def keep(
    stream: Readable,
    *,
    by: Actor,
    name: str = "",
    media: Collection[str] = MEDIA,
    limit: int = LIMIT,
) -> str:
    """Keep what ``stream`` gives; its name from now on, ``file:<sha256>``.

    Never reads more than ``limit`` bytes and one chunk. Raises TooLarge, WrongType,
    Empty, Harmful and Unscanned (store.scanning), and NoRoom when the disk is full;
    then nothing is kept.
    """
    with no_room_as_refusal():
        settings.HOME.files.mkdir(parents=True, exist_ok=True)
        draft = settings.HOME.files / f".{secrets.token_hex(8)}"
        try:
            digest, size, kind = _receive(stream, draft, media, limit)
            scanning.refuse_harmful(draft)
            _place(draft, digest)
        finally:
            draft.unlink(missing_ok=True)
    ref = PREFIX + digest
    StoredFile.objects.get_or_create(
        ref=ref,
        owner=by.account,
        defaults={
            "name": _plain(name),
            "media": kind,
            "size": size,
            "kept": clock.now(),
        },
    )
    return ref


def _receive(
    stream: Readable, draft: Path, media: Collection[str], limit: int
) -> tuple[str, int, str]:
    """Write the stream to ``draft``: SHA-256 in hex, bytes, media type."""
    digest, size, kind = hashlib.sha256(), 0, ""
    with draft.open("xb") as file:
        while chunk := stream.read(CHUNK):
            kind = kind or _kind(chunk, media)
            size += len(chunk)
            if size > limit:
                raise TooLarge(
                    f"the file is larger than {limit // MIB} MiB",
                    why="larger files cannot be kept",
                    mend="scan it anew with fewer pixels, or in grey",
                    limit=limit // MIB,
                )
            digest.update(chunk)
            file.write(chunk)
        if not size:
            raise Empty("the file is empty", mend="choose the file again")
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size, kind


def _kind(start: bytes, media: Collection[str]) -> str:
    known = (kind for kind, magic in MAGIC.items() if start.startswith(magic))
    kind = next(known, "")
    if kind in media:
        return kind
    accepted = ", ".join(sorted(m.partition("/")[2].upper() for m in media))
    raise WrongType(
        f"this file is not one of: {accepted}",
        why="what a file is called does not count, but what is in it",
        mend="save it as one of these and choose it again",
        accepted=accepted,
    )


def _place(draft: Path, digest: str) -> None:
    path = path_of(PREFIX + digest)
    path.parent.mkdir(exist_ok=True)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _plain(name: str) -> str:
    """The last part of a name without control characters, as a browser may show it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:LONGEST_NAME]


def path_of(ref: str) -> Path:
    """Where the bytes of a file lie."""
    digest = ref.removeprefix(PREFIX)
    return settings.HOME.files / digest[:2] / digest


def size(ref: str) -> int:
    """The bytes of a kept file; UnknownFile if there is none."""
    row = StoredFile.objects.filter(ref=ref).first()
    if row is None:
        raise _unknown()
    return row.size


def refuse_foreign(refs: Iterable[str], by: Actor) -> None:
    """Return if ``by`` gave all files of these names; NotYourFile if not.

    Who knows a file's name could else attach it to a case of their own and read it
    there.
    """
    asked = set(refs)
    if not asked:
        return
    given = StoredFile.objects.filter(owner=by.account, ref__in=asked)
    if asked - set(given.values_list("ref", flat=True)):
        raise NotYourFile(
            "this file was not given from this account",
            why="everybody hands in papers that they gave themselves",
            mend="choose the file again",
        )


def open_file(ref: str, viewer: Actor, case: str | None = None) -> Opened:
    """A kept file for its owner, or for who may see a ``case`` it was given to."""
    rows = list(StoredFile.objects.filter(ref=ref).order_by("kept", "id"))
    if not rows:
        raise _unknown()
    row = next((row for row in rows if row.owner == viewer.account), rows[0])
    if row.owner != viewer.account:
        _permit(ref, viewer, case)
    return Opened(path_of(ref).open("rb"), row.name, row.media, row.size)


def _permit(ref: str, viewer: Actor, case: str | None) -> None:
    given = history.seen_by(case, viewer).case.materials if case else {}
    if ref not in given.values():
        raise NotYourFile(
            "this file is not yours to see",
            why="a file is open to who gave it and to who works on the case",
            mend="open it from the page of its case",
        )


def _unknown() -> UnknownFile:
    return UnknownFile(
        "there is no such file",
        why="none was kept under this name",
        mend="open it from the page of its case",
    )
