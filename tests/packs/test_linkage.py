"""A linkage is judged when its pack loads: one thing wrong, one problem says so."""

import shutil
from pathlib import Path

import pytest

from tongban.capabilities.linkage.declaration import SECTION
from tongban.capabilities.linkage.model import Linkage
from tongban.pack.loader import check
from tongban.pack.problems import PackProblem


FEBRL = Path(__file__).parent / "febrl"

SUBJECT = """
- purpose: of-one
  title: {zh: 一人, en: One}
  scope: subject
  basis: 《测试条例》第一条
  case-types: [pair.review]
  items: [febrl.one.rec_id]
- grant: of-one
  organization: registry
  purpose: of-one
  dataset: febrl.one
  items: [rec_id]
  scope: subject
  basis: 《测试条例》第一条
  since: 2026-01-01
- linkage: people
"""
BLOCKS = """  blocks:
    - [soc_sec_id]
    - [date_of_birth]
    - [given_name, surname]
    - [given_name, postcode]
    - [surname, postcode]
    - [address_1, street_number]
"""
LEFT = "left: {dataset: febrl.one, key: rec_id}"
HOLDER = "organization: registry\n  purpose: people"
SUBURB = "item: suburb, by"
Edits = tuple[tuple[str, str], ...]

# Rule, what of the good pack is replaced by what, and words that must be said.
BAD: list[tuple[str, Edits, str]] = [
    ("linkage-unknown-item", ((SUBURB, "item: suburbs, by"),), "'suburb'?"),
    ("linkage-unknown-item", ((SUBURB, "item: suburb, with: x, by"),), "no item 'x'"),
    ("linkage-unknown-item", (("left: one_id", "left: one"),), "no item 'one'"),
    ("linkage-thresholds", (("review: 0.3}", "review: 0.99}"),), "not below 0.99"),
    ("linkage-no-block", ((BLOCKS, ""),), "no blocking rule"),
    ("linkage-not-compared", (("[given_name, post", "[state, post"),), "'state'"),
    ("linkage-not-compared", (("[soc_sec_id, given", "[rec_id, given"),), "'rec_id'"),
    ("linkage-compared-twice", ((SUBURB, "item: postcode, by"),), "compared twice"),
    (
        "linkage-outside-purpose",
        (("    - febrl.one.suburb\n", ""), (", suburb", "")),
        "does not list: febrl.one.suburb",
    ),
    (
        "linkage-outside-purpose",
        (("    - {item: suburb, by: jaro-winkler}\n", ""),),
        "febrl.one.suburb, febrl.two.suburb",
    ),
    ("linkage-links", (("links: linkage.people", "links: febrl.one"),), "cannot hold"),
    ("linkage-review", (("{field: weight, el", "{field: odds, el"),), "weight"),
    ("linkage-key", ((LEFT, LEFT.replace("rec_id", "suburb")),), "rows of febrl.one"),
    (
        "linkage-purpose-scope",
        (
            ("purpose: people.linkage\n  left", "purpose: of-one\n  left"),
            ("- linkage: people\n", SUBJECT),
        ),
        "'subject'",
    ),
    (
        "linkage-without-grant",
        ((HOLDER, HOLDER.replace("registry", "archive")),),
        "holds no grant for",
    ),
    ("out-of-range", (("accept: 0.99,", "accept: 99,"),), "above 0 and up to 1"),
    ("missing-key", (("seed: 7, recall", "recall"),), "'seed'"),
    ("unknown-word", (("by: exact}", "by: soundex}"),), "soundex"),
    ("dangling-reference", (("type: pair.review", "type: pair"),), "pair.review"),
]


def broken(edits: Edits, text: str) -> str:
    """The good declarations with one mistake."""
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def problems(folder: Path) -> tuple[PackProblem, ...]:
    _, found = check(folder, sections=[SECTION])
    return found


@pytest.mark.parametrize(("rule", "edits", "said"), BAD)
def test_a_bad_linkage_is_refused(
    rule: str, edits: Edits, said: str, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(FEBRL, tmp_path / "febrl"))
    file = folder / "registers.yaml"
    file.write_text(broken(edits, file.read_text("utf-8")), "utf-8")
    found = problems(folder)
    assert rule in {problem.rule for problem in found}
    (first, *_) = [problem for problem in found if problem.rule == rule]
    assert said in str(first)
    assert first.mend
    assert first.mark.line > 1


def test_every_rule_is_broken() -> None:
    source = Path(__file__).parents[2] / "src/tongban/capabilities/linkage/checks.py"
    words = source.read_text("utf-8").split('"')
    rules = {word for word in words if word.startswith("linkage-")}
    assert rules == {rule for rule, *_ in BAD if rule.startswith("linkage-")}


def test_a_good_pack_gives_its_linkages() -> None:
    pack, found = check(FEBRL, sections=[SECTION])
    assert [str(problem) for problem in found] == []
    assert pack is not None
    people = pack.sections["linkage"]["people"]
    assert isinstance(people, Linkage)
    assert (people.accept, people.review, people.seed) == (0.99, 0.3, 7)
    assert people.read() == pack.purposes["people.linkage"].items
    doubles = pack.sections["linkage"]["doubles"]
    assert isinstance(doubles, Linkage)
    assert doubles.is_deduplication
