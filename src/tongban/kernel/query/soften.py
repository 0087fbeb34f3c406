"""Make conversions that fail give NULL instead of an error.

An engine may try an author's conversion on a row before it has looked at whose
row it is, and an error quotes the value: it would tell of other people's rows.
For a rule, a value that cannot be read is unknown, and a person looks at it.
"""

from sqlglot import exp


def soften(tree: exp.Query) -> exp.Query:
    """``tree`` with TRY_CAST for every CAST an author wrote."""
    for cast in list(tree.find_all(exp.Cast)):
        if not isinstance(cast, exp.TryCast):
            cast.replace(exp.TryCast(this=cast.this, to=cast.args["to"]))
    return tree
