"""Each leaf by itself, and against the row that it proves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.leaf import Leaf, Opening, check_opening
from tongban.store import certificate_copies
from tongban.store.checks.damage import Problem
from tongban.store.models import (
    CaseEvent,
    CertificateChange,
    CertificateCopy,
    CertificateFile,
    CertificateRecord,
    LedgerLeaf,
    RuleVerdict,
    UseReceipt,
    WalletCredential,
)


CHUNK = 2000
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of leaf, its table, and what the row says in the leaf's own words."""

    kind: str
    table: type[Model]
    public: Callable[[Any], Facts]
    sealed: Callable[[Any], Facts]
    at: Callable[[Any], datetime]


def _event_sealed(row: CaseEvent) -> Facts:
    return {"case": row.case_id, "seq": row.seq, "by": row.by, "data": row.data}


def _use_public(row: UseReceipt) -> Facts:
    names = ("organization", "purpose", "items", "grants", "plan")
    day = row.data_of.isoformat() if row.data_of else None
    told = {name: getattr(row, name) for name in (*names, "versions")}
    return {**told, "data_of": day}


def _use_sealed(row: UseReceipt) -> Facts:
    subject = f"{row.subject_kind}:{row.subject_id}" if row.subject_id else ""
    return {"by": row.by, "subject": subject, "case": row.case, "rows": row.rows}


def _certificate_public(row: CertificateRecord) -> Facts:
    until = row.valid_until.isoformat() if row.valid_until else ""
    return {"type": row.type, "until": until}


def _certificate_sealed(row: CertificateRecord) -> Facts:
    return {
        "certificate": row.number,
        "case": row.case_id,
        "holder": f"{row.holder_kind}:{row.holder_id}",
        "name": row.holder_name,
        "fields": row.fields,
        "replaces": row.replaces_id or "",
    }


def _change_sealed(row: CertificateChange) -> Facts:
    return {
        "certificate": row.certificate_id,
        "seq": row.seq,
        "by": row.by,
        "reason": row.reason,
        "case": row.case_id,
    }


def _file_sealed(row: CertificateFile) -> Facts:
    return {"certificate": row.certificate_id, "copy": row.copy_id or ""}


KEPT = (
    Kept(
        "case-event",
        CaseEvent,
        lambda row: {"event": row.kind},
        _event_sealed,
        lambda row: row.at,
    ),
    Kept(
        "rule-verdict",
        RuleVerdict,
        lambda row: {"type": row.case.type},
        lambda row: {
            "case": row.case_id,
            "seq": row.seq,
            "explanation": row.explanation,
        },
        lambda row: row.at,
    ),
    Kept("use", UseReceipt, _use_public, _use_sealed, lambda row: row.at),
    Kept(
        "certificate",
        CertificateRecord,
        _certificate_public,
        _certificate_sealed,
        lambda row: row.issued_at,
    ),
    Kept(
        "certificate-change",
        CertificateChange,
        lambda row: {"change": row.change},
        _change_sealed,
        lambda row: row.at,
    ),
    Kept(
        "certificate-copy",
        CertificateCopy,
        lambda row: {"until": row.until.isoformat()},
        certificate_copies.sealed,
        lambda row: row.made_at,
    ),
    Kept(
        "certificate-file",
        CertificateFile,
        lambda row: {"digest": row.digest},
        _file_sealed,
        lambda row: row.at,
    ),
    Kept(
        "credential",
        WalletCredential,
        lambda row: {"type": row.certificate.type},
        lambda row: {"certificate": row.certificate_id, "key": row.key},
        lambda row: row.at,
    ),
)


def check_leaves() -> Iterator[Problem]:
    """Text, hash and openings of each leaf; the row of each leaf that proves one."""
    rows = LedgerLeaf.objects.order_by("id").prefetch_related("openings")
    chunk: list[tuple[LedgerLeaf, Leaf]] = []
    for row in rows.iterator(chunk_size=CHUNK):
        try:
            leaf = Leaf.parse(row.text)
        except ProofError as error:
            yield Problem(f"leaf {row.pk}", error.what)
            continue
        yield from _check_leaf(row, leaf)
        chunk.append((row, leaf))
        if len(chunk) == CHUNK:
            yield from _check_rows(chunk)
            chunk = []
    yield from _check_rows(chunk)


def _check_leaf(row: LedgerLeaf, leaf: Leaf) -> Iterator[Problem]:
    where = f"leaf {row.pk}"
    if leaf.hash() != bytes(row.hash):
        yield Problem(where, "its hash is not that of its text")
    opened = set()
    for opening in row.openings.all():
        opened.add(opening.name)
        try:
            salted = Opening(bytes(opening.salt), opening.value)
            check_opening(leaf, opening.name, salted)
        except (ProofError, TypeError) as error:
            yield Problem(where, f"opening {opening.name!r}: {error}")
    for name in sorted(set(leaf.sealed) - opened):
        yield Problem(where, f"the opening of {name!r} is gone")


def _check_rows(chunk: list[tuple[LedgerLeaf, Leaf]]) -> Iterator[Problem]:
    for kept in KEPT:
        own = {row.pk: (row, leaf) for row, leaf in chunk if leaf.kind == kept.kind}
        found = {
            each.leaf_id: each
            for each in kept.table._default_manager.filter(leaf__in=own)
        }
        for pk, (row, leaf) in own.items():
            if pk not in found:
                yield Problem(f"leaf {pk}", f"the {kept.kind} that it proves is gone")
            else:
                yield from _compare(kept, found[pk], row, leaf)


def _compare(kept: Kept, stored: Any, row: LedgerLeaf, leaf: Leaf) -> Iterator[Problem]:
    where = f"{kept.kind} {stored.pk} (leaf {row.pk})"
    for name, value in kept.public(stored).items():
        if leaf.public.get(name) != value:
            yield Problem(where, f"its {name!r} is not what the ledger records")
    opened = {opening.name: opening.value for opening in row.openings.all()}
    for name, value in kept.sealed(stored).items():
        if name in opened and opened[name] != value:
            yield Problem(where, f"its {name!r} is not what the ledger seals")
    if datetime.fromisoformat(leaf.at) != kept.at(stored):
        yield Problem(where, "its time is not what the ledger records")


def check_proven() -> Iterator[Problem]:
    """No row without its leaf, and each leaf of the right kind."""
    for kept in KEPT:
        rows = kept.table._default_manager.select_related("leaf").order_by("pk")
        for row in rows.iterator(chunk_size=CHUNK):
            if f'"kind":"{kept.kind}"' not in row.leaf.text:
                yield Problem(
                    f"{kept.kind} {row.pk}", f"leaf {row.leaf_id} is of another kind"
                )
