"""Checkpoints (C2SP tlog-checkpoint): what a log says of itself, signed.

Format and signing are here; reading and verification are the stand-alone verifier's.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from tongban.kernel.ledger import verifier
from tongban.kernel.ledger.errors import broken, proof_errors
from tongban.kernel.ledger.keys import SignerKey
from tongban.kernel.ledger.verifier import HASH_BYTES, MAX_SIZE, Key, Note, Signature


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's ``origin``, its ``size`` in leaves and the ``root`` hash over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        sound = (
            self.origin.isprintable()
            and self.origin
            and type(self.size) is int
            and 0 <= self.size <= MAX_SIZE
            and len(self.root) == HASH_BYTES
        )
        if not sound:
            raise broken(
                "checkpoint",
                "检查点须有来源、不为负的大小和 32 字节的根哈希。",
                "a checkpoint has an origin, a size and a root hash of 32 bytes",
            )

    def __str__(self) -> str:
        """The note text of the specification, three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint of a note text, extension lines left out, or ProofError."""
        with proof_errors():
            return cls(*verifier.read_checkpoint(text))


def sign(checkpoint: Checkpoint, key: SignerKey) -> str:
    """The signed note of a checkpoint; the key must bear the log's origin as name."""
    if key.name != checkpoint.origin:
        raise broken(
            "origin",
            f"公钥 {key.name} 不能为日志 {checkpoint.origin} 签名。",
            f"the key {key.name} cannot sign for the log {checkpoint.origin}",
        )
    text = str(checkpoint)
    signature = Signature(key.name, key.verifier.id, key.sign(text.encode()))
    return str(Note(text, (signature,)))


def open_note(text: str, keys: Iterable[Key]) -> tuple[Note, list[Key]]:
    """The note, with every signature line, and those of ``keys`` that signed it.

    ProofError if none did or if a signature of a known key is wrong.
    """
    with proof_errors():
        return verifier.open_note(text, keys)


def add_signatures(text: str, others: Iterable[Signature]) -> str:
    """The signed note ``text`` with further signature lines, none of them twice."""
    with proof_errors():
        note = verifier.read_note(text)
        lines = dict.fromkeys([*note.signatures, *others])
        return str(verifier.read_note(str(Note(note.text, tuple(lines)))))
