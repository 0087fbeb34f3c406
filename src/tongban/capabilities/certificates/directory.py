"""A certificate by the national short names: metadata, and the row of the directory.

GB/T 36902 and 36903 as published extracts give them: ``ZZ`` 证照, ``CZZT`` 持证主体,
``KZ_`` extensions, which carry the type's own fields.
"""

from collections.abc import Mapping

from tongban.kernel.case.certificate import holder_code
from tongban.kernel.case.identifier import parts
from tongban.store.certificate_uses import Shown
from tongban.store.jurisdiction import current


EXTENSION = "KZ_"
# 持证主体代码类型, by its code.
HOLDER_TYPES = {"001": "统一社会信用代码", "111": "公民身份号码"}


def metadata(shown: Shown) -> dict[str, str]:
    """What was shown of a certificate; its holder masked where not disclosed."""
    found = shown.certificate
    pack = current()
    kind = pack.certificates[found.type]
    issuer = pack.catalog.organizations[kind.issuer]
    code = holder_code(found.holder)
    until = found.valid_until
    return {
        "ZZBS": found.number,
        "ZZMC": kind.title.zh,
        "ZZLXDM": kind.type_code,
        "ZZBH": parts(found.number).serial,
        "ZZBFJG": issuer.title.zh,
        "ZZBFJGDM": issuer.uscc,
        "ZZBFRQ": found.issued_at.date().isoformat(),
        "CZZT": shown.holder_name,
        "CZZTDM": shown.holder_id,
        "CZZTDMLX": HOLDER_TYPES[code],
        "CZZTDMLXDM": code,
        "ZZYXQQSRQ": found.issued_at.date().isoformat(),
        "ZZYXQJZRQ": until.isoformat() if until else "",
        **{extension(name): str(value) for name, value in shown.fields.items()},
    }


def disclosed(shown: Shown) -> dict[str, str]:
    """The metadata without those of the holder that came masked."""
    hidden = {"holder_name": "CZZT", "holder_id": "CZZTDM"}
    masked = {short for name, short in hidden.items() if name not in shown.names}
    return {k: v for k, v in metadata(shown).items() if k not in masked}


def row(shown: Shown) -> dict[str, str]:
    """The directory's row: what there is, of whom, where and in which state."""
    pack = current()
    kind = pack.certificates[shown.certificate.type]
    told = metadata(shown)
    names = (
        "ZZBS", "ZZMC", "ZZLXDM", "ZZBH", "ZZBFJG", "ZZBFJGDM", "ZZBFRQ", "CZZT",
        "CZZTDM", "CZZTDMLX", "CZZTDMLXDM",
    )  # fmt: skip
    return {
        **{name: told[name] for name in names},
        "GXSD": pack.catalog.organizations[kind.issuer].division,
        **state(shown),
    }


def state(shown: Shown) -> Mapping[str, str]:
    """The state of the day by both national code lists."""
    return {"ZZZT": shown.status.national, "ZZYX": shown.status.transport}


def extension(field: str) -> str:
    """The short name of a type's own field."""
    return f"{EXTENSION}{field.upper()}"
