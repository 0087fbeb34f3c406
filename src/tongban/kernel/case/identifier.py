"""The national identifier of an electronic certificate (电子证照标识).

``1.2.156.3005.2`` . type code . issuer code . serial . version . check character.
Layout and check as recomputed from public samples of GB/T 36904 in use.
"""

from dataclasses import dataclass

from stdnum.iso7064 import mod_37_36

from tongban.kernel.terms import UserError


ROOT = "1.2.156.3005.2"
FIRST = 1
MOST = 999  # versions have three digits


class Misread(UserError):
    """What was given is no identifier of a certificate."""

    code = "certificate.misread"


@dataclass(frozen=True, slots=True)
class Parts:
    """The identifier taken apart; ``check`` is what it says, right or wrong."""

    type_code: str
    issuer: str
    serial: str
    version: int
    check: str

    @property
    def is_whole(self) -> bool:
        """Whether the check character agrees with the rest."""
        return self.check == _check(_body(self))


def identifier(type_code: str, issuer: str, serial: str, version: int = FIRST) -> str:
    """The identifier of a certificate.

    ``type_code``: 18 characters of the definer's credit code and 3 digits;
    ``issuer``: credit code of the issuing body; ``serial``: digits and capitals;
    ``version`` from 1 to 999. The check character is ISO 7064 MOD 37,36 over the
    four parts without dots.
    """
    if not FIRST <= version <= MOST:
        raise ValueError(f"a version has three digits, from 001: {version}")
    parts = Parts(type_code, issuer, serial, version, "")
    return ".".join((*_named(parts), _check(_body(parts))))


def parts(text: str) -> Parts:
    """The parts of an identifier as read, with or without its root; `Misread`.

    The check is not judged here: a vendor's published sample fails it, so a reader
    warns and goes on (`Parts.is_whole`).
    """
    found = text.strip().removeprefix(f"{ROOT}.").split(".")
    # Some issuers put dots into the serial; type, issuer, version and check have none.
    if len(found) < 5 or not (found[-2].isascii() and found[-2].isdigit()):
        raise _misread()
    type_code, issuer, *serial, version, check = found
    read = Parts(type_code, issuer, ".".join(serial), int(version), check)
    if not (_body(read).isascii() and _body(read).isalnum() and _body(read).isupper()):
        raise _misread()
    return read


def is_whole(text: str) -> bool:
    """Whether ``text`` is an identifier whose check character agrees."""
    try:
        return parts(text).is_whole
    except Misread:
        return False


def next_version(text: str) -> str:
    """The identifier of the next version of the same certificate."""
    old = parts(text)
    return identifier(old.type_code, old.issuer, old.serial, old.version + 1)


def _named(of: Parts) -> tuple[str, ...]:
    return (ROOT, of.type_code, of.issuer, of.serial, f"{of.version:03}")


def _body(of: Parts) -> str:
    return "".join(_named(of)[1:]).replace(".", "")


def _check(body: str) -> str:
    return str(mod_37_36.calc_check_digit(body))


def _misread() -> Misread:
    return Misread(
        "this is no identifier of a certificate",
        why=f"one has type, issuer, serial, version and check after {ROOT}",
        mend="compare it with the certificate and copy it again",
    )
