"""How large one statement may be, so that no use can exhaust the compiler."""

from sqlglot import exp

from tongban.kernel.query.parse import MAX_NESTING, StatementError, too_deep


MAX_NODES = 5_000
MAX_JOINS = 60
# A chain of these is as flat as a list, however SQLGlot nests it.
_CHAINS = (exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul, exp.DPipe)


def limit(tree: exp.Query) -> exp.Query:
    """``tree`` when it is small enough. Raises StatementError ``query.too-large``."""
    nodes = joins = 0
    waiting: list[tuple[exp.Expr, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        joins += isinstance(node, exp.Join)
        if depth > MAX_NESTING:
            raise too_deep()
        for child in node.iter_expressions():
            flat = isinstance(node, _CHAINS) and type(child) is type(node)
            waiting.append((child, depth if flat else depth + 1))
    _check("nodes", nodes, MAX_NODES)
    _check("joins", joins, MAX_JOINS)
    return tree


def _check(what: str, found: int, most: int) -> None:
    if found > most:
        raise StatementError(
            f"the statement has {found} {what}",
            why=f"at most {most} are accepted",
            mend="divide it into several uses",
            code="query.too-large",
        )
