"""What every form of an official's act is made of."""

from typing import Any, ClassVar

from django import forms

from tongban.kernel.case import commands
from tongban.kernel.case.clocks import STEP
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Text
from tongban.words.catalogue import words


LONGEST = 2000


def charge_title(case_type: CaseType, charge: str) -> Text:
    """A step, or a charge of the case, as people call it."""
    name = charge.removeprefix(STEP)
    titles = {step.name: step.title for step in case_type.steps}
    return titles.get(name) or words()[f"workbench.charge.{name}"]


class ActForm(forms.Form):
    """What every act carries: an idempotency key and the version that was read."""

    act: ClassVar[str]
    # The hidden field that names what the act is about, where there can be several.
    about: ClassVar[str] = ""
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, case_type: CaseType, case: Case | None, *args: Any, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.case_type, self.case = case_type, case

    @property
    def target(self) -> Text | None:
        """What the act is about, where there can be several."""
        if not self.about:
            return None
        name = (self.prefix or "").removeprefix(f"{self.act}-")
        return charge_title(self.case_type, name)

    def is_same(self, other: "ActForm") -> bool:
        """Whether both stand for one act, on the same step."""
        return (self.act, self.prefix) == (other.act, other.prefix)

    def command(self) -> commands.Command:
        """The command this form stands for; call only when the form is valid."""
        raise NotImplementedError


def paragraph(rows: int = 2, *, required: bool = True) -> forms.CharField:
    text = forms.Textarea({"rows": rows})
    return forms.CharField(max_length=LONGEST, widget=text, required=required)
