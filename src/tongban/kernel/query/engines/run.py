"""Run a compiled plan: fetch at each place, join, and say which data were read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tongban.kernel.query.engines.duckdb import Lake, Relation
from tongban.kernel.query.engines.faults import (
    Reason,
    SourceFault,
    SourceUnavailable,
)
from tongban.kernel.query.engines.places import TIMEOUT_SECONDS, Place, Selection
from tongban.kernel.query.engines.types import Row, as_text, typed
from tongban.kernel.query.grammar import LIMIT
from tongban.kernel.query.model import Fetch, Plan
from tongban.kernel.terms import UserError


class FetchTooLarge(UserError):
    """A department holds more rows for the use than can be joined elsewhere."""

    code = "query.too-large"


class ParamMissing(UserError):
    """The statement has a placeholder that the use gives no value for."""

    code = "query.param"


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of typed Python values; ``truncated`` when ``limit`` left some out.

    Dates are dates, money is int in fen, booleans are bool, decimals Decimal.
    ``versions`` names the data read: the lake's version, or ``live@`` and the
    moment of the use for a department's own database. ``withheld`` are the places
    (row, column) that the clean room left empty.
    """

    columns: tuple[str, ...]
    rows: list[Row]
    truncated: bool
    versions: Mapping[str, str]
    withheld: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class Sources:
    """Where the data plane's rows are, and how much of an engine one use may take.

    One value serves all threads of a process for its whole life. ``places`` are
    by the kind of their statements (Fetch.kind); ``fetch_rows`` bounds what one
    department gives to a use that is joined in memory.
    """

    places: Mapping[str, Place]
    lake: Path
    memory_limit: str = "1GB"
    threads: int = 2
    timeout_s: float = TIMEOUT_SECONDS
    fetch_rows: int = 100_000
    snapshots: Lake = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.snapshots = Lake(
            self.lake, self.memory_limit, self.threads, self.timeout_s
        )

    def close(self) -> None:
        for place in self.places.values():
            place.close()
        self.snapshots.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def run(
    plan: Plan,
    params: Mapping[str, Any],
    sources: Sources,
    *,
    at: datetime,
    limit: int,
    pinned: Mapping[str, str] | None = None,
) -> Answer:
    """The rows of ``plan``, at most ``limit`` of them.

    ``pinned`` names the version of datasets that are not read in the version in
    force. ``params`` holds every name in the plan's placeholders; ``subject`` and
    ``as_of`` are the caller's to set, after the use's own. Raises
    SourceUnavailable naming dataset and provider, Overrun, ValueFault,
    FetchTooLarge, ParamMissing.
    """
    versions: dict[str, str] = {}
    pins = pinned or {}
    if plan.final is None:
        (only,) = plan.fetches
        return _run_single(plan, only, params, sources, at, limit, pins)
    relations = []
    for fetch in plan.fetches:
        relations.append(_relation(plan, fetch, params, sources))
        versions |= _live(fetch, at)
    answer = _run_lake(plan, plan.final, params, sources, limit, relations, pins)
    return Answer(
        answer.columns, answer.rows, answer.truncated, versions | dict(answer.versions)
    )


def _run_single(
    plan: Plan,
    fetch: Fetch,
    params: Mapping[str, Any],
    sources: Sources,
    at: datetime,
    limit: int,
    pins: Mapping[str, str],
) -> Answer:
    if fetch.kind == "duckdb":
        return _run_lake(plan, fetch, params, sources, limit, [], pins)
    found = _select_live(plan, fetch, params, sources, limit)
    try:
        rows = typed(found.rows, tuple(column.type for column in plan.columns))
    except (ValueError, TypeError, ArithmeticError):
        raise _unavailable(plan, fetch, SourceFault(Reason.VALUE)) from None
    return Answer(_names(plan), rows, found.truncated, _live(fetch, at))


def _run_lake(
    plan: Plan,
    fetch: Fetch,
    params: Mapping[str, Any],
    sources: Sources,
    limit: int,
    relations: Sequence[Relation],
    pins: Mapping[str, str],
) -> Answer:
    try:
        found = sources.snapshots.select(
            fetch.sql,
            {name: _value(params, name) for name in fetch.params},
            datasets=fetch.datasets,
            relations=relations,
            pinned=pins,
            limit=limit,
        )
    except SourceFault as fault:
        raise _unavailable(plan, fetch, fault) from None
    return Answer(_names(plan), found.rows, found.truncated, found.versions)


def _relation(
    plan: Plan, fetch: Fetch, params: Mapping[str, Any], sources: Sources
) -> Relation:
    """The rows that one department gives to a federated use, as text."""
    found = _select_live(plan, fetch, params, sources, sources.fetch_rows)
    if found.truncated:
        raise FetchTooLarge(
            f"{fetch.datasets[0]!r} has more than {sources.fetch_rows} such rows",
            why="rows of different departments are joined in memory",
            mend="narrow the use, or use the data at population scope",
        )
    try:
        rows = [tuple(as_text(cell) for cell in row) for row in found.rows]
    except TypeError:
        raise _unavailable(plan, fetch, SourceFault(Reason.VALUE)) from None
    return Relation(fetch.into, found.names, rows)


def _select_live(
    plan: Plan,
    fetch: Fetch,
    params: Mapping[str, Any],
    sources: Sources,
    limit: int,
) -> Selection:
    wanted = {**params, LIMIT: limit + 1}
    values = [_value(wanted, name) for name in fetch.params]
    place = sources.places.get(fetch.kind)
    try:
        if place is None:
            raise SourceFault(Reason.MISSING)
        return place.select(fetch.database, fetch.sql, values, limit=limit)
    except SourceFault as fault:
        raise _unavailable(plan, fetch, fault) from None


def _value(params: Mapping[str, Any], name: str) -> Any:
    if name not in params:
        raise ParamMissing(
            f"no value for :{name}",
            why="the statement has a placeholder of this name",
            mend=f"give a value for {name!r} with the use",
            param=name,
        )
    return params[name]


def _names(plan: Plan) -> tuple[str, ...]:
    return tuple(column.name for column in plan.columns)


def _live(fetch: Fetch, at: datetime) -> dict[str, str]:
    return {dataset: f"live@{at.isoformat()}" for dataset in fetch.datasets}


def _unavailable(plan: Plan, fetch: Fetch, fault: SourceFault) -> SourceUnavailable:
    """The fault with the name of the data and of whose duty they are."""
    dataset = next(iter(fault.datasets or fetch.datasets))
    return SourceUnavailable(
        dataset,
        provider=plan.providers.get(dataset, ""),
        database=fetch.database,
        reason=fault.reason,
    )
