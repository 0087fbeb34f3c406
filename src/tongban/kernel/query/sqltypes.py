"""The catalogue's types as SQLGlot's, those of DuckDB and of the lake."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import DataType, Item


_NAMES = {
    DataType.TEXT: "VARCHAR",
    DataType.INTEGER: "BIGINT",
    DataType.DECIMAL: "DECIMAL(18, 6)",
    DataType.MONEY: "BIGINT",
    DataType.DATE: "DATE",
    DataType.DATETIME: "TIMESTAMP",
    DataType.BOOLEAN: "BOOLEAN",
}
SQL_TYPES: Mapping[DataType, exp.DataType] = MappingProxyType(
    {item: exp.DataType.build(name, dialect="duckdb") for item, name in _NAMES.items()}
)


def cast(value: exp.Expr, item_type: DataType) -> exp.Cast:
    """``value`` read as an item's type; an error where it cannot be."""
    return exp.Cast(this=value, to=SQL_TYPES[item_type].copy())


def cast_item(value: exp.Expr, item: Item) -> exp.Cast:
    """``value`` read as ``item``, of the precision it declares."""
    found = cast(value, item.type)
    if item.type is DataType.DECIMAL and item.decimal is not None:
        digits = [exp.DataTypeParam(this=exp.Literal.number(n)) for n in item.decimal]
        found.set("to", exp.DataType(this=exp.DType.DECIMAL, expressions=digits))
    return found
