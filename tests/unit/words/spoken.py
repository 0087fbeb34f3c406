"""Which words the source asks for: keys written out, and patterns put together."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


SAID = re.compile(r"""\{%\s*say\s+(["'])(?P<key>[\w.-]+)\1""")
JOINED = re.compile(r"""(["'])(?P<prefix>[\w.-]+[.-])\1\|add:""")
# The story's teller puts these before what it is asked to say.
TELLERS = {"teller.say": "story.", "teller.promise": "story.promises."}
KEY = re.compile(r"[a-z][\w-]*(\.[\w-]+)+")


@dataclass(slots=True)
class Spoken:
    """Keys asked for as they stand, patterns with ``{}``, and every text like a key.

    ``texts`` are constants of the code that may be keys on their way to ``say``.
    Each is with the path where it was found.
    """

    keys: set[tuple[str, str]] = field(default_factory=set)
    patterns: set[tuple[str, str]] = field(default_factory=set)
    texts: set[tuple[str, str]] = field(default_factory=set)

    def names(self) -> set[str]:
        return {name for _, name in self.keys | self.texts}


def spoken(root: Path, apart: Iterable[str] = ()) -> Spoken:
    """Everything said below ``root``, without the files named in ``apart``."""
    found = Spoken()
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root).as_posix()
        if path.suffix == ".html":
            in_template(place, path.read_text("utf-8"), found)
        elif path.suffix == ".py" and place not in set(apart):
            in_code(place, path.read_text("utf-8"), found)
    return found


def in_template(place: str, text: str, found: Spoken) -> None:
    found.keys |= {(place, match["key"]) for match in SAID.finditer(text)}
    found.patterns |= {(place, f"{m['prefix']}{{}}") for m in JOINED.finditer(text)}


def in_code(place: str, text: str, found: Spoken) -> None:
    for node in ast.walk(ast.parse(text)):
        for prefix, asked in _asked(node):
            if isinstance(asked, ast.Constant):
                found.keys.add((place, f"{prefix}{asked.value}"))
            elif isinstance(asked, ast.JoinedStr):
                found.patterns.add((place, f"{prefix}{_pattern(asked)}"))
        if isinstance(node, ast.Constant) and KEY.fullmatch(str(node.value)):
            found.texts.add((place, str(node.value)))


def _asked(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The prefix and the key of ``say(key)``, ``teller.say(key)``, ``words()[key]``."""
    if isinstance(node, ast.Call) and node.args:
        if isinstance(node.func, ast.Name) and node.func.id == "say":
            yield "", node.args[0]
        elif prefix := TELLERS.get(ast.unparse(node.func)):
            yield prefix, node.args[0]
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "words()":
        yield "", node.slice


def _pattern(joined: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{}"
        for part in joined.values
    )
