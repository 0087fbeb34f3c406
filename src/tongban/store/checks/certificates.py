"""The state of each certificate and copy against what happened to it."""

from collections import defaultdict
from collections.abc import Iterator

from tongban.kernel.case.certificate import Change, NoSuchChange, fold
from tongban.store.checks.damage import Problem
from tongban.store.models import (
    CertificateChange,
    CertificateCopy,
    CertificateRecord,
    LeafOpening,
)


CHUNK = 2000


def check_certificates() -> Iterator[Problem]:
    """Each certificate is what its changes made of it, and no change is missing.

    That a change is what its leaf says, and that the row of each leaf is there, is
    asked of leaves: so neither a status nor a change can be altered by hand.
    """
    happened: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    changes = CertificateChange.objects.order_by("certificate", "seq")
    for number, seq, change in changes.values_list("certificate", "seq", "change"):
        happened[number].append((seq, change))
    stored = CertificateRecord.objects.order_by("pk").values_list("pk", "status")
    for number, status in stored.iterator(chunk_size=CHUNK):
        yield from _check_status(number, status, happened[number])
    yield from _check_versions()


def _check_status(
    number: str, status: str, happened: list[tuple[int, str]]
) -> Iterator[Problem]:
    where = f"certificate {number}"
    if [seq for seq, _ in happened] != list(range(1, len(happened) + 1)):
        yield Problem(where, "one of its changes is gone")
        return
    try:
        folded = fold(Change(change) for _, change in happened)
    except NoSuchChange as refused:
        yield Problem(where, refused.what)
        return
    if folded != status:
        yield Problem(
            where, f"its status is {status!r}, its changes make it {folded.value!r}"
        )


def _check_versions() -> Iterator[Problem]:
    """A certificate is replaced exactly where another one replaces it."""
    replaced = set(
        CertificateRecord.objects.filter(status="replaced").values_list("pk", flat=True)
    )
    named = CertificateRecord.objects.exclude(replaces=None)
    successors = set(named.values_list("replaces", flat=True))
    for number in sorted(replaced ^ successors):
        yield Problem(
            f"certificate {number}", "it is replaced without a next version, or not"
        )


def check_copies() -> Iterator[Problem]:
    """A copy is taken back exactly where a leaf says so."""
    openings = LeafOpening.objects.filter(
        name="copy", leaf__text__contains='"kind":"certificate-copy-revoked"'
    )
    told = set(openings.values_list("value", flat=True))
    rows = CertificateCopy.objects.exclude(revoked_at=None)
    for code in sorted(told ^ set(rows.values_list("pk", flat=True))):
        yield Problem(f"copy {code}", "whether it was taken back is not what is proved")
