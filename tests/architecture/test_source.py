"""What no linter holds: size, names, repetition, places of one machine.

Each rule is tried twice: the source keeps it, and a planted fault is caught.
"""

import pytest
from tools.source import (
    ROOT,
    Module,
    duplicates,
    local_imports,
    modules,
    mutual_packages,
    of_one_machine,
    oversized,
    stateless_classes,
    tracked_files,
    vaguely_named,
    wide_excepts,
)


MOST_LINES = 400
# Path to reason. A file comes here when splitting it would hide something.
MAY_BE_LONGER = {
    "src/tongban/kernel/ledger/verifier.py": (
        "a citizen is handed this one file; it runs alone, on the standard library"
    ),
}
MOST_REPEATED = 0.01  # of the functions of six lines or more
WRITTEN = ("src", "tests", "tools")


@pytest.fixture(scope="module")
def written() -> list[Module]:
    return modules(*WRITTEN)


@pytest.fixture(scope="module")
def product() -> list[Module]:
    return modules("src")


def planted(text: str, path: str = "src/tongban/planted.py") -> list[Module]:
    return [Module(path, text)]


def test_files_are_short(written: list[Module]) -> None:
    assert oversized(written, MOST_LINES, MAY_BE_LONGER) == []


def test_no_exception_for_files_that_became_short(written: list[Module]) -> None:
    long = {m.path for m in written if m.lines > MOST_LINES}
    assert set(MAY_BE_LONGER) <= long


def test_a_long_file_is_caught() -> None:
    source = planted("x = 1\n" * 401)
    assert oversized(source, MOST_LINES, {}) == [
        "src/tongban/planted.py: 401 lines, 400 allowed"
    ]
    assert oversized(source, MOST_LINES, {"src/tongban/planted.py": "why"}) == []


def test_names_say_what_is_inside(written: list[Module]) -> None:
    assert vaguely_named(written) == []


@pytest.mark.parametrize(
    "path", ["src/tongban/utils.py", "src/tongban/helpers/dates.py", "tests/manager.py"]
)
def test_a_vague_name_is_caught(path: str) -> None:
    assert vaguely_named(planted("", path)) == [path]


def test_nothing_is_written_twice(product: list[Module]) -> None:
    repeated, looked_at = duplicates(product)
    assert len(repeated) <= MOST_REPEATED * looked_at, "\n".join(repeated)


ORIGINAL = '''
def working_days(start, end, calendar):
    """Days on which somebody works."""
    total = 0
    for day in days(start, end):
        if calendar.works(day):
            total += 1
    return total
'''
COPY = """
def cases_open(first: int, last: int, desk: Desk) -> int:
    found: int = 10
    for case in days(first, last):
        if desk.works(case):
            found += 2
    return found
"""
OTHER = COPY.replace("desk.works", "desk.rests")


def test_a_copy_under_other_names_is_caught() -> None:
    repeated, looked_at = duplicates(planted(ORIGINAL + COPY))
    assert looked_at == 2
    assert len(repeated) == 1
    copy, _, original = repeated[0].partition(" repeats ")
    assert copy == "src/tongban/planted.py:10 cases_open"
    assert original == "src/tongban/planted.py:2 working_days"


def test_a_function_that_calls_something_else_is_no_copy() -> None:
    assert duplicates(planted(ORIGINAL + OTHER)) == ([], 2)


def test_imports_stand_at_the_top(written: list[Module]) -> None:
    assert local_imports(written) == []


def test_an_import_in_a_function_is_caught() -> None:
    source = planted("import os\n\ndef f():\n    from tongban import web\n")
    assert local_imports(source) == ["src/tongban/planted.py:4"]


def test_no_two_packages_need_one_another(product: list[Module]) -> None:
    assert mutual_packages(product) == []


def test_two_packages_that_need_one_another_are_caught() -> None:
    source = [
        Module("src/tongban/store/rows.py", "from tongban.pack import load"),
        Module("src/tongban/pack/load.py", "import tongban.store.rows"),
        Module("src/tongban/web/urls.py", "import tongban.store.rows"),
    ]
    assert mutual_packages(source) == ["tongban.pack <> tongban.store"]


def test_classes_have_state(product: list[Module]) -> None:
    assert stateless_classes(product) == []


def test_a_class_of_static_methods_is_caught() -> None:
    source = planted("class C:\n    @staticmethod\n    def f(): ...\n")
    assert stateless_classes(source) == ["src/tongban/planted.py:1 C"]


def test_kernel_and_pack_catch_only_what_they_name(product: list[Module]) -> None:
    core = ("src/tongban/kernel/", "src/tongban/pack/")
    assert wide_excepts(m for m in product if m.path.startswith(core)) == []


@pytest.mark.parametrize("clause", ["except:", "except Exception:"])
def test_a_wide_except_is_caught(clause: str) -> None:
    source = planted(f"try:\n    f()\n{clause}\n    g()\n")
    assert wide_excepts(source) == ["src/tongban/planted.py:3"]


def test_nothing_holds_on_one_machine_only() -> None:
    texts = [
        (path, (ROOT / path).read_text(encoding="utf-8", errors="replace"))
        for path in tracked_files()
    ]
    assert of_one_machine(texts) == []


@pytest.mark.parametrize(
    "words",
    [
        # In pieces, so that this file does not break its own rule.
        ("see /ho", "me/li/tongban"),
        ("cd /ro", "ot/tongban"),
        ("cd /wo", "rk/main"),
        ("https://py", "pi.org/simple/django"),
        ("--index-", "url https://example.org/x"),
        ("https://mirror.example.cn/py", "pi/simple"),
        ("--find-", "links wheels"),
    ],
)
def test_a_place_of_one_machine_is_caught(words: tuple[str, str]) -> None:
    line = "".join(words)
    found = of_one_machine([("docs/how-to/a.md", f"first\n{line}\n")])
    assert len(found) == 1
    assert found[0].startswith("docs/how-to/a.md:2: ")


@pytest.mark.parametrize(
    "line", ["path('work/cases/', view)", "https://pypi.org/project/django/"]
)
def test_routes_and_project_pages_are_no_such_place(line: str) -> None:
    assert of_one_machine([("src/tongban/web/urls.py", line)]) == []
