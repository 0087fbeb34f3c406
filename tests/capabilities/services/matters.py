"""A small matter declared by hand, for the tests that need no database."""

from datetime import datetime, timedelta, timezone

from tongban.capabilities.services.record import Known, Paper
from tongban.kernel.case.declaration import (
    CaseKind,
    CaseType,
    Clock,
    Condition,
    Field,
    Prefill,
    Rule,
    Step,
)
from tongban.kernel.case.item import (
    Channels,
    Depth,
    Guide,
    Handling,
    Material,
    Result,
    ResultKind,
)
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import (
    CodeSet,
    Dataset,
    DataType,
    Element,
    Item,
    Organization,
    Sharing,
    SharingType,
    Source,
    SourceKind,
    UpdateCycle,
)
from tongban.kernel.terms import SubjectKind, Text


CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=CHINA)
PERSON = frozenset({SubjectKind.PERSON})


def text(zh: str, en: str = "") -> Text:
    return Text(zh, en or zh)


def organization(code: str, zh: str) -> Organization:
    return Organization(code, text(zh), "", "990100", short=text(zh))


CATALOG = Catalog(
    organizations={
        "police": organization("police", "公安局"),
        "market": organization("market", "市场监管局"),
        "fire": organization("fire", "消防救援局"),
    },
    elements={
        "name": Element("name", text("姓名"), DataType.TEXT, length=30),
        "mobile": Element("mobile", text("手机"), DataType.TEXT, 11, check="mobile"),
        "id": Element("id", text("号码"), DataType.TEXT, 18, check="id-number"),
        "capital": Element("capital", text("资金"), DataType.MONEY),
        "count": Element("count", text("人数"), DataType.INTEGER),
        "gas": Element("gas", text("燃气"), DataType.BOOLEAN),
        "trade": Element("trade", text("业态"), DataType.TEXT, code_set="trade"),
        "note": Element("note", text("说明"), DataType.TEXT, length=500),
    },
    code_sets={
        "trade": CodeSet(
            "trade", text("业态"), {"6210": text("正餐"), "6220": text("快餐")}
        )
    },
    datasets={
        "police.person": Dataset(
            "police.person",
            text("人口"),
            "police",
            "",
            text(""),
            "",
            "",
            3,
            Sharing(SharingType.CONDITIONAL, ()),
            "closed",
            UpdateCycle.REALTIME,
            Source(SourceKind.SQLITE, "person", "police"),
            {"name": Item("name", text("姓名"), "name", DataType.TEXT)},
            {SubjectKind.PERSON: "id"},
            NOON.date(),
        )
    },
)


def field(name: str, element: str, **more: object) -> Field:
    return Field(name, text(name), element, "one", **more)  # type: ignore[arg-type]


FIELDS = (
    field("founder", "name", prefill=Prefill("police.person", "name")),
    field("mobile", "mobile"),
    field("capital", "capital", required=False),
    field("staff", "count"),
    field("trade", "trade"),
)
PLAN = Material("plan", text("平面图", "Floor plan"))
LICENCE = Material("licence", text("营业执照"), certificate="business-licence")
RULE = Rule("decision", (Condition(text("成年"), "true", "法"),))


def item(code: str, days: int, **more: object) -> CaseType:
    return CaseType(
        code,
        text(f"事项{code}"),
        CaseKind.ITEM,
        str(more.pop("organization", "market")),
        "法",
        PERSON,
        (),
        decision=Clock(days, "法"),
        acceptor="a",
        decider="d",
        alone=False,
        **more,  # type: ignore[arg-type]
    )


def one_thing(*steps: Step, **more: object) -> CaseType:
    return CaseType(
        "restaurant",
        text("开办餐饮店", "Open a restaurant"),
        CaseKind.ONE_THING,
        "market",
        "法",
        PERSON,
        steps,
        fields=FIELDS,
        sections={"one": text("基本信息")},
        guide=Guide(
            text("网上"),
            text("12345"),
            text("12345"),
            text("工作日"),
            Handling.PROMISED,
            Channels(Depth.IV),
            Result(text("营业执照", "Business licence"), ResultKind.CERTIFICATE),
            aliases=(text("开饭馆", "open a diner"), text("餐厅", "cafe")),
            life_event=text("准入准营", "Starting a business"),
        ),
        **more,  # type: ignore[arg-type]
    )


TYPES = {
    "licence": item("licence", 3, rule=RULE, certificate="business-licence"),
    "food": item("food", 8, materials=(PLAN, LICENCE)),
    "fire": item("fire", 5, materials=(PLAN,), organization="fire"),
}
STEPS = (
    Step("licence", text("执照"), case_type="licence"),
    Step("food", text("食品"), frozenset({"licence"}), case_type="food"),
    Step("fire", text("消防"), frozenset({"licence"}), case_type="fire"),
)
RESTAURANT = one_thing(*STEPS)
ALL_TYPES = {**TYPES, "restaurant": RESTAURANT}


def known(value: str, **more: object) -> Known:
    facts = {
        "value": value,
        "dataset": "police.person",
        "item": "name",
        "provider": "police",
        "version": "live@2026-11-23T12:00:00+08:00",
        "as_of": NOON,
        "basis": "《条例》第十五条",
        "grant": "g1",
        "receipt": "7",
    }
    return Known(**{**facts, **more})  # type: ignore[arg-type]


def paper(name: str = "a.pdf") -> Paper:
    return Paper("file:" + "0" * 64, name, 1234)
