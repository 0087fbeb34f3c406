"""The proof vectors of transparency-dev/merkle: what must hold and what must not."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.merkle import verify_consistency, verify_inclusion


DATA = Path(__file__).parents[2] / "data" / "merkle"


def probes(kind: str) -> list[Any]:
    folder = DATA / kind
    paths = sorted(folder.rglob("*.json"))
    return [pytest.param(p, id=str(p.relative_to(folder))) for p in paths]


def hashes(texts: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or []]


def holds(verify: Any, *arguments: Any) -> bool:
    try:
        verify(*arguments)
    except ProofError:
        return False
    return True


@pytest.mark.parametrize(("kind", "count"), [("inclusion", 65), ("consistency", 68)])
def test_every_vector_is_here(kind: str, count: int) -> None:
    assert len(probes(kind)) == count


@pytest.mark.parametrize("path", probes("inclusion"))
def test_inclusion(path: Path) -> None:
    probe = json.loads(path.read_text())
    leaf, root = hashes([probe["leafHash"], probe["root"]])
    proof = hashes(probe["proof"])
    arguments = (probe["leafIdx"], probe["treeSize"], leaf, proof, root)
    assert holds(verify_inclusion, *arguments) is not probe["wantErr"]


@pytest.mark.parametrize("path", probes("consistency"))
def test_consistency(path: Path) -> None:
    probe = json.loads(path.read_text())
    roots = hashes([probe["root1"], probe["root2"]])
    arguments = (probe["size1"], probe["size2"], *roots, hashes(probe["proof"]))
    assert holds(verify_consistency, *arguments) is not probe["wantErr"]
