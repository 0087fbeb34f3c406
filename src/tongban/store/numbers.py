"""Case numbers: the day, six digits by chance, two check digits (ISO 7064).

By chance and not in sequence: a sequence would be one more lock that all
applicants wait for, and would tell everybody how busy an office is.
"""

import secrets
from datetime import date, datetime

from django.db import IntegrityError, transaction

from tongban.kernel.terms import UserError
from tongban.store.models import CaseNumber


LENGTH = 16
TRIES = 40


class NumbersUsedUp(UserError):
    """Hardly a number of the day is left."""

    code = "case.numbers-used-up"


def check_digits(body: str) -> str:
    """The two digits that make ``body`` ≡ 1 (mod 97), as ISO 7064 MOD 97-10 says."""
    return f"{98 - int(body) * 100 % 97:02d}"


def is_number(text: str) -> bool:
    """Whether ``text`` can be a case number at all; catches any one mistyped digit."""
    return (
        len(text) == LENGTH
        and text.isascii()
        and text.isdigit()
        and check_digits(text[:-2]) == text[-2:]
    )


def compose(day: date, serial: int) -> str:
    """The number of the ``serial``-th possible case of ``day``."""
    body = f"{day:%Y%m%d}{serial:06d}"
    return body + check_digits(body)


def take(at: datetime) -> str:
    """A number nobody has had; it stays taken whatever becomes of it."""
    for _ in range(TRIES):
        number = compose(at.date(), secrets.randbelow(1_000_000))
        try:
            with transaction.atomic():
                CaseNumber.objects.create(number=number, taken=at)
        except IntegrityError:
            continue
        return number
    raise NumbersUsedUp(
        "no case number of today is left",
        why=f"{TRIES} tries met numbers already taken",
        mend="try again tomorrow, and tell whoever runs this installation",
    )
