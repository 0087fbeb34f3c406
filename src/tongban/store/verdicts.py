"""What a declared rule says of a case (秒批): the truth of each condition."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tongban.kernel.case.declaration import CaseType, Rule
from tongban.kernel.case.model import Case
from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.explaining.conditions import Joint
from tongban.kernel.query.explaining.rules import (
    Node,
    RuleCondition,
    SeenValue,
    explain_row,
    rule_use_sql,
)
from tongban.kernel.query.model import CaseView
from tongban.kernel.terms import SYSTEM, Text, UserError
from tongban.store import uses
from tongban.store.jurisdiction import current


log = logging.getLogger("tongban.verdicts")


def verdict(
    case_type: CaseType, case: Case, at: datetime
) -> Sequence[Mapping[str, Any]] | None:
    """Each condition of the type's rule: ``{title, basis, truth, values, receipt}``.

    ``truth`` is True, False, or None where the data do not tell; ``values`` are what
    the rule saw, ``{item, title, provider, value, exists, masked, versions}``. Titles
    and providers are ``{zh, en}``. A condition that joins others has ``joint`` (and,
    or, not) and ``parts``, each ``{joint, truth, sql, values, parts}``, down to tests.
    None in place of all when the departments cannot be asked: then a
    person decides, as if there were no rule, and the log says why.
    """
    assert case_type.rule is not None
    view = CaseView(case.number, case.type, True, frozenset({case.applicant}))
    spec = uses.UseSpec(
        organization=case_type.organization,
        purpose=case_type.rule.purpose,
        sql=rule_use_sql(_conditions(case_type.rule)),
        params=_given(case_type, case.data),
        case=case.number,
        subject=case.applicant,
        limit=1,
    )
    found: uses.Result | UserError
    try:
        (found,) = uses.use_many([spec], by=SYSTEM, at=at, about={case.number: view})
    except UserError as refused:
        found = refused
    if isinstance(found, UserError):
        log.warning("%s: rule not applied: %s", case.type, found.code)
        return None
    (row,) = found.rows
    truths = explain_row(
        _conditions(case_type.rule), found.columns, row, found.versions
    )
    return [
        {
            "title": _words(condition.title),
            "basis": condition.basis,
            "truth": seen.truth,
            "values": [_value(value) for value in seen.values],
            "receipt": found.receipt_id,
            **_joining(seen.node),
        }
        for condition, seen in zip(case_type.rule.conditions, truths, strict=True)
    ]


def _given(case_type: CaseType, data: Mapping[str, Any]) -> dict[str, Any]:
    """Every declared field, as its element says; one without a value is NULL.

    So is one that the element's type cannot read: the condition is then unknown,
    and a person decides.
    """
    elements = current().catalog.elements
    return {
        field.name: _typed(elements[field.element].type, data.get(field.name))
        for field in case_type.fields
    }


def _typed(kind: DataType, held: Any) -> Any:
    """What a case holds as text, days and decimals among it, as the value it means."""
    if held is None or held == "":
        return None
    if kind not in _READERS:
        return held
    try:
        return _READERS[kind](str(held))
    except (ValueError, ArithmeticError):
        return None


_READERS: Mapping[DataType, Callable[[str], Any]] = {
    DataType.DATE: date.fromisoformat,
    DataType.DATETIME: datetime.fromisoformat,
    DataType.DECIMAL: Decimal,
    DataType.INTEGER: int,
    DataType.MONEY: int,
}


def _conditions(rule: Rule) -> list[RuleCondition]:
    return [RuleCondition(c.title.zh, c.when, c.basis) for c in rule.conditions]


def _joining(node: Node) -> dict[str, Any]:
    """What a node adds that joins others; nothing for a test."""
    if node.joint is Joint.TEST:
        return {}
    return {"joint": node.joint.value, "parts": [_part(each) for each in node.parts]}


def _part(node: Node) -> dict[str, Any]:
    return {
        "joint": node.joint.value,
        "truth": node.truth,
        "sql": node.sql,
        "values": [_value(value) for value in node.values],
        "parts": [_part(each) for each in node.parts],
    }


def _value(seen: SeenValue) -> dict[str, Any]:
    """A value that the rule saw: what it is, whose, and the value as plain JSON.

    With ``exists`` it says whether there is any such record.
    """
    catalog, exists = current().catalog, seen.label == "exists"
    told = {
        "item": ", ".join(seen.sources),
        "value": _plain(seen.value),
        "exists": exists,
        "masked": seen.masked,
        "versions": dict(seen.versions),
    }
    if not seen.dataset:
        return told | {"title": _words(Text(seen.label)), "provider": None}
    dataset = catalog.dataset(seen.dataset)
    whole = exists or not seen.item
    title = dataset.title if whole else dataset.items[seen.item].title
    provider = catalog.provider(seen.dataset).title
    return told | {"title": _words(title), "provider": _words(provider)}


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en or text.zh}


def _plain(cell: Any) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, bool | int) else str(cell)
