"""The shared services of certificates (JT/T 1546 §6) and their result codes.

Each is asked for by an organisation for a declared use, leaves a receipt that the
holder finds, and tells what the use discloses. What an account may not ask at all is
refused as everywhere; a result code says what became of a question that was in order.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tongban.capabilities.certificates import checking, directory, pdf
from tongban.kernel.case.certificate import HOLDER_CODE, Holder
from tongban.kernel.terms import Actor, Subject, UserError
from tongban.store import certificate_copies, certificate_uses, clock
from tongban.store.certificate_uses import NothingHere, Shown


class Result(StrEnum):
    """结果代码, as the transport standard numbers them."""

    SUCCESS = "0001"
    NOT_FOUND = "0002"
    INCOMPLETE = "0003"
    LAPSED = "0004"
    INCORRECT = "0005"
    SEAL_FAILED = "0006"
    FILE_FAILED = "0007"


class UnknownService(UserError):
    """There is no service of that name."""

    code = "certificate.unknown-service"


@dataclass(frozen=True, slots=True)
class Answer:
    """A result code and what goes with it, as JSON."""

    result: Result
    data: Mapping[str, Any] = field(default_factory=dict)


Asked = Mapping[str, Any]
Service = Callable[[Asked, Actor], Answer]


def search(asked: Asked, by: Actor) -> Answer:
    """检索: the directory rows of a holder (``CZZTDM``, ``CZZTDMLXDM``) for a case."""
    kinds = [kind for kind, code in HOLDER_CODE.items() if code == asked["CZZTDMLXDM"]]
    rows: list[dict[str, str]] = []
    if kinds:
        holder = Subject(kinds[0], asked["CZZTDM"])
        use = {"by": by, "case": asked["case"]}
        shown = certificate_uses.of_holder(asked["purpose"], holder, **use)
        rows = [directory.row(each) for each in shown]
    return Answer(Result.SUCCESS if rows else Result.NOT_FOUND, {"rows": rows})


def information(asked: Asked, by: Actor) -> Answer:
    """信息获取: the metadata of one certificate; ``range`` narrows the short names."""
    shown = _one(asked, by)
    told = {**directory.metadata(shown), **directory.state(shown)}
    wanted = asked.get("range") or list(told)
    return Answer(_state(shown), {name: told[name] for name in wanted if name in told})


def verify_information(asked: Asked, by: Actor) -> Answer:
    """信息验证: whether ``values`` are what it says; of disclosed names alone."""
    values = asked["values"]
    if not isinstance(values, Mapping) or not values:
        return Answer(Result.INCOMPLETE)
    shown = _one(asked, by)
    told = directory.disclosed(shown)
    certificate_uses.refuse_beyond(values.keys() - told.keys())
    if any(told[name] != value for name, value in values.items()):
        return Answer(Result.INCORRECT)
    return Answer(_state(shown))


def verify_file(asked: Asked, by: Actor) -> Answer:
    """文件验证: whether ``file`` (base64) is one that was made here, and in force."""
    try:
        content = base64.b64decode(asked["file"], validate=True)
    except ValueError:
        return Answer(Result.FILE_FAILED)
    found = checking.of_file(content, clock.now().date())
    if found.forged:
        return Answer(Result.SEAL_FAILED)
    if found.certificate is None:
        return Answer(Result.NOT_FOUND)
    shown = _one({**asked, "ZZBS": found.certificate.number}, by)
    if found.altered:
        return Answer(Result.FILE_FAILED)
    copied = found.copy.annotation if found.copy else {}
    told = {"ZZBS": found.certificate.number, **directory.state(shown), **copied}
    return Answer(Result.SUCCESS if found.holds else Result.LAPSED, told)


def image(asked: Asked, by: Actor) -> Answer:
    """亮证: the face as a picture (PNG, base64), with the disclosed fields alone."""
    shown = _one(asked, by)
    made = pdf.image(shown.certificate, shown=shown.fields)
    return Answer(
        _state(shown), {"ZZBS": shown.certificate.number, "image": _b64(made)}
    )


def qr_code(asked: Asked, by: Actor) -> Answer:
    """二维码: what the certificate's QR code holds."""
    shown = _one(asked, by)
    text = pdf.address(pdf.token(shown.certificate))
    return Answer(_state(shown), {"ZZBS": shown.certificate.number, "text": text})


def annotated_copy(asked: Asked, by: Actor) -> Answer:
    """加注件: a copy for the asking organisation, with a pass code as consent."""
    try:
        until = date.fromisoformat(asked["JZJYXQJZSJ"])
    except ValueError:
        return Answer(Result.INCOMPLETE)
    made = certificate_copies.make_with_consent(
        asked["ZZBS"],
        by=by,
        consent=asked["consent"],
        disclosure=asked["purpose"],
        reason=asked["JZJZZSY"],
        until=until,
    )
    content = pdf.printed(made.certificate, made)
    told = {"ZZBS": made.certificate.number, **made.annotation, "JZJBH": made.code}
    return Answer(Result.SUCCESS, {**told, "file": _b64(content)})


# Each service and what must be asked with: without it the answer is 信息不全.
SERVICES: Mapping[str, tuple[Service, tuple[str, ...]]] = {
    "search": (search, ("purpose", "CZZTDM", "CZZTDMLXDM", "case")),
    "information": (information, ("purpose", "ZZBS")),
    "verify-information": (verify_information, ("purpose", "ZZBS", "values")),
    "verify-file": (verify_file, ("purpose", "file")),
    "image": (image, ("purpose", "ZZBS")),
    "qr": (qr_code, ("purpose", "ZZBS")),
    "copy": (
        annotated_copy,
        ("purpose", "ZZBS", "consent", "JZJZZSY", "JZJYXQJZSJ"),
    ),
}


def ask(name: str, asked: Asked, *, by: Actor) -> Answer:
    """The answer of one service; refusals are raised as everywhere.

    UnknownService; NotDisclosed and NoOpenCase, BadPass and PassUsed, NotInForce.
    """
    if name not in SERVICES:
        raise UnknownService(
            f"there is no service {name!r}",
            mend=f"known here: {', '.join(SERVICES)}",
        )
    service, needed = SERVICES[name]
    texts = [each for each in needed if each != "values"]
    whole = all(isinstance(asked.get(each), str) and asked[each] for each in texts)
    if not whole or "values" in needed and "values" not in asked:
        return Answer(Result.INCOMPLETE, {"missing": _missing(asked, needed)})
    try:
        return service(asked, by)
    except NothingHere:
        return Answer(Result.NOT_FOUND)


def _missing(asked: Asked, needed: tuple[str, ...]) -> list[str]:
    return [each for each in needed if not asked.get(each)]


def _one(asked: Asked, by: Actor) -> Shown:
    """The certificate asked for: by its number alone, or for a case that is named."""
    case = str(asked.get("case") or "")
    holder = Holder.CASE if case else Holder.NUMBER
    return certificate_uses.one(
        asked["purpose"], asked["ZZBS"], by=by, holder=holder, case=case
    )


def _state(shown: Shown) -> Result:
    return Result.SUCCESS if shown.status.transport == "1" else Result.LAPSED


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
