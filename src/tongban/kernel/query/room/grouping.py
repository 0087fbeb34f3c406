"""By what the rows of the clean room are grouped, and how its answer is ordered."""

from itertools import combinations, product

from sqlglot import exp

from tongban.kernel.query.recipe import Order, Shown
from tongban.kernel.query.room.clean_room import refused


MOST_SETS = 32


def grouping_sets(
    group: exp.Group | None,
) -> tuple[list[exp.Expr], tuple[tuple[int, ...], ...]]:
    """The keys, and for each grouping set the places of its keys."""
    if group is None:
        return [], ((),)
    parts = [*group.expressions]
    for name in ("grouping_sets", "cube", "rollup"):
        parts += group.args.get(name) or []
    keys: dict[str, exp.Expr] = {}
    sets = [
        tuple(sorted({_place(key, keys) for part in several for key in part}))
        for several in product(*(_alternatives(part) for part in parts))
    ]
    if len(sets) > MOST_SETS:
        why = f"at most {MOST_SETS} grouping sets are answered at once"
        raise refused(f"{len(sets)} grouping sets", why, "ask for fewer", "shape")
    return list(keys.values()), tuple(dict.fromkeys(sets))


def _place(key: exp.Expr, keys: dict[str, exp.Expr]) -> int:
    keys.setdefault(key.sql("duckdb"), key)
    return list(keys).index(key.sql("duckdb"))


def _alternatives(part: exp.Expr) -> list[list[exp.Expr]]:
    """The lists of keys that one element of GROUP BY stands for."""
    inner = [_together(each) for each in part.expressions]
    match part:
        case exp.Rollup():
            return [sum(inner[:n], []) for n in range(len(inner), -1, -1)]
        case exp.Cube():
            sizes = range(len(inner), -1, -1)
            return [sum(c, []) for n in sizes for c in combinations(inner, n)]
        case exp.GroupingSets():
            return [a for each in part.expressions for a in _alternatives(each)]
    return [_together(part)]


def _together(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Tuple):
        return [each.unnest() for each in node.expressions]
    return [node.unnest()]


def order_of(select: exp.Select, shown: tuple[Shown, ...]) -> tuple[Order, ...]:
    """By which columns the answer is ordered: those that are shown, and no other."""
    order = select.args.get("order")
    texts = [each.unalias().sql("duckdb") for each in select.selects]
    names = [each.name for each in shown]
    found = []
    for each in order.expressions if order else ():
        value = each.this.unnest()
        if isinstance(value, exp.Column) and not value.table and value.name in names:
            place = names.index(value.name)
        elif value.sql("duckdb") in texts:
            place = texts.index(value.sql("duckdb"))
        else:
            why = "an order by what is not shown would tell of it"
            raise refused(
                "ORDER BY of something else", why, "order by a column", "shape"
            )
        descending, first = bool(each.args.get("desc")), each.args.get("nulls_first")
        found.append(Order(place, descending, bool(first)))
    return tuple(found)


def bound_of(select: exp.Select, name: str) -> exp.Expr | None:
    """The LIMIT or OFFSET of the answer, applied once it is released."""
    bound = select.args.get(name)
    return bound.expression if bound else None
