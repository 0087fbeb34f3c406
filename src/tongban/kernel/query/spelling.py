"""How a statement is spelt for each kind of place: the dialect, the placeholders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import SourceKind


@dataclass(frozen=True, slots=True)
class Spelling:
    """SQLGlot's name of a dialect, the schema of the tables, and placeholder ``n``."""

    dialect: str
    schema: str
    placeholder: Callable[[int], exp.Expr]

    def sql(self, statement: exp.Query) -> str:
        """``statement`` as the place reads it."""
        return statement.sql(dialect=self.dialect, comments=False)


def _with(sign: str) -> Callable[[int], exp.Expr]:
    return lambda position: exp.Var(this=f"{sign}{position}")


# The kinds whose rows are read where they live, one subject at a time.
LIVE: Mapping[SourceKind, Spelling] = MappingProxyType(
    {
        SourceKind.SQLITE: Spelling("sqlite", "main", _with("?")),
        SourceKind.POSTGRESQL: Spelling("postgres", "", _with("$")),
        # Its driver's own sign, which has no number: one value a statement.
        SourceKind.MYSQL: Spelling("mysql", "", lambda _: exp.Var(this="%s")),
    }
)
