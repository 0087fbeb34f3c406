"""Put the terms of use where rows enter a statement: at its base relations.

Every reference to a dataset becomes an inner query that reads only the items
granted, of the rows that are the subject's and pass the grant's filter, and
shows masked items masked. Nothing outside it can reach behind it, whatever the
rest of the statement does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.allow import allow
from tongban.kernel.query.grammar import AS_OF, SUBJECT, TODAY
from tongban.kernel.query.limits import limit
from tongban.kernel.query.macros import expand
from tongban.kernel.query.masks import masked
from tongban.kernel.query.model import Grant
from tongban.kernel.query.parse import StatementError, parse_expression
from tongban.kernel.query.qualify import dataset_code
from tongban.kernel.query.soften import soften
from tongban.kernel.terms import SubjectKind, did_you_mean


# The alias of the physical relation; no name of an author can begin so.
RAW = "__raw"
ENTRY = "__entry"
_NOT_ROWWISE = (exp.Query, exp.AggFunc, exp.Window, exp.Star, exp.Explode)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms one dataset is read: which items, of whom, under which grant."""

    dataset: Dataset
    items: frozenset[str]
    grant: Grant
    kind: SubjectKind | None
    counted: bool = False  # whose row it is, and which, comes beside its items

    @property
    def shown_masked(self) -> frozenset[str]:
        """The items read that are masked for this grant."""
        masks = {name for name in self.items if self.dataset.items[name].mask}
        return frozenset(masks - self.grant.reveal)

    @property
    def subject_item(self) -> str | None:
        """The item that must be the subject's number; None where all rows are read."""
        return self.dataset.subjects.get(self.kind) if self.kind else None


def bind(tree: exp.Query, terms: Mapping[str, Terms]) -> exp.Query:
    """``tree`` reading each dataset on its terms. Changes and returns ``tree``."""
    for table in list(tree.find_all(exp.Table)):
        if table.db:
            relation = base_relation(terms[dataset_code(table)])
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
        value = masked(terms.dataset.items[name], value)
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
    if terms.grant.filter is not None:
        condition = row_filter(terms.grant.filter, frozenset(terms.dataset.items))
        found.append(exp.paren(condition.copy(), copy=False))
    return found


@lru_cache(maxsize=1024)
def row_filter(sql: str, items: frozenset[str]) -> exp.Expr:
    """A grant's filter over raw items. Do not change it: it is kept.

    Raises StatementError for anything but an expression over ``items`` and
    ``:as_of``: a filter reads no other dataset and knows no subject.
    """
    holder = exp.Select(expressions=[parse_expression(sql)])
    soften(limit(expand(allow(holder))))
    for node in holder.walk():
        if isinstance(node, _NOT_ROWWISE) and node is not holder:
            raise _not_a_filter(node.key.upper())
        if isinstance(node, exp.Placeholder):
            if node.name != AS_OF:
                raise _not_a_filter(f":{node.name}")
            # A statement may look back to another day; a grant is judged today.
            node.set("this", TODAY)
    for column in list(holder.find_all(exp.Column)):
        name = column.name.lower()
        if column.table or name not in items:
            raise StatementError(
                f"no item {column.sql(dialect='duckdb')!r} in the dataset",
                why="a row filter is over the items of its own dataset",
                mend=did_you_mean(name, items),
                code="query.unknown-item",
                item=name,
            )
        column.replace(raw(name))
    condition: exp.Expr = holder.expressions[0]
    return condition


def raw(item: str) -> exp.Column:
    """An item as the source holds it."""
    return exp.Column(this=_quoted(item), table=_quoted(RAW))


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _not_a_filter(what: str) -> StatementError:
    return StatementError(
        f"{what} has no place in a row filter",
        why="a filter decides row by row, from the row and the day alone",
        mend="write a condition over the items of the dataset",
        code="query.node",
    )
