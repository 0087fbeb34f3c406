"""Versions of one declaration in time: each is laid over the one before it.

An item writes once what lasts, and under ``changes`` what differs from which day::

    - item: market.food-permit.new
      decision: {post: approver, days: 20, promised: 10, basis: …}
      changes:
        - since: 2027-01-01
          decision: {promised: 5}

So a lower pack that overrides the item changes all its versions at once, and the
text of each version can be read for itself.
"""

from typing import Any

from tongban.pack.layers import merge
from tongban.pack.record import INVALID, Reading
from tongban.pack.schema import ListOf
from tongban.pack.yaml_source import Entries, Leaf, Many, Node


CHANGES = "changes"


class Change:
    """What differs in one version; its keys are judged with what they change."""

    def decode(self, node: Node, reading: Reading) -> Any:
        if isinstance(node, Entries) and "since" in node.values:
            return node.mark
        reading.problems.add(
            "change-without-day",
            node.mark,
            "this change does not say from which day it is in force",
            why="a version is known by its day (计划生效日期)",
            mend="write {since: 2027-01-01, …} with the keys that differ",
        )
        return INVALID


CHANGE_LIST = ListOf(Change())


def editions(node: Entries) -> list[Entries]:
    """The declaration as it reads in each of its versions, the oldest first."""
    found = [node]
    changes = node.values.get(CHANGES)
    for change in changes.items if isinstance(changes, Many) else ():
        if isinstance(change, Entries):
            found.append(merge(found[-1], _numbered(change, found[-1])))
    return found


def _numbered(change: Entries, before: Entries) -> Entries:
    """The change with the number after that of ``before``, unless it has its own."""
    if "version" in change.values:
        return change
    number = getattr(before.values.get("version"), "value", 1)
    following = number + 1 if isinstance(number, int) else number
    return Entries(
        change.mark,
        {**change.values, "version": Leaf(change.mark, following)},
        {**change.marks, "version": change.mark},
    )
