"""What the browser sends, and what the page shows of an application."""

from tests.capabilities.services.matters import (
    CATALOG,
    FIELDS,
    RESTAURANT,
    field,
    known,
    paper,
    text,
)

from tongban.capabilities.services import forms, showing
from tongban.capabilities.services.parts import Asked
from tongban.capabilities.services.record import (
    Correction,
    Entries,
    Prefilled,
    Problem,
    SourceFailure,
)


KNOWN = {"founder": known("林晚")}


def row(name: str, prefilled: Prefilled) -> showing.Row:
    wanted = next(each for each in FIELDS if each.name == name)
    (section,) = showing.sections(
        RESTAURANT, Asked((wanted,)), CATALOG, prefilled, Entries()
    )
    (found,) = section.rows
    return found


def test_a_known_value_cannot_be_changed_by_answering_it() -> None:
    post = {"answer-founder": "别人", "answer-mobile": "138"}
    entries = forms.entries_of(RESTAURANT, post, KNOWN, Entries())
    assert "founder" not in entries.answers
    assert entries.corrections == {}
    assert entries.answers["mobile"] == "138"


def test_a_half_made_correction_is_kept() -> None:
    entries = forms.entries_of(
        RESTAURANT, {"reason-founder": "写错了"}, KNOWN, Entries()
    )
    assert entries.corrections == {"founder": Correction("", "写错了")}


def test_kept_papers_stay() -> None:
    kept = {"plan": paper()}
    assert forms.entries_of(RESTAURANT, {}, KNOWN, Entries(files=kept)).files == kept


def test_few_codes_are_buttons_and_a_long_text_has_room() -> None:
    assert row("trade", Prefilled()).control.kind == "radio"
    assert row("mobile", Prefilled()).control.kind == "input"
    asked = Asked((field("n", "note"),))
    ((note,), _) = showing.lines_of(asked, CATALOG, Entries())
    assert note.control.kind == "area"


def test_a_down_source_names_its_department() -> None:
    failed = Prefilled({}, (SourceFailure("police.person", "police", ("founder",)),))
    found = row("founder", failed)
    assert found.failed == text("公安局")
    assert found.known is None


def test_a_register_without_record_is_named_too() -> None:
    found = row("founder", Prefilled())
    assert (found.failed, found.blank) == (None, text("公安局"))


def test_a_section_counts_what_is_still_to_do() -> None:
    entries = Entries({"mobile": "13800000000"})
    (section,) = showing.sections(
        RESTAURANT, Asked(FIELDS), CATALOG, Prefilled(KNOWN), entries
    )
    # capital is optional, founder known, mobile given: staff and trade are left.
    assert section.open == 2
    assert [each.field.name for each in section.known] == ["founder"]


def test_problems_lead_to_the_element_that_mends_them() -> None:
    def target(where: str) -> str:
        problem = Problem(where, text("错"), text("改"))
        return forms.target(problem, KNOWN, {"plan"})

    assert target("mobile") == "answer-mobile"
    assert target("founder") == "instead-founder"
    assert target("reason:founder") == "reason-founder"
    assert target("plan") == "paper-plan"
    assert target("declaration") == "declaration"
