"""What a declared rule says of a case (秒批): the truth of each condition."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tongban.kernel.case.declaration import CaseType, Rule
from tongban.kernel.case.model import Case
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
        params=_values(case_type, case),
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


def _values(case_type: CaseType, case: Case) -> dict[str, Any]:
    """The form's values; NULL for a field that was not asked or left empty.

    A repeated group has no one value, and no rule can name it.
    """
    groups = {group.name for group in case_type.groups}
    empty = {field.name: None for field in case_type.fields}
    return empty | {k: v for k, v in case.data.items() if k not in groups}


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
