"""Keyed masks: names and days that mean something inside one purpose only.

HMAC-SHA-256 (RFC 2104) of a value as text, under a key of the purpose: equal
values get equal pseudonyms, so that datasets still join, and nobody without the
key can try out who is meant. Another purpose has another key, so what two
purposes were given cannot be brought together.

The digest is computed where the rows are: SHA-256 twice, over two pads that the
key is made into beforehand. The pads are values of a plan like any other and
stand in no text of SQL. The first half of a digest is the pseudonym; how many
days the dates of that subject are moved comes of the other, which nobody sees.
"""

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache

from sqlglot import exp

from tongban.kernel.query.language.grammar import INNER, OUTER


_BLOCK = 64  # bytes that SHA-256 takes at once
_SHOWN = 32  # of the 64 hexadecimal digits of a digest
MOST_DAYS = 30


@lru_cache(maxsize=1024)
def pads(secret: bytes, purpose: str) -> Mapping[str, bytes]:
    """What a plan of ``purpose`` needs to compute its digests, by placeholder.

    ``secret`` is the installation's. Whoever has the pads can make the digests of
    this purpose, though not of another: they belong in no log.
    """
    label = f"tongban pseudonym {purpose}".encode()
    key = hmac.digest(secret, label, hashlib.sha256).ljust(_BLOCK, b"\0")
    return {
        INNER: bytes(byte ^ 0x36 for byte in key),
        OUTER: bytes(byte ^ 0x5C for byte in key),
    }


def pseudonym(value: exp.Expr) -> exp.Expr:
    """128 bits of the digest of a text, as hexadecimal digits."""
    return _digits(value, 1, _SHOWN)


def days_moved(subject: exp.Expr) -> exp.Expr:
    """An interval of -30 to 30 days, the same wherever ``subject`` is the same."""
    # 32 bits: no remainder is more than a ten-millionth likelier than another.
    number = exp.DPipe(
        this=exp.Literal.string("0x"), expression=_digits(subject, 57, 8)
    )
    whole = exp.cast(number, exp.DType.BIGINT)
    choices = exp.Literal.number(2 * MOST_DAYS + 1)
    moved = exp.Sub(
        this=exp.Mod(this=whole, expression=choices),
        expression=exp.Literal.number(MOST_DAYS),
    )
    days = exp.cast(exp.paren(moved, copy=False), exp.DType.INT)
    return exp.Anonymous(this="TO_DAYS", expressions=[days])


def _digits(value: exp.Expr, start: int, length: int) -> exp.Expr:
    return exp.Substring(
        this=_digest(value),
        start=exp.Literal.number(start),
        length=exp.Literal.number(length),
    )


def _digest(value: exp.Expr) -> exp.Expr:
    inside = _sha256(INNER, _call("ENCODE", value.copy()))
    return _sha256(OUTER, _call("UNHEX", inside))


def _sha256(pad: str, rest: exp.Expr) -> exp.Expr:
    message = exp.DPipe(this=exp.Placeholder(this=pad), expression=rest)
    return _call("SHA256", message)


def _call(name: str, value: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[value])
