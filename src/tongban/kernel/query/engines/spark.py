"""Everyone's data on a cluster, through Spark Connect.

Imported only where a site names a cluster: its client is the extra `spark`. The
cluster reads the lake's Parquet files by their versions, so they must lie where
it sees them under the same path; a version never changes, so a view of one is
made once a session.
"""

import re
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from sqlglot import exp, parse_one

from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.faults import (
    Overrun,
    Reason,
    SourceFault,
    ValueFault,
)
from tongban.kernel.query.engines.places import Reading, Stream
from tongban.kernel.query.lowering.spelling import SPARK


NONE: Mapping[str, str] = MappingProxyType({})
# An answer is wanted soon or not at all; the client would try for ten minutes.
_RETRIES = DefaultPolicy(max_retries=3, max_backoff=1000)
_PATIENCE = 2.0  # seconds
_NO_ANSWER = re.compile(
    r"UNAVAILABLE|SESSION|DEADLINE|RETRIES|Connection", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A statement that the cluster is to compute, and the versions it reads."""

    frame: DataFrame
    versions: dict[str, str]


@dataclass(slots=True)
class Cluster:
    """One session of a process with the cluster at ``address`` (``sc://host:port``).

    ``lake`` tells which version of each dataset is in force. A session that was
    lost is made anew at the next use.
    """

    address: str = field(repr=False)  # may hold a token
    lake: Lake
    timeout_s: float = 600.0
    kind: str = field(default=SPARK, init=False)
    _session: SparkSession | None = None
    _views: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def select(
        self,
        sql: str,
        params: Mapping[str, Any],
        *,
        datasets: Sequence[str],
        pinned: Mapping[str, str] = NONE,
        limit: int,
    ) -> Reading:
        """At most ``limit`` rows of one statement, and whether there were more."""
        with self._asked(sql, params, datasets, pinned, self.timeout_s) as asked:
            table = asked.frame.limit(limit + 1).toArrow()
        columns = [column.to_pylist() for column in table.columns]
        rows = list(zip(*columns, strict=True))
        return Reading(rows[:limit], len(rows) > limit, asked.versions)

    @contextmanager
    def batches(
        self,
        sql: str,
        params: Mapping[str, Any],
        *,
        datasets: Sequence[str],
        pinned: Mapping[str, str],
        seconds: float,
        rows: int,
    ) -> Iterator[Stream]:
        """All rows of one statement as the cluster sends them; see places.Bulk."""
        with self._asked(sql, params, datasets, pinned, seconds) as asked:
            schema = to_arrow_schema(asked.frame.schema, timezone="UTC")
            with closing(_sent(asked.frame, schema, rows)) as sent:
                yield Stream(schema, sent, asked.versions)

    def close(self) -> None:
        with self._lock:
            self._forget()

    @contextmanager
    def _asked(
        self,
        sql: str,
        params: Mapping[str, Any],
        datasets: Sequence[str],
        pinned: Mapping[str, str],
        seconds: float,
    ) -> Iterator[_Asked]:
        """The statement, for as long as the block runs, which meets faults alone."""
        moving = [code for code in datasets if code not in pinned]
        versions = self.lake.versions(moving) | {
            code: pinned[code] for code in datasets if code in pinned
        }
        late = threading.Event()
        try:
            session = self._prepared(versions)
            statement = _versioned(sql, tuple(sorted(versions.items())))
            with _bounded(session, seconds, late):
                frame = session.sql(statement, args=dict(params))
                assert isinstance(frame, DataFrame)
                yield _Asked(frame, versions)
        except PySparkException as problem:
            # However a cluster names what was interrupted.
            late_one = Overrun(seconds) if late.is_set() else None
            raise late_one or self._judged(problem, datasets) from None

    def _prepared(self, versions: Mapping[str, str]) -> SparkSession:
        with self._lock:
            session = self._opened()
            for code, version in versions.items():
                self._view(session, code, version)
            return session

    def _opened(self) -> SparkSession:
        if self._session is None:
            session = SparkSession(connection=self.address)
            session.client.set_retry_policies([_RETRIES])
            # Days are days, whatever the clock of the cluster says.
            session.conf.set("spark.sql.session.timeZone", "UTC")
            # A text like ${env:HOME} is a text, and nothing of the cluster's.
            session.conf.set("spark.sql.variable.substitute", "false")
            self._session = session
        return self._session

    def _view(self, session: SparkSession, code: str, version: str) -> None:
        name = _view_name(code, version)
        if name not in self._views:
            path = (self.lake.folder / code / f"{version}.parquet").absolute()
            session.read.parquet(str(path)).createOrReplaceTempView(name)
            self._views.add(name)

    def _forget(self) -> None:
        session, self._session = self._session, None
        self._views.clear()
        if session is not None:
            # A cluster that is gone has let go of it already.
            with suppress(PySparkException):
                session.stop()

    def _judged(self, problem: PySparkException, datasets: Sequence[str]) -> Exception:
        """The fault that an error of Spark means, without its text."""
        kind = type(problem).__name__
        if kind in _VALUE_FAULTS:
            return ValueFault(
                "the statement cannot be computed on these data",
                why="a value does not convert or is out of range",
            )
        if kind == "SparkConnectGrpcException" or _NO_ANSWER.search(str(problem)):
            with self._lock:
                self._session = None
                self._views.clear()
            return SourceFault(Reason.UNREACHABLE, datasets)
        return problem


def _sent(
    frame: DataFrame, schema: pa.Schema, rows: int
) -> Generator[pa.RecordBatch, None, None]:
    """The answer in batches of at most so many ``rows``, each gone when it is used.

    The client gives whole answers as Arrow, and parts of them as rows of Python: so
    its own way to the parts is taken.
    """
    client = frame.sparkSession.client
    plan = frame._plan.to_proto(client)
    for part in client.to_table_as_iterator(plan, {}):
        if isinstance(part, pa.Table):
            yield from part.cast(schema).to_batches(rows)


@contextmanager
def _bounded(
    session: SparkSession, seconds: float, late: threading.Event
) -> Iterator[None]:
    """Interrupts what this thread runs once its time is over, or it is given up."""
    tag = f"use-{threading.get_ident()}"

    def give_up() -> None:
        # One that is gone has given it up already.
        with suppress(PySparkException):
            session.interruptTag(tag)

    def stop() -> None:
        late.set()
        give_up()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    session.addTag(tag)
    timer.start()
    answered = False
    try:
        yield
        answered = True
    except PySparkException:
        answered = True
        raise
    finally:
        timer.cancel()
        if not answered:
            # It would compute on for nobody; one too busy to hear is not waited for.
            told = threading.Thread(target=give_up, daemon=True)
            told.start()
            told.join(_PATIENCE)
        session.removeTag(tag)


_VALUE_FAULTS = {
    "ArithmeticException",
    "NumberFormatException",
    "DateTimeException",
    "ArrayIndexOutOfBoundsException",
}


def _view_name(code: str, version: str) -> str:
    # No name of an author begins so.
    return f"__{code.replace('.', '__')}__{version}"


@lru_cache(maxsize=1024)
def _versioned(sql: str, versions: tuple[tuple[str, str], ...]) -> str:
    """``sql`` with every relation of the lake in the version to be read."""
    tree, names = parse_one(sql, read="spark"), dict(versions)
    for table in list(tree.find_all(exp.Table)):
        if table.db == "lake":
            name = _view_name(table.name, names[table.name])
            view = exp.to_identifier(name, quoted=True)
            table.replace(exp.Table(this=view, alias=table.args.get("alias")))
    return tree.sql(dialect="spark")
