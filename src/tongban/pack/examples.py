"""Run the examples that an office writes beside its declarations (``tongban test``).

An example of an instant decision is compiled and granted like the real use, over
the rows it gives. An example of a one-thing asks how its items run side by side, one
of an item what may be promised and until when something may be done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from tongban.kernel.case.declaration import CaseType, Clock, Rule
from tongban.kernel.case.planning import plan
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.explaining.rules import (
    ConditionTruth,
    explain_row,
    rule_use_sql,
)
from tongban.kernel.query.model import CaseView, Use
from tongban.kernel.terms import Subject, SubjectKind, UserError
from tongban.pack.model import Example, Pack
from tongban.pack.practice_engine import answer, from_lake


CASE = "example"
# Whose rows are meant when an example does not say: those it gives.
NOBODY = {
    SubjectKind.PERSON: "990000190001010004",
    SubjectKind.ENTERPRISE: "91990000MA00000006",
    SubjectKind.ORGANIZATION: "organization",
}


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """An example and what came out otherwise than it says; () when nothing did."""

    example: Example
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def run_examples(pack: Pack) -> list[ExampleResult]:
    """Every example of the pack, in the order of its declaration.

    An example that cannot be run at all has failed, with the reason.
    """
    runner = _Runner(pack)
    return [runner.run(example) for example in pack.examples]


class _Runner:
    """Runs examples under one catalogue and one compiler."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.catalog = from_lake(pack.catalog)
        self.compiler = Compiler(self.catalog, pack.purposes, pack.grants)

    def run(self, example: Example) -> ExampleResult:
        case_type = self.pack.case_types[example.case_type]
        try:
            failures = [
                *self.decision(case_type, example),
                *self.course(case_type, example),
                *self.limits(case_type, example),
            ]
        except UserError as problem:
            failures = [str(problem)]
        return ExampleResult(example, tuple(failures))

    def decision(self, case_type: CaseType, example: Example) -> Iterator[str]:
        then = example.then
        if then.automatic is None and not then.failing:
            return
        if case_type.rule is None:
            yield f"{case_type.code!r} has no 'automatic' rule to decide anything"
            return
        truths = self.truths(case_type, case_type.rule, example)
        unmet = [each for each in truths if each.truth is not True]
        if then.automatic is not None and then.automatic is bool(unmet):
            yield _decided_otherwise(unmet)
        if then.failing:
            yield from _failing(then.failing, truths)

    def truths(
        self, case_type: CaseType, rule: Rule, example: Example
    ) -> list[ConditionTruth]:
        conditions = [
            (each.title.zh, each.when, each.basis) for each in rule.conditions
        ]
        (applicant, *_) = sorted(case_type.applicants)
        subject = example.subject or Subject(applicant, NOBODY[applicant])
        zone = self.pack.calendar.zone
        day = example.at or _latest(self.pack)
        use = Use(
            by="system",
            organization=case_type.organization,
            purpose=rule.purpose,
            sql=rule_use_sql(conditions),
            at=datetime.combine(day, time(9), zone),
            params=_form(case_type, example),
            case=CASE,
            subject=subject,
        )
        view = CaseView(CASE, case_type.code, True, frozenset({subject}))
        governed = self.compiler.compile(use, view)
        params = {**use.params, "subject": subject.id, "as_of": day}
        (row,) = answer(governed, self.catalog, example.given, params)
        return explain_row(conditions, governed.columns, row)

    def course(self, case_type: CaseType, example: Example) -> Iterator[str]:
        then = example.then
        wanted = (then.critical_path, then.promised_days, then.parallel)
        if wanted == ((), None, ()):
            return
        found = plan(case_type, self.pack.case_types)
        if then.critical_path and then.critical_path != found.critical:
            yield f"the critical path is {' → '.join(found.critical)}"
        if then.promised_days not in (None, found.promised):
            yield f"{found.promised} working days are promised"
        starts = {step.name: step.start for step in found.steps}
        for group in then.parallel:
            unknown = [name for name in group if name not in starts]
            if unknown:
                yield f"there is no step {', '.join(unknown)}"
            elif len({starts[name] for name in group}) > 1:
                said = ", ".join(f"{name} on day {starts[name]}" for name in group)
                yield f"these do not start together: {said}"

    def limits(self, case_type: CaseType, example: Example) -> Iterator[str]:
        """What may be promised, and the days of what begins on the example's day."""
        then, promise = example.then, case_type.promise
        for key, wanted, found in (
            ("lackable", then.lackable, promise and promise.lackable),
            ("spares", then.spares, promise and promise.spares),
        ):
            if wanted and frozenset(wanted) != (found or frozenset()):
                yield f"{key}: {', '.join(sorted(found or ())) or 'nothing'}"
        objection = case_type.objection
        for key, day, clock in (
            ("promise-due", then.promise_due, promise and promise.clock),
            ("objection-until", then.objection_until, objection and objection.clock),
        ):
            due = clock and self.due(example, clock)
            if day is not None and day != due:
                yield f"{key} is {due or 'not declared'}"

    def due(self, example: Example, clock: Clock) -> date:
        return self.pack.calendar.add(example.at or _latest(self.pack), clock.days)


def _decided_otherwise(unmet: list[ConditionTruth]) -> str:
    if not unmet:
        return "it was decided at once: every condition is true"
    reasons = "; ".join(_said(each) for each in unmet)
    return f"it went to a person: {reasons}"


def _said(condition: ConditionTruth) -> str:
    truth = "unknown" if condition.truth is None else "false"
    seen = ", ".join(f"{value.label} = {value.value}" for value in condition.values)
    return f"{condition.title!r} is {truth}" + (f" ({seen})" if seen else "")


def _failing(titles: tuple[str, ...], truths: list[ConditionTruth]) -> Iterator[str]:
    unmet = {each.title: each for each in truths if each.truth is not True}
    known = {each.title for each in truths}
    for title in titles:
        if title not in known:
            yield f"there is no condition {title!r}"
        elif title not in unmet:
            yield f"{title!r} is true"
    for title in sorted(unmet.keys() - set(titles)):
        yield f"{_said(unmet[title])}, which the example does not say"


def _form(case_type: CaseType, example: Example) -> Mapping[str, Any]:
    """The form's values; a field that the example leaves out is empty."""
    return {field.name: None for field in case_type.fields} | dict(example.form)


def _latest(pack: Pack) -> date:
    """A day on which the newest grants are in force: an example may not care."""
    return max((grant.since for grant in pack.grants), default=date(2000, 1, 1))
