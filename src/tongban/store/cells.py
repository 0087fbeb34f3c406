"""What a cell of text means for each type of item, and which cells mean nothing."""

from collections.abc import Iterator

import duckdb
from sqlglot import exp, parse_one

from tongban.kernel.catalog.model import DataType, Item
from tongban.kernel.query.engines.types import duckdb_type
from tongban.store.intake import ROW, SHOWN, CellProblem, Intake, RowsRefused


RAW = "raw"
# What a cell of text means for each type; NULL where it means nothing. Numbers
# by their digits, for a cast would round 1.5 to 2; dates also as spreadsheets
# and offices write them.
_MEANING = {
    DataType.TEXT: "cell",
    DataType.INTEGER: (
        "CASE WHEN regexp_full_match(cell, '[+-]?[0-9]+') "
        "THEN TRY_CAST(cell AS BIGINT) END"
    ),
    DataType.DECIMAL: "TRY_CAST(cell AS DECIMAL)",
    DataType.DATE: (
        "COALESCE(TRY_CAST(cell AS DATE), CAST(TRY_STRPTIME(cell, "
        "['%Y/%m/%d', '%Y%m%d', '%Y年%m月%d日']) AS DATE))"
    ),
    DataType.DATETIME: (
        "COALESCE(TRY_CAST(cell AS TIMESTAMP), "
        "TRY_STRPTIME(cell, ['%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M']))"
    ),
    DataType.BOOLEAN: (
        "CASE WHEN lower(cell) IN ('1', 'true', '是') THEN TRUE "
        "WHEN lower(cell) IN ('0', 'false', '否') THEN FALSE END"
    ),
}
_MEANING[DataType.MONEY] = _MEANING[DataType.INTEGER]
_EXPECTED = {
    DataType.INTEGER: "is no whole number",
    DataType.DECIMAL: "is no decimal number",
    DataType.MONEY: "is no amount in fen (whole number)",
    DataType.DATE: "is no date such as 2026-11-23",
    DataType.DATETIME: "is no moment such as 2026-11-23 09:30:00",
    DataType.BOOLEAN: "is neither 1 nor 0 (true, false, 是, 否)",
}


def check(database: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """RowsRefused if a cell is not what its item says.

    A database is held to types alone: its department answers for the rest, and
    one over-long address must not keep a whole register out of the lake.
    """
    found, total = list(intake.problems), intake.total
    for item in intake.dataset.items.values():
        for wrong, why in _rules(item, intake.is_sheet):
            rows = exp.select(exp.column(quoted(ROW))).from_(RAW).where(wrong)
            numbers = database.execute(
                rows.order_by(exp.column(quoted(ROW))).limit(SHOWN).sql("duckdb")
            ).fetchall()
            for (number,) in numbers:
                where = intake.place(number, item.name)
                found.append((number, CellProblem(where, item.name, why)))
            total += _count(database, wrong) if len(numbers) == SHOWN else len(numbers)
    if found:
        found.sort(key=lambda each: each[0])
        problems = [problem for _, problem in found]
        raise RowsRefused(intake.source, problems, total=total)


def _count(database: duckdb.DuckDBPyConnection, condition: exp.Expression) -> int:
    query = exp.select(exp.func("count", exp.Star())).from_(RAW).where(condition)
    (found,) = database.execute(query.sql("duckdb")).fetchall()[0]
    return int(found)


def _rules(item: Item, is_sheet: bool) -> Iterator[tuple[exp.Condition, str]]:
    cell = column(item.name)
    if item.type is not DataType.TEXT:
        wrong = exp.and_(cell.is_(exp.null()).not_(), meaning(item).is_(exp.null()))
        yield wrong, _EXPECTED[item.type]
    if is_sheet and item.key:
        yield cell.is_(exp.null()), "is empty, but identifies the row"
    if is_sheet and item.length is not None and item.type is DataType.TEXT:
        length = exp.func("length", cell.copy())
        too_long = exp.GT(this=length, expression=exp.Literal.number(item.length))
        yield too_long, f"is longer than {item.length} characters"


def meaning(item: Item) -> exp.Expression:
    template = parse_one(_MEANING[item.type], read="duckdb")
    if item.type is DataType.DECIMAL:
        template.set("to", sql_type(duckdb_type(item)))
    return template.transform(
        lambda node: column(item.name) if isinstance(node, exp.Column) else node
    )


def quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def column(name: str) -> exp.Column:
    return exp.column(quoted(name))


def sql_type(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="duckdb")
