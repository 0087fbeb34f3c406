"""Rows in an order of their own where the one they are kept in would tell a number.

Snapshots are sorted by the subject's number. Where that is masked or not granted,
the place of a row would still tell its rank, and two answers for two purposes could
be joined row by row. So the answer is sorted by what it shows, and nothing inside
may ask for a place among rows that its own order leaves equal: of every such dataset
that rows come from, the order must have the item itself that tells them apart, and a
mask that makes two of them equal does not.
"""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.language.lineage import relation_of, relations_of
from tongban.kernel.query.language.parse import place
from tongban.kernel.query.language.qualify import dataset_code, inner_query
from tongban.kernel.query.language.relations import label
from tongban.kernel.query.terms.bind import Terms, shown_masked
from tongban.kernel.query.terms.masks import keeps_apart
from tongban.kernel.terms import Refused


# Where rows come from: the relations on the way down to a dataset, outermost first.
_Path = tuple[int, ...]
# Sets of items each of which tells all rows of a dataset apart, as they are shown.
_Keys = tuple[frozenset[str], ...]

# These tell rows apart that are equal in the order of their window.
_PLACED = (
    *(exp.RowNumber, exp.Ntile, exp.Lag, exp.Lead),
    *(exp.FirstValue, exp.LastValue, exp.NthValue),
)


def settle_order(tree: exp.Query, terms: Mapping[str, Terms]) -> exp.Query:
    """A qualified ``tree`` whose rows come in no order that ``terms`` hide.

    ``tree`` itself where none is hidden. Raises Refused ``query.order``.
    """
    hidden = {code: _keys(each) for code, each in terms.items() if _is_hidden(each)}
    if not hidden:
        return tree
    tree = tree.copy()
    for node in list(tree.walk()):
        if _asks_for_a_place(node, tree) and not _is_told_apart(node, hidden):
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
    leading = _sorted_by(terms.dataset)[:1]
    return not set(leading) <= _granted(terms) - _masked(terms)


def _keys(terms: Terms) -> _Keys:
    """The number that rows are kept by, or all items of the key, if shown apart."""
    items, masked = terms.dataset.items, _masked(terms)
    apart = {
        name
        for name in _granted(terms)
        if name not in masked or keeps_apart(items[name])
    }
    key = frozenset(name for name, item in items.items() if item.key)
    several = (frozenset(_sorted_by(terms.dataset)[:1]), key)
    return tuple(each for each in several if each and each <= apart)


def _granted(terms: Terms) -> frozenset[str]:
    return terms.grant.items


def _masked(terms: Terms) -> frozenset[str]:
    return shown_masked(terms.grant.items, terms.dataset, terms.grant)


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


def _is_told_apart(node: exp.Expr, hidden: Mapping[str, _Keys]) -> bool:
    """Whether the order of ``node`` leaves no two rows of ``hidden`` datasets equal."""
    whole = node if isinstance(node, exp.Query) else node.find_ancestor(exp.Select)
    order = node.args.get("order")
    ordered = {
        _item(key.this, whole)
        for key in (order.expressions if order is not None else ())
    }
    return all(
        any({(path, item) for item in key} <= ordered for key in hidden[code])
        for path, code in _read(whole, ())
        if code in hidden
    )


def _read(query: exp.Expr | None, path: _Path) -> Iterator[tuple[_Path, str]]:
    """The datasets whose rows become rows of ``query``, each by its way."""
    if isinstance(query, exp.SetOperation):
        for side in (query.this, query.expression):
            yield from _read(side, (*path, id(side)))
    if not isinstance(query, exp.Select):
        return
    for relation in relations_of(query):
        way = (*path, id(relation))
        inner = _inner(relation)
        if inner is not None:
            yield from _read(inner, way)
        elif isinstance(relation, exp.Table):
            yield way, dataset_code(relation)


def _inner(relation: exp.Expr) -> exp.Expr | None:
    """The query that a relation is, by a name of WITH or in brackets."""
    if isinstance(relation, exp.Table):
        named = None if relation.db else inner_query(relation)
        return named.this if named is not None else None
    return relation.this if isinstance(relation, _QUERIES) else None


_QUERIES = (exp.Subquery, exp.Lateral)


def _item(
    column: exp.Expr | None, query: exp.Expr | None, path: _Path = ()
) -> tuple[_Path, str] | None:
    """The very item that a column is, through names alone; None for all else."""
    if not isinstance(column, exp.Column) or not column.table:
        return None
    relation = relation_of(column)
    if relation is None or not isinstance(query, exp.Select):
        return None
    if not any(each is relation for each in relations_of(query)):
        return None
    way, inner = (*path, id(relation)), _inner(relation)
    if inner is None:
        return (way, column.name) if isinstance(relation, exp.Table) else None
    if isinstance(inner, exp.Select):
        found = (each for each in inner.selects if each.alias_or_name == column.name)
        projected = next(found, None)
        return _item(projected and projected.unalias(), inner, way)
    return None


def _unordered(node: exp.Expr) -> Refused:
    return Refused(
        f"{label(node)} asks for rows by their place",
        where=place(node),
        why="rows of equal order would come as they are kept, by a number that is not "
        "shown",
        mend="order by a number that is shown and tells all rows apart, or use rank()",
        code="query.order",
    )
