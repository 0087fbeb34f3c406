"""Writes random governed statements, right in types and over given items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.generative.query.expressions import (
    NUMBER,
    TRUTH,
    WHOLE,
    Expressions,
    Name,
)


_ALIASES = {"reg.person": "p", "reg.home": "h", "ref.code": "k"}
_KEYS = {"reg.person": "id", "reg.home": "owner"}


@dataclass
class Statement:
    """A finished statement; ``ordered`` if the order of all its columns is asked."""

    sql: str
    kinds: list[str]
    ordered: bool = False
    params: dict[str, Any] = field(default_factory=dict)


class Author(Expressions):
    """Makes statements over ``items``: kinds by dataset and item."""

    def __init__(
        self,
        chance: Random,
        items: Mapping[str, Mapping[str, str]],
        guesses: Sequence[str] = (),
        *,
        plain: bool = False,
    ) -> None:
        super().__init__(chance, guesses, plain=plain)
        self._items = items
        self._inner = 0

    def statement(self) -> Statement:
        shapes = [self._rows, self._rows, self._totals]
        if not self._plain:
            shapes += [self._groups, self._union, self._with, self._derived, self._star]
        statement = self._pick(shapes)()
        statement.params = self.params
        return statement

    # ------------------------------------------------------------------ shapes

    def _rows(self, kinds: Sequence[str] | None = None) -> Statement:
        names, source = self._from(full=True)
        wanted = kinds or [self._kind() for _ in range(self._number(1, 3))]
        columns = [self._expression(kind, names, 2) for kind in wanted]
        listed = ", ".join(f"{sql} AS c{at}" for at, sql in enumerate(columns))
        distinct = "DISTINCT " if self._chance(5) else ""
        sql = f"SELECT {distinct}{listed} FROM {source}{self._where(names)}"
        return self._finished(sql, list(wanted), may_sort=kinds is None)

    def _finished(
        self, sql: str, kinds: list[str], name: str = "c", *, may_sort: bool
    ) -> Statement:
        if not (may_sort and self._chance(2)):
            return Statement(sql, kinds)
        keys = ", ".join(
            f"{name}{at}{self._pick(['', ' DESC'])}{self._pick(['', ' NULLS FIRST'])}"
            for at in range(len(kinds))
        )
        sql = f"{sql} ORDER BY {keys}"
        if self._chance(2):
            sql = f"{sql} LIMIT {self._number(0, 3)}"
            if not self._plain and self._chance(2):
                sql = f"{sql} OFFSET {self._number(0, 2)}"
        return Statement(sql, kinds, ordered=True)

    def _totals(self) -> Statement:
        names, source = self._from()
        count = self._number(1, 3)
        made = [self._aggregate(names) for _ in range(count)]
        listed = ", ".join(f"{sql} AS c{at}" for at, (sql, _) in enumerate(made))
        sql = f"SELECT {listed} FROM {source}{self._where(names)}"
        return Statement(sql, [kind for _, kind in made])

    def _groups(self) -> Statement:
        names, source = self._from()
        # A literal among the keys would be a column's position.
        kinds = [name.kind for name in names]
        keys = [self._pick(kinds) for _ in range(self._number(1, 2))]
        by = [self._expression(kind, names, 1, literals=False) for kind in keys]
        made = [self._aggregate(names) for _ in range(self._number(1, 2))]
        columns = [*by, *(sql for sql, _ in made)]
        listed = ", ".join(f"{sql} AS c{at}" for at, sql in enumerate(columns))
        sql = f"SELECT {listed} FROM {source}{self._where(names)} GROUP BY "
        sql += ", ".join(by)
        if self._chance(2):
            sql += f" HAVING COUNT(*) {self._pick(['>', '<='])} {self._number(0, 2)}"
        kinds = [*keys, *(kind for _, kind in made)]
        return self._finished(sql, kinds, may_sort=NUMBER not in kinds)

    def _union(self) -> Statement:
        kinds = [self._kind() for _ in range(self._number(1, 2))]
        word = self._pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])
        sql = f"{self._rows(kinds).sql} {word} {self._rows(kinds).sql}"
        return Statement(sql, kinds)

    def _with(self) -> Statement:
        inner = self._rows([self._kind() for _ in range(self._number(1, 3))])
        return self._over(inner, f"WITH w AS ({inner.sql}) ", "w")

    def _derived(self) -> Statement:
        inner = self._rows([self._kind() for _ in range(self._number(1, 3))])
        return self._over(inner, "", f"({inner.sql}) AS w")

    def _over(self, inner: Statement, prefix: str, source: str) -> Statement:
        names = [Name(f"w.c{at}", kind) for at, kind in enumerate(inner.kinds)]
        kind = self._pick(inner.kinds)
        column = self._expression(kind, names, 1)
        where = self._where(names, inner=False)
        sql = f"{prefix}SELECT {column} AS d0 FROM {source}{where}"
        return self._finished(sql, [kind], "d", may_sort=True)

    def _star(self) -> Statement:
        code = self._pick(list(self._items))
        alias = _ALIASES[code]
        names = self._names(code)
        star = self._pick(["*", f"{alias}.*"])
        dropped = self._chance(3) and len(names) > 1
        if dropped:
            star = f"* EXCLUDE ({names[0].sql.partition('.')[2]})"
        sql = f"SELECT {star} FROM {code} AS {alias}{self._where(names)}"
        return Statement(sql, [name.kind for name in names[bool(dropped) :]])

    # ----------------------------------------------------------- clauses

    def _from(self, *, full: bool = False) -> tuple[list[Name], str]:
        """What is read; ``full`` if FULL JOIN may be.

        The oracle's executor groups the rows of a FULL JOIN wrongly.
        """
        first = self._pick(list(self._items))
        names = self._names(first)
        source = f"{first} AS {_ALIASES[first]}"
        others = [code for code in self._items if code != first]
        if self._plain:
            others = [code for code in others if code in _KEYS]
        if not others or self._chance(2):
            return names, source
        second = self._pick(others)
        joined = self._names(second)
        source = f"{source} {self._join(first, second, names, joined, full)}"
        return [*names, *joined], source

    def _join(
        self,
        first: str,
        second: str,
        left: list[Name],
        right: list[Name],
        full: bool,
    ) -> str:
        table = f"{second} AS {_ALIASES[second]}"
        pair = self._key_pair(first, second)
        if pair is None or self._chance(5):
            if self._chance(2):
                return f"CROSS JOIN {table}"
            return f"JOIN {table} ON {self._truth([*left, *right], 1)}"
        sides = ["", "LEFT "]
        if not self._plain:
            sides += ["RIGHT ", "FULL "] if full else ["RIGHT "]
        side = self._pick(sides)
        if pair == ("h.code", "k.code") and self._chance(2) and not side:
            return f"JOIN {table} USING (code)"
        return f"{side}JOIN {table} ON {pair[0]} = {pair[1]}"

    def _key_pair(self, first: str, second: str) -> tuple[str, str] | None:
        if {first, second} == set(_KEYS):
            pair = tuple(f"{_ALIASES[c]}.{_KEYS[c]}" for c in (first, second))
            names = [_KEYS[first], _KEYS[second]]
        elif {first, second} == {"reg.home", "ref.code"}:
            pair = tuple(f"{_ALIASES[code]}.code" for code in (first, second))
            names = ["code", "code"]
        else:
            return None
        granted = names[0] in self._items[first] and names[1] in self._items[second]
        return (pair[0], pair[1]) if granted else None

    def _where(self, names: list[Name], *, inner: bool = True) -> str:
        if self._chance(3):
            return ""
        condition = self._truth(names, 2)
        if inner and self._inner == 0 and self._chance(4):
            condition = (
                f"({condition}) {self._pick(['AND', 'OR'])} {self._asked(names)}"
            )
        return f" WHERE {condition}"

    def _asked(self, names: list[Name]) -> str:
        """A condition with a query inside it."""
        self._inner += 1
        code = self._pick(list(self._items) if not self._plain else list(_KEYS))
        inner = [Name(n.sql.replace(".", "x."), n.kind) for n in self._names(code)]
        alias = f"{_ALIASES[code]}x"
        kind = self._pick([n.kind for n in inner])
        column = self._pick([n.sql for n in inner if n.kind == kind])
        outer = self._expression(kind, names, 0)
        where = f" WHERE {self._truth(inner, 1)}"
        self._inner -= 1
        table = f"{code} AS {alias}"
        if self._chance(2):
            return f"{outer} IN (SELECT {column} FROM {table}{where})"
        word = self._pick(["EXISTS", "NOT EXISTS"])
        return f"{word} (SELECT 1 FROM {table} WHERE {column} = {outer})"

    def _names(self, code: str) -> list[Name]:
        alias = _ALIASES[code]
        return [Name(f"{alias}.{n}", kind) for n, kind in self._items[code].items()]

    def _aggregate(self, names: list[Name]) -> tuple[str, str]:
        kind = self._kind()
        value = self._expression(kind, names, 1)
        made = [
            ("COUNT(*)", WHOLE),
            (f"COUNT({value})", WHOLE),
            (f"COUNT(DISTINCT {value})", WHOLE),
        ]
        if kind not in (NUMBER, TRUTH):
            made += [(f"MIN({value})", kind), (f"MAX({value})", kind)]
        if kind == TRUTH and not self._plain:
            made += [(f"BOOL_AND({value})", TRUTH), (f"BOOL_OR({value})", TRUTH)]
        if kind in (WHOLE, NUMBER) and not self._plain:
            made += [
                (f"SUM({value})", kind),
                (f"AVG({value})", NUMBER),
                (f"MEDIAN({value})", NUMBER),
                (f"STDDEV({value})", NUMBER),
            ]
        return self._pick(made)
