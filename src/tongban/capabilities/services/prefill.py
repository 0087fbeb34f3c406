"""Which uses of data fill a form, and what their answers mean for its fields.

Fields that read the same rows of the same dataset share one use, so that one
question to a department leaves one receipt.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlglot
from sqlglot import exp

from tongban.capabilities.services.record import Known
from tongban.capabilities.services.values import as_text
from tongban.kernel.case.declaration import CaseType, Field


DIALECT = "duckdb"
# A person has few rows in any dataset; more than these cannot settle a value.
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Question:
    """One use of one dataset for several fields (name → item)."""

    dataset: str
    where: str | None
    latest: str | None
    fields: Mapping[str, str]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.fields.values()))

    def sql(self) -> str:
        """The statement, as the governed compiler reads it."""
        schema, table = self.dataset.split(".")
        query = exp.select(*map(exp.column, self.items)).from_(
            exp.table_(table, db=schema)
        )
        if self.where is not None:
            query = query.where(sqlglot.condition(self.where, dialect=DIALECT))
        if self.latest is not None:
            newest = exp.Ordered(
                this=exp.column(self.latest), desc=True, nulls_first=False
            )
            query = query.order_by(newest).limit(1)
        return query.transform(_named).sql(dialect=DIALECT)


def _named(node: exp.Expression) -> exp.Expression:
    """Placeholders as the governed language writes them: DuckDB prints ``$name``."""
    if isinstance(node, exp.Placeholder):
        return exp.Var(this=f":{node.name}")
    return node


def questions(fields: Iterable[Field]) -> tuple[Question, ...]:
    """The uses that fill ``fields``, in the order in which they are first needed."""
    groups: dict[tuple[str, str | None, str | None], dict[str, str]] = {}
    for field in fields:
        if (source := field.prefill) is not None:
            key = (source.dataset, source.where, source.latest)
            groups.setdefault(key, {})[field.name] = source.item
    return tuple(Question(*key, fields) for key, fields in groups.items())


@dataclass(frozen=True, slots=True)
class Origin:
    """What all values of one answer have in common; see `Known`."""

    provider: str
    version: str
    as_of: datetime
    basis: str
    grant: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer's rows, with the names of its columns and of the masked ones."""

    columns: Sequence[str]
    masked: frozenset[str]
    rows: Sequence[Sequence[Any]]
    truncated: bool = False


def settled(
    question: Question, answer: Rows, origin: Origin
) -> Iterator[tuple[str, Known]]:
    """Field names with the values that the answer settles.

    An item for which several rows say different things is not settled: the person
    is asked, because nobody else knows which one is meant.
    """
    for name, item in question.fields.items():
        place = answer.columns.index(item)
        said = {as_text(row[place]) for row in answer.rows} - {""}
        if len(said) == 1 and not answer.truncated:
            yield (
                name,
                Known(
                    value=said.pop(),
                    dataset=question.dataset,
                    item=item,
                    masked=item in answer.masked,
                    **asdict(origin),
                ),
            )


def sources(case_type: CaseType) -> dict[str, tuple[Field, ...]]:
    """The datasets that fill the form, each with the fields it fills."""
    found: dict[str, list[Field]] = {}
    for field in case_type.fields:
        if field.prefill is not None:
            found.setdefault(field.prefill.dataset, []).append(field)
    return {dataset: tuple(fields) for dataset, fields in found.items()}
