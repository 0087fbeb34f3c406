"""The allow-list at work: every node of a tree against the tables and the forms."""

from sqlglot import exp

from tongban.kernel.query.language import arguments, forms, relations
from tongban.kernel.query.language.functions import FUNCTIONS, function_name
from tongban.kernel.query.language.grammar import ALLOWED, REASONS
from tongban.kernel.query.language.parse import (
    StatementError,
    place,
    unknown_function,
)
from tongban.kernel.query.language.relations import label


# What a node may have to hold to: as a relation, as a call, as any other form.
_CHECKS = (forms.CHECKS, relations.CHECKS, arguments.CHECKS)


def allow(tree: exp.Query) -> exp.Query:
    """``tree`` without its comments, when all of it is allowed.

    Raises StatementError: ``query.node``, ``query.function``, ``query.param``,
    ``query.name``, ``query.type``.
    """
    for node in tree.walk():
        node.comments = None
        _check_node(node)
        for checks in _CHECKS:
            if type(node) in checks:
                checks[type(node)](node)
    return tree


def _check_node(node: exp.Expr) -> None:
    arguments = ALLOWED.get(type(node))
    if arguments is None:
        raise _refused_node(node)
    for name, value in node.args.items():
        if value and name not in arguments:
            what = f"{label(node)} with {name.strip('_')!r}"
            if isinstance(value, str):
                what = f"{value.upper()} {label(node)}"
            raise StatementError(
                f"{what} is not part of governed SQL",
                where=place(node),
                why=_reason(type(node), name, value),
                code="query.function" if type(node) in FUNCTIONS else "query.node",
            )


def _reason(node: type[exp.Expr], name: str, value: object) -> str:
    """Why an argument is refused; of a JOIN, for its word."""
    for key in (name, str(value).upper()):
        if (node, key) in REASONS:
            return REASONS[node, key]
    return "only forms whose effect is known are accepted"


def _refused_node(node: exp.Expr) -> StatementError:
    if isinstance(node, exp.Func):
        names = [function_name(type(node)), *node.sql_names()]
        return unknown_function(names, place(node))
    return StatementError(
        f"{label(node)} is not part of governed SQL",
        where=place(node),
        why=REASONS.get(
            (type(node), ""),
            "only SELECT over catalogued datasets, in forms whose effect is known",
        ),
        code="query.node",
    )
