"""What the national list of service items (实施清单) says of one item.

The fields are those of the national synchronisation tables; `Listing` is what
organs know an item by, `Guide` what a citizen must know before starting. Fields
that follow from other declarations (process, clocks, special procedures, result
certificate) are not declared twice.
"""

from dataclasses import dataclass

from tongban.kernel.case.reading import Read
from tongban.kernel.catalog.powers import Coded, ItemType, Level, PowerSource
from tongban.kernel.terms import SubjectKind, Text


class Body(Coded):
    """实施主体性质."""

    ORGAN = "organ", "1", "法定机关", "Statutory organ"
    AUTHORISED = "authorised", "2", "授权组织", "Authorised body"
    ENTRUSTED = "entrusted", "3", "受委托组织", "Entrusted body"

    @classmethod
    def by(cls, source: PowerSource) -> "Body":
        """The nature that a source of power (权力来源) gives to who exercises it."""
        if source.entrusted:
            return cls.ENTRUSTED
        given = (PowerSource.AUTHORISED_ABOVE, PowerSource.AUTHORISED_SAME)
        return cls.AUTHORISED if source in given else cls.ORGAN


class Handling(Coded):
    """办件类型: decided on the spot, or within a promised limit."""

    INSTANT = "instant", "1", "即办件", "On the spot"
    PROMISED = "promised", "2", "承诺件", "Within a promised time"


class Served(Coded):
    """服务对象, finer than the subjects that a case is about."""

    PERSON = "person", "1", "自然人", "Person"
    ENTERPRISE = "enterprise", "2", "企业法人", "Enterprise"
    INSTITUTION = "institution", "3", "事业法人", "Public institution"
    ASSOCIATION = "association", "4", "社会组织法人", "Social organisation"
    UNINCORPORATED = "unincorporated", "5", "非法人企业", "Unincorporated enterprise"
    ORGAN = "organ", "6", "行政机关", "Administrative organ"
    OTHER = "other", "9", "其他组织", "Other organisation"


SERVED = {
    SubjectKind.PERSON: Served.PERSON,
    SubjectKind.ENTERPRISE: Served.ENTERPRISE,
    SubjectKind.ORGANIZATION: Served.ORGAN,
}


class Depth(Coded):
    """网上办理深度: from looking it up to never coming in person."""

    NONE = "none", "", "不网办", "Not online"
    I = "I", "1", "Ⅰ级", "Level I"  # noqa: E741
    II = "II", "2", "Ⅱ级", "Level II"
    III = "III", "3", "Ⅲ级", "Level III"
    IV = "IV", "4", "Ⅳ级", "Level IV"

    @property
    def applies(self) -> bool:
        """Whether one can apply online, not only read or print."""
        return self in (self.III, self.IV)


class Scope(Coded):
    """通办范围: from where it can be applied for."""

    COUNTY = "county", "", "全县", "The county"
    CITY = "city", "", "全市", "The city"
    PROVINCE = "province", "", "全省", "The province"
    PROVINCES = "provinces", "", "跨省", "Other provinces too"
    NATION = "nation", "", "全国", "The country"


class ResultKind(Coded):
    """审批结果类型."""

    CERTIFICATE = "certificate", "", "出证办结", "A certificate"
    DOCUMENT = "document", "", "出文办结", "A document"
    APPROVAL = "approval", "", "审批办结", "An approval"
    OTHER = "other", "", "其他", "Other"

    @classmethod
    def ending(cls, title: str) -> "ResultKind | None":
        """What the name of a result must be (证, 文, 批复), if its ending says so."""
        bare = title.split("（")[0].strip()
        ends = {"证": cls.CERTIFICATE, "文": cls.DOCUMENT, "批复": cls.APPROVAL}
        return next((kind for end, kind in ends.items() if bare.endswith(end)), None)


class MaterialKind(Coded):
    """材料类型."""

    ORIGINAL = "original", "", "原件", "Original"
    COPY = "copy", "", "复印件", "Copy"
    BOTH = "both", "", "原件和复印件", "Original and copy"


class MaterialForm(Coded):
    """材料形式."""

    ELECTRONIC = "electronic", "", "电子", "Electronic"
    PAPER = "paper", "", "纸质", "Paper"
    EITHER = "either", "", "纸质或电子", "Paper or electronic"


class MaterialSource(Coded):
    """来源渠道: who makes the paper."""

    APPLICANT = "applicant", "", "申请人自备", "The applicant"
    GOVERNMENT = "government", "", "政府部门核发", "A department"
    OTHER = "other", "", "其他", "Somebody else"


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a penalty (行政处罚) adds: the act, its kinds, how much."""

    acts: Text
    kinds: Text
    range: Text


@dataclass(frozen=True, slots=True)
class Levy:
    """What a levy (行政征收) adds: its kind, and whether it may be reduced."""

    kind: Text
    reducible: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """How organs know an item: type, codes, and by what right it is handled.

    ``basic`` is the 12 characters of 基本编码; ``implementation`` (实施编码, 31) and
    ``handling`` (业务办理项编码, 33) are computed from it. ``entrusted_by`` is who
    holds the power where another exercises it.
    """

    type: ItemType
    level: Level
    source: PowerSource
    body: Body
    basic: str | None = None
    implementation: str | None = None
    handling: str | None = None
    local_basic: str | None = None
    local_implementation: str | None = None
    entrusted_by: str | None = None
    penalty: Penalty | None = None
    levy: Levy | None = None


def implementation_code(uscc: str, level: Level, basic: str) -> str:
    """实施编码: credit code, level and basic code, 31 characters (GB/T 39554.1).

    >>> implementation_code("11990100000060273W", Level.CITY, "990131001000")
    '11990100000060273W3990131001000'
    """
    return f"{uscc}{level.code}{basic}"


@dataclass(frozen=True, slots=True)
class Result:
    """审批结果: what comes of it, of which kind; ``sample`` is an address."""

    title: Text
    kind: ResultKind
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """收费项目: ``reduction`` is the basis on which it may be reduced, if it may."""

    title: Text
    standard: Text
    basis: str
    reduction: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """常见问题."""

    question: Text
    answer: Text


@dataclass(frozen=True, slots=True)
class Remedy:
    """Where to go against a decision: 行政复议 or 行政诉讼."""

    organ: Text
    address: Text
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Channels:
    """Where and how an item can be done.

    ``online`` is 网上办理深度, ``counter`` 进驻政务大厅, ``mail`` papers by post,
    ``courier`` results by post, ``bookings`` how many appointments a day (None:
    none are made), ``scope`` 通办范围, ``towns`` the townships and villages by code
    where it is handled too.
    """

    online: Depth
    counter: bool = True
    mail: bool = False
    courier: bool = False
    terminal: bool = False
    payment: bool = False
    bookings: int | None = None
    scope: Scope | None = None
    address: str = ""
    mobile: str = ""
    towns: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Topics:
    """主题分类: by nature, of persons, of enterprises, and the locality's own."""

    person: tuple[str, ...] = ()
    enterprise: tuple[str, ...] = ()
    local: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """What a citizen must know before starting (办事指南).

    No fees means that it is free. ``visits`` is how often one must come (到办事现场
    次数) and ``on_site`` why. ``aliases`` are what people type when they look for
    it, ``life_event`` its group in the list of services.
    """

    place: Text
    contact: Text
    complaint: Text
    hours: Text
    handling: Handling
    channels: Channels
    result: Result | None = None
    conditions: Text | None = None
    serves: tuple[Served, ...] = ()
    fees: tuple[Fee, ...] = ()
    visits: int = 0
    on_site: Text | None = None
    flow: Text | None = None
    procedures: Text | None = None
    quota: Text | None = None
    joint: tuple[str, ...] = ()
    intermediary: Text | None = None
    rights: Text | None = None
    duties: Text | None = None
    statutory_note: Text | None = None
    promised_note: Text | None = None
    reconsideration: Remedy | None = None
    litigation: Remedy | None = None
    questions: tuple[Question, ...] = ()
    topics: Topics = Topics()
    aliases: tuple[Text, ...] = ()
    life_event: Text | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """One paper a case needs (材料).

    ``certificate`` names a certificate type that satisfies it without upload;
    otherwise a file of one of ``media`` types up to ``limit`` bytes is asked for.
    ``proves`` are the data elements that it shows; ``because`` says why it is asked
    for although the catalogue holds them. ``order`` (排序) is its place in the list.
    ``reads`` is what is read from an upload and compared with the form (智能预审).
    """

    name: str
    title: Text
    required: bool = True
    certificate: str | None = None
    media: tuple[str, ...] = ("application/pdf", "image/png", "image/jpeg")
    limit: int = 10 * 1024 * 1024
    basis: str = ""
    kind: MaterialKind = MaterialKind.ORIGINAL
    form: MaterialForm = MaterialForm.ELECTRONIC
    source: MaterialSource = MaterialSource.APPLICANT
    source_note: Text | None = None
    copies: int = 0
    size: str = ""
    notes: Text | None = None
    standard: Text | None = None
    blank: str = ""
    sample: str = ""
    remark: Text | None = None
    proves: tuple[str, ...] = ()
    because: Text | None = None
    reads: tuple[Read, ...] = ()
