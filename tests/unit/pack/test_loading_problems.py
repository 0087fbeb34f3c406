"""What a loader tells: sections of capabilities, and every problem at once."""

from pathlib import Path

import pytest

from tongban.kernel.case.declaration import CaseKind, Clock
from tongban.kernel.terms import SubjectKind, Text
from tongban.pack.loader import check, load
from tongban.pack.problems import MOST_SHOWN, PackErrors
from tongban.pack.record import Record
from tongban.pack.schema import TEXT, WORDS, Key, Ref, Table
from tongban.pack.section import Kind, Section


POLICY = Section(
    Kind(
        "policy",
        "政策",
        Table(
            {
                "title": Key(WORDS),
                "organ": Key(Ref("organization")),
                "for": Key(Ref("dataset")),
                "when": Key(TEXT),
            }
        ),
    ),
    lambda code, record: (code, record["organ"]),
)
ONE_POLICY = """
- policy: old-age
  title: {zh: 高龄津贴, en: Old age allowance}
  organ: library
  for: population.person
  when: age >= 80
"""


def test_a_capability_adds_a_section(town: Path) -> None:
    (town / "policies.yaml").write_text(ONE_POLICY, encoding="utf-8")
    pack = load(town, sections=[POLICY])
    assert pack.sections == {"policy": {"old-age": ("old-age", "library")}}
    assert "policy" in pack.declarations


def test_references_of_a_section_are_checked(town: Path) -> None:
    text = ONE_POLICY.replace("library", "libary")
    (town / "policies.yaml").write_text(text, encoding="utf-8")
    _, problems = check(town, sections=[POLICY])
    assert "did you mean 'library'?" in str(problems[0])


def test_a_section_nobody_offers_is_unknown(town: Path) -> None:
    (town / "policies.yaml").write_text(ONE_POLICY, encoding="utf-8")
    _, problems = check(town)
    assert problems[0].rule == "unknown-kind"


def test_handlers_must_be_offered(town: Path) -> None:
    path = town / "services" / "start-reading.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "  uses: [branch]", "  uses: [branch]\n  on-granted: [certificates.issue]"
    )
    path.write_text(text, encoding="utf-8")
    pack = load(town, handlers=["certificates.issue"])
    assert pack.case_types["library.seat"].on_granted == ("certificates.issue",)
    _, problems = check(town, handlers=["certificates.issues"])
    assert "not a handler that a capability offers" in str(problems[0])
    assert "did you mean 'certificates.issues'?" in str(problems[0])


def test_load_raises_all_problems_at_once(town: Path) -> None:
    (town / "wrong.yaml").write_text("- a: 1\n- b: 2\n")
    with pytest.raises(PackErrors) as caught:
        load(town)
    assert len(caught.value.problems) == 2
    said = str(caught.value)
    assert "wrong.yaml:1:3" in said
    assert "wrong.yaml:2:3" in said
    assert said.endswith("the pack has 2 problems")


def test_very_many_problems_are_cut_and_said_to_be(town: Path) -> None:
    (town / "wrong.yaml").write_text("- a: 1\n" * (MOST_SHOWN + 5))
    _, problems = check(town)
    assert len(problems) == MOST_SHOWN + 1
    assert "5 more problems" in str(problems[-1])


def test_a_file_of_another_kind_is_not_read(town: Path) -> None:
    (town / "notes.txt").write_text("not yaml: [")
    assert load(town).name == "mytown"


def test_sound_declarations_are_judged_beside_broken_ones(town: Path) -> None:
    (town / "wrong.yaml").write_text(
        "- element: one\n  title: {zh: 一, en: One}\n"
        "- account: x\n  title: {zh: 某, en: X}\n  kind: citizen\n",
        encoding="utf-8",
    )
    _, problems = check(town)
    assert [problem.rule for problem in problems] == [
        "missing-key",
        "citizen-without-number",
    ]


def test_a_broken_declaration_is_not_also_reported_as_missing(town: Path) -> None:
    path = town / "catalog" / "population.yaml"
    text = path.read_text(encoding="utf-8").replace("  open: closed\n", "")
    path.write_text(text, encoding="utf-8")
    _, problems = check(town)
    assert [problem.rule for problem in problems] == ["missing-key"]


def test_a_record_reads_like_a_mapping(town: Path) -> None:
    kept: list[Record] = []
    section = Section(POLICY.kind, lambda _, record: kept.append(record))
    (town / "policies.yaml").write_text(ONE_POLICY, encoding="utf-8")
    load(town, sections=[section])
    assert sorted(kept[0]) == ["for", "organ", "title", "when"]


APPLICATION = """
- application: sharing.application
  title: {zh: 数据共享申请, en: Application to share data}
  organization: provider
  basis: 《政务数据共享条例》第二十条
  applicants: [organization]
  acceptance: {post: data-officer, days: 5, basis: 《政务数据共享条例》第二十一条}
  decision: {post: data-officer, days: 10, basis: 《政务数据共享条例》第二十一条}
  correction: {days: 5, basis: 《政务数据共享条例》第二十一条}
  guide:
    result: {title: {zh: 共享授权, en: A grant}}
    place: {zh: 网上, en: Online}
    contact: {zh: 数据局, en: Data bureau}
    complaint: {zh: 数据局, en: Data bureau}
    aliases: [{zh: 要数据, en: get data}]
    life-event: {zh: 政务, en: Government}
"""


def test_an_application_is_answered_by_whoever_provides(town: Path) -> None:
    (town / "sharing.yaml").write_text(APPLICATION, encoding="utf-8")
    found = load(town).case_types["sharing.application"]
    assert (found.kind, found.organization) == (CaseKind.APPLICATION, "provider")
    assert found.applicants == {SubjectKind.ORGANIZATION}
    assert found.correction == Clock(5, "《政务数据共享条例》第二十一条")
    assert found.guide is not None
    assert found.guide.life_event == Text("政务", "Government")
    assert found.guide.aliases == (Text("要数据", "get data"),)
    assert found.alone


def test_every_provider_needs_the_posts_of_an_application(town: Path) -> None:
    text = APPLICATION.replace("data-officer", "data-offcier")
    (town / "sharing.yaml").write_text(text, encoding="utf-8")
    _, problems = check(town)
    assert {problem.rule for problem in problems} == {"unknown-post"}
    assert "'public-security' (部门) has no post 'data-offcier'" in str(problems[0])


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("- element: 12\n", "wrong-type", "write 'element: market-regulation'"),
        ("- item: library.card\n  override: yes\n", "wrong-type", "can only be true"),
        ("- [a]\n", "unknown-kind", "this is no declaration"),
        (
            (
                "- purpose: x\n  title: {zh: 一, en: X}\n  scope: population\n"
                "  basis: 条例\n  items: [population.persn.name]\n"
            ),
            "dangling-reference",
            "did you mean 'population.person.name'?",
        ),
        (
            (
                "- example: x\n  of: library.card\n  given: {population.persn: []}\n"
                "  then: {}\n"
            ),
            "dangling-reference",
            "did you mean 'population.person'?",
        ),
        (
            (
                "- example: x\n  of: library.card\n"
                "  given: {population.person: [{nmae: x}]}\n  then: {}\n"
            ),
            "unknown-item",
            "did you mean 'name'?",
        ),
    ],
)
def test_other_mistakes(town: Path, text: str, rule: str, words: str) -> None:
    (town / "wrong.yaml").write_text(text, encoding="utf-8")
    _, problems = check(town)
    assert [problem.rule for problem in problems] == [rule]
    assert words in str(problems[0])


def test_chinese_cannot_be_left_out(town: Path) -> None:
    path = town / "pack.yaml"
    text = path.read_text(encoding="utf-8").replace("[zh-hans, en]", "[en]")
    path.write_text(text, encoding="utf-8")
    _, problems = check(town)
    assert "'zh-hans' must be among the languages" in str(problems[0])


def test_texts_without_english_where_the_pack_has_none(town: Path) -> None:
    path = town / "pack.yaml"
    text = path.read_text(encoding="utf-8").replace("[zh-hans, en]", "[zh-hans]")
    path.write_text(text, encoding="utf-8")
    (town / "one.yaml").write_text(
        "- element: one\n  title: {zh: 一}\n  type: text\n", encoding="utf-8"
    )
    assert load(town).catalog.elements["one"].title == Text("一")


def test_a_head_without_its_keys(town: Path) -> None:
    path = town / "pack.yaml"
    text = path.read_text(encoding="utf-8").replace("crypto: intl\n", "")
    path.write_text(text, encoding="utf-8")
    pack, problems = check(town)
    assert pack is None
    assert "the key 'crypto' (密码套件) is missing" in str(problems[0])
