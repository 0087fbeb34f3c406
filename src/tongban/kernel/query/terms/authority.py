"""What the grants of a moment allow of each dataset, and on what terms.

`authorise` judges one dataset by the grants given to it; here they are found, with
those for what the filters of grants look into, and the verdicts become terms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import lru_cache

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.language.reading import Wanted
from tongban.kernel.query.model import Grant, Use
from tongban.kernel.query.terms.authorise import (
    Demand,
    Verdict,
    explain_absence,
    for_a_filter,
    judge,
    of_no_division,
    out_of_force,
    too_deep,
)
from tongban.kernel.query.terms.bind import Terms
from tongban.kernel.query.terms.grants import GrantIndex
from tongban.kernel.query.terms.row_filter import (
    CALLER,
    RowFilter,
    caller_values,
    read_filter,
)


_FILTERS = 2_000
# The grants in force for each dataset wanted, and for those that filters look into.
InForce = tuple[tuple[str, tuple[Grant, ...]], ...]


class NotAllowed(Exception):
    """No terms: some dataset has no grant."""


class Authority:
    """The grants of one moment over one catalogue. Thread-safe."""

    def __init__(self, catalog: Catalog, grants: GrantIndex) -> None:
        self.catalog = catalog
        self.grants = grants
        self._read = lru_cache(_FILTERS)(self._read_anew)

    def under(self, grants: GrantIndex) -> "Authority":
        """The same over other grants; what was read of filters is kept."""
        other = copy(self)
        other.grants = grants
        return other

    def in_force(self, wanted: Iterable[Wanted], demand: Demand, use: Use) -> InForce:
        """All grants that a plan for ``wanted`` may rest on.

        Grants are judged today, catalogue entries on the day whose data are meant.
        """
        day = use.at.date()
        given = {w.dataset: self._of(w.dataset, demand, day) for w in wanted}
        for grants in [*given.values()]:
            for grant in grants:
                for each in self._looked_into(grant):
                    given.setdefault(each.dataset, self._of(each.dataset, demand, day))
        return tuple(
            (code, grants if self.catalog.datasets[code].in_force(use.law_day) else ())
            for code, grants in given.items()
        )

    def terms(
        self, wanted: Iterable[Wanted], demand: Demand, in_force: InForce
    ) -> dict[str, Terms]:
        """On what terms each dataset is read. Raises NotAllowed."""
        given = dict(in_force)
        found = {}
        for each in wanted:
            verdict = self._judge(each, demand, given[each.dataset])
            everyone = replace(demand, kind=None)
            beside = {}
            for other in self._looked_into(verdict.grant):
                judged = self._judge_beside(other, everyone, given[other.dataset])
                beside[other.dataset] = self._terms(judged, everyone, {})
            found[each.dataset] = self._terms(verdict, demand, beside)
        return found

    def verdicts(
        self, wanted: Iterable[Wanted], demand: Demand, use: Use
    ) -> list[Verdict]:
        """The verdict over each dataset, with the reason when there is no grant.

        Last come those over what the filters of grants look into.
        """
        found = [self._explained(each, demand, use) for each in wanted]
        return [*found, *self._verdicts_beside(found, demand, use)]

    def _verdicts_beside(
        self, found: Iterable[Verdict], demand: Demand, use: Use
    ) -> Iterator[Verdict]:
        everyone = replace(demand, kind=None)
        for verdict in found:
            for other in self._looked_into(verdict.grant):
                beside = self._explained(other, everyone, use, beside=True)
                yield for_a_filter(beside, verdict)

    def _explained(
        self, wanted: Wanted, demand: Demand, use: Use, *, beside: bool = False
    ) -> Verdict:
        code, day = wanted.dataset, use.at.date()
        judge_it = self._judge_beside if beside else self._judge
        verdict = judge_it(wanted, demand, self._of(code, demand, day))
        every = self.grants.of(demand.organization, demand.purpose.code, code)
        verdict = explain_absence(verdict, every, day)
        entry = self.catalog.datasets[code]
        return out_of_force(verdict, entry, use.law_day) or verdict

    def _judge_beside(
        self, wanted: Wanted, demand: Demand, grants: Sequence[Grant]
    ) -> Verdict:
        verdict = self._judge(wanted, demand, grants)
        return too_deep(verdict) if self._looked_into(verdict.grant) else verdict

    def _judge(
        self, wanted: Wanted, demand: Demand, grants: Sequence[Grant]
    ) -> Verdict:
        dataset = self.catalog.datasets[wanted.dataset]
        verdict = judge(wanted, demand, dataset, grants)
        read = self._filter(verdict.grant)
        known = caller_values(demand, self.catalog).keys()
        if read is None or read.params & CALLER <= known:
            return verdict
        return of_no_division(verdict)

    def _terms(
        self, verdict: Verdict, demand: Demand, beside: Mapping[str, Terms]
    ) -> Terms:
        if verdict.grant is None:
            raise NotAllowed
        return Terms(
            self.catalog.datasets[verdict.dataset],
            verdict.items,
            verdict.grant,
            demand.kind,
            self._filter(verdict.grant),
            caller_values(demand, self.catalog),
            beside,
        )

    def _of(self, dataset: str, demand: Demand, day: date) -> tuple[Grant, ...]:
        purpose = demand.purpose
        return self.grants.in_force(
            demand.organization, purpose.code, dataset, purpose.scope, day
        )

    def _looked_into(self, grant: Grant | None) -> tuple[Wanted, ...]:
        """What the filter of a grant reads of other datasets."""
        read = self._filter(grant)
        return read.wanted if read else ()

    def _filter(self, grant: Grant | None) -> RowFilter | None:
        if grant is None or grant.filter is None:
            return None
        return self._read(grant.filter, grant.dataset)

    def _read_anew(self, sql: str, dataset: str) -> RowFilter:
        return read_filter(sql, self.catalog.datasets[dataset], self.catalog)
