"""Run a compiled plan: fetch at each place, join, and say which data were read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from tongban.kernel.catalog.model import SourceKind
from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.faults import (
    Reason,
    SourceFault,
    SourceUnavailable,
    ValueFault,
)
from tongban.kernel.query.engines.fetched import Relation
from tongban.kernel.query.engines.gate import Gate
from tongban.kernel.query.engines.lane import Lane
from tongban.kernel.query.engines.places import (
    TIMEOUT_SECONDS,
    Bulk,
    Place,
    Selection,
)
from tongban.kernel.query.engines.types import Row, as_text, fit, typed
from tongban.kernel.query.language.grammar import LIMIT
from tongban.kernel.query.lowering.spelling import LAKE
from tongban.kernel.query.model import Fetch, Plan, Scope
from tongban.kernel.terms import UserError


NO_PINS: Mapping[str, str] = MappingProxyType({})


class FetchTooLarge(UserError):
    """A department holds more rows for the use than can be joined elsewhere."""

    code = "query.too-large"


class ParamMissing(UserError):
    """The statement has a placeholder that the use gives no value for."""

    code = "query.param"


@dataclass(frozen=True, slots=True)
class Crossing:
    """What one place gave for a use: the wire's rows and bytes, not the answer's.

    The bytes are those of an interface's answer, or of the cells as text.
    """

    engine: str
    database: str
    datasets: tuple[str, ...]
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of typed Python values; ``truncated`` when ``limit`` left some out.

    Dates are dates, money is int in fen, booleans are bool, decimals Decimal.
    ``versions`` names the data read: the lake's version, or ``live@`` and the
    moment of the use for a department's own database. ``crossed`` tells what each
    live place gave, in the order of the plan's fetches; ``withheld`` are the places
    (row, column) that the clean room left empty.
    """

    columns: tuple[str, ...]
    rows: list[Row]
    truncated: bool
    versions: Mapping[str, str]
    crossed: tuple[Crossing, ...] = ()
    withheld: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class Sources:
    """Where the data plane's rows are, and how much of an engine one use may take.

    One value serves all threads of a process for its whole life. ``places`` are
    by the kind of their statements (Fetch.kind); ``fetch_rows`` bounds what one
    department gives to a use that is joined in memory. ``bulk`` is the cluster
    that reads the lake's snapshots in the place of the lake's own engine.
    """

    places: Mapping[str, Place]
    lake: Path
    memory_limit: str = "1GB"
    threads: int = 2
    timeout_s: float = TIMEOUT_SECONDS
    fetch_rows: int = 100_000
    bulk: Bulk | None = None
    spill_limit: str = "10GB"
    slots: int = 2
    snapshots: Lake = field(init=False, repr=False)
    _one: Gate = field(init=False, repr=False)
    _everyone: Lane = field(init=False, repr=False)
    _bulk: Lane = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.snapshots, self._one = self._lake(), Gate(self.slots)
        self._everyone = Lane([self._lake() for _ in range(self.slots)])
        self._bulk = Lane([self._lake()])

    def _lake(self) -> Lake:
        return Lake(
            self.lake, self.memory_limit, self.threads, self.timeout_s, self.spill_limit
        )

    @contextmanager
    def turn(self, scope: Scope, share: str) -> Iterator[Lake]:
        """The lake's engine for as long as the block runs, when its turn has come.

        Uses of one subject have a gate of their own: they take milliseconds and
        would wait seconds behind those of everyone.
        """
        if scope is Scope.SUBJECT:
            with self._one.turn(share):
                yield self.snapshots
            return
        with self._everyone.turn(share) as lake:
            yield lake

    def bulk_turn(self, share: str) -> AbstractContextManager[Lake]:
        """As `turn` for one that may take minutes: such wait for each other alone."""
        return self._bulk.turn(share)

    def close(self) -> None:
        for place in self.places.values():
            place.close()
        if self.bulk is not None:
            self.bulk.close()
        for lane in (self._everyone, self._bulk):
            lane.close()
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
    pinned: Mapping[str, str] = NO_PINS,
    share: str = "",
) -> Answer:
    """The rows of ``plan``, at most ``limit`` of them.

    ``share`` is the organisation whose turn at the lake's engine it takes.
    ``pinned`` names the version of datasets that are not read in the one in force.
    ``params`` holds every name in the plan's placeholders; ``subject`` and
    ``as_of`` are the caller's to set, after the use's own. Raises
    SourceUnavailable naming dataset and provider, Overrun, MemoryOverrun,
    ValueFault, FetchTooLarge, ParamMissing, Busy.
    """
    versions: dict[str, str] = {}
    turn = sources.turn(plan.scope, share)
    if plan.final is None:
        (only,) = plan.fetches
        return _run_single(plan, only, params, sources, at, limit, pinned, turn)
    found = []
    for fetch in plan.fetches:
        found.append(_all_rows(plan, fetch, params, sources))
        versions |= _live(fetch, at)
    relations = [
        _relation(plan, *each) for each in zip(plan.fetches, found, strict=True)
    ]
    try:
        answer = _run_lake(plan, plan.final, params, turn, limit, relations, pinned)
    except ValueFault:
        _blame(plan, found)
        raise
    return Answer(
        answer.columns,
        answer.rows,
        answer.truncated,
        versions | dict(answer.versions),
        tuple(map(_crossing, plan.fetches, found)),
    )


def _run_single(
    plan: Plan,
    fetch: Fetch,
    params: Mapping[str, Any],
    sources: Sources,
    at: datetime,
    limit: int,
    pinned: Mapping[str, str],
    turn: AbstractContextManager[Lake],
) -> Answer:
    if fetch.kind == LAKE:
        return _run_lake(plan, fetch, params, turn, limit, [], pinned)
    if sources.bulk is not None and fetch.kind == sources.bulk.kind:
        return _run_bulk(plan, fetch, params, sources.bulk, limit, pinned)
    found = _select_live(plan, fetch, params, sources, limit)
    try:
        rows = typed(found.rows, tuple(column.type for column in plan.columns))
    except (ValueError, TypeError, ArithmeticError):
        raise unavailable(plan, fetch, SourceFault(Reason.VALUE)) from None
    crossed = (_crossing(fetch, found),)
    return Answer(_names(plan), rows, found.truncated, _live(fetch, at), crossed)


def _run_lake(
    plan: Plan,
    fetch: Fetch,
    params: Mapping[str, Any],
    turn: AbstractContextManager[Lake],
    limit: int,
    relations: Sequence[Relation],
    pinned: Mapping[str, str],
) -> Answer:
    try:
        values = {name: value_of(params, name) for name in fetch.params}
        with turn as lake:
            found = lake.select(
                fetch.sql,
                values,
                datasets=fetch.datasets,
                relations=relations,
                pinned=pinned,
                limit=limit,
            )
    except SourceFault as fault:
        raise unavailable(plan, fetch, fault) from None
    return Answer(_names(plan), found.rows, found.truncated, found.versions)


def _run_bulk(
    plan: Plan,
    fetch: Fetch,
    params: Mapping[str, Any],
    bulk: Bulk,
    limit: int,
    pinned: Mapping[str, str],
) -> Answer:
    values = {name: value_of(params, name) for name in fetch.params}
    try:
        found = bulk.select(
            fetch.sql, values, datasets=fetch.datasets, pinned=pinned, limit=limit
        )
        rows = typed(found.rows, tuple(column.type for column in plan.columns))
    except SourceFault as fault:
        raise unavailable(plan, fetch, fault) from None
    return Answer(_names(plan), rows, found.truncated, found.versions)


def _all_rows(
    plan: Plan, fetch: Fetch, params: Mapping[str, Any], sources: Sources
) -> Selection:
    """The rows that one department gives to a federated use: all, or none."""
    found = _select_live(plan, fetch, params, sources, sources.fetch_rows)
    if found.truncated:
        raise FetchTooLarge(
            f"{fetch.datasets[0]!r} has more than {sources.fetch_rows} such rows",
            why="rows of different departments are joined in memory",
            mend="narrow the use, or use the data at population scope",
        )
    return found


def _relation(plan: Plan, fetch: Fetch, found: Selection) -> Relation:
    """Fetched rows as the federating engine takes them: as text."""
    # JSON has types of its own; databases' cells are judged when they are cast.
    if fetch.kind == SourceKind.HTTP and not fit(found.rows, fetch.types):
        raise unavailable(plan, fetch, SourceFault(Reason.VALUE))
    try:
        rows = [tuple(as_text(cell) for cell in row) for row in found.rows]
    except TypeError:
        raise unavailable(plan, fetch, SourceFault(Reason.VALUE)) from None
    return Relation(fetch.into, found.names, rows)


def _select_live(
    plan: Plan,
    fetch: Fetch,
    params: Mapping[str, Any],
    sources: Sources,
    limit: int,
) -> Selection:
    wanted = {**params, LIMIT: limit + 1}
    values = [value_of(wanted, name) for name in fetch.params]
    place = sources.places.get(fetch.kind)
    try:
        if place is None:
            raise SourceFault(Reason.MISSING)
        return place.select(fetch.database, fetch.sql, values, limit=limit)
    except SourceFault as fault:
        raise unavailable(plan, fetch, fault) from None


def _blame(plan: Plan, found: Sequence[Selection]) -> None:
    """SourceUnavailable if it is a department's cell that cannot be computed with."""
    for fetch, each in zip(plan.fetches, found, strict=True):
        try:
            typed(each.rows, fetch.types or (None,) * len(each.names))
        except (ValueError, TypeError, ArithmeticError):
            raise unavailable(plan, fetch, SourceFault(Reason.VALUE)) from None


def _crossing(fetch: Fetch, found: Selection) -> Crossing:
    size = found.size
    if size is None:
        cells = (cell for row in found.rows for cell in row if cell is not None)
        size = sum(len(str(cell).encode()) for cell in cells)
    rows = len(found.rows) + found.truncated
    return Crossing(fetch.kind, fetch.database, fetch.datasets, rows, size)


def value_of(params: Mapping[str, Any], name: str) -> Any:
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


def unavailable(plan: Plan, fetch: Fetch, fault: SourceFault) -> SourceUnavailable:
    """The fault with the name of the data and of whose duty they are."""
    dataset = next(iter(fault.datasets or fetch.datasets))
    return SourceUnavailable(
        dataset,
        provider=plan.providers.get(dataset, ""),
        database=fetch.database,
        reason=fault.reason,
    )
