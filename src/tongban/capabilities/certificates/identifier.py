"""The national identifier of an electronic certificate (电子证照标识).

``1.2.156.3005.2`` . type code . issuer code . serial . version . check character.
Layout and check as recomputed from public samples (docs of GB/T 36904 in use).
"""

from stdnum.iso7064 import mod_37_36


ROOT = "1.2.156.3005.2"
FIRST_VERSION = "001"


def identifier(type_code: str, issuer: str, serial: str) -> str:
    """The identifier of a new certificate.

    ``type_code``: 18 characters of the definer's credit code and 3 digits;
    ``issuer``: credit code of the issuing body; ``serial``: digits and capitals.
    The check character is ISO 7064 MOD 37,36 over the four parts without dots.
    """
    parts = (type_code, issuer, serial, FIRST_VERSION)
    check = mod_37_36.calc_check_digit("".join(parts))
    return ".".join((ROOT, *parts, check))


def is_whole(text: str) -> bool:
    """Whether the check character agrees with the rest of the identifier."""
    parts = text.removeprefix(f"{ROOT}.").split(".")
    return len(parts) == 5 and mod_37_36.is_valid("".join(parts))
