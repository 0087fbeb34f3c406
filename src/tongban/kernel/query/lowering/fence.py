"""Keep what a statement computes away from the rows that its terms hold back.

An engine may try an author's condition on a row before it has looked whether the
row is the subject's and passes the grant's filter, for both are conditions to it
and it takes them in the order that it finds cheapest. No such row would show, but
a sum that overflows on one, or an escape that is none, would end the use with an
error, and so tell of it. Where that can be, rows are kept back by an inner query
that no engine moves a condition into: one with an OFFSET, if only of nothing. (A
MATERIALIZED query is no such thing: DuckDB 1.5 moves conditions into it.)

The fence costs the engine its short cuts, so it stands only where needed: where
some condition is not one of those that `pushdown` knows the types of, none of
which can fail. What is computed for the answer alone, DuckDB computes of the rows
that are left in any case.
"""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType
from tongban.kernel.query.language.grammar import AS_OF, SUBJECT
from tongban.kernel.query.language.qualify import dataset_code
from tongban.kernel.query.lowering.pushdown import Type, is_sure
from tongban.kernel.query.terms.bind import Terms


_RESERVED = {AS_OF: DataType.DATE, SUBJECT: DataType.TEXT}


def may_fail(
    tree: exp.Query, terms: Mapping[str, Terms], params: Mapping[str, Type]
) -> bool:
    """Whether some condition of a qualified tree may end in an error on some row.

    A day may be moved out of the calendar, wherever the moved day is looked at.
    """
    if any(each.moving_item for each in terms.values()):
        return True
    datasets = {code: each.dataset for code, each in terms.items()}
    items = _items(tree, datasets)
    known = {**params, **_RESERVED}
    return not all(
        is_sure(part, items, known, datasets)
        for condition in _conditions(tree)
        for part in _parts(condition)
    )


def _conditions(tree: exp.Query) -> Iterator[exp.Expr]:
    for select in tree.find_all(exp.Select):
        for clause in ("where", "having", "qualify"):
            if select.args.get(clause):
                yield select.args[clause].this
        for join in select.args.get("joins") or ():
            if join.args.get("on"):
                yield join.args["on"]
            elif join.args.get("using"):
                yield join


def _parts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """What AND and OR join, however many there are."""
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, exp.And | exp.Or | exp.Paren):
            waiting += part.iter_expressions()
        else:
            yield part


def _items(
    tree: exp.Query, datasets: Mapping[str, Dataset]
) -> dict[tuple[str, str], DataType]:
    """The types of items by alias, without the aliases that mean several things."""
    means: dict[str, set[str]] = {}
    for table in tree.find_all(exp.Table):
        code = dataset_code(table) if table.db else ""
        means.setdefault(table.alias_or_name, set()).add(code)
    for inner in tree.find_all(exp.Subquery):
        means.setdefault(inner.alias, set()).add("")
    return {
        (alias, item.name): item.type
        for alias, codes in means.items()
        if len(codes) == 1 and "" not in codes
        for item in datasets[min(codes)].items.values()
    }
