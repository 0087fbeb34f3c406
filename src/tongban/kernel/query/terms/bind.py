"""Put the terms of use where rows enter a statement: at its base relations.

Every reference to a dataset becomes an inner query that reads only the items
granted, of the rows that are the subject's and pass the grant's filter, and
shows masked items masked. Nothing outside it can reach behind it, whatever the
rest of the statement does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.language.grammar import SUBJECT
from tongban.kernel.query.language.qualify import dataset_code
from tongban.kernel.query.model import Grant
from tongban.kernel.query.terms.masks import SHIFT, masked, subject_item
from tongban.kernel.query.terms.row_filter import RAW, RowFilter, raw
from tongban.kernel.terms import SubjectKind


# Set on the OFFSET that keeps conditions of the author's out of a base relation.
FENCE = "fence"
# Set on relations that are read whole, though the use be about one subject.
WHOLE = "whole"
ENTRY = "__entry"  # by which a counted row is known again


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms one dataset is read: which items, of whom, under which grant.

    ``filter`` is the grant's; ``caller`` has the values it asks of who uses the
    data, ``beside`` the terms of the other datasets that it looks into.
    """

    dataset: Dataset
    items: frozenset[str]
    grant: Grant
    kind: SubjectKind | None
    filter: RowFilter | None = None
    caller: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, "Terms"] = field(default_factory=dict)
    counted: bool = False  # whose row it is, and which, comes beside its items

    @property
    def shown_masked(self) -> frozenset[str]:
        """The items read that are masked for this grant."""
        return shown_masked(self.items, self.dataset, self.grant)

    @property
    def subject_item(self) -> str | None:
        """The item that must be the subject's number; None where all rows are read."""
        return self.dataset.subjects.get(self.kind) if self.kind else None

    @property
    def moving_item(self) -> str | None:
        """The item whose value says how far days are moved; None if none is."""
        masks = {self.dataset.items[name].mask for name in self.shown_masked}
        return subject_item(self.dataset) if SHIFT in masks else None


def shown_masked(
    items: Iterable[str], dataset: Dataset, grant: Grant
) -> frozenset[str]:
    """The names among ``items`` that come masked under ``grant``."""
    masks = {name for name in items if dataset.items[name].mask}
    return frozenset(masks - grant.reveal)


def bind(
    tree: exp.Query, terms: Mapping[str, Terms], *, fenced: bool = False
) -> exp.Query:
    """``tree`` reading each dataset on its terms. Changes and returns ``tree``.

    Where it is ``fenced``, rows that the terms keep back are gone before anything
    of the author's is computed (see `fence`).
    """
    for table in list(tree.find_all(exp.Table)):
        if table.db:
            relation = base_relation(terms[dataset_code(table)])
            if fenced and relation.args.get("where"):
                relation = relation.offset(0, copy=False)
                relation.args["offset"].meta[FENCE] = True
            table.replace(relation.subquery(_quoted(table.alias_or_name), copy=False))
    return tree


def base_relation(terms: Terms) -> exp.Select:
    """The inner query that stands for one dataset on its terms."""
    dataset = terms.dataset
    items = [_shown(name, terms) for name in dataset.items if name in terms.items]
    if terms.counted:
        items += _hidden(dataset)
    schema, _, table = dataset.code.partition(".")
    rows = exp.Table(
        this=_quoted(table),
        db=_quoted(schema),
        alias=exp.TableAlias(this=_quoted(RAW)),
    )
    # Rows may be read without any of their items: COUNT(*).
    relation = exp.select(*items or [exp.alias_("1", "__row", quoted=True)])
    relation = relation.from_(rows, copy=False)
    for condition in _conditions(terms):
        relation = relation.where(condition, copy=False)
    return relation


def _shown(name: str, terms: Terms) -> exp.Expr:
    value: exp.Expr = raw(name)
    if name in terms.shown_masked:
        moving = terms.moving_item
        value = masked(
            terms.dataset.items[name], value, raw(moving) if moving else None
        )
    return exp.alias_(value, name, quoted=True)


def hidden_subject(kind: SubjectKind) -> str:
    """The column of a counted relation that tells whose row it is."""
    return f"__{kind.value}"


def _hidden(dataset: Dataset) -> list[exp.Expr]:
    """Whose row it is, unmasked, and a mark by which the row is known again."""
    whose = [
        exp.alias_(raw(item), hidden_subject(kind), quoted=True)
        for kind, item in dataset.subjects.items()
    ]
    if not whose:
        return []
    keys = [name for name, item in dataset.items.items() if item.key]
    known_by = dict.fromkeys([*keys, *dataset.subjects.values()])
    mark = exp.func("hash", *map(raw, known_by))
    return [*whose, exp.alias_(mark, ENTRY, quoted=True)]


def _conditions(terms: Terms) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    if terms.subject_item is not None:
        subject = exp.Placeholder(this=SUBJECT)
        found.append(exp.EQ(this=raw(terms.subject_item), expression=subject))
    condition = row_condition(terms)
    if condition is not None:
        for table in list(condition.find_all(exp.Table)):
            if table.db:
                _look_into(table, terms.beside[dataset_code(table)])
        found.append(exp.paren(condition, copy=False))
    return found


def row_condition(terms: Terms) -> exp.Expr | None:
    """The grant's filter over raw items, as this caller meets it; a new tree."""
    if terms.filter is None:
        return None
    # Under a holder, so that a condition of one node can be replaced as well.
    holder = exp.Paren(this=terms.filter.condition.copy())
    for node in list(holder.find_all(exp.Placeholder)):
        if node.name in terms.caller:
            node.replace(exp.Literal.string(terms.caller[node.name]))
    condition: exp.Expr = holder.this
    return condition.pop()


def _look_into(table: exp.Table, terms: Terms) -> None:
    """Let a filter read another dataset on its terms, and all rows of it."""
    relation = base_relation(terms)
    for rows in relation.find_all(exp.Table):
        rows.meta[WHOLE] = True
    table.replace(relation.subquery(_quoted(table.alias_or_name), copy=False))


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)
