"""Random expressions and conditions, right in types."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tongban.kernel.catalog.model import DataType


TEXT, WHOLE, NUMBER, DAY, TRUTH = "text", "whole", "number", "day", "truth"
KIND_OF = {
    DataType.TEXT: TEXT,
    DataType.INTEGER: WHOLE,
    DataType.MONEY: WHOLE,
    DataType.DECIMAL: NUMBER,
    DataType.DATE: DAY,
    DataType.BOOLEAN: TRUTH,
}
# Nothing is forbidden in a comparison: whoever guesses a value learns no more.
_LITERALS = {
    TEXT: ["'甲'", "'a''b'", "''", "'A'", "'%'"],
    WHOLE: ["0", "1", "2"],
    NUMBER: ["0.5", "2.25"],
    DAY: ["DATE '2000-02-29'", "DATE '1965-01-01'", ":as_of"],
    TRUTH: ["TRUE", "FALSE", "NULL"],
}


@dataclass(frozen=True)
class Name:
    """A column that an expression may name."""

    sql: str
    kind: str


class Expressions:
    """Makes expressions over given names.

    ``plain`` ones keep to forms that a department's database may answer as a
    whole; ``guesses`` are raw texts that conditions compare items with.
    """

    def __init__(self, chance: Random, guesses: Sequence[str], *, plain: bool) -> None:
        self._random = chance
        self._guesses = list(guesses)
        self._plain = plain
        self.params: dict[str, Any] = {}

    def _expression(
        self, kind: str, names: list[Name], depth: int, *, literals: bool = True
    ) -> str:
        leaves = [name.sql for name in names if name.kind == kind]
        if not leaves or (literals and self._chance(6)):
            leaves = _LITERALS[kind]
        if depth == 0 or self._chance(3):
            return self._pick(leaves)
        if kind == TRUTH:
            return f"({self._truth(names, depth - 1)})"

        def part(wanted: str = kind) -> str:
            return self._expression(wanted, names, depth - 1)

        forms: list[Callable[[], str]] = [
            lambda: f"COALESCE({part()}, {part()})",
            lambda: (
                f"CASE WHEN {self._truth(names, 0)} THEN {part()} ELSE {part()} END"
            ),
        ]
        if kind == TEXT:
            forms.append(lambda: f"({part()} || {part()})")
        if not self._plain:
            forms += [
                lambda: f"NULLIF({part()}, {part()})",
                lambda: f"GREATEST({part()}, {part()})",
                lambda: f"LEAST({part()}, {part()})",
                lambda: f"CASE {part()} WHEN {part()} THEN {part()} END",
                lambda: f"IF({self._truth(names, 0)}, {part()}, {part()})",
                *self._forms(kind, part),
            ]
        return self._pick(forms)()

    def _forms(self, kind: str, part: Callable[..., str]) -> list[Callable[[], str]]:
        forms: dict[str, list[Callable[[], str]]] = {
            TEXT: [
                lambda: f"UPPER({part()})",
                lambda: f"LOWER({part()})",
                lambda: f"TRIM({part()})",
                lambda: f"SUBSTRING({part()}, {self._number(1, 4)}, 3)",
                lambda: f"LEFT({part()}, {self._number(1, 9)})",
                lambda: f"RIGHT({part()}, {self._number(1, 9)})",
                lambda: f"CONCAT({part()}, {part(WHOLE)}, {part()})",
                lambda: f"REPLACE({part()}, 'a', {part()})",
                lambda: f"CAST({part(WHOLE)} AS VARCHAR)",
                lambda: f"CAST({part(DAY)} AS VARCHAR)",
            ],
            WHOLE: [
                lambda: f"({part()} + {part()})",
                lambda: f"({part()} - {part()})",
                lambda: f"({part()} * 2)",
                lambda: f"(-{part()})",
                lambda: f"(ABS({part()}) % 7)",
                lambda: f"(ABS({part()}) // 3)",
                lambda: f"SIGN({part()})",
                lambda: f"LENGTH({part(TEXT)})",
                lambda: f"STRPOS({part(TEXT)}, {part(TEXT)})",
                lambda: (
                    f"{self._pick(['YEAR', 'MONTH', 'DAY', 'QUARTER'])}({part(DAY)})"
                ),
                lambda: f"EXTRACT(MONTH FROM {part(DAY)})",
                lambda: (
                    f"DATE_DIFF('{self._pick(['day', 'month', 'year'])}', "
                    f"{part(DAY)}, {part(DAY)})"
                ),
                lambda: f"AGE(LEAST({part(DAY)}, :as_of), :as_of)",
                lambda: f"MONTHS_BETWEEN({part(DAY)}, :as_of)",
                lambda: f"CAST({part(TEXT)} AS INT)",
                lambda: f"TRY_CAST({part(TEXT)} AS BIGINT)",
            ],
            NUMBER: [
                lambda: f"({part()} / 4)",
                lambda: f"({part(WHOLE)} / 2)",
                lambda: f"ROUND({part()}, 1)",
                lambda: f"CEIL({part()})",
                lambda: f"FLOOR({part()})",
                lambda: f"CAST({part(WHOLE)} AS DOUBLE)",
                lambda: f"CAST({part(WHOLE)} AS DECIMAL(18, 6))",
            ],
            DAY: [
                lambda: f"CAST({part()} + INTERVAL {self._number(1, 3)} DAY AS DATE)",
                lambda: f"LAST_DAY({part()})",
                lambda: (
                    f"CAST(DATE_TRUNC('{self._pick(['month', 'year'])}', "
                    f"{part()}) AS DATE)"
                ),
                lambda: f"MAKE_DATE({self._number(1990, 2020)}, 2, 28)",
                lambda: f"CAST(LOWER({part(TEXT)}) AS DATE)",
            ],
        }
        return forms[kind]

    def _truth(self, names: list[Name], depth: int) -> str:
        kind = self._kind()
        one = self._expression(kind, names, min(depth, 1))
        two = self._expression(kind, names, 0)
        alive = [name.sql for name in names if name.kind == TRUTH]
        forms: list[Callable[[], str]] = [
            lambda: f"{one} {self._pick(['=', '<>', '<', '<=', '>', '>='])} {two}",
            lambda: f"{one} IS {self._pick(['', 'NOT '])}NULL",
            lambda: f"{one} IN ({two}, {self._expression(kind, names, 0)})",
            lambda: f"{one} IS {self._pick(['', 'NOT '])}DISTINCT FROM {two}",
            lambda: f"{one} BETWEEN {two} AND {self._expression(kind, names, 0)}",
            lambda: self._text_condition(names),
            lambda: self._guess(names),
            lambda: self._pick(alive or ["TRUE"]),
        ]
        if depth > 0:
            forms += [
                lambda: (
                    f"({self._truth(names, depth - 1)}) AND "
                    f"({self._truth(names, depth - 1)})"
                ),
                lambda: (
                    f"({self._truth(names, depth - 1)}) OR "
                    f"({self._truth(names, depth - 1)})"
                ),
                lambda: f"NOT ({self._truth(names, depth - 1)})",
            ]
        if kind == TRUTH:
            forms = forms[1:2] + forms[5:]
        return self._pick(forms)()

    def _text_condition(self, names: list[Name]) -> str:
        text = self._expression(TEXT, names, 1)
        forms = [f"{text} LIKE '%{self._pick(['a', '_', '甲', '1'])}%'"]
        if not self._plain:
            forms += [
                f"{text} NOT LIKE '_%'",
                f"{text} ILIKE '%B%'",
                f"STARTS_WITH({text}, '9901')",
                f"CONTAINS({text}, '*')",
                f"REGEXP_MATCHES({text}, '^[0-9]+')",
                f"IS_VALID_ID_NUMBER({text})",
                f"IS_VALID_USCC({text})",
            ]
        return self._pick(forms)

    def _guess(self, names: list[Name]) -> str:
        """An item compared with a raw value that the author may have from elsewhere."""
        text = self._expression(TEXT, names, 0, literals=False)
        if not self._guesses:
            return f"{text} = {text}"
        guess = self._pick(self._guesses)
        name = f"guess{len(self.params)}"
        if self._chance(2):
            self.params[name] = guess
            return f"{text} = :{name}"
        quoted = guess.replace("'", "''")
        return f"{text} = '{quoted}'"

    # ------------------------------------------------------------------ choices

    def _kind(self) -> str:
        if self._plain:
            return self._pick([TEXT, WHOLE, DAY, TRUTH])
        return self._pick([TEXT, TEXT, WHOLE, WHOLE, NUMBER, DAY, TRUTH])

    def _pick(self, choices: Sequence[Any]) -> Any:
        return self._random.choice(choices)

    def _number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def _chance(self, of: int) -> bool:
        """True about once in ``of``."""
        return self._random.randrange(of) == 0
