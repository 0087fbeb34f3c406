"""The application for data sharing (共享申请): what Decree 809 art. 20 asks."""

from typing import Any

from django import forms

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset
from tongban.pack.model import Pack
from tongban.words.catalogue import language, say


LONGEST = 1000


def _text(rows: int = 2) -> forms.CharField:
    return forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": rows}))


class ApplicationForm(forms.Form):
    """The fields that the case type declares, with the choices that can be granted."""

    items = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    purpose = forms.ChoiceField()
    legal_basis = _text()
    scene = _text()
    use_scope = forms.ChoiceField()
    mode = forms.ChoiceField()
    until = forms.DateField(widget=forms.DateInput({"type": "date"}))
    consent_by = forms.CharField(max_length=60)
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)

    def __init__(
        self, pack: Pack, kind: CaseType, dataset: Dataset, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pack, self.dataset = pack, dataset
        for declared in kind.fields:
            if declared.name in self.fields:
                field = self.fields[declared.name]
                field.label = declared.title.get(language())
                field.help_text = declared.hint.get(language()) if declared.hint else ""
        self.fields["items"].choices = [
            (item.name, item.title.get(language())) for item in dataset.items.values()
        ]
        self.fields["purpose"].choices = [
            (purpose.code, purpose.title.get(language()))
            for purpose in pack.purposes.values()
            if any(self._own(name) for name in purpose.items)
        ]
        for name in ("mode", "use_scope"):
            element = next(f.element for f in kind.fields if f.name == name)
            self.fields[name].choices = _codes(pack.catalog, element)

    def clean(self) -> dict[str, Any]:
        """A purpose bounds the items: one that it does not list cannot be granted."""
        given = super().clean() or self.cleaned_data
        purpose = self.pack.purposes.get(given.get("purpose", ""))
        if purpose is not None:
            listed = {n.rpartition(".")[2] for n in purpose.items if self._own(n)}
            beyond = [name for name in given.get("items", []) if name not in listed]
            if beyond:
                titles = "、".join(
                    self.dataset.items[n].title.get(language()) for n in beyond
                )
                self.add_error("items", say("sharing.beyond-purpose", items=titles))
        return given

    def _own(self, name: str) -> bool:
        return name.rpartition(".")[0] == self.dataset.code

    def answers(self) -> dict[str, str]:
        """The application as the case keeps it: text, dates as ISO."""
        given = {k: str(v) for k, v in self.cleaned_data.items() if k != "key"}
        items = ",".join(self.cleaned_data["items"])
        return given | {"dataset": self.dataset.code, "items": items}


def _codes(catalog: Catalog, element: str) -> list[tuple[str, str]]:
    code_set = catalog.code_sets[catalog.elements[element].code_set or ""]
    return [(code, text.get(language())) for code, text in code_set.values.items()]
