"""Types of certificate (电子证照) that a granted case may issue."""

from tongban.pack.model import CertificateType
from tongban.pack.record import Record
from tongban.pack.schema import (
    COLUMN,
    POSITIVE,
    WORDS,
    Key,
    ListOf,
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
            "fields": Key(
                ListOf(Table({"name": Key(COLUMN), "title": Key(WORDS)}), least=1),
                label="照面信息",
            ),
        }
    ),
)


def certificate(code: str, record: Record) -> CertificateType:
    return CertificateType(
        code,
        record["title"],
        record["issuer"],
        record["type-code"],
        {each["name"]: each["title"] for each in record["fields"]},
        record["validity-days"],
    )
