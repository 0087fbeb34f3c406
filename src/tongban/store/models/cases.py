"""Cases: their events are the truth, every other column here is a projection."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from tongban.store.models.accounts import SUBJECT_KINDS
from tongban.store.models.ledger import LedgerLeaf
from tongban.store.models.rules import moment_with_text


NUMBER = 16


class CaseNumber(models.Model):
    """A number that is taken for good, by a draft or a case.

    Receipts may name the number of a draft that was thrown away: it must never
    come to mean another person's case.
    """

    number = models.CharField(max_length=NUMBER, primary_key=True)
    taken = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class CaseRecord(models.Model):
    """Where a case stands, as last folded from its events.

    ``due`` is the limit of its nearest running clock, ``pack`` the digest of the
    declarations under which it was opened.
    """

    number = models.CharField(max_length=NUMBER, primary_key=True)
    type = models.CharField(max_length=80)
    pack = models.CharField(max_length=64)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children"
    )
    applicant_kind = models.CharField(max_length=12, choices=SUBJECT_KINDS)
    applicant_id = models.CharField(max_length=80)
    organization = models.CharField(max_length=80)
    phase = models.CharField(max_length=10)
    due = models.DateField(null=True)
    opened = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    version = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            moment_with_text("closed", "outcome", "case_closed_with_outcome"),
            CheckConstraint(
                condition=Q(phase="closed", closed__isnull=False)
                | ~Q(phase="closed") & Q(closed__isnull=True),
                name="case_closed_when_closed",
            ),
            CheckConstraint(
                condition=~Q(phase="closed") | Q(due__isnull=True),
                name="case_closed_has_no_clock",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            Index(
                fields=["applicant_kind", "applicant_id", "-opened"],
                name="case_of_applicant",
            ),
            Index(
                fields=["organization", "phase", "-opened", "number"],
                name="case_of_organization",
            ),
            # For the sweep over limits whose silence the law gives a meaning.
            Index(
                fields=["due"],
                condition=Q(phase="submitted"),
                name="case_unaccepted_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseDuty(models.Model):
    """One act that a case waits for: whose, by when, and to whom it rises.

    The inbox is read from this table alone; a closed case has no row in it. Without
    ``due`` the clock of the act stands still.
    """

    case = models.ForeignKey(CaseRecord, models.CASCADE, related_name="duties")
    organization = models.CharField(max_length=80)
    post = models.CharField(max_length=80)
    head = models.CharField(max_length=80, blank=True, default="")
    act = models.CharField(max_length=80)
    due = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["case", "act"], name="duty_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            # Post and head are in the index, so that the desk of a rare post is
            # found without reading the rows of the organisation's other posts.
            Index(
                fields=["organization", "due", "id", "post", "head"], name="duty_desk"
            ),
            Index(fields=["due", "id"], name="duty_due"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.act}"


class CaseEvent(models.Model):
    """Something that happened, and the leaf that proves it.

    Now and then ``state`` keeps what the case was after it (store.folded), so that
    the thousandth act on a case is as quick as the tenth; the events are the truth.
    """

    case = models.ForeignKey(
        CaseRecord, models.PROTECT, related_name="events", db_index=False
    )
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    data = models.JSONField()
    state = models.TextField(blank=True, default="")
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["case", "seq"], name="event_once")
        ]
        indexes: ClassVar[list[Any]] = [
            Index(
                fields=["case", "seq"],
                condition=Q(state__gt=""),
                name="event_with_state",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.kind}"


class RuleVerdict(models.Model):
    """What a rule found when it could not grant: why a person looks (转人工)."""

    case = models.ForeignKey(
        CaseRecord, models.PROTECT, related_name="verdicts", db_index=False
    )
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    explanation = models.JSONField()
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["case", "seq"], name="verdict_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class CommandKey(models.Model):
    """A command that was carried out: sent again, it answers as the first time."""

    key = models.CharField(max_length=120, primary_key=True)
    digest = models.CharField(max_length=64)
    case = models.ForeignKey(CaseRecord, models.PROTECT)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
