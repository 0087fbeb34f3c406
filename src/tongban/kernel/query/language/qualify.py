"""Give every name its one meaning: which dataset, which item, which inner query.

SQLGlot's own qualifier does the work over a schema made of the datasets that
the statement names. What it leaves (row references, names that stand for
nothing) is refused here, so that later stages meet ``alias.item`` only.
"""

import re
from collections.abc import Iterator, Mapping

from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify as qualify_names
from sqlglot.schema import MappingSchema

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.language.parse import DIALECT, StatementError, place
from tongban.kernel.terms import did_you_mean


# Set on columns that the author wrote, so that those of a `*` can be told apart,
# and whether with the name of a relation or without.
NAMED, BARE, FULL = "named", "bare", "full"
_QUOTED = re.compile(r"'([^']+)'|: (\S+)$", re.MULTILINE)


def qualify(tree: exp.Query, datasets: Mapping[str, Dataset]) -> exp.Query:
    """``tree`` with every column as ``alias.item`` and every ``*`` written out.

    Raises StatementError: ``query.unknown-item``, ``query.columns``.
    """
    for column in tree.find_all(exp.Column):
        column.meta[NAMED] = FULL if column.table else BARE
    try:
        tree = qualify_names(tree, dialect=DIALECT, schema=_schema(datasets))
    except OptimizeError as problem:
        raise _unresolved(str(problem), datasets) from None
    _check_columns(tree)
    _check_outputs(tree)
    return tree


def datasets_of(tree: exp.Query, catalog: Catalog) -> dict[str, Dataset]:
    """The datasets that ``tree`` reads, by code.

    Raises StatementError ``query.unknown-dataset``.
    """
    found = {}
    for table in tree.find_all(exp.Table):
        if not table.db:
            if inner_query(table) is None:
                raise _unknown_dataset(table, catalog)
            continue
        code = dataset_code(table)
        if code not in catalog.datasets:
            raise _unknown_dataset(table, catalog)
        found[code] = catalog.datasets[code]
    return found


def dataset_code(table: exp.Table) -> str:
    """The code that a reference ``schema.table`` names; codes are lower case."""
    return f"{table.db}.{table.name}".lower()


def inner_query(table: exp.Table) -> exp.CTE | None:
    """The WITH query that an unqualified name refers to where it stands.

    A query sees those of its own WITH, one in a WITH those before itself; the
    innermost wins. No dataset can be meant, for a dataset has two names.
    """
    name = table.name.lower()
    below: exp.Expr = table
    inside: exp.Expr | None = None
    for above in _ancestors(table):
        if isinstance(above, exp.With):
            inside = below
        with_ = above.args.get("with_")
        if with_ is not None:
            for cte in _visible(with_, inside if below is with_ else None):
                if cte.alias.lower() == name:
                    return cte
        below = above
    return None


def _visible(with_: exp.With, inside: exp.Expr | None) -> Iterator[exp.CTE]:
    for cte in with_.expressions:
        if cte is inside:
            return
        yield cte


def _ancestors(node: exp.Expr) -> Iterator[exp.Expr]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _schema(datasets: Mapping[str, Dataset]) -> MappingSchema:
    schema: dict[str, object] = {}
    for code, dataset in datasets.items():
        name, table = code.split(".")
        tables = schema.setdefault(name, {})
        assert isinstance(tables, dict)
        tables[table] = dict.fromkeys(dataset.items, "VARCHAR")
    return MappingSchema(schema, dialect=DIALECT, normalize=False)


def _check_columns(tree: exp.Query) -> None:
    for node in tree.walk():
        if isinstance(node, exp.TableColumn | exp.Dot):
            raise StatementError(
                f"{node.name!r} is a whole row, not an item",
                why="items are used one by one",
                mend="name the item",
                code="query.unknown-item",
            )
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            raise StatementError(
                "* stands for nothing here",
                why="no dataset is read",
                mend="name a dataset with FROM",
                code="query.unknown-item",
            )


def _check_outputs(tree: exp.Query) -> None:
    """Inner queries and the answer must tell their columns apart."""
    named = [tree]
    for holder in tree.find_all(exp.CTE, exp.Subquery):
        if isinstance(holder.parent, exp.With | exp.From | exp.Join | exp.Lateral):
            named.append(holder.this)
    for query in named:
        names = [name.lower() for name in query.named_selects]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise StatementError(
                f"two columns are called {twice!r}",
                why="a column of an answer is known by its name",
                mend="give one of them another name with AS, or name the items",
                code="query.columns",
                column=twice,
            )


def _unknown_dataset(table: exp.Table, catalog: Catalog) -> StatementError:
    parts = [part.name for part in table.parts]
    name = ".".join(parts)
    return StatementError(
        f"no dataset {name!r} in the catalogue",
        where=place(table),
        why="only catalogued datasets, written schema.table, and WITH queries are read",
        mend=did_you_mean(name.lower(), catalog.datasets),
        code="query.unknown-dataset",
        dataset=name,
    )


def _unresolved(problem: str, datasets: Mapping[str, Dataset]) -> StatementError:
    found = _QUOTED.search(problem)
    name = next((group for group in found.groups() if group), "") if found else ""
    having = [code for code, dataset in datasets.items() if name in dataset.items]
    if len(having) > 1 and "table" not in problem:
        what = f"{name!r} may mean several items"
        mend = f"write which is meant: it is in {', '.join(sorted(having))}"
    else:
        what = f"nothing read here is called {name!r}"
        mend = did_you_mean(name, {i for d in datasets.values() for i in d.items})
    return StatementError(
        what,
        why=problem.splitlines()[0],
        mend=mend,
        code="query.unknown-item",
        item=name,
    )
