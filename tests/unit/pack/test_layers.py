"""Which declaration counts when a pack extends another."""

from pathlib import Path

import pytest

from tongban.kernel.terms import Text
from tongban.pack.loader import check, load
from tongban.pack.model import Pack
from tongban.pack.problems import PackErrors


def lower(town: Path, name: str = "lower", head: str = "", **files: str) -> Path:
    """A pack beside the town that extends it."""
    root = town.parent / name
    root.mkdir()
    (root / "pack.yaml").write_text(
        f"name: {name}\ntitle: {{zh: 下, en: Lower}}\nversion: 1.0.0\n"
        f'division: "990191"\nextends: mytown\n{head}',
        encoding="utf-8",
    )
    for file, text in files.items():
        (root / f"{file}.yaml").write_text(text, encoding="utf-8")
    return root


def test_a_pack_that_adds_nothing_has_everything_from_above(
    town: Path, pack: Pack
) -> None:
    below = load(lower(town))
    assert below.chain == ("mytown", "lower")
    assert below.catalog == pack.catalog
    assert below.case_types == pack.case_types
    assert (below.languages, below.timezone, below.crypto) == (
        ("zh-hans", "en"),
        "Asia/Shanghai",
        "intl",
    )
    assert below.division == "990191"


def test_an_override_merges_keys_and_replaces_lists(town: Path) -> None:
    below = load(
        lower(
            town,
            changes="""
- organization: library
  override: true
  title: {zh: 县图书馆}
  posts: {porter: {zh: 门卫, en: Porter}}
- certificate: reader-card
  override: true
  fields: [{name: name, title: {zh: 姓名, en: Name}}]
""",
        )
    )
    library = below.catalog.organizations["library"]
    assert library.title == Text("县图书馆", "County Library")
    assert set(library.posts) == {"librarian", "director", "porter"}
    assert set(below.certificates["reader-card"].fields) == {"name"}


def test_null_takes_an_inherited_value_away(town: Path) -> None:
    assert load(town).certificates["reader-card"].validity_days == 1095
    below = load(
        lower(
            town,
            changes="- certificate: reader-card\n  override: true\n  validity-days:\n",
        )
    )
    assert below.certificates["reader-card"].validity_days is None


def test_what_is_removed_is_gone(town: Path) -> None:
    below = load(lower(town, changes="- account: an.ran\n  remove: true\n"))
    assert set(below.cast) == {"li.guan"}


def test_a_clock_may_be_tightened(town: Path) -> None:
    below = load(
        lower(
            town,
            changes="- item: library.seat\n  override: true\n"
            "  decision: {days: 8, promised: 2}\n",
        )
    )
    decision = below.case_types["library.seat"].decision
    assert decision is not None
    assert (decision.days, decision.promised) == (8, 2)
    assert decision.basis == "本馆读者章程第五条"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("decision: {promised: 4}", "promised of decision"),
        ("decision: {extension: 5}", "extension of decision"),
        ("acceptance: {days: 6}", "days of acceptance"),
    ],
)
def test_no_limit_may_grow(town: Path, change: str, words: str) -> None:
    root = lower(town, changes=f"- item: library.card\n  override: true\n  {change}\n")
    _, problems = check(root)
    assert [problem.rule for problem in problems] == ["clock-loosened"]
    assert words in str(problems[0])


def test_a_step_may_not_take_longer(town: Path) -> None:
    root = lower(
        town,
        changes="""
- item: library.seat
  override: true
  steps:
    - step: look
      title: {zh: 座位核查, en: Look for a seat}
      post: librarian
      days: 4
      basis: 本馆读者章程第五条
""",
    )
    _, problems = check(root)
    assert "days of step 'look'" in str(problems[0])


def test_an_item_may_not_be_graded_lower(town: Path) -> None:
    root = lower(
        town,
        changes="""
- element: person.birth-date
  override: true
  grade:
""",
    )
    _, problems = check(root)
    assert {problem.rule for problem in problems} == {
        "grade-lowered",
        "personal-without-grade",
    }
    assert "is graded not at all here and 2 above" in "\n".join(map(str, problems))


def test_three_layers_with_a_path(town: Path) -> None:
    lower(town, "middle")
    deep = lower(town, "deep")
    head = (deep / "pack.yaml").read_text().replace("mytown", "../middle")
    (deep / "pack.yaml").write_text(head)
    assert load(deep).chain == ("mytown", "middle", "deep")


def test_a_pack_can_be_loaded_from_inside(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lower(town))
    assert load(Path(".")).chain == ("mytown", "lower")


def test_the_same_declaration_can_be_overridden_at_each_level(town: Path) -> None:
    change = "- item: library.seat\n  override: true\n  decision: {days: %d}\n"
    lower(town, "middle", changes=change % 9)
    deep = lower(town, "deep", changes=change % 8)
    head = (deep / "pack.yaml").read_text().replace("mytown", "middle")
    (deep / "pack.yaml").write_text(head)
    decision = load(deep).case_types["library.seat"].decision
    assert decision is not None
    assert decision.days == 8


@pytest.mark.parametrize(
    ("head", "words"),
    [("- a", "pack.yaml must be a mapping"), ("a: [", "not YAML")],
)
def test_a_head_that_is_no_mapping(tmp_path: Path, head: str, words: str) -> None:
    (tmp_path / "pack.yaml").write_text(head)
    with pytest.raises(PackErrors, match=words):
        load(tmp_path)


def test_extends_must_be_a_name(town: Path) -> None:
    with (town / "pack.yaml").open("a") as head:
        head.write("extends: [national]\n")
    _, problems = check(town)
    assert "'extends' must be the name of a folder" in str(problems[0])


def test_extends_nothing(town: Path) -> None:
    with (town / "pack.yaml").open("a") as head:
        head.write("extends:\n")
    assert load(town).chain == ("mytown",)


def test_an_item_that_is_new_here_is_compared_with_nothing(town: Path) -> None:
    root = lower(
        town,
        changes="""
- dataset: population.person
  override: true
  items:
    - {name: id_number, element: person.id-number, key: true}
    - {name: name, element: person.name, grade: 3}
    - {name: birth_date, element: person.birth-date}
    - {name: nickname, element: person.name}
""",
    )
    assert len(load(root).catalog.dataset("population.person").items) == 4


def test_an_item_may_be_graded_higher_but_not_lower_again(town: Path) -> None:
    items = """
- dataset: population.person
  override: true
  items:
    - {name: id_number, element: person.id-number, key: true}
    - {name: name, element: person.name, grade: %d}
    - {name: birth_date, element: person.birth-date}
"""
    lower(town, "middle", changes=items % 3)
    deep = lower(town, "deep", changes=items % 2)
    head = (deep / "pack.yaml").read_text().replace("mytown", "middle")
    (deep / "pack.yaml").write_text(head)
    _, problems = check(deep)
    assert [problem.rule for problem in problems] == ["grade-lowered"]
    assert "item 'name' of 'population.person' is graded 2" in str(problems[0])
