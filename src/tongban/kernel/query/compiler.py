"""The one function between a wish to use data and any engine.

::

    text ── parse ── limit ── allow ── expand ── soften ── qualify      reading
    purpose ── scope ── case ── values                         at every call
    authorise ── without ── bind ── lower                      plan

A reading is kept by its text; a plan by text, caller and the very grants in
force, so a grant that ends, or that another replaces, never serves again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlglot import exp

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.explaining.explain import Check, Explanation, dataset_verdicts
from tongban.kernel.query.explaining.origins import UseLineage, origins
from tongban.kernel.query.language.lineage import Output, trace, without
from tongban.kernel.query.language.parse import parse
from tongban.kernel.query.language.reading import Reading, read
from tongban.kernel.query.lowering.fence import may_fail
from tongban.kernel.query.lowering.lower import lower
from tongban.kernel.query.lowering.spelling import LAKE
from tongban.kernel.query.model import (
    CaseView,
    Column,
    Grant,
    Plan,
    Purpose,
    Scope,
    Use,
)
from tongban.kernel.query.recipe import Recipe
from tongban.kernel.query.room.aggregate import flat_rows, rewrite
from tongban.kernel.query.terms.access import (
    check_case,
    check_params,
    check_scope,
    purpose_of,
)
from tongban.kernel.query.terms.authorise import Demand, refusal
from tongban.kernel.query.terms.authority import Authority, InForce, NotAllowed
from tongban.kernel.query.terms.bind import Terms, bind
from tongban.kernel.query.terms.grants import GrantIndex
from tongban.kernel.query.terms.order import settle_order
from tongban.kernel.terms import UserError


_READINGS, _PLANS = 2_000, 10_000


@dataclass(frozen=True, slots=True)
class _Key:
    """All that a plan depends on; neither the day nor the subject is among it.

    ``grants`` are those in force for each dataset that may be read; ``past`` is
    whether only snapshots can answer.
    """

    sql: str
    demand: Demand
    grants: InForce
    values: tuple[tuple[str, DataType | None], ...]
    past: bool


class Compiler:
    """Compiles uses under one catalogue and one state of the grants. Thread-safe."""

    def __init__(
        self,
        catalog: Catalog,
        purposes: Mapping[str, Purpose],
        grants: GrantIndex | Iterable[Grant],
        *,
        bulk: str = LAKE,
    ) -> None:
        """``bulk`` is the kind of engine that the site has for everyone's data."""
        self._bulk = bulk
        self.catalog = catalog
        self.purposes = purposes
        self.grants = grants if isinstance(grants, GrantIndex) else GrantIndex(grants)
        self._authority = Authority(catalog, self.grants)
        self._read = lru_cache(_READINGS)(self._read_anew)
        self._plan = lru_cache(_PLANS)(self._plan_anew)

    def under(self, changes: Mapping[str, Grant | None]) -> "Compiler":
        """The compiler after some grants, by id, were given, changed or revoked.

        What was read and planned before is kept: a plan rests on the very grants
        that it was made for.
        """
        other = copy(self)
        other.grants = self.grants.changed(changes)
        other._authority = self._authority.under(other.grants)
        return other

    def compile(self, use: Use, case: CaseView | None = None) -> Plan:
        """The plan of ``use``.

        Raises StatementError for what its author must mend and Refused for what
        is not allowed: UserErrors with a code ``query.…``.
        """
        return self._planned(use, case)[1]

    def lineage(self, use: Use, case: CaseView | None = None) -> UseLineage:
        """Which item comes into which column of the answer, and how.

        Raises what `compile` raises: a lineage is that of an allowed use.
        """
        key, _ = self._planned(use, case)
        reading, terms = self._granted_terms(key)
        tree, _ = _granted(reading, terms)
        masked = _names((t.dataset.code, t.shown_masked) for t in terms.values())
        return origins(tree, terms.keys(), masked)

    def _planned(self, use: Use, case: CaseView | None) -> tuple[_Key, Plan]:
        purpose = purpose_of(use, self.purposes)
        check_scope(use, purpose)
        check_case(use, purpose, case)
        reading = self._read(use.sql)
        check_params(use, reading.params, purpose.scope)
        demand = _demand(use, purpose)
        key = self._key(use, reading, demand)
        try:
            return key, self._plan(key)
        except NotAllowed:
            verdicts = self._authority.verdicts(reading.wanted, demand, use)
            raise refusal(verdicts, demand, self.catalog) from None

    def explain(self, use: Use, case: CaseView | None = None) -> Explanation:
        """Which grant allows what, or what is missing; never raises a refusal.

        Values need not be given yet.
        """
        checks = [_tried("purpose", lambda: purpose_of(use, self.purposes))]
        checks.append(_tried("statement", lambda: self._read(use.sql)))
        purpose = self.purposes.get(use.purpose)
        if purpose is not None:
            checks.append(_tried("scope", lambda: check_scope(use, purpose)))
            checks.append(_tried("case", lambda: check_case(use, purpose, case)))
        if purpose is None or checks[1].refusal is not None:
            return Explanation(tuple(checks), (), None)
        demand = _demand(use, purpose)
        reading = self._read(use.sql)
        verdicts = self._authority.verdicts(reading.wanted, demand, use)
        allowed = all(v.grant for v in verdicts) and not any(c.refusal for c in checks)
        if allowed and purpose.scope is not Scope.SUBJECT:
            key = self._key(use, reading, demand)
            grouped = purpose.scope is Scope.AGGREGATE
            name = "clean room" if grouped else "order"
            checks.append(_tried(name, lambda: self._plan(key)))
            allowed = checks[-1].refusal is None
        plan = self._plan(self._key(use, reading, demand)) if allowed else None
        datasets = dataset_verdicts(verdicts, demand, self.catalog)
        return Explanation(tuple(checks), datasets, plan)

    def _key(self, use: Use, reading: Reading, demand: Demand) -> _Key:
        grants = self._authority.in_force(reading.wanted, demand, use)
        values = _value_types(use, reading)
        return _Key(use.sql, demand, grants, values, use.is_past)

    def _read_anew(self, sql: str) -> Reading:
        return read(parse(sql), self.catalog, sql)

    def _granted_terms(self, key: _Key) -> tuple[Reading, dict[str, Terms]]:
        """What is read on which terms. Raises NotAllowed."""
        reading = self._read(key.sql)
        return reading, self._authority.terms(reading.wanted, key.demand, key.grants)

    def _plan_anew(self, key: _Key) -> Plan:
        reading, terms = self._granted_terms(key)
        tree, outputs = _granted(reading, terms)
        values, recipe = dict(key.values), None
        if key.demand.purpose.scope is Scope.AGGREGATE:
            tree, recipe = _grouped(tree, terms, key.demand.purpose)
            terms = {code: replace(t, counted=True) for code, t in terms.items()}
        elif key.demand.kind is None:
            tree = settle_order(tree, terms)
        governed = bind(tree.copy(), terms, fenced=may_fail(tree, terms, values))
        digest = hashlib.sha256(governed.sql("duckdb", comments=False).encode())
        lowered = lower(
            tree,
            governed,
            terms,
            values,
            bulk=LAKE if recipe else self._bulk,
            past=key.past,
        )
        if recipe is not None:
            flat = flat_rows(governed).sql("duckdb", comments=False)
            recipe = replace(recipe, flat=flat)
        masked = _names((t.dataset.code, t.shown_masked) for t in terms.values())
        beside = [other for each in terms.values() for other in each.beside.values()]
        every = (*terms.values(), *beside)
        types = lowered.types or (None,) * len(outputs)
        return Plan(
            fetches=lowered.fetches,
            final=lowered.final,
            columns=tuple(
                Column(
                    reading.headings.get(o.name, o.name),
                    o.sources,
                    bool(o.sources & masked),
                    kind,
                )
                for o, kind in zip(outputs, types, strict=True)
            ),
            items=_names((t.dataset.code, t.items) for t in every),
            datasets=frozenset(t.dataset.code for t in every),
            beside=frozenset(t.dataset.code for t in beside),
            grants=frozenset(t.grant.id for t in every),
            scope=key.demand.purpose.scope,
            digest=digest.hexdigest(),
            providers={t.dataset.code: t.dataset.provider for t in every},
            quotas={t.grant.id: t.grant.quota for t in every if t.grant.quota},
            recipe=recipe,
        )


def _demand(use: Use, purpose: Purpose) -> Demand:
    kind = use.subject.kind if use.subject else None
    return Demand(use.organization, purpose, kind)


def _value_types(use: Use, reading: Reading) -> tuple[tuple[str, Any], ...]:
    return tuple((n, _type(use.params.get(n))) for n in sorted(reading.params))


def _granted(
    reading: Reading, terms: Mapping[str, Terms]
) -> tuple[exp.Query, tuple[Output, ...]]:
    """The tree in which a ``*`` brings what is granted only, and its columns."""
    withheld = _names(
        (w.dataset, w.optional - terms[w.dataset].items) for w in reading.wanted
    )
    if not withheld:
        return reading.tree, reading.outputs
    datasets = {code: each.dataset for code, each in terms.items()}
    tree = without(reading.tree.copy(), withheld, datasets)
    return tree, trace(tree, datasets).outputs


def _grouped(
    tree: exp.Query, terms: Mapping[str, Terms], purpose: Purpose
) -> tuple[exp.Query, Recipe]:
    """The tree whose groups can be guarded, and how to make the answer of them."""
    datasets = {code: each.dataset for code, each in terms.items()}
    return rewrite(tree.copy(), datasets, purpose.privacy)


def _names(items: Iterable[tuple[str, Iterable[str]]]) -> frozenset[str]:
    return frozenset(f"{code}.{name}" for code, names in items for name in names)


def _tried(name: str, check: Any) -> Check:
    try:
        check()
    except UserError as problem:
        return Check(name, problem)
    return Check(name, None)


def _type(value: object) -> DataType | None:
    """The catalogue's type of a value of a placeholder."""
    match value:
        case None:
            return None
        case bool():
            return DataType.BOOLEAN
        case int():
            return DataType.INTEGER
        case str():
            return DataType.TEXT
        case datetime():
            return DataType.DATETIME
        case date():
            return DataType.DATE
        case _:
            return DataType.DECIMAL
