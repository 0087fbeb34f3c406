"""Whether store and ledger are whole: everything is computed anew and compared."""

from itertools import chain

from tongban.store.checks.cases import check_cases
from tongban.store.checks.certificates import check_certificates, check_copies
from tongban.store.checks.damage import Problem
from tongban.store.checks.grants import check_grants
from tongban.store.checks.leaves import check_leaves, check_proven
from tongban.store.checks.papers import check_files, check_materials
from tongban.store.checks.tree import check_tree
from tongban.store.snapshot import snapshot
from tongban.store.tree import kept_note


__all__ = ["Problem", "fsck"]

CHECKS = (
    check_leaves,
    check_proven,
    check_grants,
    check_certificates,
    check_copies,
    check_cases,
    check_materials,
    check_files,
)


def fsck() -> list[Problem]:
    """Everything that is wrong, in plain words; nothing when all is whole.

    It reads one state of the store and holds nobody up.
    """
    # Read first: a checkpoint reaches its file after its commit, so this state of
    # the store has at least what the file says.
    kept = kept_note()
    with snapshot():
        return list(chain(check_tree(kept), *(check() for check in CHECKS)))
