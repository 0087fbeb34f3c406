"""The page of governed SQL, from the tables that the compiler goes by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlglot import exp

from tongban.kernel.query.language.arguments import MAX_PAD
from tongban.kernel.query.language.functions import (
    GROUPS,
    NAMED,
    RAISING,
    RAISING_NAMED,
    REFUSED,
    function_name,
)
from tongban.kernel.query.language.grammar import MACROS, REASONS, TYPES
from tongban.kernel.query.language.limits import (
    MAX_CHAIN,
    MAX_GROUPING_SETS,
    MAX_JOINS,
    MAX_NODES,
    MAX_WINDOWS,
)
from tongban.kernel.query.language.names import CALLS
from tongban.kernel.query.language.parse import MAX_CHARACTERS, MAX_NESTING
from tongban.kernel.query.language.relations import label_of
from tongban.kernel.query.language.swell import MAX_GROWTH


HEAD = f"""<!-- Written by `make docs`; do not edit. -->

# Governed SQL

One statement, a SELECT, in DuckDB's dialect, over datasets of the catalogue written
`schema.table`. `SELECT *` means the items that are granted. Values are given by name,
`:name`; `:as_of` is the day of the use, `:subject` the number of its one subject. All
queries of TPC-H and TPC-DS run, and give what DuckDB gives, when everything they read
is granted.

> 中文摘要：用数语言是 DuckDB 方言的一条 SELECT，数据集写作“库.表”。可用 WITH、
> 相关子查询、集合运算、窗口（含 QUALIFY）、ROLLUP/CUBE/GROUPING SETS、LATERAL、
> 正则、JSON、列表和统计函数。`SELECT *` 只给出已授权的数据项。不许用当前时间、
> 随机数、会话、文件和网络函数；当日写 `:as_of`。函数在某个值上出错时得 NULL，
> 不报错，以免泄露被隐藏的行。

## What a statement may have

- `WITH` queries, `MATERIALIZED` or not, with lists of column names; never recursive.
- Subqueries in FROM, scalar, correlated, `IN`, `EXISTS`, `= ANY`, `> ALL`.
- `UNION`, `INTERSECT`, `EXCEPT`, each with `ALL`.
- `JOIN` inner, left, right, full, cross, with `ON` or `USING`; `LATERAL` queries and
  `UNNEST(list) AS name(column)` behind what they read; `(VALUES …) AS name(columns)`.
- `GROUP BY` with `ROLLUP`, `CUBE`, `GROUPING SETS`; `HAVING`; `FILTER`; `DISTINCT ON`.
- Windows with frames of `ROWS`, `RANGE` and `GROUPS`; `WINDOW` names; `QUALIFY`.
- `ORDER BY` by name or place, `NULLS FIRST`; `LIMIT` and `OFFSET`.
- `CASE`, `BETWEEN`, `LIKE` and `ILIKE` with `ESCAPE`, `IS DISTINCT FROM`, `INTERVAL`.

## Sizes

| what | at most |
|---|---|
| characters | {MAX_CHARACTERS:,} |
| levels of nesting | {MAX_NESTING} |
| nodes | {MAX_NODES:,} |
| joins | {MAX_JOINS} |
| windows | {MAX_WINDOWS} |
| operators in one chain of `+`, `-`, `*`, `\\|\\|` | {MAX_CHAIN} |
| grouping sets of one GROUP BY | {MAX_GROUPING_SETS} |
| growth of a text or list, in lengths of an item | {MAX_GROWTH} |
| characters of `lpad`, `rpad`, `string_agg` | {MAX_PAD:,} |
"""


def language_reference() -> str:
    """What governed SQL consists of, and what is refused for which reason."""
    return "\n".join([HEAD, *_types(), *_functions(), *_refused(), ""])


def _types() -> Iterator[str]:
    names = sorted(exp.DataType(this=kind).sql(dialect="duckdb") for kind in TYPES)
    yield f"## Types\n\n{_codes(names)}\n"
    yield "A conversion that fails gives NULL.\n"


def _functions() -> Iterator[str]:
    yield "## Functions\n\nThose marked * give NULL where the engine would fail.\n"
    yield "| group | functions |\n|---|---|"
    rest = set(CALLS)
    for group, nodes in GROUPS.items():
        marked = {function_name(node): node in RAISING for node in nodes}
        named = {name for name, of in NAMED.items() if of == group}
        marked |= {name: name in RAISING_NAMED for name in named}
        shown = [f"`{name}`{'*' * marked[name]}" for name in sorted(marked)]
        rest -= set(marked)
        yield f"| {group} | {', '.join(shown)} |"
    macros = MACROS | {"months_between"}
    yield f"| rules | {_codes(sorted(macros))} |"
    yield f"| written also, or as syntax | {_codes(sorted(rest - macros))} |\n"


def _refused() -> Iterator[str]:
    yield "## Refused, and why\n\nWhat is in no table is refused; this is looked for.\n"
    yield "| functions | reason |\n|---|---|"
    names = defaultdict(list)
    for name, why in REFUSED.items():
        names[why].append(name)
    for why, several in names.items():
        yield f"| {_codes(several)} | {why} |"
    yield "\n| form | reason |\n|---|---|"
    for (node, argument), why in REASONS.items():
        yield f"| {f'{label_of(node)} {argument}'.strip().replace('_', ' ')} | {why} |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
