"""Whether store and ledger are whole: everything is computed anew and compared."""

from tongban.store.checks.cases import check_cases, check_files
from tongban.store.checks.damage import Problem
from tongban.store.checks.leaves import check_leaves, check_proven
from tongban.store.checks.tree import check_tree
from tongban.store.snapshot import snapshot


__all__ = ["Problem", "fsck"]

CHECKS = (check_tree, check_leaves, check_proven, check_cases, check_files)


def fsck() -> list[Problem]:
    """Everything that is wrong, in plain words; nothing when all is whole.

    It reads one state of the store and holds nobody up.
    """
    with snapshot():
        return [problem for check in CHECKS for problem in check()]
