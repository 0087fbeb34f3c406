"""A lower pack may be stricter than what stands above it, not laxer."""

from collections.abc import Iterator

from tongban.pack.draft import Draft, clocks
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


# An extension is more time for the department, and so are more days.
LIMITS = ("days", "promised", "extension")


def clock_loosened(draft: Draft) -> Iterator[PackProblem]:
    for head, code, record in draft.case_types():
        above = draft.above.get((head, code))
        inherited = dict(clocks(above)) if above else {}
        for name, clock in clocks(record):
            for limit in LIMITS:
                upper = inherited[name][limit] if name in inherited else None
                lower = clock[limit]
                if upper is not None and lower is not None and lower > upper:
                    yield PackProblem(
                        "clock-loosened",
                        clock.at(limit),
                        f"{limit} of {name} in {draft.name(head, code)} grows from "
                        f"{upper} to {lower} working days",
                        why="a lower level may shorten the time it takes, not lengthen "
                        "it",
                        mend=f"give {upper} or fewer, or leave the key out",
                    )


def grade_lowered(draft: Draft) -> Iterator[PackProblem]:
    for head in ("element", "dataset"):
        for code, record in draft.of(head).items():
            above = draft.above.get((head, code))
            if above is None:
                continue
            yield from _lowered(draft.name(head, code), above, record)
            inherited = {item["name"]: item for item in above.get("items", ())}
            for item in record.get("items", ()):
                if item["name"] in inherited:
                    name = f"item {item['name']!r} of {code!r}"
                    yield from _lowered(name, inherited[item["name"]], item)


def _lowered(name: str, above: Record, record: Record) -> Iterator[PackProblem]:
    upper, lower = above["grade"], record["grade"]
    if upper is not None and (lower is None or lower < upper):
        yield PackProblem(
            "grade-lowered",
            record.at("grade"),
            f"{name} is graded {lower or 'not at all'} here and {upper} above",
            why="a lower level may protect data more, not less (就高从严)",
            mend=f"give grade {upper} or more, or leave the key out",
        )
