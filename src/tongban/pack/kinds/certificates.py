"""Types of certificate (电子证照) that a granted case issues, and who may see them."""

from collections.abc import Iterable, Mapping

from tongban.kernel.case.certificate import (
    CertificateField,
    CertificateType,
    Disclosure,
    Holder,
    Style,
)
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.catalog.model import Element
from tongban.pack.record import Record
from tongban.pack.schema import (
    CODE,
    COLUMN,
    DAY,
    POSITIVE,
    TEXT,
    WORDS,
    Choice,
    Key,
    ListOf,
    MapOf,
    Name,
    Ref,
    Table,
    optional,
)
from tongban.pack.section import Kind


TYPE_CODE = Name(
    "a certificate type code: 18 characters of the definer's credit code and 3 digits",
    r"[0-9A-Z]{18}[0-9]{3}",
    '"11100000000013338W001"',
)

CERTIFICATE = Kind(
    "certificate",
    "证照类型",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "issuer": Key(
                Ref("organization"),
                label="颁发机构",
                rule="certificate-without-issuer",
                why="somebody answers for what a certificate says",
            ),
            "type-code": Key(TYPE_CODE, label="证照类型代码"),
            "validity-days": optional(POSITIVE, label="有效期"),
            "until-field": optional(COLUMN, label="有效期截止日期"),
            "holder-name": optional(COLUMN, label="持证主体"),
            "style": optional(Choice(Style), Style.PERMIT, "照面样式"),
            "fields": Key(
                ListOf(
                    Table(
                        {
                            "name": Key(COLUMN),
                            "title": Key(WORDS),
                            "element": optional(Ref("element"), label="数据元"),
                        }
                    ),
                    least=1,
                ),
                label="照面信息",
            ),
        }
    ),
)

DISCLOSURE = Kind(
    "disclosure",
    "用证场景",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "organization": Key(Ref("organization"), label="用证单位"),
            "basis": Key(TEXT, label="依据", why="nobody looks without legal basis"),
            "holder": Key(Choice(Holder), label="持证人"),
            "case-types": optional(ListOf(Ref("case-type")), (), "所办事项"),
            "posts": optional(ListOf(CODE), (), "岗位"),
            "place": optional(WORDS, label="用证地点"),
            "shows": Key(MapOf(ListOf(COLUMN, least=1)), label="照面信息"),
            "since": Key(DAY),
            "until": optional(DAY),
        }
    ),
)


def certificate(
    code: str,
    record: Record,
    case_types: Iterable[CaseType],
    elements: Mapping[str, Element],
) -> CertificateType:
    """``case_types`` are all declared ones: forms of those that issue it say by which
    standard each field is filled, where the field itself does not.
    """
    filled = {
        field.name: field.element
        for case_type in case_types
        if case_type.certificate == code
        for field in case_type.fields
    }
    return CertificateType(
        code=code,
        title=record["title"],
        issuer=record["issuer"],
        type_code=record["type-code"],
        fields={
            each["name"]: _field(each, filled, elements) for each in record["fields"]
        },
        validity_days=record["validity-days"],
        until_field=record["until-field"],
        holder_name=record["holder-name"],
        style=record["style"],
    )


def _field(
    record: Record, filled: Mapping[str, str], elements: Mapping[str, Element]
) -> CertificateField:
    element = record["element"] or filled.get(record["name"])
    personal = element is not None and elements[element].personal
    return CertificateField(record["title"], element, personal)


def disclosure(code: str, record: Record) -> Disclosure:
    return Disclosure(
        code=code,
        title=record["title"],
        organization=record["organization"],
        basis=record["basis"],
        holder=record["holder"],
        shows={kind: frozenset(names) for kind, names in record["shows"].items()},
        since=record["since"],
        until=record["until"],
        posts=frozenset(record["posts"]),
        place=record["place"],
        case_types=frozenset(record["case-types"]),
    )
