"""Which forms an official is given, and what they turn into."""

from datetime import UTC, datetime

from tongban.capabilities.workbench.forms import CompleteStepForm, DecideForm, forms_for
from tongban.kernel.case.commands import CompleteStep, Decide
from tongban.kernel.case.declaration import CaseKind, CaseType, Step
from tongban.kernel.case.model import Case, Outcome, Phase
from tongban.kernel.terms import Subject, SubjectKind, Text


FIRE = CaseType(
    code="shop.fire",
    title=Text("消防检查", "Fire check"),
    kind=CaseKind.ITEM,
    organization="fire-rescue",
    basis="《消防法》第十五条",
    applicants=frozenset({SubjectKind.PERSON}),
    steps=(Step("site-check", Text("现场检查", "Site check"), post="inspector"),),
)
CASE = Case(
    number="2026112300000001",
    type="shop.fire",
    applicant=Subject(SubjectKind.PERSON, "990201199003070010"),
    data={},
    materials={},
    channel="web",
    parent=None,
    opened=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
    phase=Phase.ACCEPTED,
    version=4,
)


def test_each_running_step_has_a_form_and_a_decision_has_one() -> None:
    acts = ("complete-step:site-check", "decide:refused", "withdraw")
    forms = forms_for(acts, FIRE, CASE, "key")
    assert [(form.act, form.prefix) for form in forms] == [
        ("complete-step", "complete-step-site-check"),
        ("decide", None),
    ]


def test_a_decision_offers_only_the_outcomes_that_are_open() -> None:
    (form,) = forms_for(("decide:refused",), FIRE, CASE, "key")
    assert [code for code, _ in form.fields["outcome"].choices] == [Outcome.REFUSED]


def test_a_form_carries_the_version_that_was_read() -> None:
    (form,) = forms_for(("accept",), FIRE, CASE, "key")
    assert form.initial == {"key": "key-accept", "seen": 4}


def test_a_step_becomes_its_command() -> None:
    given = {"key": "k", "seen": 4, "step": "site-check", "outcome": "refused"}
    data = {f"site-check-{name}": value for name, value in given.items()}
    data["site-check-opinion"] = "通道堵塞"
    form = CompleteStepForm(FIRE, CASE, data, prefix="site-check")
    assert form.is_valid()
    assert form.command() == CompleteStep("site-check", Outcome.REFUSED, "通道堵塞")


def test_a_decision_becomes_its_command() -> None:
    data = {"key": "k", "seen": 4, "outcome": "granted", "reasons": "符合条件"}
    form = DecideForm(FIRE, CASE, data)
    assert form.is_valid()
    assert form.command() == Decide(Outcome.GRANTED, "符合条件")


def test_an_outcome_that_is_none_is_refused() -> None:
    form = DecideForm(FIRE, CASE, {"key": "k", "seen": 4, "outcome": "perhaps"})
    assert list(form.errors) == ["outcome"]
