"""Write named windows out where they are used, so that their items have lineage."""

from collections.abc import Sequence

from sqlglot import exp

from tongban.kernel.query.language.parse import StatementError, place


_PARTS = ("partition_by", "order", "spec")


def name_windows(tree: exp.Query) -> exp.Query:
    """``tree`` without WINDOW clauses.

    Raises StatementError: ``query.unknown-item``, ``query.node``.
    """
    for select in tree.find_all(exp.Select):
        _check_names(select.args.get("windows") or ())
    for window in list(tree.find_all(exp.Window)):
        if window.args.get("alias"):
            _write_out(window)
    for select in tree.find_all(exp.Select):
        select.set("windows", None)
    return tree


def _check_names(windows: Sequence[exp.Expr]) -> None:
    if len({window.name.lower() for window in windows}) < len(windows):
        raise StatementError(
            "WINDOW names two windows alike",
            where=place(windows[0]),
            mend="give one of them another name",
            code="query.node",
        )


def _write_out(window: exp.Window) -> None:
    select = window.find_ancestor(exp.Select)
    assert select is not None
    for named in select.args.get("windows") or ():
        if named.name.lower() == window.alias.lower():
            for part in _PARTS:
                given = named.copy().args.get(part)
                if given:
                    window.set(part, given)
            window.set("alias", None)
            return
    raise StatementError(
        f"no window is called {window.alias!r}",
        where=place(window),
        mend="name it in the WINDOW clause of the same SELECT",
        code="query.unknown-item",
        item=window.alias,
    )
