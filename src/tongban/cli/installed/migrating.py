"""Cases moved to the declarations in force, told line by line."""

from collections.abc import Iterator

from tongban.kernel.case.migrating import Difference
from tongban.kernel.case.refusals import Immovable
from tongban.store import migration, sampling


def migrate(types: tuple[str, ...], *, dry_run: bool) -> Iterator[tuple[str, bool]]:
    """A line for each open case under other declarations, and whether it can move."""
    for each in migration.moves(types):
        reason = "; ".join(each.difference.obstacles)
        if not reason and not dry_run:
            try:
                migration.move(each.number)
            except Immovable as stays:
                reason = stays.why
        told = f"stays: {reason}" if reason else "; ".join(_told(each.difference))
        yield f"{each.number} {each.type}: {told}", not reason


def _told(change: Difference) -> Iterator[str]:
    for what, names in (
        ("steps lost", change.steps_lost),
        ("steps added", change.steps_added),
        ("fields lost", change.fields_lost),
        ("fields added", change.fields_added),
        ("papers lost", change.materials_lost),
        ("papers added", change.materials_added),
    ):
        if names:
            yield f"{what}: {', '.join(names)}"
    for clock, before, after in change.clocks:
        yield f"{clock}: {before or 'no limit'} → {after or 'no limit'} working days"
    if change == Difference((), (), (), (), (), (), (), ()):
        yield "nothing changes for it"


def sample_key(month: str) -> str:
    return sampling.disclosed(month).hex()
