"""The proof bundle: one file that proves records offline (``format`` tongban-proof/1).

A JSON object (media type ``application/vnd.tongban.proof+json``)::

    format       "tongban-proof/1"
    origin       the log
    key          its verifier key (vkey), for comparison with the published one
    checkpoint   the signed note, cosignatures included
    leaves       [{index, leaf, proof, openings}]: the leaf is its exact JSON text,
                 the proof a list of Base64 hashes from leaf to root, openings
                 {name: {salt, value}} with the salt in hex
    consistency  optional {checkpoint, proof}: an earlier signed note of the same log
                 and the proof that it is this log's beginning

Verification is the stand-alone verifier's, which a citizen can run alone.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.ledger import verifier
from tongban.kernel.ledger.checkpoint import Checkpoint, open_note
from tongban.kernel.ledger.errors import proof_errors
from tongban.kernel.ledger.leaf import Opening
from tongban.kernel.ledger.merkle import NodeAt, consistency_proof, inclusion_proof
from tongban.kernel.ledger.verifier import FORMAT, Key, Report
from tongban.kernel.terms import canonical_json


MEDIA_TYPE = "application/vnd.tongban.proof+json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf to prove: its index in the log, its exact text, what is opened."""

    index: int
    text: str
    openings: Mapping[str, Opening] = field(default_factory=dict)


def make(
    note: str,
    key: Key,
    entries: Sequence[Entry],
    node_at: NodeAt,
    earlier: str | None = None,
) -> bytes:
    """The bundle that proves ``entries`` under the signed checkpoint ``note``.

    ``earlier`` is an older signed note to prove consistency with. The bundle is
    verified before it is given out: what a citizen cannot verify is never issued.
    """
    opened, _ = open_note(note, [key])
    head = Checkpoint.parse(opened.text)
    bundle: dict[str, Any] = {
        "format": FORMAT,
        "origin": head.origin,
        "key": str(key),
        "checkpoint": note,
        "leaves": [_entry(entry, head.size, node_at, key) for entry in entries],
    }
    if earlier is not None:
        old = Checkpoint.parse(open_note(earlier, [key])[0].text)
        proof = consistency_proof(old.size, head.size, node_at, key.suite)
        bundle["consistency"] = {"checkpoint": earlier, "proof": _base64(proof)}
    data = canonical_json(bundle)
    verify(data, key)
    return data


def verify(data: bytes, key: Key | None = None) -> Report:
    """What the bundle proves, or ProofError; ``key`` is the one the reader trusts."""
    with proof_errors():
        return verifier.verify(data, key)


def _entry(entry: Entry, size: int, node_at: NodeAt, key: Key) -> dict[str, Any]:
    proof = inclusion_proof(entry.index, size, node_at, key.suite)
    openings = {
        name: {"salt": opening.salt.hex(), "value": opening.value}
        for name, opening in entry.openings.items()
    }
    return {
        "index": entry.index,
        "leaf": entry.text,
        "proof": _base64(proof),
        "openings": openings,
    }


def _base64(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(value).decode() for value in hashes]
