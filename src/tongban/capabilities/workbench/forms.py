"""One small form for each act of an official; what it asks is what the law asks."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from tongban.kernel.case import commands
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case, Outcome
from tongban.words.catalogue import language, say


LONGEST = 2000


class ActForm(forms.Form):
    """What every act carries: an idempotency key and the version that was read."""

    act: ClassVar[str]
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, case_type: CaseType, case: Case, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.case_type, self.case = case_type, case

    def is_same(self, other: "ActForm") -> bool:
        """Whether both stand for one act, on the same step."""
        return (self.act, self.prefix) == (other.act, other.prefix)

    def command(self) -> commands.Command:
        """The command this form stands for; call only when the form is valid."""
        raise NotImplementedError


class AcceptForm(ActForm):
    act = "accept"

    def command(self) -> commands.Command:
        return commands.Accept()


class AskCorrectionForm(ActForm):
    act = "ask-correction"
    missing = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 3}))

    def __init__(self, case_type: CaseType, case: Case, *args: Any, **kw: Any) -> None:
        super().__init__(case_type, case, *args, **kw)
        asked = [*case_type.materials, *case_type.parts]
        self.fields["missing"].choices = [
            (part.name, part.title.get(language())) for part in asked
        ]

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.AskCorrection(tuple(given["missing"]), given["note"])


class CompleteStepForm(ActForm):
    act = "complete-step"
    step = forms.CharField(max_length=80, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    opinion = forms.CharField(
        max_length=LONGEST, widget=forms.Textarea({"rows": 3}), required=False
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["outcome"].choices = [
            (Outcome.GRANTED, say("workbench.step-passed")),
            (Outcome.REFUSED, say("workbench.step-failed")),
        ]

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.CompleteStep(
            given["step"], Outcome(given["outcome"]), given["opinion"]
        )


class DecideForm(ActForm):
    act = "decide"
    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    reasons = forms.CharField(
        max_length=LONGEST, widget=forms.Textarea({"rows": 4}), required=False
    )

    def __init__(
        self, *args: Any, outcomes: Sequence[str] = tuple(Outcome), **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        choices = {
            Outcome.GRANTED: say("workbench.grant"),
            Outcome.REFUSED: say("workbench.refuse"),
        }
        self.fields["outcome"].choices = [
            (outcome, text) for outcome, text in choices.items() if outcome in outcomes
        ]

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.Decide(Outcome(given["outcome"]), given["reasons"])


class PauseClockForm(ActForm):
    act = "pause-clock"
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))

    def command(self) -> commands.Command:
        return commands.PauseClock(self.cleaned_data["reason"])


class ResumeClockForm(ActForm):
    act = "resume-clock"

    def command(self) -> commands.Command:
        return commands.ResumeClock()


class ExtendForm(ActForm):
    act = "extend"
    days = forms.IntegerField(min_value=1, max_value=60)
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))

    def command(self) -> commands.Command:
        return commands.Extend(self.cleaned_data["days"], self.cleaned_data["reason"])


FORMS: Mapping[str, type[ActForm]] = {
    form.act: form
    for form in (
        AcceptForm,
        CompleteStepForm,
        DecideForm,
        AskCorrectionForm,
        PauseClockForm,
        ResumeClockForm,
        ExtendForm,
    )
}


def forms_for(
    acts: Sequence[str], case_type: CaseType, case: Case, key: str
) -> list[ActForm]:
    """The forms of the acts an official may do now, the likeliest first.

    ``acts`` are names of `kernel.case.decide.next_acts`: a step to complete has a
    form of its own, the outcomes of a decision are choices of one.
    """
    targets: dict[str, list[str]] = {}
    for name in acts:
        act, _, target = name.partition(":")
        targets.setdefault(act, []).append(target)
    found: list[ActForm] = []
    for name, form in FORMS.items():
        if name not in targets:
            continue
        given: dict[str, Any] = {"key": f"{key}-{name}", "seen": case.version}
        if form is CompleteStepForm:
            found += [
                form(case_type, case, initial=given | {"step": step}, prefix=step)
                for step in targets[name]
            ]
        elif form is DecideForm:
            outcomes = targets[name]
            found.append(form(case_type, case, initial=given, outcomes=outcomes))
        else:
            found.append(form(case_type, case, initial=given))
    return found
