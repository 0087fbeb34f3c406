"""Which statements the clean room answers: what figures may be made of.

Every refusal here follows from one rule: a figure is about a group, and no author
may weigh one person otherwise than the others. So rows of people are grouped, added
up and counted, never picked, ordered or compared one by one; a sum adds items as
they are, since an expression could be nothing for all but one; and a join gives
each person their own rows, since one that multiplies rows by a condition would
count one person twice. What is left is guarded by numbers (disclosure.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType, Item
from tongban.kernel.query.language.lineage import relation_of, relations_of
from tongban.kernel.query.language.parse import StatementError
from tongban.kernel.query.language.qualify import dataset_code, inner_query
from tongban.kernel.query.language.relations import label
from tongban.kernel.terms import SubjectKind


Datasets = Mapping[str, Dataset]
Relation = exp.Table | exp.Subquery

_NUMBERS = {DataType.INTEGER, DataType.DECIMAL, DataType.MONEY}
_ROWWISE = {"with_", "expressions", "from_", "joins", "where"}
_OUTER = _ROWWISE | {"group", "order", "limit", "offset"}
_SAID = {
    "having": "HAVING would tell of groups that are not shown",
    "distinct": "DISTINCT forgets whose rows it has put together",
    "qualify": "QUALIFY picks single rows",
}


@dataclass(frozen=True, slots=True)
class Base:
    """The item of a dataset that a column stands for, read by ``relation``."""

    relation: exp.Table
    dataset: Dataset
    item: Item

    @property
    def kinds(self) -> frozenset[SubjectKind]:
        """The kinds of subject whose number the item is."""
        named = self.dataset.subjects.items()
        return frozenset(kind for kind, name in named if name == self.item.name)


def refused(what: str, why: str, mend: str, code: str) -> StatementError:
    """The refusal of a statement by the clean room."""
    return StatementError(what, why=why, mend=mend, code=f"query.aggregate-{code}")


def check(tree: exp.Query, datasets: Datasets) -> exp.Select:
    """``tree`` when its rows may be grouped. Raises StatementError.

    Codes ``query.aggregate-…``: ``shape``, ``query``, ``join``, ``subject``.
    """
    if not isinstance(tree, exp.Select):
        raise _shape(label(tree), "put the columns side by side, or ask twice")
    _check_clauses(tree, _OUTER)
    _check_rows(tree, datasets)
    for node in tree.find_all(exp.Column):
        _check_subject(node, datasets)
    return tree


def source(column: exp.Column, datasets: Datasets) -> Base | exp.Expr:
    """What a column stands for: an item, or the expression of an inner query."""
    relation = relation_of(column)
    assert isinstance(relation, exp.Table | exp.Subquery)
    query = rows_of(relation)
    if query is None:
        assert isinstance(relation, exp.Table)
        dataset = datasets[dataset_code(relation)]
        return Base(relation, dataset, dataset.items[column.name])
    for projection in query.selects:
        if projection.alias_or_name == column.name:
            inner = projection.unalias()
            if isinstance(inner, exp.Column):
                return source(inner, datasets)
            return inner
    raise AssertionError(column.name)  # a qualified name is offered


def rows_of(relation: Relation) -> exp.Query | None:
    """The inner query that a relation is; None for a dataset."""
    holder: exp.Expr | None = relation
    if isinstance(relation, exp.Table):
        if relation.db:
            return None
        holder = inner_query(relation)
    assert holder is not None
    query = holder.this
    assert isinstance(query, exp.Query)
    return query


def has_subjects(relation: Relation, datasets: Datasets) -> bool:
    """Whether any row of the relation is about somebody."""
    query = rows_of(relation)
    if query is None:
        assert isinstance(relation, exp.Table)
        return bool(datasets[dataset_code(relation)].subjects)
    return any(has_subjects(table, datasets) for table in query.find_all(exp.Table))


# ----------------------------------------------------------- rows, one by one


def _check_rows(select: exp.Select, datasets: Datasets) -> None:
    """That the rows grouped are rows of people, whole and unmultiplied."""
    if select.args.get("from_") is None:
        raise _shape("a query of no dataset", "read a dataset with FROM")
    relations = []
    for relation in relations_of(select):
        if not isinstance(relation, exp.Table | exp.Subquery):
            raise _shape(label(relation), "read datasets and inner queries of them")
        relations.append(relation)
        query = rows_of(relation)
        if query is not None:
            _check_inner(query, datasets)
    _check_joins(select, relations, datasets)
    for part in _parts(select):
        for query in part.find_all(exp.Query):
            _check_beside(query, datasets)


def _parts(select: exp.Select) -> Iterator[exp.Expr]:
    """Everything of a query but its relations and its WITH."""
    yield from select.expressions
    for join in select.args.get("joins") or ():
        if join.args.get("on") is not None:
            yield join.args["on"]
    for name in ("where", "group", "order"):
        if select.args.get(name) is not None:
            yield select.args[name]


def _check_inner(query: exp.Query, datasets: Datasets) -> None:
    """That an inner query keeps rows as they are: whose each one is stays known."""
    if not isinstance(query, exp.Select):
        raise _shape(f"{label(query)} in an inner query", "ask for each by itself")
    _check_clauses(query, _ROWWISE)
    for part in _parts(query):
        if part.find(exp.AggFunc, exp.Window):
            raise _shape("an aggregate in an inner query", "group in the outer query")
    _check_rows(query, datasets)


def _check_clauses(select: exp.Select, allowed: set[str]) -> None:
    for name, value in select.args.items():
        if value and name not in allowed:
            why = _SAID.get(name, "it picks among rows of single people")
            raise refused(
                f"{name.strip('_').upper()} is not answered in the clean room",
                why,
                "group rows with GROUP BY alone",
                "shape",
            )
    for part in _parts(select):
        for node in part.find_all(exp.Window, exp.Explode, exp.Unnest):
            mend = "group rows with GROUP BY; a list that is unnested multiplies them"
            raise _shape(label(node), mend)


def _check_beside(query: exp.Query, datasets: Datasets) -> None:
    """A query within a condition may read reference data: of people it is an oracle.

    ``EXISTS (… WHERE id = 'x' AND …)`` would let one person's row decide whether a
    thousand others are counted.
    """
    for table in query.find_all(exp.Table):
        if has_subjects(table, datasets):
            raise refused(
                "a condition that looks up rows of people",
                "one person's row would decide over the figures of others",
                "join the dataset on its subject",
                "query",
            )


# --------------------------------------------------------------------- joins


def _check_joins(
    select: exp.Select, relations: list[Relation], datasets: Datasets
) -> None:
    """That from one relation every other is reached without multiplying its rows.

    A step leads to rows found by their whole key, or to the same subject's rows.
    """
    equalities = _equalities(select)
    steps: dict[str, set[str]] = {each.alias_or_name: set() for each in relations}
    for one in steps:
        for other in relations:
            if other.alias_or_name != one and _leads(one, other, equalities, datasets):
                steps[one].add(other.alias_or_name)
    if not any(_reached(start, steps) == steps.keys() for start in steps):
        raise refused(
            "a join that multiplies rows",
            "a person would be counted as often as a condition wants",
            "join on the subject's number, or on the whole key of the other dataset",
            "join",
        )


def _equalities(select: exp.Select) -> list[tuple[exp.Column, exp.Column]]:
    """The pairs of columns that are equal in every row; outer joins have no more."""
    conditions = [select.args["where"].this] if select.args.get("where") else []
    found = []
    for join in select.args.get("joins") or ():
        side, on = join.text("side").upper(), join.args.get("on")
        if side not in ("", "LEFT"):
            raise _join(f"{side} JOIN", "write it as a LEFT JOIN")
        if on is None:
            continue
        pairs = [_pair(each) for each in _conjuncts(on)]
        if side == "LEFT" and None in pairs:
            raise _join("LEFT JOIN on a condition", "put the condition in WHERE")
        found += [pair for pair in pairs if pair]
    for condition in conditions:
        found += [pair for each in _conjuncts(condition) if (pair := _pair(each))]
    return found


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    node = condition.unnest()
    if isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node


def _pair(node: exp.Expr) -> tuple[exp.Column, exp.Column] | None:
    if isinstance(node, exp.EQ):
        left, right = node.this.unnest(), node.expression.unnest()
        if isinstance(left, exp.Column) and isinstance(right, exp.Column):
            return left, right
    return None


def _leads(
    one: str,
    other: Relation,
    equalities: list[tuple[exp.Column, exp.Column]],
    datasets: Datasets,
) -> bool:
    there = other.alias_or_name
    pairs = [*equalities, *((b, a) for a, b in equalities)]
    found = [
        (source(a, datasets), source(b, datasets))
        for a, b in pairs
        if a.table == one and b.table == there
    ]
    based = [(a, b) for a, b in found if isinstance(b, Base)]
    if any(isinstance(a, Base) and a.kinds & b.kinds for a, b in based):
        return True
    # By its key, and only where the relation is that one dataset and no join.
    only = _only_dataset(other, datasets)
    if only is None:
        return False
    key = {item.name for item in only.items.values() if item.key}
    return bool(key) and key <= {b.item.name for _, b in based}


def _only_dataset(relation: Relation, datasets: Datasets) -> Dataset | None:
    query = rows_of(relation)
    if query is None:
        assert isinstance(relation, exp.Table)
        return datasets[dataset_code(relation)]
    assert isinstance(query, exp.Select)
    first, *others = relations_of(query)
    assert isinstance(first, exp.Table | exp.Subquery)
    return None if others else _only_dataset(first, datasets)


def _reached(start: str, steps: Mapping[str, set[str]]) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        new = steps[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


# ------------------------------------------------------------------- subjects


def _check_subject(column: exp.Column, datasets: Datasets) -> None:
    """A subject's number joins rows and is counted; no condition may name one."""
    if not column.table:
        return
    base = source(column, datasets)
    if not isinstance(base, Base) or not base.kinds or _is_harmless(column, datasets):
        return
    raise refused(
        f"{base.dataset.code}.{base.item.name} in an expression",
        "it tells one from all others: a figure with it and one without it is theirs",
        "use it in a join or in COUNT(DISTINCT …) alone",
        "subject",
    )


def _is_harmless(column: exp.Column, datasets: Datasets) -> bool:
    holder = column.parent
    while isinstance(holder, exp.Paren | exp.Alias):
        holder = holder.parent
    match holder:
        case exp.EQ():
            # Not with a text that an inner query calls a column.
            pair = _pair(holder)
            return pair is not None and all(
                isinstance(source(each, datasets), Base) for each in pair
            )
        case exp.Is() | exp.Count():
            return True
        case exp.Distinct():
            return isinstance(holder.parent, exp.Count)
        case exp.Select():
            # An inner query passes it on; the answer itself never shows it.
            return holder.parent is not None
    return False


# ------------------------------------------------------------------------ sums


def addends(value: exp.Expr, datasets: Datasets) -> list[Base]:
    """The items that a sum adds up, if it is linear in them. Raises StatementError.

    ``query.aggregate-value``: an expression that is nothing for all but one person
    would make the sum that person's.
    """
    node = value.unnest()
    match node:
        case exp.Column() if (known := relation_of(node)) is not None:
            inner = source(node, datasets)
            if not isinstance(inner, Base):
                return addends(inner, datasets)
            if inner.dataset.subjects and inner.item.type in _NUMBERS:
                return [inner]
            raise _value(f"{known.alias_or_name}.{node.name}")
        case exp.Neg():
            return addends(node.this, datasets)
        case exp.Add() | exp.Sub():
            return [
                base
                for side in (node.this, node.expression)
                if not _is_number(side)
                for base in addends(side, datasets)
            ]
        case exp.Mul() | exp.Div() if _is_number(node.expression):
            return addends(node.this, datasets)
        case exp.Mul() if _is_number(node.this):
            return addends(node.expression, datasets)
    raise _value(label(node))


def _is_number(node: exp.Expr) -> bool:
    inner = node.unnest()
    if isinstance(inner, exp.Neg):
        return _is_number(inner.this)
    return isinstance(inner, exp.Literal) and not inner.is_string


def _value(what: str) -> StatementError:
    return refused(
        f"a sum of {what}",
        "an expression may be nothing for all but one, and the sum is then theirs",
        "add numeric items up as they are, and choose rows with WHERE or FILTER",
        "value",
    )


def _shape(what: str, mend: str) -> StatementError:
    why = "the clean room answers one SELECT with GROUP BY over rows as they are"
    return refused(f"{what} is not answered in the clean room", why, mend, "shape")


def _join(what: str, mend: str) -> StatementError:
    why = "which rows are multiplied must be plain from columns that are equal"
    return refused(f"{what} is not answered in the clean room", why, mend, "join")
