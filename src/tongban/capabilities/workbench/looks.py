"""Forms for what is refused at the door, promised, and looked at again."""

from typing import Any

from django import forms

from tongban.capabilities.workbench.act_form import ActForm, paragraph
from tongban.kernel.case import commands
from tongban.words.catalogue import say


class RefuseAcceptanceForm(ActForm):
    act = "refuse-acceptance"
    reasons = paragraph(3)
    competent = forms.CharField(max_length=200, required=False)

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.RefuseAcceptance(given["reasons"], given["competent"])


class KeepPromiseForm(ActForm):
    act = "keep-promise"
    finding = paragraph(required=False)

    def command(self) -> commands.Command:
        return commands.KeepPromise(self.cleaned_data["finding"])


class ReturnPromisedForm(ActForm):
    act = "return-promised"
    reason = paragraph()

    def command(self) -> commands.Command:
        return commands.ReturnPromised(self.cleaned_data["reason"])


class BreakPromiseForm(ActForm):
    act = "break-promise"
    reasons = paragraph(3)

    def command(self) -> commands.Command:
        return commands.BreakPromise(self.cleaned_data["reasons"])


class ReviewSampleForm(ActForm):
    act = "review-sample"
    agrees = forms.ChoiceField(widget=forms.RadioSelect)
    reasons = paragraph(3, required=False)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["agrees"].choices = [
            ("yes", say("workbench.sample-right")),
            ("no", say("workbench.sample-wrong")),
        ]

    def command(self) -> commands.Command:
        given = self.cleaned_data
        return commands.ReviewSample(given["agrees"] == "yes", given["reasons"])
