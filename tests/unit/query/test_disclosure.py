"""What is shown of groups, counted by hand on the district of clean_room.py."""

import pytest
from tests.unit.query.clean_room import INSURED, PEOPLE, ROWS, ask, engine

from tongban.kernel.query.recipe import Privacy
from tongban.kernel.query.room.disclosure import midpoint


@pytest.fixture(scope="module")
def duck():
    with engine() as found:
        yield found


def shown(duck, sql, privacy=None, **params):
    return ask(duck, sql, privacy, **params).rows


def test_groups_of_enough_people_are_shown(duck):
    sql = "SELECT sex, COUNT(*) AS n FROM pop.person GROUP BY sex ORDER BY n"
    assert shown(duck, sql) == [("F", 23), ("M", 36)]


def test_a_small_group_takes_another_with_it_and_neither_leaves_a_trace(duck):
    # 990103 has 4; beside a total of 59 it would follow from 30 and 25.
    sql = "SELECT division, COUNT(*) AS n FROM pop.person GROUP BY division"
    found = ask(duck, sql)
    assert found.rows == [("990101", 30)]
    assert found.withheld == frozenset()


def test_what_is_withheld_is_of_enough_together():
    # 3 and 4 are 7, which the total less 30 and 25 would tell: 25 goes with them.
    some = [
        (*row[:3], "990104" if n < 3 else row[3], *row[4:])
        for n, row in enumerate(PEOPLE)
    ]
    sql = "SELECT division, COUNT(*) AS n FROM pop.person GROUP BY division"
    with engine({**ROWS, "pop.person": some}) as other:
        assert ask(other, sql).rows == [("990101", 27)]


def test_of_two_groups_a_small_one_takes_the_whole_answer(duck):
    sql = "SELECT division = '990103' AS x, COUNT(*) AS n FROM pop.person GROUP BY 1"
    assert shown(duck, sql) == []


@pytest.mark.parametrize(("least", "groups"), [(4, 3), (10, 1), (26, 1), (31, 0)])
def test_the_threshold_is_what_the_purpose_declares(duck, least, groups):
    # With 26, those of 25 and 4 are withheld; they are 29 together.
    sql = "SELECT division, COUNT(*) AS n FROM pop.person GROUP BY division"
    assert len(shown(duck, sql, Privacy(threshold=least))) == groups


def test_the_only_group_of_all_is_there_but_empty(duck):
    sql = "SELECT COUNT(*) AS n FROM pop.person WHERE division = :where"
    found = ask(duck, sql, where="990103")
    assert (found.rows, found.withheld) == ([(None,)], {(0, 0)})
    assert ask(duck, sql, where="nowhere") == found
    assert shown(duck, sql, where="990102") == [(25,)]


def test_subjects_are_counted_and_not_rows():
    rows = {**ROWS, "soc.insurance": [(f"p{n % 9:03}", "e00", n) for n in range(90)]}
    with engine(rows) as other:
        sql = "SELECT COUNT(*) AS n FROM soc.insurance"
        assert ask(other, sql).rows == [(None,)]


def test_every_kind_of_subject_is_counted(duck):
    # 40 people, 20 employers; of one employer alone there are only 2 people.
    assert shown(duck, "SELECT COUNT(*) AS n FROM soc.insurance") == [(40,)]
    assert shown(
        duck, "SELECT COUNT(*) AS n FROM soc.insurance", Privacy(threshold=21)
    ) == [(None,)]


def test_a_figure_under_a_condition_stands_on_enough_on_both_sides(duck):
    sql = (
        "SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE sex = 'F') AS f, "
        "COUNT(*) FILTER (WHERE division <> '990103') AS d FROM pop.person"
    )
    # 4 people are in 990103, so both figures under conditions could be subtracted.
    assert shown(duck, sql) == [(59, None, None)]
    one = "SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE sex = 'F') AS f FROM pop.person"
    assert shown(duck, one) == [(59, 23)]


@pytest.mark.parametrize("born", ["1962-03-07", "1899-01-01"])
def test_none_tells_as_much_as_one(duck, born):
    sql = "SELECT COUNT(*) FILTER (WHERE born = :b) AS n FROM pop.person"
    assert shown(duck, sql, b=born) == [(None,)]
    sql = "SELECT COUNT(*) FILTER (WHERE born <> :b) AS n FROM pop.person"
    assert shown(duck, sql, b=born) == [(None,)]


def test_missing_values_of_a_few_are_not_told():
    some = [
        (*row[:4], None if n < 3 else row[4], *row[5:]) for n, row in enumerate(PEOPLE)
    ]
    with engine({**ROWS, "pop.person": some}) as other:
        sql = (
            "SELECT COUNT(*) AS n, COUNT(income) AS i, COUNT(sex) AS c FROM pop.person"
        )
        assert ask(other, sql).rows == [(59, None, 59)]


def test_a_sum_that_is_mostly_one_persons_is_withheld(duck):
    # p012, a man, has 1,000,000 of 1,035,000; the women's sum goes with it, since
    # the whole less the women is the men.
    sql = "SELECT sex, COUNT(*) AS n, SUM(income) AS s FROM pop.person GROUP BY sex"
    assert shown(duck, sql) == [("F", 23, None), ("M", 36, None)]
    women = "SELECT SUM(income) AS s, AVG(income) AS m FROM pop.person WHERE sex = 'F'"
    assert shown(duck, women) == [(23000, 1000.0)]
    assert shown(duck, sql, Privacy(dominance=97)) == [
        ("F", 23, 23000),
        ("M", 36, 1_035_000),
    ]


def test_people_of_several_rows_are_not_told_apart_by_two_counts():
    rows = {**ROWS, "soc.insurance": [*INSURED, ("p000", "e19", 5)]}
    sql = "SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS p FROM soc.insurance"
    with engine(rows) as other:
        assert ask(other, sql).rows == [(41, None)]
    with engine() as other:
        assert ask(other, sql).rows == [(40, 40)]


def test_joins_count_the_subjects_of_each_relation(duck):
    sql = (
        "SELECT p.sex, COUNT(*) AS n FROM pop.person AS p "
        "JOIN soc.insurance AS i ON i.id = p.id GROUP BY p.sex"
    )
    # Insured are 12 women and 18 men of 990101, and 10 women of 990102: each sex
    # works for at least 18 employers.
    assert shown(duck, sql) == [("F", 22), ("M", 18)]


def test_figures_are_computed_of_what_is_shown(duck):
    sql = (
        "SELECT ROUND(100.0 * COUNT(*) FILTER (WHERE sex = 'F') / COUNT(*), 1) AS f, "
        "-COUNT(*) / NULLIF(0, 0) AS x FROM pop.person"
    )
    assert shown(duck, sql) == [(39.0, None)]
    # Rounded: 23 becomes 21, 59 becomes 57.
    assert shown(duck, sql, Privacy(rounding=6)) == [(36.8, None)]


@pytest.mark.parametrize(
    ("count", "rounded"),
    [(0, 0), (1, 3), (6, 3), (7, 9), (12, 9), (13, 15), (36, 33), (37, 39)],
)
def test_counts_become_the_middle_of_their_band(count, rounded):
    assert midpoint(count, 6) == rounded


def test_sums_follow_the_rounded_counts(duck):
    figures = "COUNT(*) AS n, SUM(income) AS s, AVG(income) AS m"
    sql = f"SELECT {figures} FROM pop.person WHERE sex = 'F'"
    assert shown(duck, sql, Privacy(rounding=6)) == [(21, 21000.0, 1000.0)]


@pytest.mark.parametrize("rounding", [None, 6])
@pytest.mark.parametrize("figure", ["AVG(income)", "SUM(income)"])
def test_nobody_and_one_answer_alike(duck, figure, rounding):
    one = f"SELECT {figure} AS a FROM pop.person WHERE born = DATE '1962-03-07' AND "
    answers = [
        ask(duck, f"{one} income > :k", Privacy(rounding=rounding), k=k)
        for k in (999_999, 1_000_000)
    ]
    assert answers[0] == answers[1]
    assert answers[0].rows == [(None,)]


def test_means_beside_rounded_counts_have_three_digits():
    some = [(*row[:4], 1_234_567 + n, *row[5:]) for n, row in enumerate(PEOPLE)]
    sql = "SELECT COUNT(*) AS n, SUM(income) AS s, AVG(income) AS m FROM pop.person"
    with engine({**ROWS, "pop.person": some}) as other:
        # 1234567 + 29 on the average; 59 becomes 57.
        assert ask(other, sql, Privacy(rounding=6)).rows == [
            (57, 57 * 1_230_000.0, 1_230_000.0)
        ]
        assert ask(other, sql).rows == [(59, 59 * 1_234_596, 1_234_596.0)]


def test_order_and_cut_are_of_what_is_shown(duck):
    sql = (
        "SELECT division, sex, COUNT(*) AS n FROM pop.person "
        "WHERE division <> '990103' GROUP BY 1, 2 "
    )
    order = "ORDER BY n DESC, sex LIMIT :most OFFSET 1"
    assert shown(duck, sql + order, most=2) == [
        ("990102", "M", 14),
        ("990101", "F", 12),
    ]
    order = "ORDER BY sex DESC, n"
    assert [row[2] for row in shown(duck, sql + order)] == [14, 18, 11, 12]


def test_totals_do_not_reveal_what_is_withheld(duck):
    # Men: 18, 14 and the 4 of 990103; women: 12 and 11. The 4 take the 14 with them
    # for the sum of men; 990102's other cell then follows from its 25, and is taken;
    # and 990101's 12 from the 23 women, and its 18 from the 32 men shown.
    sql = (
        "SELECT division, sex, COUNT(*) AS n FROM pop.person "
        "GROUP BY GROUPING SETS ((division, sex), (sex), ()) ORDER BY 1, 2"
    )
    assert shown(duck, sql) == [(None, "F", 23), (None, "M", 36), (None, None, 59)]


def test_a_total_hides_nothing_where_every_cell_is_large(duck):
    sql = (
        "SELECT division, sex, COUNT(*) AS n FROM pop.person "
        "WHERE division <> '990103' GROUP BY ROLLUP (division, sex) ORDER BY 1, 2"
    )
    assert shown(duck, sql) == [
        ("990101", "F", 12),
        ("990101", "M", 18),
        ("990101", None, 30),
        ("990102", "F", 11),
        ("990102", "M", 14),
        ("990102", None, 25),
        (None, None, 55),
    ]
