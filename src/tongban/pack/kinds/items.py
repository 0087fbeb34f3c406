"""The national list of service items (实施清单) in a pack: tables and their objects.

What others declare is the default, so that a county writes little: an item has its
type from its power, its level from its department, its result from its certificate.
"""

from collections.abc import Mapping

from tongban.kernel.case.item import (
    SERVED,
    Body,
    Channels,
    Depth,
    Fee,
    Guide,
    Handling,
    Levy,
    Listing,
    Penalty,
    Question,
    Remedy,
    Result,
    ResultKind,
    Scope,
    Served,
    Topics,
    implementation_code,
)
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.powers import ItemType, Level, PowerSource
from tongban.kernel.terms import Text
from tongban.pack.record import Record
from tongban.pack.schema import (
    POSITIVE,
    TEXT,
    WHOLE,
    WORDS,
    YES_NO,
    Choice,
    Key,
    ListOf,
    MapOf,
    Name,
    Ref,
    Table,
    optional,
)


OFFICE_HOURS = Text(
    "网上随时；窗口为工作日的上班时间",
    "Online at any time; counters in office hours on working days",
)

BASIC = Name(
    "a basic code (基本编码): 12 digits or capital letters",
    r"[0-9A-Z]{12}",
    '"990131001000"',
)

CODES = Table(
    {
        "type": optional(Choice(ItemType), label="事项类型"),
        "basic": optional(BASIC, label="基本编码"),
        "part": optional(
            Name("the two digits of a part (业务办理项)", r"[0-9]{2}", '"01"'),
            label="业务办理项",
        ),
        "implementation": optional(TEXT, label="实施编码"),
        "handling": optional(TEXT, label="业务办理项编码"),
        "local-basic": optional(TEXT, label="地方基本编码"),
        "local-implementation": optional(TEXT, label="地方实施编码"),
    }
)

AUTHORITY = Table(
    {
        "level": optional(Choice(Level), label="行使层级"),
        "source": optional(Choice(PowerSource), PowerSource.STATUTORY, "权力来源"),
        "body": optional(Choice(Body), label="实施主体性质"),
    }
)

PENALTY = Table(
    {
        "acts": Key(WORDS, label="处罚的行为"),
        "kinds": Key(WORDS, label="处罚的种类"),
        "range": Key(WORDS, label="处罚的幅度"),
    }
)

LEVY = Table(
    {
        "kind": Key(WORDS, label="征收种类"),
        "reducible": optional(YES_NO, False, "是否涉及征收费减免"),
    }
)

RESULT = Table(
    {
        "title": Key(WORDS, label="审批结果名称"),
        "kind": optional(Choice(ResultKind), label="审批结果类型"),
        "sample": optional(TEXT, "", "审批结果样本"),
    }
)

FEE = Table(
    {
        "fee": Key(WORDS, label="收费项目名称"),
        "standard": Key(WORDS, label="收费标准"),
        "basis": Key(
            TEXT,
            label="收费依据",
            rule="fee-without-basis",
            why="nobody pays without a law that says so (优化营商环境条例第二十五条)",
        ),
        "reduction": optional(TEXT, "", "减免依据"),
    }
)

CHANNELS = Table(
    {
        "online": optional(Choice(Depth), label="网上办理深度"),
        "counter": optional(YES_NO, True, "是否进驻政务大厅"),
        "mail": optional(YES_NO, False, "材料邮寄"),
        "courier": optional(YES_NO, False, "是否支持物流快递"),
        "terminal": optional(YES_NO, False, "是否支持终端办理"),
        "payment": optional(YES_NO, False, "是否支持网上支付"),
        "bookings": optional(POSITIVE, label="每日预约量"),
        "scope": optional(Choice(Scope), label="通办范围"),
        "address": optional(TEXT, "", "在线办理跳转地址"),
        "mobile": optional(TEXT, "", "移动端办理地址"),
        "towns": optional(MapOf(WORDS), {}, "乡镇、村居"),
    }
)

REMEDY = Table(
    {
        "organ": Key(WORDS, label="部门"),
        "address": Key(WORDS, label="地址"),
        "phone": optional(TEXT, "", "电话"),
    }
)

TOPICS = Table(
    {
        "person": optional(ListOf(TEXT), (), "面向自然人主题分类"),
        "enterprise": optional(ListOf(TEXT), (), "面向法人主题分类"),
        "local": optional(ListOf(TEXT), (), "地方特色主题分类"),
    }
)

QUESTION = Table(
    {"question": Key(WORDS, label="问题"), "answer": Key(WORDS, label="答案")}
)

GUIDE = Table(
    {
        "place": Key(WORDS, label="办理地点"),
        "contact": Key(WORDS, label="咨询方式"),
        "complaint": Key(WORDS, label="监督投诉方式"),
        "hours": optional(WORDS, OFFICE_HOURS, "办理时间"),
        "handling": optional(Choice(Handling), label="办件类型"),
        "conditions": optional(WORDS, label="受理条件"),
        "serves": optional(ListOf(Choice(Served)), (), "服务对象"),
        "result": optional(RESULT, label="审批结果"),
        "fees": optional(ListOf(FEE), (), "收费项目"),
        "visits": optional(WHOLE, 0, "到办事现场次数"),
        "on-site": optional(WORDS, label="必须现场办理原因"),
        "channels": optional(CHANNELS, label="办理形式"),
        "flow": optional(WORDS, label="办理流程"),
        "procedures": optional(WORDS, label="特别程序"),
        "quota": optional(WORDS, label="数量限制"),
        "joint": optional(ListOf(Ref("organization")), (), "联办机构"),
        "intermediary": optional(WORDS, label="中介服务"),
        "rights": optional(WORDS, label="申请人权利"),
        "duties": optional(WORDS, label="申请人义务"),
        "statutory-note": optional(WORDS, label="法定办结时限说明"),
        "promised-note": optional(WORDS, label="承诺办结时限说明"),
        "reconsideration": optional(REMEDY, label="行政复议"),
        "litigation": optional(REMEDY, label="行政诉讼"),
        "questions": optional(ListOf(QUESTION), (), "常见问题"),
        "topics": optional(TOPICS, label="主题分类"),
        "aliases": optional(ListOf(WORDS), ()),
        "life-event": optional(WORDS),
    }
)


def listing(record: Record, catalog: Catalog) -> Listing:
    """What organs know the item by; its power and department are in ``catalog``."""
    power = catalog.powers[record["power"]]
    organization = catalog.organizations[record["organization"]]
    codes: Mapping[str, str | None] = record["codes"] or {}
    authority = record["authority"]
    source = authority["source"] if authority else PowerSource.STATUTORY
    level = (authority and authority["level"]) or organization.level
    basic = codes.get("basic")
    whole = basic and implementation_code(organization.uscc, level, basic)
    part = codes.get("part")
    return Listing(
        type=power.type,
        level=level,
        source=source,
        body=(authority and authority["body"]) or Body.by(source),
        basic=basic,
        implementation=whole,
        handling=whole and part and f"{whole}{part}",
        local_basic=codes.get("local-basic"),
        local_implementation=codes.get("local-implementation"),
        entrusted_by=power.organization if source.entrusted else None,
        penalty=_penalty(record["penalty"]),
        levy=_levy(record["levy"]),
    )


def _penalty(record: Record | None) -> Penalty | None:
    if record is None:
        return None
    return Penalty(record["acts"], record["kinds"], record["range"])


def _levy(record: Record | None) -> Levy | None:
    return None if record is None else Levy(record["kind"], record["reducible"])


def handling_of(record: Record) -> Handling:
    """办件类型 of a case type: as stated, else instant where no day is taken."""
    guide, decision = record["guide"], record.get("decision")
    if guide and guide["handling"]:
        stated: Handling = guide["handling"]
        return stated
    instant = decision is not None and working(decision) == 0
    return Handling.INSTANT if instant else Handling.PROMISED


def working(clock: Record) -> int:
    """The working days by promise, else by law."""
    days: int = clock["days"] if clock["promised"] is None else clock["promised"]
    return days


def depth_of(guide: Record) -> Depth:
    """网上办理深度: as stated, else by whether one must come in person."""
    channels = guide["channels"]
    if channels and channels["online"]:
        stated: Depth = channels["online"]
        return stated
    return Depth.III if guide["visits"] else Depth.IV


def guide(record: Record, certificates: Mapping[str, Text]) -> Guide | None:
    """The guide of a case type's record; ``certificates`` are titles by code."""
    told = record["guide"]
    if told is None:
        return None
    return Guide(
        place=told["place"],
        contact=told["contact"],
        complaint=told["complaint"],
        hours=told["hours"],
        handling=handling_of(record),
        channels=_channels(told),
        result=_result(told["result"], certificates.get(record.get("certificate", ""))),
        conditions=told["conditions"],
        serves=told["serves"] or tuple(SERVED[each] for each in record["applicants"]),
        fees=tuple(
            Fee(each["fee"], each["standard"], each["basis"], each["reduction"])
            for each in told["fees"]
        ),
        visits=told["visits"],
        on_site=told["on-site"],
        flow=told["flow"],
        procedures=told["procedures"],
        quota=told["quota"],
        joint=told["joint"],
        intermediary=told["intermediary"],
        rights=told["rights"],
        duties=told["duties"],
        statutory_note=told["statutory-note"],
        promised_note=told["promised-note"],
        reconsideration=_remedy(told["reconsideration"]),
        litigation=_remedy(told["litigation"]),
        questions=tuple(
            Question(each["question"], each["answer"]) for each in told["questions"]
        ),
        topics=_topics(told["topics"]),
        aliases=told["aliases"],
        life_event=told["life-event"],
    )


def _channels(told: Record) -> Channels:
    stated = told["channels"]
    online = depth_of(told)
    if stated is None:
        return Channels(online)
    return Channels(
        online=online,
        counter=stated["counter"],
        mail=stated["mail"],
        courier=stated["courier"],
        terminal=stated["terminal"],
        payment=stated["payment"],
        bookings=stated["bookings"],
        scope=stated["scope"],
        address=stated["address"],
        mobile=stated["mobile"],
        towns=tuple(stated["towns"].items()),
    )


def _result(record: Record | None, certificate: Text | None) -> Result | None:
    """As stated; without a word, the certificate that a grant issues."""
    if record is None:
        if certificate is None:
            return None
        return Result(certificate, ResultKind.CERTIFICATE)
    by_name = ResultKind.ending(record["title"].zh)
    issued = ResultKind.CERTIFICATE if certificate else ResultKind.OTHER
    return Result(
        record["title"], record["kind"] or by_name or issued, record["sample"]
    )


def _remedy(record: Record | None) -> Remedy | None:
    if record is None:
        return None
    return Remedy(record["organ"], record["address"], record["phone"])


def _topics(record: Record | None) -> Topics:
    if record is None:
        return Topics()
    return Topics(record["person"], record["enterprise"], record["local"])
