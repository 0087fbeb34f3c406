"""The one decision of a review: one person, two, or nobody can tell."""

from django import forms

from tongban.capabilities.linkage.settling import Verdict
from tongban.words.catalogue import say


LONGEST = 2000
CHOICES = (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNKNOWN)


class DecideForm(forms.Form):
    """``seen`` is the version of the case that the official had before them."""

    verdict = forms.ChoiceField(widget=forms.RadioSelect)
    note = forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": 3}))
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = [
            (verdict.value, say(f"linkage.verdict.{verdict}")) for verdict in CHOICES
        ]
