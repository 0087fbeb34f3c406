"""What is refused before, and by, the parser."""

import time

import pytest

from tongban.kernel.query.language.parse import MAX_CHARACTERS, parse, parse_any
from tongban.kernel.terms import UserError


def code_of(sql):
    with pytest.raises(UserError) as refused:
        parse(sql)
    return refused.value.code


def test_one_select_with_a_semicolon_is_read():
    assert parse("SELECT a FROM b.c;").sql("duckdb") == "SELECT a FROM b.c"


def test_brackets_around_the_whole_are_taken_off():
    assert parse("((SELECT a FROM b.c))").sql("duckdb") == "SELECT a FROM b.c"


def test_named_value_may_stand_anywhere():
    found = parse("SELECT :a, :date FROM b.c WHERE :end = 1 AND x = $y")
    assert found.sql("duckdb") == "SELECT $a, $date FROM b.c WHERE $end = 1 AND x = $y"


def test_syntax_error_says_line_and_column():
    with pytest.raises(UserError) as refused:
        parse("SELECT a\nFROM b.c WHERE ) x")
    assert refused.value.code == "query.syntax"
    assert refused.value.where == "2:16"


def test_statement_at_the_limit_of_length_is_read():
    sql = "SELECT 'x' AS a"
    assert parse(sql + " " * (MAX_CHARACTERS - len(sql)))


def test_longer_statement_is_refused():
    assert code_of("SELECT 1" + " " * MAX_CHARACTERS) == "query.too-large"


def test_wide_space_of_chinese_text_is_no_offence():
    assert parse("SELECT '张　三' AS a")


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u200b", "\u202e", "\ufeff"])
def test_invisible_character_is_refused(character):
    assert code_of(f"SELECT 'a{character}b' AS a") == "query.character"


def test_chain_of_joins_with_conditions_is_read():
    sql = "SELECT 1 AS a FROM b.c " + "JOIN d.e ON x = y " * 20
    assert parse(sql)


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT 1 FROM a.b " + "JOIN a.b " * 40,
        "SELECT 1 FROM a.b " + "LEFT JOIN a.b " * 40,
        "SELECT " + "BIGINT(" * 40 + "1" + ")" * 40,
        "SELECT " + "ROW(" * 40 + "1" + ")" * 40,
        "SELECT a" + "[1]" * 6000,
        "SELECT " + "(" * 9000 + "1" + ")" * 9000,
        "SELECT " + "NOT " * 4900 + "true",
        "SELECT " + "- " * 9900 + "1",
        "SELECT " + "CASE WHEN " * 1900,
        "SELECT " + "abs(" * 4000 + "1" + ")" * 4000,
        "SELECT " + "[" * 9000 + "1" + "]" * 9000,
        "SELECT a" + "[1] || b" * 2000 + "[",
        "SELECT a" + " -> 'x'" * 2800 + ")",
        "SELECT " + "-> " * 6000 + "1",
        "SELECT " + "f(x -> " * 2000 + "1" + ")" * 2000,
        "SELECT 1 FROM a.b " + "JOIN unnest([1]) AS u(x) " * 40,
        "SELECT 1 FROM a.b GROUP BY " + "ROLLUP (" * 2000,
    ],
    ids=lambda sql: sql[:24],
)
def test_attack_on_the_parser_ends_at_once(attack):
    start = time.process_time()
    assert code_of(attack) in {
        "query.syntax",
        "query.function",
        "query.node",
        "query.too-large",
    }
    assert time.process_time() - start < 2


def test_an_expression_becomes_the_only_column():
    found = parse_any("(SELECT a FROM b.c) > 1")
    assert found.sql("duckdb") == "SELECT (SELECT a FROM b.c) > 1"
