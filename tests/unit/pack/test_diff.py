"""What differs between two packs, and in which direction."""

from dataclasses import replace
from pathlib import Path

import pytest

from tongban.pack.diff import Change, Severity, diff
from tongban.pack.loader import load
from tongban.pack.model import Pack


def changed(town: Path, file: str, old: str, new: str) -> list[Change]:
    before = load(town)
    path = town / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return diff(before, load(town))


def test_a_pack_does_not_differ_from_itself(pack: Pack) -> None:
    assert diff(pack, pack) == []


SERVICES = "services/start-reading.yaml"
PEOPLE = "catalog/population.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "severity"),
    [
        (
            SERVICES,
            "promised: 3",
            "promised: 2",
            "item / library.card / decision / promised",
            "tightened",
        ),
        (
            SERVICES,
            "days: 10, basis",
            "days: 12, basis",
            "item / library.seat / decision / days",
            "loosened",
        ),
        (
            SERVICES,
            "days: 10, basis",
            "days: 10, promised: 5, basis",
            "item / library.seat / decision / promised",
            "tightened",
        ),
        (
            SERVICES,
            "days: 20, promised: 3",
            "days: 20",
            "item / library.card / decision / promised",
            "loosened",
        ),
        (
            SERVICES,
            "days: 3\n",
            "days: 2\n",
            "item / library.seat / steps / look / days",
            "tightened",
        ),
        (
            SERVICES,
            "zh: 座位核查",
            "zh: 核查座位",
            "item / library.seat / steps / look / title / zh",
            "neutral",
        ),
        (
            PEOPLE,
            "grade: 3",
            "grade: 4",
            "dataset / population.person / grade",
            "tightened",
        ),
        (
            PEOPLE,
            "type: conditional",
            "type: unconditional",
            "dataset / population.person / sharing / type",
            "loosened",
        ),
        (
            PEOPLE,
            "key: true",
            "key: true, mask: none",
            "dataset / population.person / items / id_number / mask",
            "loosened",
        ),
        (
            "catalog/standards.yaml",
            "  mask: id-number\n",
            "",
            "element / person.id-number / mask",
            "loosened",
        ),
        (
            "catalog/standards.yaml",
            "  mask: id-number\n",
            "  mask: suppress\n",
            "element / person.id-number / mask",
            "neutral",
        ),
        (
            "grants.yaml",
            "  until: 2029-12-31\n",
            "",
            "grant / library-card / until",
            "loosened",
        ),
        (
            "grants.yaml",
            "  until: 2029-12-31\n",
            "  until: 2028-12-31\n",
            "grant / library-card / until",
            "tightened",
        ),
        (
            "grants.yaml",
            "items: [birth_date]\n",
            "items: [birth_date]\n  reveal: [birth_date]\n",
            "grant / library-card / reveal",
            "loosened",
        ),
        (
            PEOPLE,
            "modes: [服务接口]",
            "modes: [服务接口, 批量交换]",
            "dataset / population.person / sharing / modes / 批量交换",
            "neutral",
        ),
        ("pack.yaml", "0.1.0", "0.2.0", "pack / version", "neutral"),
    ],
)
def test_a_change_is_found_and_judged(
    town: Path, file: str, old: str, new: str, path: str, severity: str
) -> None:
    (change,) = changed(town, file, old, new)
    assert " / ".join(change.path) == path
    assert change.severity == severity


def test_a_removed_grant_tightens_and_an_added_one_loosens(
    town: Path, pack: Pack
) -> None:
    path = town / "grants.yaml"
    text = path.read_text(encoding="utf-8")
    extra = text[text.index("- grant: library-card") :]
    path.write_text(text + extra.replace("library-card", "again"), encoding="utf-8")
    after = load(town)
    (added,) = diff(pack, after)
    (removed,) = diff(after, pack)
    assert (added.path, added.old) == (("grant", "again"), None)
    assert added.severity is Severity.LOOSENED
    assert (removed.new, removed.severity) == (None, Severity.TIGHTENED)


def test_a_kind_that_only_one_declares_is_told_by_declaration(
    town: Path, pack: Pack
) -> None:
    (town / "cast.yaml").unlink()
    changes = diff(pack, load(town))
    assert [change.path for change in changes] == [
        ("account", "an.ran"),
        ("account", "li.guan"),
    ]


def test_the_order_of_named_elements_is_no_change(town: Path) -> None:
    path = town / PEOPLE
    text = path.read_text(encoding="utf-8")
    name = "    - {name: name, element: person.name}\n"
    before = load(town)
    path.write_text(text.replace(name, "") + name, encoding="utf-8")
    assert diff(before, load(town)) == []


def test_elements_of_a_form_are_known_by_their_section(town: Path) -> None:
    changes = changed(town, SERVICES, "{zh: 意愿, en: Wish}", "{zh: 愿望, en: Wish}")
    assert [change.path for change in changes] == [
        ("one-thing", "start-reading", "form", "wish", "section", "title", "zh")
    ]


def test_a_change_reads_as_a_line() -> None:
    change = Change(("item", "a", "days"), 10, 12, Severity.LOOSENED)
    assert str(change) == "~ item / a / days: 10 → 12 [loosened]"
    assert str(Change(("item", "a"), None, "x", Severity.NEUTRAL)).startswith("+ item")
    long = str(Change(("item", "a"), "x" * 100, None, Severity.NEUTRAL))
    assert long == f"- item / a: {'x' * 57}… [neutral]"


def test_clocks_that_are_no_numbers_are_left_alone(pack: Pack) -> None:
    declarations = {
        "item": {"a": {"decision": {"days": "soon"}, "given": [{"x": 1, "name": None}]}}
    }
    later = {
        "item": {"a": {"decision": {"days": 5}, "given": [{"x": 2, "name": None}]}}
    }
    changes = diff(
        replace(pack, declarations=declarations), replace(pack, declarations=later)
    )
    assert [(change.path[2:], change.severity) for change in changes] == [
        (("decision", "days"), Severity.NEUTRAL),
        (("given", "0", "x"), Severity.NEUTRAL),
    ]


def test_a_list_of_materials_grows(town: Path) -> None:
    (change,) = changed(
        town,
        SERVICES,
        "certificate: reader-card}\n",
        "certificate: reader-card}\n"
        "    - {material: photo, title: {zh: 照片, en: Photo}}\n",
    )
    assert change.path[2:] == ("materials", "photo")
    assert change.severity is Severity.TIGHTENED
