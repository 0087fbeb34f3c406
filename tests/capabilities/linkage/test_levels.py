"""How values agree, by pairs worked out by hand, and judged by DuckDB itself."""

import duckdb
import pytest
from sqlglot import exp

from tongban.capabilities.linkage.levels import levels, prepared
from tongban.capabilities.linkage.model import Comparison, Linkage, Measure, Side
from tongban.capabilities.linkage.splinking import settings
from tongban.kernel.terms import Text


AGREEING = [
    (Measure.EXACT, "甲", "甲", "same"),
    (Measure.EXACT, "甲", "乙", "other"),
    (Measure.EXACT, "甲", None, "absent"),
    (Measure.EXACT, None, None, "absent"),
    # 6 shared letters in order, 1 transposition: 0.944 by Jaro, 0.961 with Winkler.
    (Measure.JARO_WINKLER, "martha", "marhta", "very-similar"),
    # Jaro 0.822, a common prefix of one letter: 0.84.
    (Measure.JARO_WINKLER, "dwayne", "duane", "similar"),
    (Measure.JARO_WINKLER, "martha", "quentin", "other"),
    (Measure.DAMERAU_LEVENSHTEIN, "5304218", "5304281", "one-slip"),
    (Measure.DAMERAU_LEVENSHTEIN, "5304218", "530421", "one-slip"),
    (Measure.DAMERAU_LEVENSHTEIN, "5304218", "5314219", "two-slips"),
    (Measure.DAMERAU_LEVENSHTEIN, "5304218", "9999999", "other"),
    (Measure.DATE_OF_BIRTH, "19570501", "19570501", "same"),
    (Measure.DATE_OF_BIRTH, "19570501", "19570510", "one-slip"),
    (Measure.DATE_OF_BIRTH, "19570412", "19571204", "swapped"),
    (Measure.DATE_OF_BIRTH, "19570425", "19570510", "other"),
    (Measure.DATE_OF_BIRTH, "19570425", "19570410", "one-part"),
    (Measure.DATE_OF_BIRTH, "19570425", "19880425", "one-part"),
    (Measure.CHINESE_NAME, "贾华和", "贾华和", "same"),
    (Measure.CHINESE_NAME, "贾华和", "贾平和", "one-character"),
    (Measure.CHINESE_NAME, "贾华和", "贾华", "one-left-out"),
    (Measure.CHINESE_NAME, "贾华", "贾和", "surname"),
    (Measure.CHINESE_NAME, "贾华和", "李华", "other"),
    (Measure.CHINESE_NAME, "贾华和", "王伟民", "other"),
    (Measure.ADDRESS, "望湖区月河街66号", "望湖区月河街 66 号", "same-but-signs"),
    (Measure.ADDRESS, "云州市望湖区月河街66号", "望湖区月河街66号", "same-numbers"),
    (Measure.ADDRESS, "望湖区月河街66号", "望湖区月河街68号", "same-place"),
    (Measure.ADDRESS, "望湖区月河街66号", "清和县金穗路66号", "other"),
]


def level_of(measure: Measure, left: str | None, right: str | None) -> str:
    """The first level whose condition DuckDB finds true."""
    made = prepared("v", measure)
    cells = [
        exp.select(exp.alias_(exp.cast(_literal(value), "text"), "v"))
        for value in (left, right)
    ]
    sides = []
    for side, cell in zip("lr", cells, strict=True):
        named = [exp.alias_(exp.column("v"), f"v_{side}")]
        named += [exp.alias_(c.copy(), f"{name}_{side}") for name, c in made.items()]
        sides.append(exp.select(*named).from_(cell.subquery("given")).subquery(side))
    case = exp.Case()
    for level in levels("v", measure):
        code = exp.Literal.string(level.code)
        case = case.when(level.when, code) if level.when else case.else_(code)
    query = exp.select(case).from_(sides[0]).join(sides[1], join_type="cross")
    (found,) = duckdb.sql(query.sql("duckdb")).fetchall()[0]
    return str(found)


def _literal(value: str | None) -> exp.Expression:
    return exp.null() if value is None else exp.Literal.string(value)


@pytest.mark.parametrize(("measure", "left", "right", "level"), AGREEING)
def test_values_agree_as_worked_by_hand(
    measure: Measure, left: str | None, right: str | None, level: str
) -> None:
    assert level_of(measure, left, right) == level
    assert level_of(measure, right, left) == level


def test_every_level_is_tried() -> None:
    tried = {(measure, level) for measure, _, _, level in AGREEING}
    known = {(m, level.code) for m in Measure for level in levels("v", m)}
    always = {"absent", "same", "other"}  # the same for all measures
    assert {each for each in known - tried if each[1] not in always} == set()


def test_a_declaration_becomes_splinks_settings() -> None:
    linkage = Linkage(
        code="x",
        title=Text("x"),
        organization="o",
        purpose="p",
        left=Side("a.b", "k"),
        right=Side("a.c", "k"),
        comparisons=(
            Comparison("name", "called", Measure.CHINESE_NAME, term_frequency=True),
            Comparison("sex", "sex", Measure.EXACT),
        ),
        certain=(),
        blocks=(("name",), ("name", "sex")),
        accept=0.9,
        review=0.5,
        one_to_one=True,
        seed=1,
        recall=0.7,
        pairs=100,
        most_cases=5,
        links="l.m",
        case_type="c",
    )
    made = settings(linkage, 0.001).create_settings_dict("duckdb")
    assert made["link_type"] == "link_only"
    assert made["probability_two_random_records_match"] == 0.001
    name, sex = made["comparisons"]
    assert [level["label_for_charts"] for level in name["comparison_levels"]] == [
        "absent",
        "same",
        "one-character",
        "one-left-out",
        "surname",
        "other",
    ]
    assert name["comparison_levels"][1]["tf_adjustment_column"] == "name"
    assert "tf_adjustment_column" not in sex["comparison_levels"][1]
    assert len(made["blocking_rules_to_generate_predictions"]) == 2
