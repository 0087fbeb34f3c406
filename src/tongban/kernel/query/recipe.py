"""How an answer of the clean room is made of what the engine computed.

The engine yields one row for each group, with counts that nobody may see beside the
statistics that were asked for. A recipe says what each column of such a row is, and
how the columns of the answer are computed of those that may be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlglot import exp

from tongban.kernel.terms import SubjectKind


class BudgetPeriod(StrEnum):
    """How long a budget lasts before it is full again."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def around(self, day: date) -> tuple[date, date]:
        """The first day of the period that ``day`` is in, and of the next one."""
        match self:
            case BudgetPeriod.DAY:
                return day, day + timedelta(days=1)
            case BudgetPeriod.MONTH:
                first = day.replace(day=1)
                return first, (first + timedelta(days=31)).replace(day=1)
            case BudgetPeriod.YEAR:
                return date(day.year, 1, 1), date(day.year + 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be asked for one purpose in one period (隐私预算).

    ``questions`` are different ones. ``epsilon`` bounds the sum of the privacy loss
    of noised uses; None where nothing is noised.
    """

    per: BudgetPeriod = BudgetPeriod.MONTH
    questions: int = 20
    epsilon: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Privacy:
    """How a purpose of aggregate scope protects those whom its answers count.

    ``threshold`` is the least number of subjects of a cell; ``rounding`` the width
    of the bands to whose midpoint counts are rounded; ``dominance`` the largest
    share, in percent, that one subject may have of a sum. With ``epsilon``, answers
    are noised so that each use is (epsilon, delta)-differentially private for a
    subject of at most ``contributions`` rows (Dwork and Roth 2014, def. 2.4);
    ``bounds`` are the least and the greatest value of an item in a sum.
    """

    threshold: int = 10
    rounding: int | None = None
    dominance: int = 80
    epsilon: Decimal | None = None
    delta: Decimal = Decimal("0.000001")
    contributions: int = 1
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)
    budget: Budget = Budget()

    def __str__(self) -> str:
        text = f"every figure is of {self.threshold} subjects or more"
        if self.epsilon is not None:
            each = f"of at most {self.contributions} rows each"
            return f"{text} {each}, noised: epsilon {self.epsilon}, delta {self.delta}"
        if self.rounding is not None:
            text += f", counts are the middle of their band of {self.rounding}"
        return text


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What is left of a budget, what a use costs, and when the budget is full again.

    A use costs one question, unless the same was asked before, and ``cost`` of
    epsilon where it is noised.
    """

    questions: int
    of_questions: int
    epsilon: Decimal | None
    of_epsilon: Decimal | None
    cost: Decimal
    resets: date

    def __str__(self) -> str:
        text = f"a new question costs 1; {self.questions} of {self.of_questions} left"
        if self.epsilon is not None:
            left = self.epsilon.normalize()
            text += f"; epsilon {self.cost}; {left:f} of {self.of_epsilon} left"
        return f"{text}; full again on {self.resets}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; epsilon as text, which keeps its decimals."""
        epsilon = {"left": str(self.epsilon), "of": str(self.of_epsilon)}
        return {
            "questions": {"left": self.questions, "of": self.of_questions, "cost": 1},
            "epsilon": epsilon | {"cost": str(self.cost)} if self.epsilon else None,
            "resets": self.resets.isoformat(),
        }


class Statistic(StrEnum):
    """What may be asked of a group."""

    ROWS = "rows"  # COUNT(*), COUNT(item)
    SUBJECTS = "subjects"  # COUNT(DISTINCT subject)
    SUM = "sum"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Measure:
    """One statistic of a group.

    ``value`` is the column of what is added up, or of the subject that is counted;
    ``when`` the column that tells which rows count; ``chosen`` whether the author's
    own condition is in it, not only that there is a value at all. ``bounds`` clamp
    each value where noise is added.
    """

    statistic: Statistic
    value: str | None = None
    when: str | None = None
    chosen: bool = False
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A relation in the flat rows and one kind of its subjects.

    ``subject`` and ``entry`` are the columns of whose row it is and of which.
    """

    dataset: str
    kind: SubjectKind
    subject: str
    entry: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the answer: a key of the group, or a formula over its measures."""

    name: str
    key: int | None = None
    formula: exp.Expr | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """By which column of the answer its rows are ordered."""

    column: int
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """From the engine's rows to the answer.

    ``columns`` name the engine's columns in their order. ``sets`` are the grouping
    sets, each as the places of its keys; ``flat`` the governed statement of the rows
    that were grouped, from which any two uses can be compared. ``rows`` is what
    chose them: FROM and WHERE alone.
    """

    privacy: Privacy
    keys: int
    sets: tuple[tuple[int, ...], ...]
    anchors: tuple[Anchor, ...]
    measures: tuple[Measure, ...]
    shown: tuple[Shown, ...]
    columns: tuple[str, ...]
    order: tuple[Order, ...] = ()
    limit: exp.Expr | None = None
    offset: exp.Expr | None = None
    flat: str = ""
    rows: str = ""
