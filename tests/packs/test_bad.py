"""Each bad pack is refused for its own rule, and for nothing else."""

import shutil
from pathlib import Path

import pytest

from tongban.pack.checks.rules import HEAD_RULES, RULES, USE_RULES
from tongban.pack.loader import check
from tongban.pack.problems import PackProblem


BAD = Path(__file__).parent / "bad"
CASES = sorted(path for path in BAD.iterdir() if path.name != "README.md")


def lay_out(case: Path, root: Path, beside: Path) -> Path:
    """A bad folder stands alone, a bad file in a pack that extends the good one."""
    if case.is_dir():
        shutil.copytree(case, root / case.name)
        return root / case.name
    shutil.copy(case, beside / case.name)
    return beside


def words_of(case: Path) -> list[str]:
    head = case / "pack.yaml" if case.is_dir() else case
    first = head.read_text(encoding="utf-8").splitlines()[0]
    return [word.strip() for word in first.removeprefix("# words:").split("|")]


def refusals(case: Path, root: Path, beside: Path) -> tuple[PackProblem, ...]:
    pack, problems = check(lay_out(case, root, beside))
    assert pack is None
    return problems


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_is_refused_for_its_rule_alone(case: Path, tmp_path: Path, lower: Path) -> None:
    problems = refusals(case, tmp_path, lower)
    assert {problem.rule for problem in problems} == {case.stem}
    said = "\n".join(str(problem) for problem in problems)
    assert [word for word in words_of(case) if word not in said] == []


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_says_where_and_how_to_mend(case: Path, tmp_path: Path, lower: Path) -> None:
    for problem in refusals(case, tmp_path, lower):
        file, line, column = str(problem.where).rsplit(":", 2)
        assert Path(file).is_relative_to(tmp_path)
        assert int(line) >= 1
        assert int(column) >= 1
        assert problem.mend


def test_every_rule_has_a_bad_pack() -> None:
    rules = {rule.__name__.replace("_", "-") for rule in (*HEAD_RULES, *RULES)}
    rules |= {rule.__name__.replace("_", "-") for rule in USE_RULES}
    assert rules - {case.stem for case in CASES} == set()
