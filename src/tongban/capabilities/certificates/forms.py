"""What people write about certificates: copies, scans, and changes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from tongban.kernel.case.certificate import Change, Disclosure
from tongban.store.certificate_copies import LONGEST
from tongban.words.catalogue import language, say


LONGEST_TEXT = 500
LONGEST_CODE = 2000


class CopyForm(forms.Form):
    """A copy annotated for one use: for whom, for what, until when."""

    receiver = forms.CharField(max_length=LONGEST)
    reason = forms.CharField(max_length=LONGEST)
    until = forms.DateField(widget=forms.DateInput({"type": "date"}))

    def __init__(self, first: date, last: date | None, *args: Any) -> None:
        super().__init__(*args)
        bounds = {"min": first.isoformat()}
        if last:
            bounds["max"] = last.isoformat()
        self.fields["until"].widget.attrs.update(bounds)
        for name, field in self.fields.items():
            field.label = say(f"certificates.copy.{name}")


class ScanForm(forms.Form):
    """A pass code and what for it is scanned."""

    disclosure = forms.ChoiceField()
    code = forms.CharField(
        max_length=LONGEST_CODE,
        widget=forms.Textarea(
            {"rows": 3, "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, open_ones: Iterable[Disclosure], *args: Any) -> None:
        super().__init__(*args)
        self.fields["disclosure"].choices = [
            (each.code, _titled(each)) for each in open_ones
        ]
        _label(self)


class ChangeForm(forms.Form):
    """What shall be done to a certificate, and on what grounds."""

    change = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    legal_basis = forms.CharField(
        max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 2})
    )
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)

    def __init__(
        self, possible: Iterable[Change], own: bool, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if own:
            # A holder gives a reason; the law is for the office to name.
            del self.fields["legal_basis"]
        self.fields["change"].choices = [
            (each.value, say(f"certificates.change.{each}")) for each in possible
        ]
        _label(self)


def _titled(each: Disclosure) -> str:
    place = f" · {each.place.get(language())}" if each.place else ""
    return each.title.get(language()) + place


def _label(form: forms.Form) -> None:
    for name, field in form.fields.items():
        if not isinstance(field.widget, forms.HiddenInput):
            field.label = say(f"certificates.label.{name}")
