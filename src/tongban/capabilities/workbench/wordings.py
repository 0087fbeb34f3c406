"""Declared texts of a decision (文书模板), filled in from the case.

What is written into a text is what the case has of that name; the rules of packs see
to it that every placeholder has one. The official may change the text: the decision
keeps what was sent, and the name of the text that it began as.
"""

import re
from datetime import date
from typing import Any

from tongban.kernel.case.declaration import CaseType, Wording
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Text
from tongban.store import clock
from tongban.store.jurisdiction import current
from tongban.words.values import readable


_PLACE = re.compile(r"\{([^{}]*)\}")


def wording(kind: CaseType, name: str) -> Wording | None:
    """The declared text of that name, if there is one."""
    return next((each for each in kind.wordings if each.name == name), None)


def filled_in(text: Wording, kind: CaseType, case: Case) -> str:
    """The text with every placeholder filled in, in the language of the law."""
    known = _values(kind, case)
    return _PLACE.sub(lambda place: str(known.get(place[1], "")), text.body)


def _values(kind: CaseType, case: Case) -> dict[str, Any]:
    pack = current()
    office = pack.catalog.organizations.get(kind.organization)
    given = {
        field.name: _chinese(readable(field, case.data[field.name], pack.catalog))
        for field in kind.fields
        if case.data.get(field.name) not in (None, "")
    }
    return given | {
        "number": case.number,
        "title": kind.title.zh,
        "organization": office.title.zh if office else "",
        "opened": _chinese(pack.calendar.day(case.opened)),
        "today": _chinese(clock.now().date()),
    }


def _chinese(value: Text | date | str) -> str:
    if isinstance(value, Text):
        return value.zh
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return value
