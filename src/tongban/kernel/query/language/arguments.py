"""Arguments of functions that must be written out, for they decide how large a value
grows, how text is read, or what an engine refuses before it has read a row.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.query.language.grammar import PARTS
from tongban.kernel.query.language.parse import (
    StatementError,
    check_given,
    place,
)


# The longest text that padding may make of each value, and string_agg of a group.
MAX_PAD = 1_000
_FORMAT = re.compile(r"(?:[^%]|%(?:-?[dmyHIMSj]|[aAwbBYpfgnUWcxXGuV%]))*")
_MODIFIERS = re.compile(r"[cgilmnps]*")
_OFFSET_WINDOWS = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)

_Check = Callable[[exp.Expr], None]


def argument(node: exp.Expr, what: str, mend: str | None = None) -> StatementError:
    """The refusal of a call for one of its arguments."""
    return StatementError(
        what,
        where=place(node),
        why="it must be known before any row is read",
        mend=mend,
        code="query.function",
    )


def check_named(call: exp.Expr) -> None:
    """A call by a name of ``NAMED``: how many arguments, and what they are."""
    check_given(call.name.lower(), len(call.expressions), place(call))
    check = _NAMED_CHECKS.get(call.name.lower())
    if check is not None:
        check(call)


def _is_whole(value: exp.Expr | None, least: int, most: int) -> bool:
    written = isinstance(value, exp.Literal) and value.is_int
    return written and least <= int(value.name) <= most if value else False


def _check_padding(node: exp.Expr) -> None:
    if not _is_whole(node.args.get("expression"), 0, MAX_PAD):
        raise argument(
            node,
            f"a text is padded to a number of at most {MAX_PAD} characters",
            "write that number",
        )


def _check_format(node: exp.Expr) -> None:
    _check_time_format(node, node.args.get("format"))


def _check_time_format(node: exp.Expr, given: exp.Expr | None) -> None:
    written = isinstance(given, exp.Literal) and given.is_string
    if not (written and given and _FORMAT.fullmatch(given.name)):
        raise argument(node, "a form of days that cannot be read", "write '%Y-%m-%d'")


def _check_named_format(call: exp.Expr) -> None:
    _check_time_format(call, call.expressions[1])


def _check_part(call: exp.Expr) -> None:
    part = call.expressions[0]
    if not (isinstance(part, exp.Literal) and part.name.upper() in PARTS):
        raise argument(call, "a part of time that is none", "write 'year'")


def _check_pattern(node: exp.Expr) -> None:
    for name in ("modifiers", "flag", "options"):
        given = node.args.get(name)
        if given is not None and not (
            isinstance(given, exp.Literal) and _MODIFIERS.fullmatch(given.name)
        ):
            raise argument(node, "options of a pattern that are none", "write 'i'")
    group = node.args.get("group")
    if group is not None and not _is_whole(group, 0, 9):
        raise argument(node, "a group of a pattern that is none", "write 0 to 9")


def _check_path(node: exp.Expr) -> None:
    if not isinstance(node.args.get("expression"), exp.JSONPath):
        raise argument(node, "a path into JSON that is computed", "write '$.name'")


def _check_named_path(call: exp.Expr) -> None:
    for path in call.expressions[1:]:
        if not (isinstance(path, exp.Literal) and _PATH.fullmatch(path.name)):
            raise argument(call, "a path into JSON that is none", "write '$.name'")


_PATH = re.compile(r"\$(?:\.\w+|\.\"[^\"]+\"|\[\d+\])*")


def _check_logarithm(node: exp.Expr) -> None:
    base = node.args.get("expression") and node.this
    if base is not None and not (isinstance(base, exp.Literal) and base.name == "10"):
        raise argument(
            node, "a logarithm to another base than 10", "write ln(x) / ln(b)"
        )


def _check_escape(node: exp.Expr) -> None:
    mark = node.args["expression"]
    if not (isinstance(mark, exp.Literal) and mark.is_string and len(mark.name) == 1):
        raise argument(
            node, "ESCAPE of something else than one sign", "write ESCAPE '!'"
        )


def _check_index(node: exp.Expr) -> None:
    (index,) = node.expressions if len(node.expressions) == 1 else (None,)
    if isinstance(index, exp.Neg):
        index = index.this
    if not (isinstance(index, exp.Literal) and index.is_int):
        raise argument(node, "[] around something else than a number", "list_extract")


def _check_separator(node: exp.Expr) -> None:
    if not isinstance(node.args.get("expression"), exp.Literal):
        raise argument(node, "a computed separator", "write array_to_string(list, ',')")


def _check_joined(node: exp.Expr) -> None:
    if isinstance(node.parent, exp.Window):
        raise argument(node, "string_agg over a window", "group the rows")
    if not isinstance(node.args.get("separator"), exp.Literal | None):
        raise argument(node, "a computed separator", "write string_agg(text, ',')")
    if not isinstance(node.this, exp.Order):
        raise argument(
            node,
            "string_agg without an order",
            "write string_agg(text, ',' ORDER BY item)",
        )


def _check_tiles(node: exp.Expr) -> None:
    if not _is_whole(node.this, 1, 1_000_000):
        raise argument(node, "ntile of something else than a number", "write ntile(4)")


def _check_ignoring(node: exp.Expr) -> None:
    # any_value comes as one of these: it is refused by its own name.
    if not isinstance(node.this, (*_OFFSET_WINDOWS, exp.AnyValue)):
        raise argument(node, "IGNORE NULLS of something else than a window's value")


def _check_frame(node: exp.Expr) -> None:
    for name in ("start", "end"):
        bound = node.args.get(name)
        if isinstance(bound, exp.Interval):
            bound = bound.this
        if not (bound is None or isinstance(bound, str | exp.Literal)):
            raise argument(node, "a computed frame of a window", "write a number")


CHECKS: Mapping[type[exp.Expr], _Check] = MappingProxyType(
    {
        exp.Pad: _check_padding,
        exp.TimeToStr: _check_format,
        exp.StrToTime: _check_format,
        exp.RegexpLike: _check_pattern,
        exp.RegexpFullMatch: _check_pattern,
        exp.RegexpExtract: _check_pattern,
        exp.RegexpExtractAll: _check_pattern,
        exp.RegexpReplace: _check_pattern,
        exp.JSONExtract: _check_path,
        exp.JSONExtractScalar: _check_path,
        exp.Log: _check_logarithm,
        exp.Escape: _check_escape,
        exp.Bracket: _check_index,
        exp.ArrayToString: _check_separator,
        exp.GroupConcat: _check_joined,
        exp.Ntile: _check_tiles,
        exp.IgnoreNulls: _check_ignoring,
        exp.WindowSpec: _check_frame,
    }
)
_NAMED_CHECKS: Mapping[str, _Check] = MappingProxyType(
    {
        "date_part": _check_part,
        "date_sub": _check_part,
        "try_strptime": _check_named_format,
        "json_array_length": _check_named_path,
        "json_exists": _check_named_path,
    }
)
