"""Rows in an order of their own where the one they are kept in would tell a number.

Snapshots are sorted by the subject's number. Where that is masked or not granted,
the place of a row would still tell its rank, and two answers for two purposes could
be joined row by row. So the answer is sorted by what it shows, and nothing inside
may ask for a place among rows that its own order leaves equal.
"""

from collections.abc import Iterable, Mapping

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.language.lineage import sources_of
from tongban.kernel.query.language.parse import place
from tongban.kernel.query.language.relations import label
from tongban.kernel.query.terms.bind import Terms, shown_masked
from tongban.kernel.terms import Refused


# These tell rows apart that are equal in the order of their window.
_PLACED = (
    *(exp.RowNumber, exp.Ntile, exp.Lag, exp.Lead),
    *(exp.FirstValue, exp.LastValue, exp.NthValue),
)


def settle_order(tree: exp.Query, terms: Mapping[str, Terms]) -> exp.Query:
    """A qualified ``tree`` whose rows come in no order that ``terms`` hide.

    ``tree`` itself where none is hidden. Raises Refused ``query.order``.
    """
    hidden = {code: each.dataset for code, each in terms.items() if _is_hidden(each)}
    if not hidden:
        return tree
    datasets = {code: each.dataset for code, each in terms.items()}
    known = frozenset(f"{c}.{n}" for c, d in hidden.items() for n in _sorted_by(d))
    tree = tree.copy()
    for node in list(tree.walk()):
        asked = _asks_for_a_place(node, tree)
        if asked and not _is_told_apart(node.args.get("order"), known, datasets):
            raise _unordered(node)
    if _is_one_row(tree):
        return tree
    columns = [exp.Literal.number(n) for n in range(1, len(tree.selects) + 1)]
    ordered = [exp.Ordered(this=column, nulls_first=False) for column in columns]
    last = tree.args.get("order") or exp.Order(expressions=[])
    last.set("expressions", [*last.expressions, *ordered])
    tree.set("order", last)
    return tree


def _sorted_by(dataset: Dataset) -> list[str]:
    keys = (name for name, item in dataset.items.items() if item.key)
    return list(dict.fromkeys([*dataset.subjects.values(), *keys]))


def _is_hidden(terms: Terms) -> bool:
    """Whether what a snapshot is sorted by may not be seen as it is."""
    given = terms.grant.items
    leading = _sorted_by(terms.dataset)[:1]
    return not set(leading) <= given - shown_masked(given, terms.dataset, terms.grant)


def _is_one_row(tree: exp.Query) -> bool:
    """Whether the answer is figures of everyone together."""
    whole = isinstance(tree, exp.Select) and not tree.args.get("group")
    return whole and all(
        isinstance(each.unalias(), exp.AggFunc | exp.Filter) for each in tree.selects
    )


def _asks_for_a_place(node: exp.Expr, tree: exp.Query) -> bool:
    if isinstance(node, exp.Window):
        spec = node.args.get("spec")
        rows = spec is not None and spec.text("kind").upper() == "ROWS"
        function = node.this.this if isinstance(node.this, _WRAPS) else node.this
        return rows or isinstance(function, _PLACED)
    if isinstance(node, exp.Select | exp.SetOperation):
        distinct = node.args.get("distinct")
        if isinstance(distinct, exp.Distinct) and distinct.args.get("on"):
            return True
        cut = node.args.get("limit") or node.args.get("offset")
        return bool(cut) and node is not tree
    return False


_WRAPS = (exp.Filter, exp.IgnoreNulls)


def _is_told_apart(
    order: exp.Expr | None, known: frozenset[str], datasets: Mapping[str, Dataset]
) -> bool:
    """Whether an order has an item by which no two rows are equal, masked or not."""
    ordered: Iterable[exp.Expr] = order.expressions if order is not None else ()
    keys = (each.this for each in ordered)
    return any(
        isinstance(key, exp.Column)
        and bool(key.table)
        and bool(sources_of(key, datasets) & known)
        for key in keys
    )


def _unordered(node: exp.Expr) -> Refused:
    return Refused(
        f"{label(node)} asks for rows by their place",
        where=place(node),
        why="rows of equal order would come as they are kept, by a number that is not "
        "shown",
        mend="order by the number of the subject as well, or use rank()",
        code="query.order",
    )
