"""Which words of a statement are calls, told by its tokens alone.

A word before a bracket is a call unless it is syntax, an operator, or a name with
its columns: a relation's behind AS or behind what it names, a WITH query's before
AS. What stands in place of a dataset, or behind a dot, is left to the tree, where
no function may be.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlglot import Token, TokenType
from sqlglot.dialects.duckdb import DuckDB


TYPES = frozenset(DuckDB.Parser.TYPE_TOKENS) - {TokenType.UNION, TokenType.INTERVAL}
_SYNTAX = {TokenType.EXISTS, TokenType.ANY, TokenType.ALL, TokenType.INTERVAL}
_NAMES = {*DuckDB.Parser.FUNC_TOKENS, TokenType.APPLY, TokenType.SHOW} - _SYNTAX
_PATTERNS = {TokenType.LIKE, TokenType.ILIKE}
_NAMING = {TokenType.ALIAS, TokenType.DOT, TokenType.WITH, TokenType.RECURSIVE}
_RELATION = {TokenType.FROM, TokenType.JOIN, TokenType.LATERAL}
# What a value or a relation may end with.
OPERANDS = {
    *(TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER),
    *(TokenType.NULL, TokenType.TRUE, TokenType.FALSE, TokenType.END),
    *(TokenType.R_PAREN, TokenType.R_BRACKET),
}
# Words that SQLGlot has no token for, and that stand before a value all the same.
_SIDES = {"BOTH", "LEADING", "TRAILING"}
# substring(text FROM 1 FOR 2): words that part values as commas do.
_PARTS = dict.fromkeys(
    ("substring", "substr"), {TokenType.COMMA, TokenType.FROM, TokenType.FOR}
)
# Behind a star they name items to be left out or changed.
_LEFT_OUT = {"EXCLUDE", "REPLACE", "RENAME"}
_PHRASES = {
    *((TokenType.CROSS, "APPLY"), (TokenType.OUTER, "APPLY")),
    (TokenType.USING, "KEY"),
}
OPENS = {TokenType.L_PAREN, TokenType.L_BRACKET}
CLOSES = {TokenType.R_PAREN, TokenType.R_BRACKET}


class Call(NamedTuple):
    """A name as it is written, and how many values are written behind it."""

    name: Token
    given: int


def calls(tokens: Sequence[Token]) -> Iterator[Call]:
    """The calls of a statement, in the order they are written."""
    closes = _brackets(tokens)
    opens = {close: start for start, close in closes.items()}
    called: set[int] = set()
    inner: list[int] = []
    for at, token in enumerate(tokens):
        if token.token_type in OPENS:
            inner.append(at)
        elif token.token_type in CLOSES and inner:
            inner.pop()
        if token.token_type not in _NAMES or at + 1 not in closes:
            continue
        if tokens[at + 1].token_type is not TokenType.L_PAREN:
            continue
        if _is_other(tokens, at, opens) or _is_query(tokens, closes[at + 1]):
            continue
        called.add(at + 1)
        if _is_relation(tokens, at) and not called & set(inner[-1:]):
            continue
        yield Call(token, _given(tokens, at, closes))


def _brackets(tokens: Sequence[Token]) -> Mapping[int, int]:
    """Where each bracket that opens is closed; without those that are not."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for at, token in enumerate(tokens):
        if token.token_type in OPENS:
            waiting.append(at)
        elif token.token_type in CLOSES and waiting:
            found[waiting.pop()] = at
    return found


def _kind(tokens: Sequence[Token], at: int) -> TokenType | None:
    return tokens[at].token_type if 0 <= at < len(tokens) else None


def _is_other(tokens: Sequence[Token], at: int, opens: Mapping[int, int]) -> bool:
    """Whether the word is an operator or a name that what stands before it is given."""
    before = _kind(tokens, at - 1)
    if before is TokenType.NOT:
        pattern = tokens[at].token_type in _PATTERNS
        kept = _kind(tokens, at - 2) is TokenType.ALIAS
        return kept or (pattern and _is_operand(tokens, at - 2, opens))
    word = tokens[at].text.upper()
    if (before, word) in _PHRASES:
        return True
    if before is TokenType.STAR and word in _LEFT_OUT:
        # A star that multiplies has an operand before it.
        return not _is_operand(tokens, at - 2, opens)
    return before in _NAMING or _is_operand(tokens, at - 1, opens)


def _is_relation(tokens: Sequence[Token], at: int) -> bool:
    """Whether rows come from here, and not a value as in IS DISTINCT FROM."""
    compared = _kind(tokens, at - 2) is TokenType.DISTINCT
    return _kind(tokens, at - 1) in _RELATION and not compared


def _is_operand(tokens: Sequence[Token], at: int, opens: Mapping[int, int]) -> bool:
    """Whether a value or a relation ends here, so that no other can begin."""
    if _kind(tokens, at) not in OPERANDS or tokens[at].text.upper() in _SIDES:
        return False
    # SELECT DISTINCT ON (item) upper(name)
    return _kind(tokens, opens.get(at, 0) - 1) is not TokenType.ON


def _is_query(tokens: Sequence[Token], close: int) -> bool:
    """``WITH name(column) AS (…)``, the query being kept or not."""
    words = [token.text.upper() for token in tokens[close + 1 : close + 5]]
    kept = [word for word in words if word not in ("NOT", "MATERIALIZED")]
    return kept[:2] == ["AS", "("]


def _given(tokens: Sequence[Token], name: int, closes: Mapping[int, int]) -> int:
    """How many values stand in the brackets: those of ORDER BY are none."""
    at, end = name + 2, closes[name + 1]
    if at == end:
        return 0
    parts = _PARTS.get(tokens[name].text.lower(), {TokenType.COMMA})
    parted = 0
    while at < end and tokens[at].token_type is not TokenType.ORDER_BY:
        parted += tokens[at].token_type in parts
        at = closes.get(at, at) + 1
    return parted + 1
