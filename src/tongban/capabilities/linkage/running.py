"""One run of a linkage: read both registers, link, keep the links, ask people.

Apart from the actions, since Splink takes a second to import and pages never run it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pyarrow as pa
from django.conf import settings
from sqlglot import exp

from tongban.capabilities.linkage import actions, reports
from tongban.capabilities.linkage.checks import LINK_ITEMS
from tongban.capabilities.linkage.model import (
    Linkage,
    Measure,
    Method,
    Outcome,
    Pair,
    Side,
)
from tongban.capabilities.linkage.settling import (
    Keys,
    Settled,
    Verdict,
    quality,
    settle,
)
from tongban.capabilities.linkage.splinking import KEY, Tell, link
from tongban.kernel.terms import Actor, UserError
from tongban.store import clock, lake, uses
from tongban.store.commit import batch
from tongban.store.jurisdiction import current


# Beyond this many rows a side, one machine's memory is not the place to link them.
MOST_ROWS = 5_000_000


class TooManyRows(UserError):
    """A register is too large to be linked in one run."""

    code = "linkage.too-large"


def run(
    code: str,
    *,
    by: Actor,
    data_of: date | None = None,
    tell: Tell = lambda _what: None,
) -> Outcome:
    """Link the registers as they are now and tell what was found.

    Both sides, and the labelled pairs, are read by governed uses of ``by`` for the
    organisation responsible, with receipts; refusals and SourceUnavailable are those
    of any use. Links replace those of the run before in the lake; a pair is asked
    about once, and what a person said of it stands. The run itself is one leaf of
    the ledger. With ``data_of`` it is a trial on the data of that day: nothing is
    kept and nobody is asked. Raises `UnknownLinkage`, `UnderWay`, `TooManyRows` and
    `Untrainable`.
    """
    declared = actions.linkage(code, by)
    with reports.alone(code):
        return _run(declared, by, data_of, tell)


def _run(declared: Linkage, by: Actor, data_of: date | None, tell: Tell) -> Outcome:
    tell("registers")
    left, right, labelled = _registers(declared, by, data_of)
    with lake.staging(settings.HOME.lake) as database:
        found = link(declared, left, right, database, tell)
    said = actions.said(declared, by)
    settled = settle(declared, found.pairs, said, found.none)
    is_trial = data_of is not None
    asked = () if is_trial else settled.reviews[: declared.most_cases]
    outcome = Outcome(
        linkage=declared.code,
        at=clock.now().isoformat(),
        by=by.account,
        left_rows=left.num_rows,
        right_rows=(left if right is None else right).num_rows,
        by_method=_by_method(settled),
        opened=len(asked),
        waiting=sum(verdict is Verdict.WAITING for verdict in said.values()),
        held=len(settled.reviews) - len(asked),
        none=settled.none,
        version="",
        quality=quality(settled.links, labelled) if declared.labels else None,
    )
    return outcome if is_trial else _kept(declared, settled, asked, outcome, by, tell)


def _kept(
    declared: Linkage,
    settled: Settled,
    asked: Sequence[Pair],
    outcome: Outcome,
    by: Actor,
    tell: Tell,
) -> Outcome:
    """The links in force, the reviews opened, the run in the ledger.

    In this order: stopped in between, the next run does the rest.
    """
    tell("links")
    snapshot = _publish(declared, settled.links)
    tell("reviews")
    for pair in asked:
        actions.ask(declared, pair)
    whole = replace(outcome, version=snapshot.version)
    _prove(whole, by)
    reports.keep(whole)
    return whole


def _by_method(settled: Settled) -> dict[str, int]:
    counted = Counter(pair.method for pair in settled.links)
    return {method.value: counted[method] for method in Method}


# ------------------------------------------------------------------- registers


def _registers(
    declared: Linkage, by: Actor, data_of: date | None = None
) -> tuple[pa.Table, pa.Table | None, set[Keys]]:
    """Both sides as tables of text, and the labelled pairs."""
    compared = declared.comparisons
    asked = [(declared.left, [each.item for each in compared])]
    if declared.right:
        asked.append((declared.right, [each.other for each in compared]))
    if declared.labels:
        labels = declared.labels
        asked.append((Side(labels.dataset, labels.left), [labels.right]))
    specs = [
        uses.UseSpec(
            organization=declared.organization,
            purpose=declared.purpose,
            sql=actions.select(side, items),
            limit=MOST_ROWS,
            data_of=data_of,
        )
        for side, items in asked
    ]
    results = [_whole(answer) for answer in uses.use_many(specs, by=by)]
    labelled = set(map(tuple, results.pop())) if declared.labels else set()
    tables = [_table(declared, rows) for rows in results]
    return tables[0], tables[1] if len(tables) > 1 else None, labelled


def _whole(answer: uses.Result | uses.SourceUnavailable) -> list[tuple[Any, ...]]:
    if isinstance(answer, uses.SourceUnavailable):
        raise answer
    if answer.truncated:
        raise TooManyRows(
            "a register is too large to be linked in one run",
            why=f"more than {MOST_ROWS} rows",
            mend="let the grant's filter divide it, and link part by part",
            rows=MOST_ROWS,
        )
    return answer.rows


def _table(declared: Linkage, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns: dict[str, Iterable[str | None]] = {KEY: [str(row[0]) for row in rows]}
    for place, each in enumerate(declared.comparisons, start=1):
        columns[each.item] = [_text(row[place], each.measure) for row in rows]
    arrays = {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
    return pa.table(arrays)


def _text(value: Any, measure: Measure) -> str | None:
    """A value as it is compared: trimmed, dates of birth as digits; empty is absent."""
    if value is None:
        return None
    text = value.isoformat() if isinstance(value, date) else str(value).strip()
    if measure is Measure.DATE_OF_BIRTH:
        text = "".join(letter for letter in text if letter.isdigit())
    return text or None


# ----------------------------------------------------------------------- links


def _publish(declared: Linkage, links: Sequence[Pair]) -> lake.Snapshot:
    """The links as the dataset that others may be granted, in force from now on."""
    cells = {
        "left_key": [pair.left for pair in links],
        "right_key": [pair.right for pair in links],
        "probability": [round(pair.probability, 6) for pair in links],
        "weight": [None if p.weight is None else round(p.weight, 6) for p in links],
        "method": [pair.method.value for pair in links],
    }
    kinds = {"probability": pa.float64(), "weight": pa.float64()}
    table = pa.table(
        {
            name: pa.array(cells[name], kinds.get(name, pa.string()))
            for name in LINK_ITEMS
        }
    )
    dataset = current().catalog.dataset(declared.links)
    with lake.staging(settings.HOME.lake) as database:
        database.register("links", table)
        rows = exp.select(*LINK_ITEMS).from_("links")
        return lake.publish(database, rows, dataset, settings.HOME.lake, at=clock.now())


def _prove(outcome: Outcome, by: Actor) -> None:
    """One leaf for the run: the version of the links and how many there are."""
    public = {"linkage": outcome.linkage, "version": outcome.version}
    counts = {
        name: value
        for name, value in asdict(outcome).items()
        if isinstance(value, int) or name == "by_method"
    }
    with batch(by=by) as draft:
        draft.leaf("linkage", public, {"by": by.account, **counts})
