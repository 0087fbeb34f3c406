"""Certificates (电子证照), what became of them, their copies, and who looked."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from tongban.kernel.case.certificate import Change, Status
from tongban.store.models.accounts import SUBJECT_KINDS
from tongban.store.models.cases import CaseRecord
from tongban.store.models.ledger import LedgerLeaf
from tongban.store.models.rules import moment_with_text
from tongban.store.models.uses import UseReceipt


NUMBER = 120
NAME = 120
# Expiry is computed from the last day: a row that said so would be a second truth.
STORED = [status.value for status in Status if status is not Status.EXPIRED]


class CertificateRecord(models.Model):
    """A certificate that a case issued, and the leaf that proves it.

    ``status`` is folded from its changes. A reissue is a row of its own with the
    next version, which ``replaces`` the one before.
    """

    number = models.CharField(max_length=NUMBER, primary_key=True)
    type = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by"
    )
    holder_kind = models.CharField(max_length=12, choices=SUBJECT_KINDS)
    holder_id = models.CharField(max_length=80)
    holder_name = models.CharField(max_length=NAME, blank=True, default="")
    case = models.ForeignKey(CaseRecord, models.PROTECT, related_name="certificates")
    fields = models.JSONField()
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    status = models.CharField(max_length=12, default=Status.VALID.value)
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            CheckConstraint(
                condition=Q(status__in=STORED), name="certificate_status_known"
            ),
            CheckConstraint(
                condition=Q(version=1, replaces__isnull=True)
                | Q(version__gt=1, replaces__isnull=False),
                name="certificate_version_replaces",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            Index(
                fields=["holder_kind", "holder_id", "type", "-issued_at"],
                name="certificate_of_holder",
            ),
            Index(
                fields=["type", "number"],
                condition=~Q(status="valid"),
                name="certificate_not_valid",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CertificateChange(models.Model):
    """What a case did to a certificate after its issue, by whom and why."""

    certificate = models.ForeignKey(
        CertificateRecord, models.PROTECT, related_name="changes", db_index=False
    )
    seq = models.PositiveIntegerField()
    change = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Change]
    )
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    reason = models.TextField()
    case = models.ForeignKey(
        CaseRecord, models.PROTECT, related_name="certificate_changes"
    )
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(
                fields=["certificate", "seq"], name="certificate_change_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}/{self.seq} {self.change}"


class CertificateCopy(models.Model):
    """A copy annotated for one receiver, one matter and a time (加注件)."""

    code = models.CharField(max_length=16, primary_key=True)
    certificate = models.ForeignKey(
        CertificateRecord, models.PROTECT, related_name="copies"
    )
    receiver = models.CharField(max_length=NAME)
    reason = models.CharField(max_length=NAME)
    until = models.DateField()
    maker = models.CharField(max_length=NAME)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            moment_with_text("revoked_at", "revoked_by", "copy_revoked_by_someone")
        ]

    def __str__(self) -> str:
        return self.code


class CertificateFile(models.Model):
    """A printed form that was made of a certificate or of a copy, by its SHA-256."""

    digest = models.CharField(max_length=64, primary_key=True)
    certificate = models.ForeignKey(
        CertificateRecord, models.PROTECT, related_name="files"
    )
    copy = models.ForeignKey(
        CertificateCopy, models.PROTECT, null=True, related_name="files"
    )
    at = models.DateTimeField()
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    def __str__(self) -> str:
        return self.digest


class CertificateLook(models.Model):
    """A certificate that a use showed somebody, where."""

    receipt = models.ForeignKey(UseReceipt, models.PROTECT, related_name="looks")
    certificate = models.ForeignKey(
        CertificateRecord, models.PROTECT, related_name="looks"
    )
    place = models.CharField(max_length=NAME, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.certificate_id}"


class PassScan(models.Model):
    """The one use of a pass code (一码通行): by whom it was scanned, for what."""

    code = models.CharField(max_length=32, primary_key=True)
    by = models.CharField(max_length=60)
    disclosure = models.CharField(max_length=80)
    at = models.DateTimeField()
    receipt = models.OneToOneField(UseReceipt, models.PROTECT)

    def __str__(self) -> str:
        return self.code
