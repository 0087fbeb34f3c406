"""One small form for each act of an official; what it asks is what the law asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from tongban.capabilities.workbench.act_form import LONGEST, ActForm
from tongban.capabilities.workbench.looks import (
    BreakPromiseForm,
    KeepPromiseForm,
    RefuseAcceptanceForm,
    ReturnPromisedForm,
    ReviewSampleForm,
)
from tongban.kernel.case import commands
from tongban.kernel.case.contents import MOST_PROCEDURE_DAYS
from tongban.kernel.case.declaration import CaseType, Procedure
from tongban.kernel.case.model import Case, Outcome
from tongban.kernel.terms import Subject, SubjectKind
from tongban.store.staff import Tie
from tongban.words.catalogue import language, say


class AcceptForm(ActForm):
    act = "accept"

    def command(self) -> commands.Command:
        return commands.Accept()


class AskCorrectionForm(ActForm):
    act = "ask-correction"
    missing = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 3}))

    def __init__(
        self, case_type: CaseType, case: Case | None, *args: Any, **kw: Any
    ) -> None:
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
    about = "step"
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
    wording = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, outcomes: Sequence[str] = tuple(Outcome), **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.fields["wording"].choices = [
            ("", ""),
            *((each.name, each.name) for each in self.case_type.wordings),
        ]
        choices = {
            Outcome.GRANTED: say("workbench.grant"),
            Outcome.REFUSED: say("workbench.refuse"),
        }
        self.fields["outcome"].choices = [
            (outcome, text) for outcome, text in choices.items() if outcome in outcomes
        ]

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.Decide(
            Outcome(given["outcome"]), given["reasons"], wording=given["wording"]
        )


class ChargeForm(ActForm):
    """An act about one charge of the case: the acceptance, a step, the decision."""

    about = "charge"
    charge = forms.CharField(max_length=120, widget=forms.HiddenInput)


class SignForm(ChargeForm):
    act = "sign"
    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    opinion = forms.CharField(
        max_length=LONGEST, widget=forms.Textarea({"rows": 3}), required=False
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["outcome"].choices = [
            (Outcome.GRANTED, say("workbench.agree")),
            (Outcome.REFUSED, say("workbench.disagree")),
        ]

    def command(self) -> commands.Command:
        given = self.cleaned_data
        outcome = Outcome(given["outcome"])
        return commands.Sign(given["charge"], outcome, given["opinion"])


class ClaimForm(ChargeForm):
    act = "claim"

    def command(self) -> commands.Command:
        return commands.Claim(self.cleaned_data["charge"])


class ReleaseForm(ChargeForm):
    act = "release"

    def command(self) -> commands.Command:
        return commands.Release(self.cleaned_data["charge"])


class ReassignForm(ChargeForm):
    """To whom: an account of a colleague, as it stands in the list of the page."""

    act = "reassign"
    officer = forms.CharField(
        max_length=60, widget=forms.TextInput({"list": "colleagues"})
    )
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.Reassign(
            given["charge"], given["reason"], officer=given["officer"]
        )


class RecuseForm(ActForm):
    act = "recuse"
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))

    def command(self) -> commands.Command:
        return commands.Recuse(self.cleaned_data["reason"])


class UrgeForm(ActForm):
    act = "urge"
    note = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 3}))

    def command(self) -> commands.Command:
        return commands.Urge(self.cleaned_data["note"])


class AmendOpinionForm(ActForm):
    act = "amend-opinion"
    about = "step"
    step = forms.CharField(max_length=80, widget=forms.HiddenInput)
    opinion = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 3}))

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.AmendOpinion(given["step"], given["opinion"])


class PauseClockForm(ActForm):
    act = "pause-clock"
    procedure = forms.ChoiceField()
    reason = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 2}))
    procedure_days = forms.IntegerField(min_value=1, max_value=MOST_PROCEDURE_DAYS)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["procedure"].choices = [
            (kind.value, kind.label.get(language())) for kind in Procedure
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


FORMS: Mapping[str, type[ActForm]] = {
    form.act: form
    for form in (
        ReviewSampleForm,
        KeepPromiseForm,
        ReturnPromisedForm,
        BreakPromiseForm,
        AcceptForm,
        CompleteStepForm,
        SignForm,
        DecideForm,
        AskCorrectionForm,
        RefuseAcceptanceForm,
        PauseClockForm,
        ResumeClockForm,
        AskExtensionForm,
        ExtendForm,
        DeclineExtensionForm,
        AmendOpinionForm,
        ClaimForm,
        ReleaseForm,
        ReassignForm,
        RecuseForm,
        UrgeForm,
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
        if form.about:
            for place, target in enumerate(targets[name]):
                own = {form.about: target, "key": f"{key}-{name}-{place}"}
                prefix = f"{name}-{target}"
                found.append(form(case_type, case, initial=given | own, prefix=prefix))
        elif form is DecideForm:
            outcomes = targets[name]
            found.append(form(case_type, case, initial=given, outcomes=outcomes))
        else:
            found.append(form(case_type, case, initial=given))
    return found


BATCHED: Mapping[str, type[ActForm]] = {"accept": AcceptForm, "decide": DecideForm}


def batch_form(
    act: str, case_type: CaseType, data: Mapping[str, Any], key: str
) -> ActForm:
    """The one form of an act on several cases, filled where it was sent.

    Each case has a version of its own, so that of the form means nothing. A refusal
    is written for one case, so only what is granted can be decided for several.
    """
    sent = data if data.get("key") else None
    initial = {"key": key, "seen": 0}
    form = BATCHED[act]
    if form is DecideForm:
        granted = (Outcome.GRANTED.value,)
        return DecideForm(case_type, None, sent, initial=initial, outcomes=granted)
    return form(case_type, None, sent, initial=initial)


class AbsenceForm(forms.Form):
    """When an official is away, and who acts meanwhile."""

    since = forms.DateField(widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(widget=forms.DateInput({"type": "date"}))
    deputy = forms.CharField(
        max_length=60, required=False, widget=forms.TextInput({"list": "colleagues"})
    )


class RelationForm(forms.Form):
    """Whom an official is tied to, and how."""

    kind = forms.ChoiceField()
    subject_kind = forms.ChoiceField()
    number = forms.CharField(max_length=80)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["kind"].choices = [
            (t.value, say(f"workbench.tie.{t}")) for t in Tie
        ]
        self.fields["subject_kind"].choices = [
            (kind.value, say(f"workbench.tied-to.{kind}")) for kind in SubjectKind
        ]

    def declared(self) -> dict[str, Any]:
        """What `staff.declare_relation` asks for; call only when valid."""
        given = self.cleaned_data
        subject = Subject(SubjectKind(given["subject_kind"]), given["number"])
        return {"kind": Tie(given["kind"]), "subject": subject}
