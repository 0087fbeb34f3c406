"""One small form for each act of an official; what it asks is what the law asks."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from tongban.kernel.case import commands
from tongban.kernel.case.contents import MOST_PROCEDURE_DAYS
from tongban.kernel.case.declaration import CaseType, Procedure
from tongban.kernel.case.model import Case, Outcome
from tongban.kernel.case.runs import PROCEDURES
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
        asked = [*case_type.materials, *case_type.fields]
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
    procedure = forms.ChoiceField()
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))
    procedure_days = forms.IntegerField(min_value=1, max_value=MOST_PROCEDURE_DAYS)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["procedure"].choices = [
            (kind.value, title.get(language())) for kind, title in PROCEDURES.items()
        ]

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.PauseClock(
            Procedure(given["procedure"]), given["reason"], given["procedure_days"]
        )


class ResumeClockForm(ActForm):
    act = "resume-clock"
    result = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))

    def command(self) -> commands.Command:
        return commands.ResumeClock(self.cleaned_data["result"])


class AskExtensionForm(ActForm):
    act = "ask-extension"
    days = forms.IntegerField(min_value=1, max_value=60)
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.AskExtension(given["days"], given["reason"])


class DeclineExtensionForm(ActForm):
    act = "decline-extension"
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))

    def command(self) -> commands.Command:
        return commands.DeclineExtension(self.cleaned_data["reason"])


class ExtendForm(ActForm):
    act = "extend"
    days = forms.IntegerField(min_value=1, max_value=60)
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))

    def command(self) -> commands.Command:
        return commands.Extend(self.cleaned_data["days"], self.cleaned_data["reason"])


def _paragraph(rows: int = 2, *, required: bool = True) -> forms.CharField:
    text = forms.Textarea({"rows": rows})
    return forms.CharField(max_length=LONGEST, widget=text, required=required)


class RefuseAcceptanceForm(ActForm):
    act = "refuse-acceptance"
    reasons = _paragraph(3)
    competent = forms.CharField(max_length=200, required=False)

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.RefuseAcceptance(given["reasons"], given["competent"])


class KeepPromiseForm(ActForm):
    act = "keep-promise"
    note = _paragraph(required=False)

    def command(self) -> commands.Command:
        return commands.KeepPromise(self.cleaned_data["note"])


class ReturnPromisedForm(ActForm):
    act = "return-promised"
    reason = _paragraph()

    def command(self) -> commands.Command:
        return commands.ReturnPromised(self.cleaned_data["reason"])


class BreakPromiseForm(ActForm):
    act = "break-promise"
    reasons = _paragraph(3)

    def command(self) -> commands.Command:
        return commands.BreakPromise(self.cleaned_data["reasons"])


class ReviewSampleForm(ActForm):
    act = "review-sample"
    agrees = forms.ChoiceField(widget=forms.RadioSelect)
    reasons = _paragraph(3, required=False)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["agrees"].choices = [
            ("yes", say("workbench.sample-right")),
            ("no", say("workbench.sample-wrong")),
        ]

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.ReviewSample(given["agrees"] == "yes", given["reasons"])


FORMS: Mapping[str, type[ActForm]] = {
    form.act: form
    for form in (
        ReviewSampleForm,
        KeepPromiseForm,
        ReturnPromisedForm,
        BreakPromiseForm,
        AcceptForm,
        CompleteStepForm,
        DecideForm,
        AskCorrectionForm,
        RefuseAcceptanceForm,
        PauseClockForm,
        ResumeClockForm,
        AskExtensionForm,
        ExtendForm,
        DeclineExtensionForm,
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
