"""What a rule says of a case: a tree of truths with the values and whose they are."""

from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import MONDAY, PEOPLE, citizen

from tongban.capabilities.services.explaining import in_words
from tongban.kernel.case.declaration import Condition, Field
from tongban.kernel.catalog.model import DataType, Element
from tongban.kernel.terms import Text
from tongban.store import cases, history, verdicts
from tongban.store.jurisdiction import current


BORN = "(SELECT birth_date FROM population.person)"
REVOKED = "EXISTS (SELECT 1 FROM market.licence WHERE status = 'revoked')"
CONDITION = Condition(
    Text("成年或另有许可", "Grown or allowed"),
    f"age({BORN}, :as_of) >= 18 AND ({REVOKED} OR :shop_name = 'x')",
    "《民法典》第十七条",
)


@pytest.fixture
def found():
    """The verdict of a rule of one joined condition over the second person's case."""
    shop = open_shop(1)
    (child,) = cases.children(shop.number, citizen(1))
    declared = current().case_types["shop.licence"]
    rule = replace(declared.rule, conditions=(CONDITION,))
    case = history.load(child.number).case
    told = verdicts.verdict(replace(declared, rule=rule), case, MONDAY)
    assert told is not None
    return told


def test_a_joined_condition_is_told_part_by_part(found) -> None:
    (condition,) = found
    assert (condition["truth"], condition["joint"]) == (True, "and")
    grown, either = condition["parts"]
    assert (grown["joint"], grown["truth"], grown["parts"]) == ("test", True, [])
    assert grown["sql"] == f"AGE({BORN}, :as_of) >= 18"
    (value,) = grown["values"]
    assert (value["item"], value["value"]) == (
        "population.person.birth_date",
        PEOPLE[1][2],
    )
    assert value["masked"] is False
    (version,) = value["versions"].values()
    assert version.startswith("live@")
    assert [part["truth"] for part in either["parts"]] == [True, False]


def test_a_condition_that_joins_nothing_has_no_parts() -> None:
    shop = open_shop()
    licence = cases.children(shop.number, citizen())[0]
    for condition in licence.decision.explanation:
        assert "parts" not in condition


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["逐项说明", "以下各项须全部成立", "以下各项有一项成立即可"]),
        ("en", ["Part by part", "All of these must be true", "One of these must"]),
    ],
)
def test_the_page_nests_what_is_joined(found, language: str, words: list[str]) -> None:
    with override(language):
        conditions = in_words(found, current().catalog)
        page = render_to_string(
            "components/explanation.html", {"explanation": conditions}
        )
    for word in words:
        assert word in page
    assert page.count("<ul") == 3
    assert page.count('class="chip') == 5


def truth_of(when, element, held):
    """How a condition over one field ``given``, of ``element``, comes out."""
    shop = open_shop(1)
    (child,) = cases.children(shop.number, citizen(1))
    declared = current().case_types["shop.licence"]
    rule = replace(declared.rule, conditions=(Condition(Text("条件"), when, "法"),))
    given = Field("given", Text("栏"), element, "", required=False)
    declared = replace(declared, rule=rule, fields=(*declared.fields, given))
    case = history.load(child.number).case
    case = replace(
        case, data={**case.data, **({} if held is None else {"given": held})}
    )
    told = verdicts.verdict(declared, case, MONDAY)
    return told and told[0]["truth"]


@pytest.mark.parametrize(
    ("when", "kind", "held", "truth"),
    [
        (":given = 'x'", DataType.TEXT, "x", True),
        (":given > 3", DataType.INTEGER, 4, True),
        (":given + 1 > 300000", DataType.MONEY, 300_000, True),
        (":given > 0.25", DataType.DECIMAL, "0.3", True),
        (":given * 2 = 0.6", DataType.DECIMAL, "0.3", True),
        (f":given > {BORN}", DataType.DATE, "1900-01-01", False),
        (
            ":given + INTERVAL 1 DAY = DATE '2026-03-01'",
            DataType.DATE,
            "2026-02-28",
            True,
        ),
        (
            ":given < TIMESTAMP '2026-03-01 12:00:00'",
            DataType.DATETIME,
            "2026-03-01T11:59",
            True,
        ),
        (":given", DataType.BOOLEAN, True, True),
        ("NOT :given", DataType.BOOLEAN, False, True),
        # A field that was left empty: nobody knows, so a person decides.
        (":given = 'x'", DataType.TEXT, None, None),
        (":given = 'x'", DataType.TEXT, "", None),
        (f":given > {BORN}", DataType.DATE, None, None),
        (":given > 0.25", DataType.DECIMAL, None, None),
        (":given", DataType.BOOLEAN, None, None),
        (f":given > {BORN}", DataType.DATE, "soon", None),
        (":given IS NULL", DataType.INTEGER, None, True),
    ],
)
def test_a_field_is_bound_as_its_element_says(monkeypatch, when, kind, held, truth):
    element = Element("of.a.kind", Text("元"), kind)
    monkeypatch.setitem(current().catalog.elements, "of.a.kind", element)
    assert truth_of(when, "of.a.kind", held) is truth
