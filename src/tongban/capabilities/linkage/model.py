"""The words of linkage (Fellegi and Sunter 1969): comparison, weight, pair, run."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.terms import Text


class Measure(StrEnum):
    """How two values of one item are compared."""

    EXACT = "exact"
    JARO_WINKLER = "jaro-winkler"
    DAMERAU_LEVENSHTEIN = "damerau-levenshtein"
    DATE_OF_BIRTH = "date-of-birth"
    CHINESE_NAME = "chinese-name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Side:
    """A register that is linked, and the item that tells its rows apart."""

    dataset: str
    key: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Pairs that people found to be the same, by which a run is judged."""

    dataset: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One item of the left register against one of the right.

    ``term_frequency``: agreement on a rare value says more than on a common one.
    """

    item: str
    other: str
    measure: Measure
    term_frequency: bool = False


@dataclass(frozen=True, slots=True)
class Linkage:
    """A declared linkage; without ``right`` duplicates of the left are sought.

    ``certain`` lists sets of items (by their left names) whose equality alone makes
    a link, ``blocks`` those of which one set must be equal for a pair to be looked
    at. From probability ``accept`` a pair is linked, from ``review`` a person is
    asked. ``recall`` is the share of true pairs that ``certain`` is thought to find,
    ``most_cases`` how many reviews one run may open, ``pairs`` how many are drawn to
    learn how often values agree by chance.
    """

    code: str
    title: Text
    organization: str
    purpose: str
    left: Side
    right: Side | None
    comparisons: tuple[Comparison, ...]
    certain: tuple[tuple[str, ...], ...]
    blocks: tuple[tuple[str, ...], ...]
    accept: float
    review: float
    one_to_one: bool
    seed: int
    recall: float
    pairs: int
    most_cases: int
    links: str
    case_type: str
    labels: Labels | None = None

    @property
    def is_deduplication(self) -> bool:
        return self.right is None

    @property
    def other(self) -> Side:
        """The register on the right: the left one itself when it is deduplicated."""
        return self.right or self.left

    def read(self) -> frozenset[str]:
        """Every ``dataset.item`` that a run reads."""
        found = {f"{self.left.dataset}.{self.left.key}"}
        found.add(f"{self.other.dataset}.{self.other.key}")
        for each in self.comparisons:
            found.add(f"{self.left.dataset}.{each.item}")
            found.add(f"{self.other.dataset}.{each.other}")
        if self.labels:
            found.add(f"{self.labels.dataset}.{self.labels.left}")
            found.add(f"{self.labels.dataset}.{self.labels.right}")
        return frozenset(found)


class Method(StrEnum):
    """What made a pair a link."""

    RULE = "rule"
    MODEL = "model"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Part:
    """What one comparison adds to the weight of a pair, in bits.

    ``level`` names how the values agree; ``rarity`` is the share of ``weight`` that
    comes from how rare the value is.
    """

    item: str
    level: str
    weight: float
    rarity: float = 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows, how probably they are one, and why.

    ``weight`` is log2 of the odds and the sum of ``prior`` and of the parts'
    weights. A pair that a certain rule found has no weight.
    """

    left: str
    right: str
    probability: float
    method: Method
    weight: float | None = None
    prior: float = 0.0
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """How a run does on labelled pairs; shares from 0 to 1, None of nothing."""

    labelled: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run found: counts alone, so that it may be shown and kept.

    ``by_method`` counts the links; ``opened`` reviews were opened now, ``waiting``
    were open before, ``held`` are left for the next run because a run opens only so
    many; ``none`` pairs were looked at and are too improbable. A trial has no
    ``version`` and opens nothing.
    """

    linkage: str
    at: str
    by: str
    left_rows: int
    right_rows: int
    by_method: Mapping[str, int]
    opened: int
    waiting: int
    held: int
    none: int
    version: str
    quality: Quality | None = None

    @property
    def links(self) -> int:
        return sum(self.by_method.values())
