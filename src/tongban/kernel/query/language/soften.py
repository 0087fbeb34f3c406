"""Make what fails on a value give NULL instead of an error.

An engine may compute an author's expression on a row before it has looked at whose
row it is, and an error quotes the value: it would tell of other people's rows.
For a rule, a value that cannot be read is unknown, and a person looks at it.

Aggregates and windows see only rows that the terms of use show, so what is computed
from them may fail: the error tells of nothing that the answer would not.
"""

from sqlglot import exp

from tongban.kernel.query.language.arguments import MAX_PAD
from tongban.kernel.query.language.functions import RAISING, RAISING_NAMED


# DuckDB's TRY takes none of these inside.
_NOT_TRIED = (exp.AggFunc, exp.Window, exp.Query, exp.Explode)
_LONGEST = 9  # digits of a number that every function takes
# What DuckDB says where string_agg would give more than MAX_PAD characters.
TOO_LONG = f"string_agg gives more than {MAX_PAD} characters"


def soften(tree: exp.Query) -> exp.Query:
    """``tree`` with TRY_CAST for every CAST, and TRY around what may raise."""
    for node in list(tree.walk()):
        if isinstance(node, exp.Cast):
            if not isinstance(node, exp.TryCast):
                node.replace(exp.TryCast(this=node.this, to=node.args["to"]))
        elif isinstance(node, exp.Func):
            _soften_call(node)
    # Last, for each is written twice.
    for node in list(tree.find_all(exp.GroupConcat)):
        _bound(node.parent if isinstance(node.parent, exp.Filter) else node)
    return tree


def _bound(joined: exp.Expr) -> None:
    """An error of its own where many rows would be packed into one cell."""
    holder = exp.Case()
    joined.replace(holder)
    length = exp.Length(this=joined.copy())
    longer = exp.GT(this=length, expression=exp.Literal.number(MAX_PAD))
    refused = exp.Anonymous(this="error", expressions=[exp.Literal.string(TOO_LONG)])
    holder.set("ifs", [exp.If(this=longer, true=refused)])
    holder.set("default", joined)


def _soften_call(call: exp.Func) -> None:
    if not _may_raise(call):
        return
    plain = _plain(call)
    if plain is not call:
        call.replace(plain)
    if not plain.find(*_NOT_TRIED) and not isinstance(plain.parent, exp.Try):
        holder = exp.Try()
        plain.replace(holder)
        holder.set("this", plain)


def _may_raise(call: exp.Func) -> bool:
    if isinstance(call, exp.Anonymous):
        return call.name.lower() in RAISING_NAMED
    names = RAISING.get(type(call))
    return names is not None and any(_varies(call.args.get(name)) for name in names)


def _varies(given: object) -> bool:
    """Whether an argument is anything but a literal that every function takes."""
    if isinstance(given, list):
        return any(_varies(each) for each in given)
    if isinstance(given, exp.Neg | exp.Cast):
        return _varies(given.this)
    if isinstance(given, exp.Literal):
        return not given.is_string and len(given.name) > _LONGEST
    return isinstance(given, exp.Expr)


def _plain(call: exp.Expr) -> exp.Expr:
    """A path into JSON as a call: to DuckDB alone, an arrow binds weaker than =."""
    name = _ARROWS.get(type(call))
    if name is None:
        return call
    path = call.args["expression"].sql(dialect="duckdb")[1:-1].replace("''", "'")
    given = [call.this, exp.Literal.string(path)]
    return exp.Anonymous(this=name, expressions=given)


_ARROWS: dict[type[exp.Expr], str] = {
    exp.JSONExtract: "json_extract",
    exp.JSONExtractScalar: "json_extract_string",
}
