"""The codes of the errors that modules raise, read from their source."""

import ast
import re
from collections.abc import Iterable, Iterator

from tools.source import Module


CODE = re.compile(r"[a-z]+[a-z-]*(\.[a-z][a-z-]*)*")


def codes(source: Iterable[Module]) -> set[str]:
    """All codes that these modules give to errors."""
    return set().union(*map(codes_of, source))


def codes_of(module: Module) -> set[str]:
    """What is given to a name ``code``: in an error's class, or where one is raised.

    A code put together at run time is not found: its family brings its own words.
    """
    given = [value for node in ast.walk(module.tree) for value in _given(node)]
    return {text for value in given for text in _texts(value)}


def _given(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg == "code":
        yield node.value
    elif isinstance(node, ast.Assign):
        yield from _assigned(node.targets[0], node.value)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from _assigned(node.target, node.value)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    """The part of ``a, code = b, c`` that goes to ``code``."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for each, given in zip(target.elts, value.elts, strict=False):
            yield from _assigned(each, given)
    elif isinstance(target, ast.Name) and target.id == "code":
        yield value


def _texts(value: ast.expr) -> Iterator[str]:
    """Both branches of a choice; nothing of an f-string."""
    if isinstance(value, ast.Constant) and CODE.fullmatch(str(value.value)):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
