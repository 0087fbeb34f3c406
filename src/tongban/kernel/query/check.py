"""What can be said of SQL in a pack before there is a use: is it well formed, what
does it read. Grants are not asked here; a purpose's least set of items is checked
with ``items_of``.
"""

from collections.abc import Iterable

from sqlglot import exp

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.language.grammar import AS_OF, SUBJECT
from tongban.kernel.query.language.parse import (
    StatementError,
    parse_any,
    parse_expression,
)
from tongban.kernel.query.language.reading import Reading, Wanted, read
from tongban.kernel.query.terms.row_filter import read_filter
from tongban.kernel.terms import did_you_mean


def items_of(sql: str, catalog: Catalog) -> frozenset[str]:
    """The ``dataset.item`` names that a statement or an expression reads.

    An expression reads by its subqueries. Raises StatementError.
    """
    return _items(read(parse_any(sql), catalog))


def check_condition(
    sql: str, catalog: Catalog, params: Iterable[str] = ()
) -> frozenset[str]:
    """The items a condition reads, when it is well formed.

    ``params`` are the names of values it may use beside ``:subject`` and
    ``:as_of``. Raises StatementError.
    """
    reading = read(exp.Select(expressions=[parse_expression(sql)]), catalog)
    known = {*params, SUBJECT, AS_OF}
    for name in sorted(reading.params - known):
        raise StatementError(
            f"no value is called :{name}",
            why="a condition uses the fields of its form, :subject and :as_of",
            mend=did_you_mean(name, known),
            code="query.param",
            param=name,
        )
    return _items(reading)


def check_row(sql: str, dataset: Dataset) -> frozenset[str]:
    """The items of ``dataset`` that a condition over its rows alone looks at.

    Raises StatementError.
    """
    return read_filter(sql, dataset).items


def check_filter(sql: str, dataset: Dataset, catalog: Catalog) -> frozenset[str]:
    """The ``dataset.item`` names that a grant's filter reads of other datasets.

    Raises StatementError.
    """
    return _names(read_filter(sql, dataset, catalog).wanted)


def _items(reading: Reading) -> frozenset[str]:
    return _names(reading.wanted)


def _names(several: Iterable[Wanted]) -> frozenset[str]:
    return frozenset(
        f"{wanted.dataset}.{item}"
        for wanted in several
        for item in wanted.required | wanted.optional
    )
