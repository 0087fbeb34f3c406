"""What a text says, before anybody asks who may run it.

This half of the pipeline depends on the catalogue alone, so its result serves
every caller.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.language.allow import allow
from tongban.kernel.query.language.headings import head
from tongban.kernel.query.language.limits import limit
from tongban.kernel.query.language.lineage import Output, trace
from tongban.kernel.query.language.macros import expand
from tongban.kernel.query.language.qualify import NAMED, datasets_of, qualify
from tongban.kernel.query.language.soften import soften
from tongban.kernel.query.language.windows import name_windows


# From the parser's tree to one that names are looked up in. The size is looked
# at twice: before macros and windows repeat their parts, and after.
STAGES: tuple[Callable[[exp.Query], exp.Query], ...] = (
    limit,
    allow,
    name_windows,
    expand,
    limit,
    soften,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a statement reads of one dataset; ``optional`` by ``*`` only."""

    dataset: str
    required: frozenset[str]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement with every name resolved. ``tree`` is shared: copy before changing.

    ``wanted`` is sorted by dataset; ``params`` are the names of placeholders.
    """

    tree: exp.Query
    outputs: tuple[Output, ...]
    wanted: tuple[Wanted, ...]
    params: frozenset[str]
    headings: Mapping[str, str] = field(default_factory=dict)


def read(tree: exp.Query, catalog: Catalog, sql: str | None = None) -> Reading:
    """The reading of a parsed statement, which is changed. Raises StatementError.

    With ``sql``, its text, columns without a name are headed as they are written.
    """
    headings = head(tree, sql) if sql else {}
    for stage in STAGES:
        tree = stage(tree)
    datasets = datasets_of(tree, catalog)
    tree = qualify(tree, datasets)
    lineage = trace(tree, datasets)
    wanted = tuple(
        Wanted(
            code,
            frozenset(lineage.required.get(code, ())),
            frozenset(lineage.optional.get(code, ())),
        )
        for code in sorted(datasets)
    )
    names = frozenset(node.name for node in tree.find_all(exp.Placeholder))
    if not any(each.optional for each in wanted):
        _forget(tree)
    return Reading(tree, lineage.outputs, wanted, names, headings)


def _forget(tree: exp.Query) -> None:
    """Where each word stood and what it was inferred to be: copies cost twice as
    much with it. A ``*`` still needs the marks to be told from what was named.
    """
    for node in tree.walk():
        node.type = None
        if node.meta_get("line") or node.meta_get(NAMED):
            node.meta.clear()
