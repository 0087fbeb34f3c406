"""What a pack's author is told.

    UserError
      PackProblem     one mistake: file:line:column, what, why, how to mend
      PackErrors      all mistakes found in one reading, at most 200

A problem's ``code`` is ``pack.<rule>``; each rule has a file in tests/packs/bad.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.terms import UserError


MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file of a pack; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @classmethod
    def of(cls, path: Path) -> "Mark":
        """The place that stands for a whole file or folder."""
        return cls(path.as_posix())


class PackProblem(UserError):
    """One mistake in a pack, with its place."""

    def __init__(
        self, rule: str, mark: Mark, what: str, *, why: str = "", mend: str = ""
    ) -> None:
        super().__init__(what, where=str(mark), why=why, mend=mend, code=f"pack.{rule}")
        self.rule, self.mark = rule, mark


class PackErrors(UserError):
    """Everything found wrong in one reading of a pack, in the order of the files."""

    code = "pack.errors"

    def __init__(self, problems: Sequence[PackProblem]) -> None:
        count = len(problems)
        super().__init__(
            f"the pack has {count} problem{'s' if count > 1 else ''}",
            mend="mend them in this order: later ones may follow from earlier ones",
        )
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n\n".join([*map(str, self.problems), self.what])


class Problems:
    """Collects problems, so that an author sees all of them at once.

    ``incomplete`` says that something could not be read at all: names declared
    there would all seem to be missing, so nobody should ask for them.
    """

    def __init__(self) -> None:
        self.found: list[PackProblem] = []
        self.incomplete = False

    def unread(self, problem: PackProblem) -> None:
        """Add a problem that hides declarations."""
        self.found.append(problem)
        self.incomplete = True

    def add(
        self, rule: str, mark: Mark, what: str, *, why: str = "", mend: str = ""
    ) -> None:
        self.found.append(PackProblem(rule, mark, what, why=why, mend=mend))

    def __bool__(self) -> bool:
        return bool(self.found)

    def sorted(self) -> tuple[PackProblem, ...]:
        """The first `MOST_SHOWN` problems by place; a last one says what was cut.

        What is wrong in several versions of one declaration is told once.
        """
        different = {(each.rule, each.mark, each.what): each for each in self.found}
        ordered = sorted(different.values(), key=lambda problem: problem.mark)
        shown = ordered[:MOST_SHOWN]
        if len(ordered) > MOST_SHOWN:
            shown.append(
                PackProblem(
                    "too-many",
                    ordered[MOST_SHOWN].mark,
                    f"{len(ordered) - MOST_SHOWN} more problems from here on",
                    mend="mend those above first and check again",
                )
            )
        return tuple(shown)
