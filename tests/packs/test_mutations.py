"""Whatever is typed into a pack, its author gets an answer and never a traceback."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import tongban.pack
from tongban.pack.loader import check
from tongban.pack.problems import PackProblem


TEMPLATE = Path(tongban.pack.__file__).parent / "template"
FILES = sorted(path.relative_to(TEMPLATE) for path in TEMPLATE.rglob("*.yaml"))
TYPED = st.sampled_from(
    [
        *"{}[]'\":-#&*!|>\n\t ",
        "null",
        "true",
        "12",
        "1.5",
        "2026-02-30",
        "{}",
        "[]",
        "- a",
        "{zh: 云}",
        "override: true\n",
        "remove: true\n",
        "extends: mytown\n",
        "population.person",
        "library.card",
    ]
)
EDITS = st.lists(
    st.tuples(st.sampled_from(FILES), st.floats(0, 1), st.integers(0, 12), TYPED),
    min_size=1,
    max_size=2,
)


@given(EDITS)
@settings(max_examples=60, deadline=None)
def test_a_mistyped_pack_is_accepted_or_refused(
    edits: list[tuple[Path, float, int, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "mytown"
        shutil.copytree(TEMPLATE, root)
        for file, place, removed, typed in edits:
            text = (root / file).read_text(encoding="utf-8")
            at = int(place * len(text))
            changed = text[:at] + typed + text[at + removed :]
            (root / file).write_text(changed, encoding="utf-8")
        pack, problems = check(root)
    assert (pack is None) is bool(problems)
    assert all(isinstance(problem, PackProblem) for problem in problems)
    assert all(problem.where and problem.mend for problem in problems)
