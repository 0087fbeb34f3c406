"""A linkage run from the command line, and how its figures are told."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date

from tongban.capabilities.linkage import actions, running
from tongban.capabilities.linkage.model import Outcome
from tongban.kernel.terms import Actor


ACCOUNT = "command-line"


def run(name: str, data_of: date | None, tell: Callable[[str], None]) -> Outcome:
    """Run it in the name of the organisation that the pack makes responsible."""
    known = actions.declared()
    if name not in known:
        raise actions.unknown(name, known)
    asker = Actor(ACCOUNT, organization=known[name].organization)
    return running.run(name, by=asker, data_of=data_of, tell=tell)


def as_json(found: Outcome) -> str:
    return json.dumps({**asdict(found), "links": found.links}, ensure_ascii=False)


def told(found: Outcome) -> Iterator[str]:
    """The figures, line by line."""
    yield f"{found.left_rows} and {found.right_rows} rows compared"
    by_method = ", ".join(f"{n} by {method}" for method, n in found.by_method.items())
    if found.version:
        yield f"{found.links} pairs linked ({by_method}), version {found.version}"
        yield f"{found.opened} reviews opened, {found.waiting} were waiting already"
    else:
        yield f"a trial: {found.links} pairs would be linked ({by_method})"
        yield f"{found.held} would be given to people"
    if found.held and found.version:
        yield f"{found.held} doubtful pairs are held for the next run"
    yield f"{found.none} pairs looked at are too improbable"
    if found.quality:
        yield f"on {found.quality.labelled} labelled pairs: {_shares(found)}"


def _shares(found: Outcome) -> str:
    assert found.quality is not None
    shares = {"precision": found.quality.precision, "recall": found.quality.recall}
    return ", ".join(
        f"{name} {'unknown' if share is None else f'{share:.4f}'}"
        for name, share in shares.items()
    )
