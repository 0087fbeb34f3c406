"""What a column of the answer without a name is headed: its text as it was written.

Within the statements it goes by a plain name, for no engine must know of it.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import Token, TokenType, exp

from tongban.kernel.query.language.calls import CLOSES, OPENS
from tongban.kernel.query.language.parse import DIALECT


_LONGEST = 60
_BEFORE = {TokenType.DISTINCT, TokenType.ALL}
_CLAUSES = {
    *(TokenType.FROM, TokenType.WHERE, TokenType.GROUP_BY, TokenType.HAVING),
    *(TokenType.QUALIFY, TokenType.WINDOW, TokenType.ORDER_BY, TokenType.LIMIT),
    *(TokenType.OFFSET, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT),
    TokenType.SEMICOLON,
}


def head(tree: exp.Query, sql: str) -> Mapping[str, str]:
    """Name the unnamed columns of ``tree``, the statement ``sql``; their headings.

    Two of one heading are told apart by the plain name of the second.
    """
    select: exp.Expr = tree
    while isinstance(select, exp.SetOperation):
        select = select.this
    if not isinstance(select, exp.Select):
        return {}
    unnamed = [n for n, each in enumerate(select.expressions) if not each.output_name]
    unnamed = [n for n in unnamed if not select.expressions[n].is_star]
    if not unnamed:
        return {}
    texts = list(_texts(DIALECT.tokenize(sql), sql))
    if len(texts) != len(select.expressions):
        return {}
    found: dict[str, str] = {}
    taken = {each.lower() for each in select.named_selects}
    for number in unnamed:
        name, text = f"_col_{number}", texts[number]
        value = select.expressions[number]
        alias = exp.to_identifier(name)
        value.replace(exp.Alias(this=value.copy(), alias=alias))
        if text.lower() not in taken:
            taken.add(text.lower())
            found[name] = text
    return found


def _texts(tokens: Sequence[Token], sql: str) -> Iterator[str]:
    """The columns of the first SELECT that is in no brackets."""
    depth, first, inside = 0, 0, False
    for at, token in enumerate(tokens):
        kind = token.token_type
        if not inside:
            if kind is TokenType.SELECT and depth == 0:
                first, inside = _first(tokens, at + 1), True
        elif at >= first and depth == 0:
            ends = kind in _CLAUSES and not _is_compared(tokens, at)
            if ends or kind is TokenType.COMMA:
                yield _text(tokens[first:at], sql)
                first = at + 1
            if ends:
                return
        depth += (kind in OPENS) - (kind in CLOSES)
    if inside:
        yield _text(tokens[first:], sql)


def _first(tokens: Sequence[Token], at: int) -> int:
    """The first word of the first column, behind DISTINCT or DISTINCT ON (…)."""
    if tokens[at].token_type in _BEFORE:
        at += 1
        if tokens[at].token_type is TokenType.ON:
            depth, at = 1, at + 2
            while depth:
                kind = tokens[at].token_type
                depth += (kind in OPENS) - (kind in CLOSES)
                at += 1
    return at


def _is_compared(tokens: Sequence[Token], at: int) -> bool:
    """``a IS DISTINCT FROM b``"""
    return tokens[at - 1].token_type is TokenType.DISTINCT


def _text(tokens: Sequence[Token], sql: str) -> str:
    if not tokens:
        return ""
    text = " ".join(sql[tokens[0].start : tokens[-1].end + 1].split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
