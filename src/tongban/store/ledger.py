"""The one door to the ledger: the tree, its checkpoints and proofs, and its health."""

from tongban.store.fsck import Problem, fsck
from tongban.store.tree import (
    Checkpoint,
    NoCheckpoint,
    NoLeaf,
    consistency,
    integrate,
    latest,
    proof,
    signed_at,
    signer,
)


__all__ = [
    "Checkpoint",
    "NoCheckpoint",
    "NoLeaf",
    "Problem",
    "consistency",
    "fsck",
    "integrate",
    "latest",
    "proof",
    "signed_at",
    "signer",
]
