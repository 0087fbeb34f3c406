"""Uses of data: their receipts, the grants beyond the pack's, the pack in force."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from tongban.store.models.accounts import SUBJECT_KINDS
from tongban.store.models.ledger import LedgerLeaf
from tongban.store.models.rules import moment_with_text, paired


class UseReceipt(models.Model):
    """What is kept of a use of data (用数凭证). No rows leave without one.

    ``case`` is a number and no reference: a draft's uses are receipted before
    there is a case. ``data_of`` is the day that was asked for, if one was.
    """

    by = models.CharField(max_length=60)
    organization = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    case = models.CharField(max_length=16, blank=True, default="", db_index=True)
    subject_kind = models.CharField(
        max_length=12, choices=SUBJECT_KINDS, blank=True, default=""
    )
    subject_id = models.CharField(max_length=80, blank=True, default="")
    items = models.JSONField()
    grants = models.JSONField()
    rows = models.PositiveBigIntegerField()
    plan = models.CharField(max_length=64)
    versions = models.JSONField()
    data_of = models.DateField(null=True)
    at = models.DateTimeField()
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            paired("subject_kind", "subject_id", "receipt_subject_paired")
        ]
        indexes: ClassVar[list[Any]] = [
            Index(
                fields=["subject_kind", "subject_id", "-id"], name="receipt_of_subject"
            ),
            Index(fields=["organization", "-id"], name="receipt_of_organization"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PlanLineage(models.Model):
    """Where the columns of a plan come from; ``digest`` is the ``plan`` of receipts.

    The statement itself is not kept: what its author wrote into it may name a
    person. Names of items and columns do not.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    lineage = models.JSONField()

    def __str__(self) -> str:
        return self.digest


class GrantRecord(models.Model):
    """A grant in force beyond the pack's, or a revoked one of either origin.

    ``leaf`` is the one of its last change.
    """

    id = models.CharField(max_length=120, primary_key=True)
    organization = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    dataset = models.CharField(max_length=120)
    items = models.JSONField()
    scope = models.CharField(max_length=12)
    basis = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)
    filter = models.TextField(blank=True, default="")
    reveal = models.JSONField(default=list)
    quota = models.JSONField(null=True)
    case = models.CharField(max_length=16, blank=True, default="")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True, default="")
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            moment_with_text("revoked_at", "revoked_by", "grant_revoked_by_someone")
        ]

    def __str__(self) -> str:
        return self.id


class GrantUsage(models.Model):
    """What was used of a grant with a quota in the period that runs, or ran last."""

    grant = models.CharField(max_length=120)
    per = models.CharField(max_length=6)
    start = models.DateTimeField()
    calls = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["grant", "per"], name="usage_of_grant_and_period")
        ]

    def __str__(self) -> str:
        return f"{self.grant} {self.per}"


class GrantRevision(models.Model):
    """The one row that every change of a grant makes greater, and holds locked."""

    value = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            CheckConstraint(condition=Q(id=1), name="grant_revision_one_row")
        ]

    def __str__(self) -> str:
        return str(self.value)


class PackInForce(models.Model):
    """Declarations that were in force from a moment on, by their digest.

    ``case_types`` are kept whole: the cases opened then run under them.
    """

    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    since = models.DateTimeField()
    case_types = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            Index(fields=["-since"], name="pack_since"),
            Index(fields=["digest"], name="pack_digest"),
        ]

    def __str__(self) -> str:
        return self.digest
