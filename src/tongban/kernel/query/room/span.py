"""Linear equations with whole coefficients, solved without rounding.

They are solved modulo a prime: coefficients stay exact, and none of them is a
multiple of it by chance.
"""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar


Unknown = TypeVar("Unknown", bound=Hashable)
_PRIME = 2**61 - 1


class Span(Generic[Unknown]):
    """What some sums of unknowns determine, by Gauss's elimination.

    ``rows`` is the reduced system: by its leading unknown, which no other row has.
    """

    def __init__(self) -> None:
        self.rows: dict[Unknown, dict[Unknown, int]] = {}

    def insert(self, equation: Mapping[Unknown, int]) -> None:
        """Add an equation, given as its coefficients."""
        row = self.rest(equation)
        if not row:
            return
        lead = next(iter(row))
        inverse = pow(row[lead], -1, _PRIME)
        row = {each: factor * inverse % _PRIME for each, factor in row.items()}
        for other in self.rows.values():
            if lead in other:
                _subtract(other, row, other[lead])
        self.rows[lead] = row

    def rest(self, equation: Mapping[Unknown, int]) -> dict[Unknown, int]:
        """What of an equation does not follow from those inserted."""
        row = {each: factor % _PRIME for each, factor in equation.items()}
        for each in [each for each in row if each in self.rows]:
            _subtract(row, self.rows[each], row[each])
        return row

    def direction(
        self, equation: Mapping[Unknown, int]
    ) -> frozenset[tuple[Unknown, int]]:
        """The same for all equations whose rests are multiples of one another."""
        row = self.rest(equation)
        if not row:
            return frozenset()
        inverse = pow(row[min(row, key=repr)], -1, _PRIME)
        return frozenset((each, f * inverse % _PRIME) for each, f in row.items())


def _subtract(
    row: dict[Unknown, int], other: Mapping[Unknown, int], factor: int
) -> None:
    for each, value in other.items():
        left = (row.get(each, 0) - factor * value) % _PRIME
        if left:
            row[each] = left
        else:
            row.pop(each, None)
