"""From text to one tree: the guards that must stand before SQLGlot's parser.

The parser is exact but not built for hostile text: a run of joins without ON,
type names used as calls and chains of brackets cost it exponential or quadratic
time, and deep nesting costs it the stack. The tokens show all of these in one
pass, so they are refused before the parser starts.
"""

import unicodedata
from collections.abc import Sequence

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, TokenError

from tongban.kernel.query.language.calls import OPERANDS, TYPES, calls
from tongban.kernel.query.language.functions import REFUSED
from tongban.kernel.query.language.names import CALLS, values
from tongban.kernel.terms import UserError, did_you_mean


DIALECT = DuckDB()
MAX_CHARACTERS = 20_000
MAX_NESTING = 50

_STARTS = {TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN}
_STATEMENT = {TokenType.SELECT, TokenType.WITH, TokenType.FROM}
_OPENS = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.CASE}
_CLOSES = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.END}
_SIGNS = set("(),.;*+-/%=<>$[]^") | {
    *("//", "==", "!=", "<>", "<=", ">=", "||", "::", "**", "->", "->>"),
}
_NAMELESS = {"?", "@"}
_WHY_NOT = {
    ":": "parts of a list or a text are taken by list_extract and substring, names are "
    "given by AS"
}
_WORDS = {TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER, TokenType.VAR}
_OTHER_STRINGS = {kind for kind in TokenType if kind.name.endswith("_STRING")}
_LINE_CHARACTERS = {"\t", "\n", "\r"}


class StatementError(UserError):
    """SQL that its author must mend before anybody asks who may run it."""

    code = "query.syntax"


def parse(sql: str) -> exp.Select | exp.SetOperation:
    """The one query that ``sql`` is. Raises StatementError.

    Codes: ``query.syntax``, ``query.too-large``, ``query.character``,
    ``query.node``, ``query.not-select``, ``query.statements``.
    """
    tokens = _tokens(sql)
    if not tokens or tokens[0].token_type not in _STARTS:
        raise _not_select(tokens)
    return _query(_tree(tokens, sql, exp.Query), tokens)


def parse_expression(sql: str) -> exp.Expr:
    """One expression, such as a condition or a row filter. Raises StatementError."""
    return _tree(_tokens(sql), sql, exp.Condition)


def parse_any(sql: str) -> exp.Select | exp.SetOperation:
    """A statement as it is, or an expression as the only column of a SELECT."""
    tokens = _tokens(sql)
    if tokens and tokens[0].token_type in _STATEMENT:
        return _query(_tree(tokens, sql, exp.Query), tokens)
    return exp.Select(expressions=[_tree(tokens, sql, exp.Condition)])


def where(token: Token) -> str:
    """Line and column of a token's first character, both counted from 1."""
    return f"{token.line}:{max(1, token.col - len(token.text) + 1)}"


def place(node: exp.Expr) -> str | None:
    """Line and column where ``node`` was written, if any of it remembers."""
    for inner in node.walk():
        line = inner.meta_get("line")
        if line:
            start = inner.meta_get("col") - len(inner.name) + 1
            return f"{line}:{max(1, start)}"
    return None


def _tokens(sql: str) -> list[Token]:
    if len(sql) > MAX_CHARACTERS:
        raise StatementError(
            f"the statement has {len(sql)} characters",
            why=f"at most {MAX_CHARACTERS} are read",
            mend="divide it into several uses",
            code="query.too-large",
        )
    _check_characters(sql)
    try:
        tokens = DIALECT.tokenize(sql)
    except TokenError as problem:
        raise StatementError(
            "the statement cannot be read",
            why=str(problem),
            mend="look for a quote or a comment that is not closed",
        ) from None
    tokens = _named_values(tokens)
    _check_statements(tokens)
    _check_signs(tokens)
    _check_nesting(tokens)
    return tokens


def _named_values(tokens: list[Token]) -> list[Token]:
    """``:name`` as ``$name``: DuckDB's colon may also begin an alias or a path.

    Behind a value it does, or it parts a slice; there no other value can stand.
    """
    found = list(tokens)
    for at, (token, word) in enumerate(zip(tokens, tokens[1:], strict=False)):
        if token.token_type is not TokenType.COLON or word.start != token.end + 1:
            continue
        if at == 0 or tokens[at - 1].token_type not in OPERANDS:
            found[at] = _moved(token, TokenType.PARAMETER, "$")
            found[at + 1] = _moved(word, TokenType.VAR, word.text)
    return found


def _moved(token: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, token.line, token.col, token.start, token.end)


def _check_characters(sql: str) -> None:
    """Invisible characters may make a text read otherwise than it runs."""
    if sql.isprintable():
        return
    for at, character in enumerate(sql):
        if character.isprintable() or character in _LINE_CHARACTERS:
            continue
        if unicodedata.category(character) != "Zs":
            raise StatementError(
                f"the invisible character U+{ord(character):04X} at {at + 1}",
                why="a text that reads otherwise than it runs is not accepted",
                mend="remove it",
                code="query.character",
            )


def _check_statements(tokens: Sequence[Token]) -> None:
    for token in tokens[:-1]:
        if token.token_type is TokenType.SEMICOLON:
            raise StatementError(
                "more than one statement",
                where=where(token),
                why="one use is one SELECT",
                mend="send each statement as its own use",
                code="query.statements",
            )


def _check_signs(tokens: Sequence[Token]) -> None:
    for at, token in enumerate(tokens):
        kind, text = token.token_type, token.text
        if text in _NAMELESS:
            raise StatementError(
                f"{text!r} is no placeholder here",
                where=where(token),
                why="values are given by name",
                mend="write :name",
                code="query.param",
            )
        if kind not in _WORDS and text not in _SIGNS and not _is_keyword(token):
            raise StatementError(
                f"{text!r} is not part of governed SQL",
                where=where(token),
                why=_WHY_NOT.get(
                    text, "only signs and words whose effect is known are accepted"
                ),
                code="query.node",
            )
        if text == "]" and _text(tokens, at + 1) == "[":
            raise StatementError(
                "a part of a part",
                where=where(token),
                why="a chain of [] costs the parser more than it is worth",
                mend="use list_extract for the inner one",
                code="query.node",
            )
        if kind in TYPES and _text(tokens, at + 1) == "(":
            _check_type_size(tokens, at)


def _is_keyword(token: Token) -> bool:
    words = token.text.replace("_", "").replace(" ", "")
    return words.isalnum() and token.token_type not in _OTHER_STRINGS


def _check_type_size(tokens: Sequence[Token], at: int) -> None:
    """``DECIMAL(18, 2)`` is a type; ``DATE(x)`` and ``LIST(x)`` read as calls."""
    for size, token in enumerate(tokens[at + 2 : at + 6]):
        if token.token_type is TokenType.R_PAREN and size:
            return
        if token.token_type not in (TokenType.NUMBER, TokenType.COMMA):
            break
    name = tokens[at].text.lower()
    raise StatementError(
        f"{name.upper()}(…) is not a function here",
        where=where(tokens[at]),
        why=REFUSED.get(name, "the name of a type takes only a size"),
        mend=None if name in REFUSED else "write CAST(… AS type)",
        code="query.function",
    )


def _check_calls(tokens: Sequence[Token]) -> None:
    """Names and numbers of values, before SQLGlot makes other ones of them."""
    for token, given in calls(tokens):
        name = token.text.lower()
        if token.token_type in TYPES and name not in REFUSED:
            continue
        if name not in CALLS:
            raise unknown_function([name], where(token))
        check_given(name, given, where(token))


def check_given(name: str, given: int, place: str | None) -> None:
    """That a call by a known name has as many values as it takes."""
    least, most = CALLS[name]
    if given < least or (most is not None and given > most):
        raise StatementError(
            f"{name} takes {values(name)}, not {given}",
            where=place,
            why="a value that nothing reads, or that is missing, is a mistake",
            code="query.function",
        )


def unknown_function(names: Sequence[str], place: str | None) -> StatementError:
    """The refusal of a call by a name, of several for the same, that is in no table."""
    name = next((each for each in names if each.lower() in REFUSED), names[0]).lower()
    why = REFUSED.get(name)
    return StatementError(
        f"the function {name} is not part of governed SQL",
        where=place,
        why=why or "functions are allowed one by one",
        mend=None if why else did_you_mean(name, CALLS),
        code="query.function",
        function=name,
    )


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""


def _check_nesting(tokens: Sequence[Token]) -> None:
    """Depth of brackets and CASE, and a JOIN condition before the next JOIN."""
    waiting: list[Token | None] = [None]
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind in _OPENS:
            waiting.append(None)
            if len(waiting) > MAX_NESTING:
                raise too_deep(where(token))
        elif kind in _CLOSES and len(waiting) > 1:
            waiting.pop()
        elif kind in (TokenType.ON, TokenType.USING):
            waiting[-1] = None
        elif kind is TokenType.JOIN:
            if waiting[-1] is not None:
                raise StatementError(
                    "a JOIN without ON or USING",
                    where=where(waiting[-1]),
                    mend="say on which items the two are joined, or CROSS JOIN",
                )
            crossed = at > 0 and tokens[at - 1].token_type is TokenType.CROSS
            waiting[-1] = None if crossed else token


def too_deep(place: str | None = None) -> StatementError:
    """The refusal of a statement that nests too deep."""
    return StatementError(
        "the statement nests too deep",
        where=place,
        why=f"at most {MAX_NESTING} levels are read",
        mend="name inner queries with WITH, or divide the statement",
        code="query.too-large",
    )


def _tree(tokens: list[Token], sql: str, kind: type[exp.Expr]) -> exp.Expr:
    _check_calls(tokens)
    parser = DIALECT.parser()
    try:
        if kind is exp.Query:
            trees = parser.parse(tokens, sql)
        else:
            trees = parser.parse_into(kind, tokens, sql)
    except ParseError as problem:
        raise _syntax(problem) from None
    except RecursionError:
        raise too_deep() from None
    except TypeError:
        # An arrow into JSON with nothing before it is no ParseError to SQLGlot.
        raise StatementError("the statement cannot be parsed") from None
    found = [tree for tree in trees if tree is not None]
    if len(found) != 1:
        raise StatementError("no SQL at all", mend="write one SELECT")
    return found[0]


def _syntax(problem: ParseError) -> StatementError:
    first = problem.errors[0]
    word = first["highlight"] or " "
    # SQLGlot tells the last column of the word it stumbled over.
    column = max(1, first["col"] - len(word) + 1)
    return StatementError(
        "the statement cannot be parsed",
        where=f"{first['line']}:{column}",
        why=first["description"],
        mend=f"look at {word!r}",
    )


def _query(tree: exp.Expr, tokens: Sequence[Token]) -> exp.Select | exp.SetOperation:
    while isinstance(tree, exp.Subquery) and set(_given(tree)) == {"this"}:
        tree = tree.this
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise _not_select(tokens)
    return tree


def _given(node: exp.Expr) -> list[str]:
    return [name for name, value in node.args.items() if value]


def _not_select(tokens: Sequence[Token]) -> StatementError:
    word = tokens[0].text.upper() if tokens else "nothing"
    return StatementError(
        f"the statement is not a SELECT but starts with {word}",
        where=where(tokens[0]) if tokens else None,
        why="data are read here, never changed, defined or configured",
        mend="write one SELECT",
        code="query.not-select",
    )
