"""National → province → city → county: whose declaration counts where.

Each pack may extend one other. What a lower pack declares anew is added; what
exists above must be marked ``override: true`` and is then merged key by key (lists
are replaced), or ``remove: true``. So nobody changes national law by accident, and
a reader of the lower pack sees that something stands behind a declaration.
"""

from collections.abc import Mapping, Sequence

from tongban.pack.declared import Declared, declarations
from tongban.pack.folders import Folder
from tongban.pack.problems import Mark, PackProblem, Problems
from tongban.pack.section import Kind
from tongban.pack.yaml_source import Entries


def merge(upper: Entries, lower: Entries) -> Entries:
    """``lower`` on top of ``upper``: mappings are merged, all else is replaced."""
    values = dict(upper.values)
    for key, value in lower.values.items():
        inherited = values.get(key)
        if isinstance(inherited, Entries) and isinstance(value, Entries):
            value = merge(inherited, value)
        values[key] = value
    return Entries(lower.mark, values, {**upper.marks, **lower.marks})


Layered = dict[tuple[str, str], Declared]


def resolve(
    folders: Sequence[Folder], kinds: Mapping[str, Kind], problems: Problems
) -> Layered:
    """What is declared for the lowest pack, by head and code."""
    table: Layered = {}
    for folder in folders:
        here: dict[tuple[str, str], Mark] = {}
        above = dict(table)
        for each in declarations(folder, kinds, problems):
            key = (each.kind.head, each.code)
            problem = _conflict(each, above.get(key), here.get(key))
            here.setdefault(key, each.mark)
            if problem:
                problems.found.append(problem)
            elif each.flag == "remove":
                del table[key]
            else:
                table[key] = _on_top_of(above.get(key), each)
    return table


def _on_top_of(above: Declared | None, lower: Declared) -> Declared:
    if above is None:
        return lower
    return Declared(
        lower.kind,
        lower.code,
        merge(above.node, lower.node),
        lower.mark,
        lower.flag,
        above.node,
    )


def _conflict(
    each: Declared, above: Declared | None, twin: Mark | None
) -> PackProblem | None:
    name = f"{each.kind.head} {each.code!r} ({each.kind.label})"
    if twin is not None:
        return PackProblem(
            "declared-twice",
            each.mark,
            f"{name} is declared twice in this pack",
            why=f"the first is at {twin}; only one could count",
            mend="merge the two",
        )
    if above is not None and not each.flag:
        return PackProblem(
            "declared-above",
            each.mark,
            f"{name} is already declared at {above.mark}",
            why="what a higher pack declares must not be changed by accident",
            mend="add 'override: true' and keep only the keys that differ",
        )
    if above is None and each.flag:
        return PackProblem(
            f"{each.flag}-nothing",
            each.mark,
            f"{name} is not declared in any pack above",
            why=f"'{each.flag}: true' needs something to {each.flag}",
            mend=f"check the code, or leave out '{each.flag}'",
        )
    return None
