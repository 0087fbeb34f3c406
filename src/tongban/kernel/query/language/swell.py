"""How many times longer than an item a text or a list may become.

``x || x`` doubles, and twenty WITH queries that each double the one before make a
million; an engine would hold all of it for every row. The growth of each column
is known from the text of the statement, so it is bounded before any engine runs.
"""

from collections.abc import Callable, Iterator

from sqlglot import exp

from tongban.kernel.query.language.arguments import MAX_PAD
from tongban.kernel.query.language.parse import StatementError, place


MAX_GROWTH = 256
# The length of an item, in characters, that growth is counted in.
_UNIT = 128
_JOINING = (
    exp.DPipe,
    exp.Concat,
    exp.ConcatWs,
    exp.Array,
    exp.ArrayConcat,
    exp.ArrayAppend,
    exp.ArrayPrepend,
    exp.ArrayToString,
)
_REPLACING = (exp.Replace, exp.RegexpReplace)
_MADE = (exp.Pad, exp.GroupConcat)


def growth(node: exp.Expr, of: Callable[[exp.Expr], int]) -> int:
    """How many items' lengths the value of ``node`` may have.

    ``of`` tells it of a column and of an inner query. Raises StatementError
    ``query.too-large`` above MAX_GROWTH.
    """
    found = _growth(node, of)
    if found > MAX_GROWTH:
        raise StatementError(
            f"a text or a list here may become {found} times as long as an item",
            where=place(node),
            why=f"at most {MAX_GROWTH} times are computed, for every row holds one",
            mend="join or replace fewer parts",
            code="query.too-large",
        )
    return found


def _growth(node: exp.Expr, of: Callable[[exp.Expr], int]) -> int:
    if isinstance(node, exp.Column | exp.Query):
        return of(node)
    if isinstance(node, exp.Literal):
        return 1 + len(node.name) // _UNIT
    if isinstance(node, _MADE):
        return 1 + MAX_PAD // _UNIT
    if isinstance(node, _REPLACING):
        return growth(node.this, of) * _characters(node.args["replacement"], of)
    parts = [growth(part, of) for part in _parts(node)]
    if isinstance(node, _JOINING):
        return sum(parts)
    return max(parts, default=1)


def _parts(node: exp.Expr) -> Iterator[exp.Expr]:
    """What ``node`` consists of; a chain of its kind is as flat as a list."""
    waiting = [node]
    while waiting:
        for child in waiting.pop().iter_expressions():
            if type(child) is type(node):
                waiting.append(child)
            else:
                yield child


def _characters(text: exp.Expr, of: Callable[[exp.Expr], int]) -> int:
    """How long what replaces a single character may be."""
    if isinstance(text, exp.Literal):
        return max(1, len(text.name))
    return _UNIT * growth(text, of)
