"""The columns of the national tables, and where each stands in a pack.

A column is known by its Chinese name or by the initials of its pinyin. ``of`` is
the way to its value from a case type of the kernel, ``key`` the way to its key in
a declaration; a column with neither follows from others or is built by hand in
`tables`. Names and mandatory columns: domain facts §4.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tongban.kernel.case.item import (
    Body,
    Depth,
    Handling,
    MaterialForm,
    MaterialKind,
    MaterialSource,
    ResultKind,
    Scope,
    Served,
)
from tongban.kernel.catalog.powers import ItemType, Level, PowerSource
from tongban.pack.national.cells import (
    DAY,
    FLAG,
    LIST,
    TEXT,
    WHOLE,
    WORDS,
    Cell,
    coded,
    several,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    initials: str
    cell: Cell
    of: str = ""
    key: str = ""
    required: bool = False


ITEM = (
    Column("事项名称", "SXMC", WORDS, "title", "title", required=True),
    Column("基本编码", "JBBM", TEXT, "listing.basic", "codes.basic", required=True),
    Column("实施编码", "SSBM", TEXT, "listing.implementation", "codes.implementation"),
    Column("业务办理项编码", "YWBLXBM", TEXT, "listing.handling", "codes.handling"),
    Column("地方基本编码", "DFJBBM", TEXT, "listing.local_basic", "codes.local-basic"),
    Column(
        "地方实施编码",
        "DFSSBM",
        TEXT,
        "listing.local_implementation",
        "codes.local-implementation",
    ),
    Column(
        "事项类型", "SXLX", coded(ItemType), "listing.type", "codes.type", required=True
    ),
    Column("事项版本", "SXBB", WHOLE, "version", "version"),
    Column("事项状态", "SXZT", TEXT),
    Column("设定依据", "SDYJ", TEXT, "basis", "basis", required=True),
    Column("行使层级", "XSCJ", coded(Level), "listing.level", "authority.level"),
    Column(
        "权力来源", "QLLY", coded(PowerSource), "listing.source", "authority.source"
    ),
    Column("实施主体", "SSZT", TEXT),
    Column("实施主体编码", "SSZTBM", TEXT, required=True),
    Column("实施主体性质", "SSZTXZ", coded(Body), "listing.body", "authority.body"),
    Column("委托部门", "WTBM", TEXT),
    Column(
        "服务对象",
        "FWDX",
        several(coded(Served)),
        "guide.serves",
        "guide.serves",
        required=True,
    ),
    Column("办件类型", "BJLX", coded(Handling), "guide.handling", "guide.handling"),
    Column("受理条件", "SLTJ", WORDS, "guide.conditions", "guide.conditions"),
    Column(
        "法定办结时限", "FDBJSX", WHOLE, "decision.days", "decision.days", required=True
    ),
    Column("法定办结时限单位", "FDBJSXDW", TEXT),
    Column(
        "法定办结时限说明",
        "FDBJSXSM",
        WORDS,
        "guide.statutory_note",
        "guide.statutory-note",
    ),
    Column("承诺办结时限", "CNBJSX", WHOLE, "decision.working", "decision.promised"),
    Column("承诺办结时限单位", "CNBJSXDW", TEXT),
    Column(
        "承诺办结时限说明",
        "CNBJSXSM",
        WORDS,
        "guide.promised_note",
        "guide.promised-note",
    ),
    Column("办理流程", "BLLC", WORDS, "guide.flow", "guide.flow"),
    Column("特别程序", "TBCX", WORDS, "guide.procedures", "guide.procedures"),
    Column("是否收费", "SFSF", FLAG),
    Column("到办事现场次数", "DBSXCCS", WHOLE, "guide.visits", "guide.visits"),
    Column("必须现场办理原因", "BXXCBLYY", WORDS, "guide.on_site", "guide.on-site"),
    Column("办理地点", "BLDD", WORDS, "guide.place", "guide.place", required=True),
    Column("办理时间", "BLSJ", WORDS, "guide.hours", "guide.hours"),
    Column("咨询方式", "ZXFS", WORDS, "guide.contact", "guide.contact", required=True),
    Column(
        "监督投诉方式",
        "JDTSFS",
        WORDS,
        "guide.complaint",
        "guide.complaint",
        required=True,
    ),
    Column("计划生效日期", "JHSXRQ", DAY, "since", "since"),
    Column("计划取消日期", "JHQXRQ", DAY, "until", "until"),
    Column("联办机构", "LBJG", TEXT),
    Column("中介服务", "ZJFW", WORDS, "guide.intermediary", "guide.intermediary"),
    Column("数量限制", "SLXZ", WORDS, "guide.quota", "guide.quota"),
    Column(
        "审批结果类型",
        "SPJGLX",
        coded(ResultKind),
        "guide.result.kind",
        "guide.result.kind",
    ),
    Column(
        "审批结果名称",
        "SPJGMC",
        WORDS,
        "guide.result.title",
        "guide.result.title",
        required=True,
    ),
    Column(
        "审批结果样本",
        "SPJGYB",
        TEXT,
        "guide.result.sample",
        "guide.result.sample",
    ),
    Column(
        "是否进驻政务大厅",
        "SFJZZWDT",
        FLAG,
        "guide.channels.counter",
        "guide.channels.counter",
    ),
    Column("是否网办", "SFWB", FLAG),
    Column(
        "网上办理深度",
        "WSBLSD",
        coded(Depth),
        "guide.channels.online",
        "guide.channels.online",
    ),
    Column(
        "网办地址", "WBDZ", TEXT, "guide.channels.address", "guide.channels.address"
    ),
    Column(
        "移动端办理地址",
        "YDDBLDZ",
        TEXT,
        "guide.channels.mobile",
        "guide.channels.mobile",
    ),
    Column(
        "通办范围", "TBFW", coded(Scope), "guide.channels.scope", "guide.channels.scope"
    ),
    Column("是否支持预约", "SFZCYY", FLAG),
    Column(
        "每日预约量",
        "MRYYL",
        WHOLE,
        "guide.channels.bookings",
        "guide.channels.bookings",
    ),
    Column(
        "是否支持网上支付",
        "SFZCWSZF",
        FLAG,
        "guide.channels.payment",
        "guide.channels.payment",
    ),
    Column(
        "是否支持物流快递",
        "SFZCWLKD",
        FLAG,
        "guide.channels.courier",
        "guide.channels.courier",
    ),
    Column(
        "是否支持终端办理",
        "SFZCZDBL",
        FLAG,
        "guide.channels.terminal",
        "guide.channels.terminal",
    ),
    Column(
        "是否支持材料邮寄",
        "SFZCCLYJ",
        FLAG,
        "guide.channels.mail",
        "guide.channels.mail",
    ),
    Column(
        "面向自然人主题分类",
        "MXZRRZTFL",
        LIST,
        "guide.topics.person",
        "guide.topics.person",
    ),
    Column(
        "面向法人主题分类",
        "MXFRZTFL",
        LIST,
        "guide.topics.enterprise",
        "guide.topics.enterprise",
    ),
    Column(
        "地方特色主题分类",
        "DFTSZTFL",
        LIST,
        "guide.topics.local",
        "guide.topics.local",
    ),
    Column("权利", "QL", WORDS, "guide.rights", "guide.rights"),
    Column("义务", "YW", WORDS, "guide.duties", "guide.duties"),
    Column(
        "行政复议部门",
        "XZFYBM",
        WORDS,
        "guide.reconsideration.organ",
        "guide.reconsideration.organ",
    ),
    Column(
        "行政复议地址",
        "XZFYDZ",
        WORDS,
        "guide.reconsideration.address",
        "guide.reconsideration.address",
    ),
    Column(
        "行政复议电话",
        "XZFYDH",
        TEXT,
        "guide.reconsideration.phone",
        "guide.reconsideration.phone",
    ),
    Column(
        "行政诉讼部门",
        "XZSSBM",
        WORDS,
        "guide.litigation.organ",
        "guide.litigation.organ",
    ),
    Column(
        "行政诉讼地址",
        "XZSSDZ",
        WORDS,
        "guide.litigation.address",
        "guide.litigation.address",
    ),
    Column(
        "行政诉讼电话",
        "XZSSDH",
        TEXT,
        "guide.litigation.phone",
        "guide.litigation.phone",
    ),
    Column("处罚的行为", "CFDXW", WORDS, "listing.penalty.acts", "penalty.acts"),
    Column("处罚的种类", "CFDZL", WORDS, "listing.penalty.kinds", "penalty.kinds"),
    Column("处罚的幅度", "CFDFD", WORDS, "listing.penalty.range", "penalty.range"),
    Column("征收种类", "ZSZL", WORDS, "listing.levy.kind", "levy.kind"),
    Column(
        "是否涉及征收费减免",
        "SFSJZSFJM",
        FLAG,
        "listing.levy.reducible",
        "levy.reducible",
    ),
)

MATERIAL = (
    Column("材料名称", "CLMC", WORDS, "title", "title", required=True),
    Column("材料必要性", "CLBYX", FLAG, "required", "required"),
    Column("排序", "PX", WHOLE),
    Column("材料类型", "CLLX", coded(MaterialKind), "kind", "kind"),
    Column("材料形式", "CLXS", coded(MaterialForm), "form", "form"),
    Column("来源渠道", "LYQD", coded(MaterialSource), "source", "source"),
    Column("来源渠道说明", "LYQDSM", WORDS, "source_note", "source-note"),
    Column("纸质份数", "ZZFS", WHOLE, "copies", "copies"),
    Column("纸质规格", "ZZGG", TEXT, "size", "size"),
    Column("填报须知", "TBXZ", WORDS, "notes", "notes"),
    Column("受理标准", "SLBZ", WORDS, "standard", "standard"),
    Column("要求提供的依据", "YQTGDYJ", TEXT, "basis", "basis"),
    Column("空白表格", "KBBG", TEXT, "blank", "blank"),
    Column("示例样表", "SLYB", TEXT, "sample", "sample"),
    Column("备注", "BZ", WORDS, "remark", "remark"),
    # Ours, for what goes out and comes back: the certificate that stands for it.
    Column("电子证照", "DZZZ", TEXT, "certificate", "certificate"),
)

FEE = (
    Column("收费项目名称", "SFXMMC", WORDS, "title", "fee", required=True),
    Column("收费标准", "SFBZ", WORDS, "standard", "standard", required=True),
    Column("收费依据", "SFYJ", TEXT, "basis", "basis"),
    Column("是否允许减免", "SFYXJM", FLAG),
    Column("减免依据", "JMYJ", TEXT, "reduction", "reduction"),
)

QUESTION = (
    Column("问题", "WT", WORDS, "question", "question", required=True),
    Column("答案", "DA", WORDS, "answer", "answer", required=True),
)

# The sheets of a workbook and the lists within a JSON row, by name.
PARTS: Mapping[str, tuple[Column, ...]] = {
    "材料": MATERIAL,
    "收费项目": FEE,
    "常见问题": QUESTION,
}
ITEMS = "事项"
JOINED_BY = "实施编码"


def item_columns(types: Mapping[str, str] | None) -> tuple[Column, ...]:
    """The item's columns; ``types`` maps another numbering of 事项类型 to our words."""
    if types is None:
        return ITEM
    cell = coded(ItemType, types)
    return tuple(
        replace(each, cell=cell) if each.name == "事项类型" else each for each in ITEM
    )


def named(columns: tuple[Column, ...]) -> dict[str, Column]:
    """Columns by each name that a table may use."""
    found = {column.name: column for column in columns}
    return found | {column.initials: column for column in columns}
