"""A known value is wrong (有误): its provider is asked to verify it at once (校核).

The person goes on with their own value meanwhile, which is marked as contested: the
office that decides sees both, and is told how the provider answered.
"""

from dataclasses import replace

from tongban.capabilities.services.record import Correction, Draft, Known
from tongban.kernel.case.declaration import Field
from tongban.kernel.terms import Actor, Subject
from tongban.store import cases
from tongban.store.jurisdiction import current


CORRECTION = "data.correction"
PROOF = "proof"  # the material of that case type


def is_possible() -> bool:
    """Whether the jurisdiction declares how a registered value is corrected."""
    return CORRECTION in current().case_types


def opened(
    *,
    by: Actor,
    subject: Subject,
    draft: Draft,
    field: Field,
    correction: Correction,
) -> Correction:
    """``correction`` with the number of its case, which is opened if there is none."""
    if correction.case:
        return correction
    known = draft.prefilled.values[field.name]
    case = cases.open_case(
        CORRECTION,
        by=by,
        key=f"contest:{draft.number}:{field.name}",
        applicant=subject,
        data={
            "dataset": known.dataset,
            "item": known.item,
            "what": _what(field, known),
            "recorded": known.value,
            "right": correction.value,
            "reason": correction.reason.strip(),
            "receipt": known.receipt,
        },
        materials={PROOF: correction.proof.ref} if correction.proof else {},
        about=draft.number,
    )
    return replace(correction, case=case.number)


def _what(field: Field, known: Known) -> str:
    """The item as people find it in the catalogue, and what the form calls it."""
    dataset = current().catalog.dataset(known.dataset)
    item = dataset.items[known.item]
    return f"{dataset.title.zh}·{item.title.zh}（{field.title.zh}）"
