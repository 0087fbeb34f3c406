"""Reads the source for the architecture tests and the measures.

Every check takes parsed modules and returns findings as text, so that a test can
hand it a module with a planted fault and see it caught.
"""

import ast
import copy
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


ROOT = Path(__file__).resolve().parent.parent

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file: its path below the root and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


def tracked_files() -> list[str]:
    """Paths of all files that are, or with the next commit may be, in git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return sorted({p for p in listed.stdout.splitlines() if (ROOT / p).is_file()})


def modules(*folders: str) -> list[Module]:
    """The Python files below these folders, migrations apart: Django writes them."""
    return [
        Module(path, (ROOT / path).read_text(encoding="utf-8"))
        for path in tracked_files()
        if path.endswith(".py")
        and path.startswith(tuple(f"{folder}/" for folder in folders))
        and "migrations" not in PurePosixPath(path).parts
    ]


def functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: Function) -> int:
    """Lines from ``def`` to the end, the docstring apart: prose costs nobody."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        prose = node.body[0]
        total -= (prose.end_lineno or prose.lineno) - prose.lineno + 1
    return total


# Files ------------------------------------------------------------------------


def oversized(
    source: Iterable[Module], limit: int, allowed: Iterable[str]
) -> list[str]:
    return [
        f"{m.path}: {m.lines} lines, {limit} allowed"
        for m in source
        if m.lines > limit and m.path not in set(allowed)
    ]


VAGUE = {"util", "utils", "helper", "helpers", "manager", "misc", "common"}


def vaguely_named(source: Iterable[Module]) -> list[str]:
    """Modules and packages whose name says that anything may go in."""
    return [
        m.path
        for m in source
        if VAGUE & {PurePosixPath(part).stem for part in PurePosixPath(m.path).parts}
    ]


MACHINE = {
    "a machine's folder": re.compile(
        r"/(?:work/(?:main|shared|\.)|tmp/brief|root/|opt/(?:pypi|wheels)"
        r"|home/\w+/|Users/\w+/)|\b[A-Z]:\\Users\\"
    ),
    "a package index": re.compile(
        r"pypi\.org/simple|files\.pythonhosted\.org|registry\.npmjs\.org"
        r"|//[\w.-]+/(?:pypi/)?simple\b|--(?:extra-)?index-url[ =]\S*://"
        r"|--find-link[s]"
    ),
}


def of_one_machine(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Lines of (path, text) that hold only on one machine or at one index."""
    return [
        f"{path}:{number}: {what}: {line.strip()}"
        for path, text in texts
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in MACHINE.items()
        if pattern.search(line)
    ]


# Imports ----------------------------------------------------------------------


def local_imports(source: Iterable[Module]) -> list[str]:
    """Imports inside a function: they hide a dependency, often a cycle."""
    found = {
        (m.path, node.lineno)
        for m in source
        for function in functions(m.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return [f"{path}:{line}" for path, line in sorted(found)]


def package(module: str) -> str:
    """The package that counts as one: ``tongban.kernel.query`` or ``tongban.web``."""
    parts = module.split(".")
    depth = 3 if parts[1:2] in (["kernel"], ["capabilities"]) else 2
    return ".".join(parts[:depth])


def mutual_packages(source: Iterable[Module]) -> list[str]:
    """Pairs of packages of ``tongban`` that import one another."""
    edges: set[tuple[str, str]] = set()
    for m in source:
        path = PurePosixPath(m.path).relative_to("src").with_suffix("")
        here = package(".".join(path.parts).removesuffix(".__init__"))
        for node in ast.walk(m.tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                targets = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            else:
                continue
            edges |= {(here, package(t)) for t in targets if t.startswith("tongban.")}
    return sorted(f"{a} <> {b}" for a, b in edges if a < b and (b, a) in edges)


# Functions and classes --------------------------------------------------------


class _Normaliser(ast.NodeTransformer):
    """Forgets what a copyist changes: own names, constants, annotations, prose."""

    def __init__(self, own: set[str]) -> None:
        self.own = own
        self.seen: dict[str, str] = {}

    def _name(self, name: str) -> str:
        if name not in self.own:
            return name
        return self.seen.setdefault(name, f"v{len(self.seen)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._name(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(self._name(node.arg))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant(type(node.value).__name__)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return self.visit(ast.Assign([node.target], node.value, lineno=0))


def shape(function: Function) -> str:
    """The function's arguments and body as text, equal for copies of one another."""
    copied = copy.deepcopy(function)
    if ast.get_docstring(copied, clean=False) is not None:
        del copied.body[0]
    copied.name, copied.returns, copied.decorator_list = "", None, []
    own = {n.arg for n in ast.walk(copied) if isinstance(n, ast.arg)} | {
        n.id
        for n in ast.walk(copied)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return ast.dump(_Normaliser(own).visit(copied))


def duplicates(source: Iterable[Module], least: int = 6) -> tuple[list[str], int]:
    """Functions that repeat another one, and how many were looked at.

    Only functions of ``least`` lines or more: shorter ones agree by chance.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for m in source:
        for function in functions(m.tree):
            if length(function) >= least:
                place = f"{m.path}:{function.lineno} {function.name}"
                places[shape(function)].append(place)
    repeated = [
        f"{again} repeats {first}"
        for first, *others in places.values()
        for again in others
    ]
    return repeated, sum(map(len, places.values()))


def stateless_classes(source: Iterable[Module]) -> list[str]:
    """Classes of static methods only: modules in disguise."""
    return [
        f"{m.path}:{node.lineno} {node.name}"
        for m in source
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ClassDef) and _only_static(node)
    ]


def _only_static(node: ast.ClassDef) -> bool:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return bool(body) and all(
        isinstance(part, ast.FunctionDef)
        and any(
            isinstance(d, ast.Name) and d.id == "staticmethod"
            for d in part.decorator_list
        )
        for part in body
    )


def wide_excepts(source: Iterable[Module]) -> list[str]:
    """Handlers that take whatever comes."""
    return [
        f"{m.path}:{node.lineno}"
        for m in source
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in WIDE)
    ]


WIDE = {"Exception", "BaseException"}
