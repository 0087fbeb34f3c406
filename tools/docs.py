"""Writes docs/reference from the program, and checks what the documents point to.

usage: python -m tools.docs [--check]

With ``--check`` nothing is written: a generated page that no longer tells the
truth, or a link that leads nowhere, is named and the exit code is 1.
"""

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

from tools.language import language_reference
from tools.source import ROOT, tracked_files


COMMANDS = "docs/reference/cli.md"
LANGUAGE = "docs/reference/sql.md"
LINK = re.compile(r"!?\[[^\]]*\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def command_reference() -> str:
    """The pages of ``tongban --help`` as Markdown; a failing command is a bug."""
    typer = Path(sys.executable).with_name("typer")
    command = [typer, "tongban.cli", "utils", "docs", "--name", "tongban"]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    text = "\n".join(line.rstrip() for line in made.stdout.strip().splitlines())
    return f"<!-- Written by `make docs`; do not edit. -->\n\n{text}\n"


def generated() -> dict[str, str]:
    """Path to text of every page that is made from the program."""
    if not list((ROOT / "src" / "tongban").glob("cli*")):
        return {}
    return {COMMANDS: command_reference(), LANGUAGE: language_reference()}


def dead_links(pages: dict[str, str], known: set[str]) -> list[str]:
    """Relative links of the pages that lead to none of the known files or folders."""
    folders = {str(parent) for path in known for parent in PurePosixPath(path).parents}
    return [
        f"{path}: link to {target} leads nowhere"
        for path, text in pages.items()
        for target in LINK.findall(FENCE.sub("", text))
        if _resolve(path, target) not in known | folders
    ]


def _resolve(path: str, target: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / target).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts) or "."


def stale(pages: dict[str, str]) -> list[str]:
    return [
        f"{path}: not what the program says; run `make docs`"
        for path, text in pages.items()
        if not (ROOT / path).exists() or (ROOT / path).read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    pages = generated()
    if "--check" not in arguments:
        for path, text in pages.items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text, encoding="utf-8")
    files = set(tracked_files())
    prose = {
        path: (ROOT / path).read_text("utf-8") for path in files if path.endswith(".md")
    }
    findings = stale(pages) + dead_links(prose, files)
    print(*findings, sep="\n", end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
