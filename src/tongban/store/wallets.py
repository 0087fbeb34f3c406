"""Copies of certificates that wallets hold, and the places of their status lists.

A place is drawn at random, so that two neighbours in a list tell nothing of who was
given what, and when (draft-ietf-oauth-status-list, section on unlinkability).
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Max

from tongban.kernel.case.certificate import Status
from tongban.kernel.terms import Actor, Refused
from tongban.store import clock
from tongban.store.certificates import Certificate, of
from tongban.store.commit import Batch, batch
from tongban.store.models import WalletCredential


PLACES = 2**17  # of one list
MOST_COPIES = 100  # of one certificate, at one time
SPARE = 32  # places drawn beyond those wanted, which also tell how full a list is
TRIES = 5
VALID = Status.VALID


class TooManyCopies(Refused):
    """Wallets hold as many copies of the certificate as there may be."""

    code = "certificate.copies"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: of which certificate, for which key, and where its state is told."""

    number: str
    key: str
    list: int
    place: int
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A copy that is wanted for the key with thumbprint ``key``, good to ``until``."""

    certificate: Certificate
    key: str
    until: datetime


def copies(wanted: Sequence[Wanted], *, by: Actor, at: datetime) -> list[Copy]:
    """The copies wanted, each with its leaf; durable when this returns.

    Asked again for a certificate and a key, it answers with the copy that there is.
    Raises TooManyCopies.
    """
    for attempt in range(TRIES):
        try:
            with batch(by=by, at=at) as draft:
                return add(draft, wanted)
        except IntegrityError:
            # Another process drew the same place, or answered the same request.
            if attempt == TRIES - 1:
                raise
    raise AssertionError


def add(draft: Batch, wanted: Sequence[Wanted]) -> list[Copy]:
    """Like `copies`, inside a transaction of the caller's.

    IntegrityError when somebody else takes a place at the same moment.
    """
    known = _known(wanted)
    fresh = {_name(each): each for each in wanted if _name(each) not in known}
    _check_number(fresh.values(), draft.at)
    places = _free(len(fresh))
    for (name, each), (number, place) in zip(fresh.items(), places, strict=True):
        known[name] = _of(_row(draft, each, number, place))
    return [known[_name(each)] for each in wanted]


def _name(wanted: Wanted) -> tuple[str, str]:
    return wanted.certificate.number, wanted.key


def _row(draft: Batch, wanted: Wanted, number: int, place: int) -> WalletCredential:
    certificate = wanted.certificate.number
    leaf = draft.leaf(
        "credential",
        {"type": wanted.certificate.type},
        {"certificate": certificate, "key": wanted.key},
    )
    return draft.row(
        WalletCredential(
            certificate_id=certificate,
            key=wanted.key,
            list=number,
            place=place,
            at=draft.at,
            until=wanted.until,
            leaf=leaf,
        )
    )


def _known(wanted: Sequence[Wanted]) -> dict[tuple[str, str], Copy]:
    rows = WalletCredential.objects.filter(
        certificate__in={each.certificate.number for each in wanted},
        key__in={each.key for each in wanted},
    )
    return {(row.certificate_id, row.key): _of(row) for row in rows}


def _check_number(fresh: Iterable[Wanted], at: datetime) -> None:
    """One wallet that asks for ever more keys must not fill the lists."""
    more: dict[str, int] = {}
    for each in fresh:
        number = each.certificate.number
        more[number] = more.get(number, 0) + 1
    rows = WalletCredential.objects.filter(certificate__in=more, until__gt=at)
    for number in rows.values_list("certificate", flat=True):
        more[number] += 1
    if any(count > MOST_COPIES for count in more.values()):
        raise TooManyCopies(
            "wallets hold too many copies of this certificate",
            why=f"there may be {MOST_COPIES} at one time",
            mend="use a copy that a wallet holds; old ones end by themselves",
            most=MOST_COPIES,
        )


def _free(count: int) -> list[tuple[int, int]]:
    """So many places that nobody has, drawn at random from the newest list.

    A new list is begun when more than half of what is drawn is taken: before
    drawing becomes slow, and with no count to keep.
    """
    if not count:
        return []
    newest = WalletCredential.objects.aggregate(newest=Max("list"))["newest"] or 0
    drawn = _drawn(2 * count + SPARE)
    rows = WalletCredential.objects.filter(list=newest, place__in=drawn)
    free = drawn - set(rows.values_list("place", flat=True))
    if len(free) < count or 2 * len(free) < len(drawn):
        newest, free = newest + 1, drawn
    return [(newest, place) for place in list(free)[:count]]


def _drawn(count: int) -> set[int]:
    return set(secrets.SystemRandom().sample(range(PLACES), count))


def marked(number: int) -> Mapping[int, str]:
    """Places of a list whose certificate is not valid, with its status."""
    rows = WalletCredential.objects.filter(list=number).exclude(
        certificate__status=Status.VALID
    )
    return dict(rows.values_list("place", "certificate__status"))


def has_list(number: int) -> bool:
    """Whether the list has been begun; the first always is."""
    return number == 0 or WalletCredential.objects.filter(list=number).exists()


def at_places(
    places: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], Certificate]:
    """The certificates at places (list, place), in one statement a list."""
    lists: dict[int, list[int]] = {}
    for number, place in places:
        lists.setdefault(number, []).append(place)
    found = {}
    for number, wanted in lists.items():
        rows = WalletCredential.objects.filter(list=number, place__in=wanted)
        for row in rows.select_related("certificate"):
            found[number, row.place] = of(row.certificate)
    return found


def _of(row: WalletCredential) -> Copy:
    return Copy(
        row.certificate_id,
        row.key,
        row.list,
        row.place,
        clock.local(row.at),
        clock.local(row.until),
    )
