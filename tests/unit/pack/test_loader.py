"""A good pack as a value."""

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tongban.kernel.case.declaration import CaseKind, Clock, Step
from tongban.kernel.catalog.model import DataType, SourceKind
from tongban.kernel.query.model import Scope
from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.pack.loader import check, load
from tongban.pack.model import AccountKind, Pack


def test_the_jurisdiction(pack: Pack) -> None:
    assert pack.name == "mytown"
    assert pack.title == Text("我的县", "My County")
    assert pack.origin == "mytown.example/ledger"
    assert pack.division == "990190"


def test_an_item_takes_from_its_element_what_it_does_not_say(pack: Pack) -> None:
    item = pack.catalog.item("population.person", "id_number")
    assert item.title == Text("公民身份号码", "Identity number")
    assert (item.type, item.length, item.grade) == (DataType.TEXT, 18, 3)
    assert (item.personal, item.mask, item.key) == (True, "id-number", True)


def test_an_item_may_say_otherwise(town: Path) -> None:
    path = town / "catalog" / "population.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "element: person.id-number, key: true",
        "element: person.id-number, title: {zh: 号码, en: Number}, mask: none, "
        "personal: false, grade: 3, type: text, length: 20, code-set: branch",
    )
    path.write_text(text, encoding="utf-8")
    item = load(town).catalog.item("population.person", "id_number")
    assert item.title == Text("号码", "Number")
    assert (item.length, item.personal, item.mask) == (20, False, None)
    assert (item.key, item.code_set) == (False, "branch")


GRADES = """
- grade: "2"
  title: {zh: 二级, en: Level two}
  masks: {text: name, test.day: date-month}
- grade: "4"
  title: {zh: 四级, en: Level four}
  masks: {test.number: pseudonym, text: suppress}
- element: test.number
  title: {zh: 编号, en: Number}
  type: text
- element: test.words
  title: {zh: 文字, en: Words}
  type: text
- element: test.day
  title: {zh: 日期, en: Day}
  type: date
- element: test.own
  title: {zh: 自有, en: Own}
  type: text
  mask: address
- element: test.open
  title: {zh: 公开, en: Open}
  type: text
  mask: none
- dataset: population.graded
  title: {zh: 分级, en: Graded}
  provider: public-security
  duty: public-security.register
  abstract: {zh: 测试, en: Test}
  category: 基础信息资源/人口
  format: 数据库
  grade: 5
  sharing: {type: unconditional, modes: [服务接口]}
  open: closed
  update: daily
  source: {lake: population.graded}
  since: 2026-01-01
  items:
    - {name: by_element, element: test.number, grade: 4}
    - {name: by_type, element: test.words, grade: 4}
    - {name: nearest_below, element: test.day, grade: 5}
    - {name: lower_level, element: test.number, grade: 3}
    - {name: too_low, element: test.words, grade: 1}
    - {name: no_grade, element: test.words}
    - {name: own, element: test.words, grade: 4, mask: mobile}
    - {name: of_element, element: test.own, grade: 4}
    - {name: none, element: test.words, grade: 4, mask: none}
    - {name: none_of_element, element: test.open, grade: 4}
    - {name: no_mask_of_type, element: test.words, type: integer, grade: 4}
"""


def test_an_item_without_a_mask_takes_that_of_its_grade(town: Path) -> None:
    (town / "graded.yaml").write_text(GRADES, "utf-8")
    items = load(town).catalog.datasets["population.graded"].items
    assert {name: item.mask for name, item in items.items()} == {
        "by_element": "pseudonym",
        "by_type": "suppress",
        "nearest_below": "date-month",
        "lower_level": "name",
        "too_low": None,
        "no_grade": None,
        "own": "mobile",
        "of_element": "address",
        "none": None,
        "none_of_element": None,
        "no_mask_of_type": None,
    }


def test_the_digits_of_a_decimal_number(town: Path) -> None:
    path = town / "catalog" / "population.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "element: person.id-number, key: true",
        "element: person.id-number, key: true, type: decimal, decimal: [20, 0]",
    )
    path.write_text(text, encoding="utf-8")
    item = load(town).catalog.item("population.person", "id_number")
    assert item.decimal == (20, 0)


def test_a_dataset(pack: Pack) -> None:
    dataset = pack.catalog.dataset("population.person")
    assert dataset.source.kind is SourceKind.SQLITE
    assert (dataset.source.database, dataset.source.table) == ("police", "person")
    assert dataset.subjects == {SubjectKind.PERSON: "id_number"}
    assert dataset.sharing.modes == ("服务接口",)
    assert dataset.in_force(date(2026, 1, 1))
    assert list(dataset.items) == ["id_number", "name", "birth_date"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [("{file: ref.people}", SourceKind.FILE), ("{lake: ref.people}", SourceKind.LAKE)],
)
def test_other_sources(town: Path, source: str, kind: SourceKind) -> None:
    path = town / "catalog" / "population.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("{sqlite: police, table: person}", source), encoding="utf-8"
    )
    found = load(town).catalog.dataset("population.person").source
    assert (found.kind, found.table) == (kind, "ref.people")


def test_a_purpose_and_its_grant(pack: Pack) -> None:
    purpose = pack.purposes["library.card.decision"]
    assert purpose.scope is Scope.SUBJECT
    assert purpose.items == {"population.person.birth_date"}
    assert purpose.case_types == {"library.card"}
    (grant,) = (grant for grant in pack.grants if grant.purpose == purpose.code)
    assert (grant.organization, grant.items) == ("library", {"birth_date"})
    assert (grant.since, grant.until) == (date(2026, 1, 1), date(2029, 12, 31))


def test_a_one_thing_is_made_of_child_cases(pack: Pack) -> None:
    case_type = pack.case_types["start-reading"]
    assert case_type.kind is CaseKind.ONE_THING
    assert case_type.steps == (
        Step("card", Text("读者证办理", "Reader's card"), case_type="library.card"),
        Step(
            "seat",
            Text("固定座位申请", "Reading seat"),
            frozenset({"card"}),
            case_type="library.seat",
        ),
    )
    assert case_type.sections["wish"] == Text("意愿", "Wish")
    assert case_type.alone
    name, branch = case_type.fields
    assert name.prefill is not None
    assert (name.prefill.dataset, name.prefill.item) == ("population.person", "name")
    assert branch.title == Text("分馆", "Branch")
    assert branch.choices["2"] == Text("城东分馆", "East branch")


def test_an_item_gets_only_the_fields_it_uses(pack: Pack) -> None:
    seat, whole = pack.case_types["library.seat"], pack.case_types["start-reading"]
    assert seat.fields == (whole.fields[1],)
    assert seat.uses == {"branch"}
    assert seat.sections == {"wish": Text("意愿", "Wish")}
    assert not seat.alone


def test_clocks_and_posts_of_an_item(pack: Pack) -> None:
    card = pack.case_types["library.card"]
    assert card.decision == Clock(20, "《行政许可法》第四十二条", promised=3)
    assert card.acceptance is not None
    assert card.acceptance.silence == "accepted"
    assert (card.acceptor, card.decider, card.head) == (
        "librarian",
        "librarian",
        "director",
    )
    assert card.rule is not None
    assert card.rule.conditions[0].basis == "本馆读者章程第二条"
    (step,) = pack.case_types["library.seat"].steps
    assert (step.post, step.clock) == ("librarian", Clock(3, "本馆读者章程第五条"))


def test_a_material_may_be_a_certificate(pack: Pack) -> None:
    (material,) = pack.case_types["library.seat"].materials
    assert material.certificate == "reader-card"
    assert material.limit == 10_485_760
    assert "application/pdf" in material.media


def test_the_cast(pack: Pack) -> None:
    reader, librarian = pack.cast["an.ran"], pack.cast["li.guan"]
    assert reader.kind is AccountKind.CITIZEN
    assert reader.subject == Subject(SubjectKind.PERSON, "990190200003150027")
    assert librarian.subject is None
    assert librarian.posts == {"librarian", "director"}


def test_an_enterprise_can_sign_in(town: Path) -> None:
    with (town / "cast.yaml").open("a", encoding="utf-8") as cast:
        cast.write(
            "- account: firm\n  title: {zh: 公司, en: Firm}\n  kind: citizen\n"
            "  uscc: 12990190MB00000026\n"
        )
    subject = load(town).cast["firm"].subject
    assert subject == Subject(SubjectKind.ENTERPRISE, "12990190MB00000026")


def test_working_days_are_those_of_the_notice_and_the_pack(town: Path) -> None:
    with (town / "pack.yaml").open("a") as head:
        head.write(
            "calendar:\n  years: [2027]\n  holidays: [2026-10-09, 2027-01-01]\n"
            "  workdays: [2026-10-01]\n"
        )
    calendar = load(town).calendar
    assert not calendar.is_working(date(2026, 5, 1))  # a national holiday
    assert calendar.is_working(date(2025, 9, 28))  # a Sunday worked in exchange
    assert not calendar.is_working(date(2026, 10, 9))
    assert calendar.is_working(date(2026, 10, 1))
    assert calendar.is_provisional(date(2028, 1, 1))
    assert not calendar.is_provisional(date(2027, 6, 1))


@pytest.mark.parametrize(
    "day",
    # All of them weekdays: what falls on a weekend nobody works anyway.
    [
        date(2027, 1, 1),
        date(2029, 5, 1),
        date(2029, 5, 2),
        date(2027, 10, 1),
        date(2030, 10, 2),
        date(2030, 10, 3),
        date(2031, 1, 1),
    ],
)
def test_days_off_of_the_law_are_known_before_the_notice(pack: Pack, day: date) -> None:
    assert day.weekday() < 5
    assert not pack.calendar.is_working(day)
    assert pack.calendar.is_provisional(day)


def test_days_in_a_row(pack: Pack) -> None:
    """Thursday 31 December 2026; 1 January is off, then a weekend."""
    assert pack.calendar.add(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_days_begin_in_the_time_zone_of_the_pack(town: Path) -> None:
    path = town / "pack.yaml"
    text = path.read_text(encoding="utf-8").replace("Asia/Shanghai", "Asia/Urumqi")
    path.write_text(text, encoding="utf-8")
    calendar = load(town).calendar
    before = datetime(2026, 3, 5, 17, 30, tzinfo=ZoneInfo("UTC"))
    assert calendar.day(before) == date(2026, 3, 5)


def test_data_scripts_in_order_of_names(town: Path) -> None:
    (town / "data" / "05_first.sql").write_text("SELECT 1;")
    names = [path.name for path in load(town).data_scripts]
    assert names == ["05_first.sql", "10_people.sql"]


def test_codes_from_a_file(town: Path) -> None:
    path = town / "catalog" / "standards.yaml"
    text = path.read_text(encoding="utf-8")
    cut = text.index("  values:\n")
    path.write_text(text[:cut] + "  from: branches.csv\n", encoding="utf-8")
    (town / "catalog" / "branches.csv").write_text(
        'code,zh,en\n1,总馆,Main library\n2,"城东,分馆",East branch\n',
        encoding="utf-8",
    )
    found = load(town)
    assert found.catalog.code_sets["branch"].values["2"].zh == "城东,分馆"
    assert found.declarations["code-set"]["branch"]["values"]["1"] == {
        "zh": "总馆",
        "en": "Main library",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"code,zh\n1,a\n", "the first line must be code,zh,en"),
        (b"", "the first line must be code,zh,en"),
        (b"code,zh,en\n1,a\n", "branches.csv:2:1"),
        (b"code,zh,en\n1,a,b,c\n", "branches.csv:2:1"),
        (b"code,zh,en\n1,,b\n", "does not have a code"),
        (b"code,zh,en\n1,a,b\n1,c,d\n", "'1' is given twice"),
        ("code,zh,en\n1,总,b\n".encode("gbk"), "not UTF-8"),
        (b"x" * (8 * 1024 * 1024 + 1), "more than 8,388,608 bytes"),
    ],
)
def test_a_wrong_code_file(town: Path, content: bytes, words: str) -> None:
    path = town / "catalog" / "standards.yaml"
    text = path.read_text(encoding="utf-8")
    cut = text.index("  values:\n")
    path.write_text(text[:cut] + "  from: branches.csv\n", encoding="utf-8")
    (town / "catalog" / "branches.csv").write_bytes(content)
    _, problems = check(town)
    assert len(problems) == 1
    assert words in str(problems[0])


def test_the_digest_is_that_of_the_canonical_declarations(pack: Pack) -> None:
    in_force = {k: v for k, v in pack.declarations.items() if k != "example"}
    text = json.dumps(
        in_force, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert pack.digest == hashlib.sha256(text.encode()).hexdigest()


def test_the_digest_ignores_comments_files_and_examples(town: Path) -> None:
    before = load(town).digest
    (town / "cast.yaml").rename(town / "people.yaml")
    with (town / "people.yaml").open("a") as people:
        people.write("# another comment\n")
    (town / "tests" / "start-reading.yaml").unlink()
    assert load(town).digest == before


def test_the_digest_sees_every_day(town: Path) -> None:
    before = load(town).digest
    path = town / "services" / "start-reading.yaml"
    text = path.read_text(encoding="utf-8").replace("promised: 3", "promised: 2")
    path.write_text(text, encoding="utf-8")
    assert load(town).digest != before
