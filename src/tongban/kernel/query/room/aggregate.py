"""Rewrite a grouped statement so that the clean room can guard its answer.

The author's query becomes two. The flat rows say for each row its keys, the values
to add up, whether it counts, whose it is and which it is::

    SELECT k AS __k0, v AS __v0, (cond) IS TRUE AS __w0, p.__person AS __s0, …
    FROM … WHERE …

Above them, each grouping set is a query of its own that yields what was asked for
and, beside it, how many subjects every figure stands on. Release (disclosure.py)
reads the latter, and only then is any of it an answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.language.lineage import relations_of
from tongban.kernel.query.language.qualify import dataset_code
from tongban.kernel.query.language.relations import label
from tongban.kernel.query.recipe import (
    Anchor,
    Measure,
    Privacy,
    Recipe,
    Shown,
    Statistic,
)
from tongban.kernel.query.room.clean_room import (
    Base,
    Datasets,
    addends,
    check,
    refused,
    rows_of,
    source,
)
from tongban.kernel.query.room.grouping import bound_of, grouping_sets, order_of
from tongban.kernel.query.room.groups import FLAT, cut_groups, grouped
from tongban.kernel.query.terms.bind import ENTRY, hidden_subject
from tongban.kernel.terms import SubjectKind


_ARITHMETIC = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Paren),
    *(exp.Nullif, exp.Round),
)
_EXPOSING = (
    "it is the value of one person, or a list of them",
    "ask for COUNT, SUM or AVG",
)


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Columns of a relation that tell whose row of which table it is, and which."""

    table: int
    dataset: str
    kind: SubjectKind
    subject: str
    entry: str


@dataclass(slots=True)
class _Flat:
    """The flat rows as they are written: names for expressions, each only once."""

    datasets: Datasets
    select: exp.Select
    subjects: dict[tuple[str, int, SubjectKind], str] = field(default_factory=dict)
    columns: dict[str, exp.Expr] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)

    def column(self, letter: str, value: exp.Expr) -> str:
        """The name of a column that is ``value``."""
        key = f"{letter} {value.sql('duckdb')}"
        if key not in self.known:
            taken = sum(name.startswith(f"__{letter}") for name in self.columns)
            self.known[key] = f"__{letter}{taken}"
            self.columns[self.known[key]] = value.copy()
        return self.known[key]

    def query(self) -> exp.Select:
        named = [exp.alias_(v, n, quoted=True) for n, v in self.columns.items()]
        flat = exp.Select(expressions=named)
        for name in ("with_", "from_", "joins", "where"):
            flat.set(name, self.select.args.get(name))
        return flat


def rewrite(
    tree: exp.Query, datasets: Mapping[str, Dataset], privacy: Privacy
) -> tuple[exp.Select, Recipe]:
    """The query that yields guarded groups, and how to make the answer of it.

    Changes ``tree``, a qualified one; the result still reads unbound datasets.
    Raises StatementError, codes ``query.aggregate-…``: those of `check`, ``value``,
    ``function``, ``nobody``, ``noise``.
    """
    select = check(tree, datasets)
    keys, sets = grouping_sets(select.args.get("group"))
    flat = _Flat(datasets, select)
    rows, anchors = _rows(select), _expose_anchors(flat)
    shown = tuple(_shown(each, keys, flat, privacy) for each in select.selects)
    if not flat.measures:
        why = "rows of people do not leave the clean room, only figures of groups"
        raise refused("an answer without figures", why, "ask for COUNT(*)", "shape")
    recipe = Recipe(
        privacy=privacy,
        keys=len(keys),
        sets=sets,
        anchors=(),
        measures=tuple(flat.measures),
        shown=shown,
        columns=(),
        order=order_of(select, shown),
        limit=bound_of(select, "limit"),
        offset=bound_of(select, "offset"),
        rows=rows,
    )
    for place, key in enumerate(keys):
        flat.columns[f"__k{place}"] = key.copy()
    if privacy.epsilon is None:
        outer, columns = grouped(recipe, anchors)
    else:
        outer, columns = cut_groups(recipe, _only_anchor(recipe, anchors))
    outer.with_(FLAT, as_=flat.query(), copy=False)
    return outer, replace(recipe, anchors=anchors, columns=columns)


def _only_anchor(recipe: Recipe, anchors: tuple[Anchor, ...]) -> Anchor:
    """The one kind of subject of one relation that noise can be made for."""
    if len(anchors) == len(recipe.sets) == 1:
        return anchors[0]
    raise refused(
        "noise for several kinds of subjects, or several grouping sets",
        "how much one subject can change the answer must be known",
        "ask about one dataset whose rows are of one kind, grouped once",
        "noise",
    )


def flat_rows(tree: exp.Query) -> exp.Select:
    """The flat rows of a rewritten tree, bound or not."""
    (cte,) = tree.args["with_"].expressions
    rows: exp.Select = cte.this
    return rows


def _rows(select: exp.Select) -> str:
    """What chose the rows, as text: two uses with the same one have the same rows."""
    chosen = exp.select("1")
    for name in ("with_", "from_", "joins", "where"):
        part = select.args.get(name)
        if isinstance(part, list):
            part = [each.copy() for each in part]
        chosen.set(name, part.copy() if isinstance(part, exp.Expr) else part)
    return chosen.sql("duckdb")


# ----------------------------------------------------- columns of the answer


def _shown(
    projection: exp.Expr, keys: list[exp.Expr], flat: _Flat, privacy: Privacy
) -> Shown:
    name, value = projection.alias_or_name, projection.unalias()
    texts = [key.sql("duckdb") for key in keys]
    if value.sql("duckdb") in texts:
        return Shown(name, key=texts.index(value.sql("duckdb")))
    if value.find(exp.AggFunc) is None:
        raise refused(
            f"the column {name!r} is neither a figure nor a key of its group",
            "what is shown of a group is what all of it have in common",
            "put the whole expression in GROUP BY",
            "shape",
        )
    return Shown(name, formula=_formula(value, flat, privacy))


def _formula(node: exp.Expr, flat: _Flat, privacy: Privacy) -> exp.Expr:
    """``node`` with its aggregates replaced by the names of their measures."""
    if isinstance(node, exp.Filter | exp.AggFunc):
        flat.measures.append(_measure(node, flat, privacy))
        return exp.column(f"__m{len(flat.measures) - 1}", quoted=True)
    if isinstance(node, exp.Literal) and not node.is_string:
        return node.copy()
    if not isinstance(node, _ARITHMETIC):
        raise refused(
            f"{label(node)} over figures",
            "figures are computed on after they are released, by arithmetic alone",
            "use + - * / ROUND or NULLIF",
            "function",
        )
    made = {
        name: _formula(value, flat, privacy) if isinstance(value, exp.Expr) else value
        for name, value in node.args.items()
    }
    return type(node)(**made)


def _measure(node: exp.Expr, flat: _Flat, privacy: Privacy) -> Measure:
    condition = None
    if isinstance(node, exp.Filter):
        condition, node = node.expression.this, node.this
    value = node.this if isinstance(node, exp.Count | exp.Sum | exp.Avg) else None
    if value is None:
        raise refused(f"{label(node)} in the clean room", *_EXPOSING, "function")
    chosen = condition is not None
    if isinstance(node, exp.Sum | exp.Avg):
        items = addends(value, flat.datasets)
        kind = Statistic.SUM if isinstance(node, exp.Sum) else Statistic.MEAN
        when = flat.column("w", _counts(condition, value))
        bounds = _bounds(value, items, privacy)
        return Measure(kind, flat.column("v", value), when, chosen, bounds)
    when_ = flat.column("w", _counts(condition)) if condition else None
    if isinstance(value, exp.Distinct):
        return Measure(Statistic.SUBJECTS, _counted(value, flat), when_, chosen)
    if isinstance(value, exp.Star | exp.Literal):
        return Measure(Statistic.ROWS, None, when_, chosen)
    if not isinstance(value, exp.Column) or not isinstance(
        source(value, flat.datasets), Base
    ):
        raise refused(
            "COUNT of an expression",
            "it may be nothing for all but one",
            "write COUNT(*) FILTER (WHERE …)",
            "value",
        )
    when = flat.column("w", _counts(condition, value))
    return Measure(Statistic.ROWS, None, when, chosen)


def _counts(condition: exp.Expr | None, value: exp.Expr | None = None) -> exp.Expr:
    """Whether a row counts, true or false and never unknown."""
    found: list[exp.Expr] = []
    if condition is not None:
        truth = exp.Paren(this=condition.copy())
        found.append(exp.Is(this=truth, expression=exp.true()))
    if value is not None:
        inner = exp.Paren(this=value.copy())
        found.append(exp.not_(exp.Is(this=inner, expression=exp.null())))
    return exp.and_(*found)


def _counted(distinct: exp.Distinct, flat: _Flat) -> str:
    """The column of the subject that COUNT(DISTINCT …) counts."""
    values = distinct.expressions
    base = (
        source(values[0], flat.datasets)
        if len(values) == 1 and isinstance(values[0], exp.Column)
        else None
    )
    if not isinstance(base, Base) or not base.kinds:
        why = "different values are counted of the subjects' numbers alone"
        mend = "count the subject, or group by the item and count the rows"
        raise refused("COUNT(DISTINCT …) of something else", why, mend, "function")
    return flat.subjects[values[0].table, id(base.relation), min(base.kinds)]


def _bounds(
    value: exp.Expr, items: Iterable[Base], privacy: Privacy
) -> tuple[int, int] | None:
    """The declared bounds of what is added up; mandatory where noise is added."""
    if privacy.epsilon is None:
        return None
    (base, *more) = items
    name = f"{base.dataset.code}.{base.item.name}"
    if more or not isinstance(value.unnest(), exp.Column) or name not in privacy.bounds:
        why = "noise is made to hide one person, whose greatest part must be known"
        mend = f"declare bounds of {name} at the purpose, and add it up as it is"
        raise refused("a sum without bounds", why, mend, "value")
    return privacy.bounds[name]


# ------------------------------------------------------------------ whose rows


def _expose_anchors(flat: _Flat) -> tuple[Anchor, ...]:
    """The anchors of the flat rows, brought up through inner queries.

    Raises StatementError ``query.aggregate-nobody``.
    """
    passed: dict[int, list[_Hidden]] = {}
    found = []
    for alias, each in _expose(flat.select, flat.datasets, passed):
        subject = exp.column(each.subject, alias, quoted=True)
        entry = exp.column(each.entry, alias, quoted=True)
        names = flat.column("s", subject), flat.column("e", entry)
        flat.subjects[alias, each.table, each.kind] = names[0]
        found.append(Anchor(each.dataset, each.kind, *names))
    if not found:
        raise refused(
            "a statement about nobody",
            "no dataset read here is about subjects, so nothing needs a clean room",
            "use a purpose of scope population",
            "nobody",
        )
    return tuple(found)


def _expose(
    select: exp.Select, datasets: Datasets, passed: dict[int, list[_Hidden]]
) -> list[tuple[str, _Hidden]]:
    found = []
    for relation in relations_of(select):
        assert isinstance(relation, exp.Table | exp.Subquery)
        query = rows_of(relation)
        if query is None:
            assert isinstance(relation, exp.Table)
            dataset = datasets[dataset_code(relation)]
            own = [
                _Hidden(id(relation), dataset.code, kind, hidden_subject(kind), ENTRY)
                for kind in sorted(dataset.subjects)
            ]
        else:
            own = _pass_on(query, datasets, passed)
        found += [(relation.alias_or_name, each) for each in own]
    return found


def _pass_on(
    query: exp.Expr, datasets: Datasets, passed: dict[int, list[_Hidden]]
) -> list[_Hidden]:
    """Let an inner query show whose its rows are, once however often it is read."""
    if id(query) not in passed:
        assert isinstance(query, exp.Select)
        found = passed[id(query)] = []
        for alias, each in _expose(query, datasets, passed):
            number = len(found)
            names = f"__s{number}", f"__e{number}"
            for inner, name in zip((each.subject, each.entry), names, strict=True):
                column = exp.column(inner, alias, quoted=True)
                query.append("expressions", exp.alias_(column, name, quoted=True))
            found.append(_Hidden(each.table, each.dataset, each.kind, *names))
    return passed[id(query)]
