"""Items of a pack as rows of the national tables."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.case.item import Depth
from tongban.kernel.terms import Text
from tongban.pack.model import Pack
from tongban.pack.national.cells import FLAG
from tongban.pack.national.columns import FEE, ITEM, MATERIAL, QUESTION, Column


PUBLISHED = "已发布"
WORKING_DAYS = "工作日"
Row = dict[str, Any]


def rows(pack: Pack) -> list[Row]:
    """A row for each item with a basic code and a guide; its parts are lists in it."""
    return [_row(kind, pack) for kind in listed(pack) if kind.guide]


def listed(pack: Pack) -> list[CaseType]:
    """The items that have a place in the national list."""
    return [
        kind
        for kind in pack.case_types.values()
        if kind.kind is CaseKind.ITEM and kind.listing and kind.listing.basic
    ]


def unlisted(pack: Pack) -> list[str]:
    """Codes of items that cannot be told to the nation: no basic code, or no guide."""
    told = {kind.code for kind in listed(pack) if kind.guide}
    return [
        kind.code
        for kind in pack.case_types.values()
        if kind.kind is CaseKind.ITEM and kind.code not in told
    ]


def _row(kind: CaseType, pack: Pack) -> Row:
    guide = kind.guide
    assert guide
    row = _cells(ITEM, kind) | _built(kind, pack)
    row["材料"] = [
        _cells(MATERIAL, material) | {"排序": str(place)}
        for place, material in enumerate(kind.materials, 1)
    ]
    row["收费项目"] = [
        _cells(FEE, fee) | {"是否允许减免": FLAG.write(bool(fee.reduction))}
        for fee in guide.fees
    ]
    row["常见问题"] = [_cells(QUESTION, each) for each in guide.questions]
    return row


def _cells(columns: Iterable[Column], value: object) -> Row:
    return {
        column.name: column.cell.write(_at(value, column.of)) if column.of else ""
        for column in columns
    }


def _at(value: Any, path: str) -> Any:
    """``value.a.b``, None where a part is missing on the way."""
    return reduce(lambda at, name: getattr(at, name, None), path.split("."), value)


def _built(kind: CaseType, pack: Pack) -> Row:
    """The columns that follow from others."""
    organizations = pack.catalog.organizations
    whose = organizations[kind.organization]
    listing, guide = kind.listing, kind.guide
    assert listing
    assert guide
    trusting = listing.entrusted_by
    special = [step.title for step in kind.steps if step.special]
    built: Row = {
        "事项状态": PUBLISHED,
        "实施主体": whose.title.zh,
        "实施主体编码": whose.uscc,
        "委托部门": organizations[trusting].title.zh if trusting else "",
        "法定办结时限单位": WORKING_DAYS,
        "承诺办结时限单位": WORKING_DAYS,
        "是否收费": FLAG.write(bool(guide.fees)),
        "联办机构": ",".join(organizations[each].title.zh for each in guide.joint),
        "是否网办": FLAG.write(guide.channels.online is not Depth.NONE),
        "是否支持预约": FLAG.write(guide.channels.bookings is not None),
    }
    if not guide.flow:
        built["办理流程"] = _flow(kind)
    if special and not guide.procedures:
        built["特别程序"] = _joined(special)
    if listing.levy is None:
        built["是否涉及征收费减免"] = ""
    return built


def _flow(kind: CaseType) -> str:
    """办理流程 of an item that says no more than its steps do."""
    return "→".join(("受理", *(step.title.zh for step in kind.steps), "决定"))


def _joined(titles: Iterable[Text]) -> str:
    return "、".join(title.zh for title in titles)
