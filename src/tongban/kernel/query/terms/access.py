"""Purpose, scope and case: what is asked anew at every use, whatever its SQL.

These are the checks of 政务数据共享条例 art. 15 and 个人信息保护法 art. 6: data are
used for the declared purpose, and a person's data only while somebody works on
that person's open case.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tongban.kernel.query.language.grammar import AS_OF, SUBJECT, TODAY
from tongban.kernel.query.model import CaseView, Purpose, Scope, Use
from tongban.kernel.query.terms.keyed import pads
from tongban.kernel.terms import Refused, Subject, UserError, did_you_mean


_LARGEST = 2**63 - 1
_UNREADABLE = {"Cs", "Cn"}
_VALUES = (str, int, float, Decimal, date, datetime, type(None))


def purpose_of(use: Use, purposes: Mapping[str, Purpose]) -> Purpose:
    """The declared purpose of ``use``. Raises Refused ``query.purpose``."""
    purpose = purposes.get(use.purpose)
    if purpose is None:
        raise Refused(
            f"no purpose {use.purpose!r} is declared",
            why="data are used for declared purposes only",
            mend=did_you_mean(use.purpose, purposes),
            code="query.purpose",
            purpose=use.purpose,
        )
    return purpose


def check_scope(use: Use, purpose: Purpose) -> None:
    """Whether a subject is named as the purpose wants. Raises ``query.scope``."""
    wanted = purpose.scope is Scope.SUBJECT
    if wanted == (use.subject is not None):
        return
    raise Refused(
        f"purpose {purpose.code!r} is for one subject, and none is named"
        if wanted
        else f"purpose {purpose.code!r} is for everyone, and one subject is named",
        why=f"its declared scope is {purpose.scope.value}",
        mend="name the subject of the case" if wanted else "leave the subject out",
        code="query.scope",
        purpose=purpose.code,
        scope=purpose.scope.value,
    )


def check_case(use: Use, purpose: Purpose, case: CaseView | None) -> None:
    """Whether the case named allows the use.

    A subject-scope use always serves a case; another may, and is then judged
    alike. Raises Refused: ``query.case-missing``, ``query.case-closed``,
    ``query.case-type``, ``query.not-party``.
    """
    if use.case is None and purpose.scope is not Scope.SUBJECT:
        return
    if use.case is None or case is None or case.number != use.case:
        raise Refused(
            f"no case {use.case!r}" if use.case else "no case is named",
            why="a person's data are used only for that person's open case",
            mend="name the number of an open case",
            code="query.case-missing",
            case=use.case,
        )
    if not case.is_open:
        raise Refused(
            f"case {case.number} is closed",
            why="the purpose of a case ends with it",
            mend="open a new case, or ask for a review of this one",
            code="query.case-closed",
            case=case.number,
        )
    named = purpose.case_types or purpose.scope is Scope.SUBJECT
    if named and case.type not in purpose.case_types:
        raise Refused(
            f"case {case.number} is of type {case.type!r}",
            why=f"purpose {purpose.code!r} serves other cases",
            mend=did_you_mean(case.type, purpose.case_types),
            code="query.case-type",
            case=case.number,
            type=case.type,
        )
    _check_party(use.subject, case)


def _check_party(subject: Subject | None, case: CaseView) -> None:
    if subject is not None and subject not in case.parties:
        raise Refused(
            f"the subject is not party to case {case.number}",
            why="a case opens the data of its parties, of nobody else",
            mend="name a party of the case",
            code="query.not-party",
            case=case.number,
        )


def check_params(use: Use, wanted: frozenset[str], scope: Scope) -> None:
    """Whether every placeholder has a value. Raises UserError ``query.param``."""
    reserved = {AS_OF, SUBJECT} if scope is Scope.SUBJECT else {AS_OF}
    for name in sorted({AS_OF, SUBJECT} & use.params.keys()):
        raise _param(name, "the use itself says its subject and its day")
    for name in sorted(wanted - reserved - use.params.keys()):
        why = "there is no one subject here" if name == SUBJECT else "no value is given"
        raise _param(name, why)
    for name in sorted(wanted & use.params.keys()):
        _check_value(name, use.params[name])


def _check_value(name: str, value: object) -> None:
    if not isinstance(value, _VALUES):
        raise _param(name, "a value is text, a number, a day or nothing")
    if isinstance(value, int) and not -_LARGEST <= value <= _LARGEST:
        raise _param(name, "a whole number has at most 64 bits")
    if isinstance(value, str) and not value.replace("\n", "").isprintable():
        for character in value:
            if unicodedata.category(character) in _UNREADABLE:
                raise _param(name, "the text holds a character that is none")


def _param(name: str, why: str) -> UserError:
    return UserError(
        f"the value :{name}", why=why, mend=None, code="query.param", param=name
    )


def bindings(use: Use, secret: bytes = b"") -> dict[str, Any]:
    """The value of every placeholder: the use's own, ``as_of`` and ``subject``.

    ``secret`` is the installation's, for keyed masks; without it a plan that has
    any cannot be run.
    """
    values = {**use.params, AS_OF: use.day, TODAY: use.at.date()}
    if secret:
        values |= pads(secret, use.purpose)
    if use.subject is not None:
        values[SUBJECT] = use.subject.id
    return values
