"""A declared linkage run by Splink on a DuckDB of its own.

Model: Fellegi and Sunter, *A theory for record linkage* (1969); u by random sampling,
m by expectation maximisation, both as Splink documents them.
"""

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.exceptions import EMTrainingException
from sqlglot import exp

from tongban.capabilities.linkage.levels import Level, levels, prepared
from tongban.capabilities.linkage.model import Comparison, Linkage, Method, Pair, Part
from tongban.kernel.terms import UserError


KEY, SIDE = "unique_id", "source_dataset"
LEFT, RIGHT = "a", "b"
_KEYS = (f"{KEY}_l", f"{KEY}_r")

Tell = Callable[[str], None]


class Untrainable(UserError):
    """The registers teach nothing: hardly two rows agree on a blocking rule."""

    code = "linkage.untrainable"


def settings(linkage: Linkage, prior: float) -> SettingsCreator:
    """The declaration as Splink reads it; ``prior`` is that of any two rows."""
    return SettingsCreator(
        link_type="dedupe_only" if linkage.is_deduplication else "link_only",
        comparisons=[_comparison(each) for each in linkage.comparisons],
        blocking_rules_to_generate_predictions=[block_on(*b) for b in linkage.blocks],
        probability_two_random_records_match=prior,
        retain_matching_columns=True,  # the levels' numbers come with them alone
        retain_intermediate_calculation_columns=True,
        unique_id_column_name=KEY,
        source_dataset_column_name=SIDE,
        linker_uid="linkage",
    )


def _comparison(declared: Comparison) -> dict[str, Any]:
    return {
        "output_column_name": declared.item,
        "comparison_levels": [
            _level(declared, level) for level in levels(declared.item, declared.measure)
        ],
    }


def _level(declared: Comparison, level: Level) -> dict[str, Any]:
    """One level; the term frequency is weighed where the values are the same."""
    sql = level.when.sql("duckdb") if level.when is not None else "ELSE"
    told: dict[str, Any] = {"sql_condition": sql, "label_for_charts": level.code}
    if level.code == "absent":
        told["is_null_level"] = True
    if level.code == "same" and declared.term_frequency:
        told["tf_adjustment_column"] = declared.item
        told["tf_adjustment_weight"] = 1.0
    return told


@dataclass(frozen=True, slots=True)
class Found:
    """Every pair from the review threshold up, and how many others were looked at."""

    pairs: tuple[Pair, ...]
    none: int


def link(
    linkage: Linkage,
    left: pa.Table,
    right: pa.Table | None,
    database: duckdb.DuckDBPyConnection,
    tell: Tell = lambda _what: None,
) -> Found:
    """Pairs of rows of ``left`` and ``right``, which is absent for deduplication.

    Tables have the column ``unique_id`` and one for each compared item, called as on
    the left; all are text. ``database`` is empty and of this run alone. Raises
    `Untrainable`. The same tables and seed give the same pairs.
    """
    database.execute("SET threads = 1")  # sums of floats in one order
    tables = {LEFT: left} if right is None else {LEFT: left, RIGHT: right}
    more = [
        exp.alias_(value, name)
        for each in linkage.comparisons
        for name, value in prepared(each.item, each.measure).items()
    ]
    for name, table in tables.items():
        database.register(f"given_{name}", table)
        rows = exp.select("*", *more).from_(f"given_{name}").order_by(KEY)
        made = exp.Create(this=exp.to_table(name), kind="TABLE", expression=rows)
        database.execute(made.sql("duckdb"))
    tell("rules")
    certain = _certain(linkage, tables, database)
    if not all(table.num_rows for table in tables.values()):
        return Found((), 0)
    prior = _prior(linkage, tables, len(certain))
    with _quiet():
        linker = _trained(linkage, tables, prior, database, tell)
        tell("pairs")
        scored = linker.inference.predict(threshold_match_weight=None)
        return _read(linkage, scored.physical_name, certain, prior, database)


def _certain(
    linkage: Linkage, tables: Mapping[str, pa.Table], database: Any
) -> set[tuple[str, str]]:
    """Pairs that agree on all items of one certain rule."""
    found: set[tuple[str, str]] = set()
    for items in linkage.certain:
        same = [
            exp.EQ(this=exp.column(i, "l"), expression=exp.column(i, "r"))
            for i in items
        ]
        if linkage.is_deduplication:
            keys = exp.column(KEY, "l"), exp.column(KEY, "r")
            same.append(exp.LT(this=keys[0], expression=keys[1]))
        other = exp.to_table(RIGHT if RIGHT in tables else LEFT)
        query = (
            exp.select(exp.column(KEY, "l"), exp.column(KEY, "r"))
            .from_(exp.alias_(exp.to_table(LEFT), "l", table=True))
            .join(exp.alias_(other, "r", table=True), on=exp.and_(*same))
        )
        found.update(database.execute(query.sql("duckdb")).fetchall())
    return found


def _trained(
    linkage: Linkage,
    tables: Mapping[str, pa.Table],
    prior: float,
    database: duckdb.DuckDBPyConnection,
    tell: Tell,
) -> Linker:
    api = DuckDBAPI(connection=database)
    frames = [api.register(name) for name in tables]
    linker = Linker(frames, settings(linkage, prior), log_level=None)
    tell("chance")
    linker.training.estimate_u_using_random_sampling(
        max_pairs=linkage.pairs, seed=linkage.seed
    )
    for block in linkage.blocks:
        tell("training")
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*block)
            )
        except EMTrainingException as error:
            raise Untrainable(
                "there is too little to learn from",
                where=linkage.code,
                why="no two rows agree on: " + ", ".join(block),
                mend="declare wider blocking rules, or link larger registers",
                items=", ".join(block),
            ) from error
    return linker


def _prior(linkage: Linkage, tables: Mapping[str, pa.Table], certain: int) -> float:
    """How probably any two rows are one: what the certain rules find, and miss.

    Without any certain pair, one pair is thought to exist.
    """
    sizes = [table.num_rows for table in tables.values()]
    first = sizes[0]
    possible = first * sizes[1] if len(sizes) > 1 else first * (first - 1) / 2
    return min(max(certain, 1) / linkage.recall / max(possible, 1), 0.5)


def _read(
    linkage: Linkage,
    table: str,
    certain: set[tuple[str, str]],
    prior: float,
    database: duckdb.DuckDBPyConnection,
) -> Found:
    """The predicted pairs as ours; certain ones keep their rule, not the model's."""
    found = {pair: Pair(*pair, 1.0, Method.RULE) for pair in certain}
    names = {
        each.item: [level.code for level in levels(each.item, each.measure)]
        for each in linkage.comparisons
    }
    probable = exp.GTE(
        this=exp.column("match_probability"),
        expression=exp.Literal.number(linkage.review),
    )
    scored = exp.select("*").from_(exp.to_table(table))
    query = scored.where(probable).order_by("match_weight DESC", *_KEYS)
    rows = list(_rows(database, query))
    for row in rows:
        pair = (row[_KEYS[0]], row[_KEYS[1]])
        if pair not in certain:
            found[pair] = _modelled(linkage, pair, row, prior, names)
    (scored_rows,) = database.table(table).aggregate("count(*)").fetchall()[0]
    return Found(tuple(found.values()), scored_rows - len(rows))


def _modelled(
    linkage: Linkage,
    pair: tuple[str, str],
    row: Mapping[str, Any],
    prior: float,
    names: Mapping[str, list[str]],
) -> Pair:
    parts = tuple(_part(each, row, names[each.item]) for each in linkage.comparisons)
    weight, probability = row["match_weight"], row["match_probability"]
    odds = math.log2(prior / (1 - prior))
    return Pair(*pair, probability, Method.MODEL, weight, odds, parts)


def _rows(
    database: duckdb.DuckDBPyConnection, query: exp.Select
) -> Iterator[dict[str, Any]]:
    for batch in database.execute(query.sql("duckdb")).to_arrow_reader(10_000):
        yield from batch.to_pylist()


# Splink numbers levels from the last one, 0, up to equality; the absent one is -1.
def _part(declared: Comparison, row: Mapping[str, Any], codes: list[str]) -> Part:
    gamma = row[f"gamma_{declared.item}"]
    level = codes[0] if gamma == -1 else codes[len(codes) - 1 - gamma]
    rarity = row.get(f"mw_tf_adj_{declared.item}") or 0.0
    return Part(declared.item, level, row[f"mw_{declared.item}"] + rarity, rarity)


@contextmanager
def _quiet() -> Iterator[None]:
    """Splink tells its steps by a logger that would write on the terminal."""
    log = logging.getLogger("splink")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
