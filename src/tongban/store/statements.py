"""The few statements that every command and every look runs, composed once.

Django composes a statement anew at each call, at several times what the database
takes to run it. These are put together once, from the models' own tables and columns;
every value is a parameter, and values change hands as Django has them do.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection, models


Convert = Callable[[Any], Any]
Model = type[models.Model]

# Values of these fields go to every database, and come back, as they are in Python.
_PLAIN = (models.CharField, models.TextField, models.IntegerField)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one table in one statement; each then has its key.

    A row may refer to rows that got their keys after it was made.
    """
    sql, columns, relations = _insert(type(rows[0]), len(rows))
    for row in rows:
        for relation in relations:
            _take_key(row, relation)
    values = [prepare(getattr(row, name)) for row in rows for name, prepare in columns]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        keys = [key for (key,) in cursor.fetchall()]
    for row, key in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


def insert_values(
    model: Model, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows given as values of the fields ``names``, in one statement."""
    sql, prepares = _insert_values(model, tuple(names), len(rows))
    values = [
        prepare(value)
        for row in rows
        for prepare, value in zip(prepares, row, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def update(model: Model, changes: Mapping[str, Any], **where: Any) -> int:
    """Set columns of the rows in which the columns of ``where`` have its values.

    The number of rows; names are those of fields.
    """
    sql, prepares = _update(model, tuple(changes), tuple(where))
    given = (*changes.values(), *where.values())
    return _run(sql, prepares, given)


def delete(model: Model, **where: Any) -> int:
    """Delete these rows and nothing that refers to them; their number."""
    sql, prepares = _delete(model, tuple(where))
    return _run(sql, prepares, tuple(where.values()))


def select(
    model: Model, names: Sequence[str], rest: str, *values: Any
) -> list[tuple[Any, ...]]:
    """Columns of rows as tuples; ``rest`` is all that follows the columns.

    ``rest`` is a constant of the caller's, with a ``%s`` for each of ``values``.
    """
    columns, converts = _select(model, tuple(names))
    with connection.cursor() as cursor:
        # Columns are of our own models, `rest` is the caller's constant.
        cursor.execute(f"SELECT {columns} {rest}", values)  # nosec B608
        rows = cursor.fetchall()
    return [
        tuple(
            convert(value) if convert is not None else value
            for convert, value in zip(converts, row, strict=True)
        )
        for row in rows
    ]


def _run(sql: str, prepares: Sequence[Convert], given: Sequence[Any]) -> int:
    values = [prepare(value) for prepare, value in zip(prepares, given, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        count: int = cursor.rowcount
    return count


# ------------------------------------------------------------------- composition


@cache
def _insert(
    model: Model, count: int
) -> tuple[str, tuple[tuple[str, Convert], ...], tuple[Any, ...]]:
    meta = model._meta
    given = isinstance(meta.pk, models.AutoField)
    fields = [f for f in meta.concrete_fields if not (given and f.primary_key)]
    sql = f"{_into(model, fields, count)} RETURNING {_quoted(meta.pk.column)}"
    return (
        sql,
        tuple((field.attname, _prepare(field)) for field in fields),
        tuple(field for field in fields if field.is_relation),
    )


@cache
def _insert_values(
    model: Model, names: tuple[str, ...], count: int
) -> tuple[str, tuple[Convert, ...]]:
    fields = [model._meta.get_field(name) for name in names]
    return _into(model, fields, count), _prepares(model, names)


def _into(model: Model, fields: Sequence[Any], count: int) -> str:
    names = ", ".join(_quoted(field.column) for field in fields)
    row = f"({', '.join('%s' for _ in fields)})"
    rows = ", ".join([row] * count)
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES {rows}"  # nosec B608


@cache
def _update(
    model: Model, changed: tuple[str, ...], where: tuple[str, ...]
) -> tuple[str, tuple[Convert, ...]]:
    table = _quoted(model._meta.db_table)
    changes = _equal(model, changed, ", ")
    sql = f"UPDATE {table} SET {changes} WHERE {_equal(model, where, ' AND ')}"  # nosec B608
    return sql, _prepares(model, (*changed, *where))


@cache
def _delete(model: Model, where: tuple[str, ...]) -> tuple[str, tuple[Convert, ...]]:
    table = _quoted(model._meta.db_table)
    sql = f"DELETE FROM {table} WHERE {_equal(model, where, ' AND ')}"  # nosec B608
    return sql, _prepares(model, where)


@cache
def _select(
    model: Model, names: tuple[str, ...]
) -> tuple[str, tuple[Convert | None, ...]]:
    table = _quoted(model._meta.db_table)
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f"{table}.{_quoted(field.column)}" for field in fields)
    return columns, tuple(_restore(field) for field in fields)


def _equal(model: Model, names: tuple[str, ...], between: str) -> str:
    columns = (model._meta.get_field(name).column for name in names)
    return between.join(f"{_quoted(column)} = %s" for column in columns)


def _prepares(model: Model, names: tuple[str, ...]) -> tuple[Convert, ...]:
    return tuple(_prepare(model._meta.get_field(name)) for name in names)


def _quoted(name: str) -> str:
    quoted: str = connection.ops.quote_name(name)
    return quoted


def _take_key(row: models.Model, relation: Any) -> None:
    """Refer to the key that a related row got when it was inserted before."""
    related = relation.get_cached_value(row, default=None)
    if related is not None:
        setattr(row, relation.attname, related.pk)


def _prepare(field: Any) -> Convert:
    """What the database is given for a value of ``field``."""
    if isinstance(_target(field), _PLAIN):
        return _as_it_is
    return lambda value: field.get_db_prep_save(value, connection)


def _restore(field: Any) -> Convert | None:
    """How a value of ``field`` comes back from the database; None: as it is."""
    target = _target(field)
    if isinstance(target, _PLAIN):
        return None
    column = target.get_col(target.model._meta.db_table)
    steps = (
        *connection.ops.get_db_converters(column),
        *column.get_db_converters(connection),
    )

    def restore(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connection)
        return value

    return restore if steps else None


def _target(field: Any) -> Any:
    while field.is_relation:
        field = field.target_field
    return field


def _as_it_is(value: Any) -> Any:
    return value
