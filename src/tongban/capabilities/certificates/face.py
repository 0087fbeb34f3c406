"""The face of a certificate (照面): titles, and values with names in place of codes."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from tongban.kernel.case.certificate import CertificateType
from tongban.kernel.case.declaration import Field
from tongban.kernel.terms import Text
from tongban.store.certificates import Certificate
from tongban.store.jurisdiction import current
from tongban.words.values import readable


Row = tuple[Text, Text | date | str]


def rows(certificate: Certificate, only: Collection[str] | None = None) -> list[Row]:
    """What it says, field by field; ``only`` names those that may be shown."""
    fields = {
        name: text
        for name, text in certificate.fields.items()
        if only is None or name in only
    }
    return told(certificate.type, fields)


def told(code: str, fields: Mapping[str, Any]) -> list[Row]:
    """The same of fields that somebody showed of a certificate of that type."""
    pack = current()
    kind = pack.certificates[code]
    asked = _asked(kind)
    return [
        (
            kind.fields[name].title,
            readable(asked[name], text, pack.catalog) if name in asked else text,
        )
        for name, text in fields.items()
        if name in kind.fields
    ]


def _asked(kind: CertificateType) -> dict[str, Field]:
    """The fields by which the case types that issue it ask for what it says."""
    return {
        field.name: field
        for case_type in current().case_types.values()
        if case_type.certificate == kind.code
        for field in case_type.fields
    }
