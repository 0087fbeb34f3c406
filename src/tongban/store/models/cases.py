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

    ``due`` is the limit of its nearest running clock, ``lapses`` the last day after
    which time alone changes it; ``pack`` is the digest of the declarations under
    which it runs. Of a closed one ``spent`` are the working days it took, ``late``
    whether any of the office's clocks ended too late, ``closed_by`` the official who
    decided it; ``returned`` how often its applicant was asked to correct.
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
    lapses = models.DateField(null=True)
    opened = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    spent = models.PositiveIntegerField(null=True)
    late = models.BooleanField(null=True)
    closed_by = models.CharField(max_length=60, blank=True, default="")
    returned = models.PositiveSmallIntegerField(default=0)
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
            # For figures of what was closed since a day, and of what is overdue now. A
            # comparison tells that a column is not empty, so these indexes are found.
            Index(
                fields=["closed", "organization", "type", "spent", "late"],
                condition=Q(closed__isnull=False),
                name="case_closed_figures",
            ),
            Index(
                fields=["due", "organization", "type"],
                condition=Q(due__isnull=False),
                name="case_open_due",
            ),
            # For an official's own figures.
            Index(fields=["closed_by", "closed"], name="case_closed_by"),
            # For the sweep over limits whose silence means something.
            Index(
                fields=["lapses", "number"],
                condition=Q(lapses__isnull=False),
                name="case_lapses",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseDuty(models.Model):
    """One act that a case waits for: whose, by when, and to whom it rises.

    The inbox is read from this table alone; of a closed case it has what is still to
    be looked at: promises and samples. Without ``due`` the act's clock stands still.
    ``officer`` has it in hand, if any; ``superior`` is the competent department above.
    The days from which it is before the head, the superior and its leader follow from
    what has happened: nothing has to be run for a duty to rise.
    """

    case = models.ForeignKey(CaseRecord, models.CASCADE, related_name="duties")
    organization = models.CharField(max_length=80)
    post = models.CharField(max_length=80, blank=True, default="")
    head = models.CharField(max_length=80, blank=True, default="")
    officer = models.CharField(max_length=60, blank=True, default="")
    superior = models.CharField(max_length=80, blank=True, default="")
    type = models.CharField(max_length=80)
    act = models.CharField(max_length=120)
    due = models.DateField(null=True)
    head_from = models.DateField()
    superior_from = models.DateField()
    leader_from = models.DateField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["case", "act"], name="duty_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            # Post and head are in the index, so that the desk of a rare post is
            # found without reading the rows of the organisation's other posts.
            Index(
                fields=[
                    "organization",
                    "due",
                    "id",
                    "post",
                    "head",
                    "officer",
                    "head_from",
                    "type",
                ],
                name="duty_desk",
            ),
            Index(fields=["due", "id"], name="duty_due"),
            # Longest risen first: what the competent department looks at.
            Index(
                fields=["superior", "superior_from", "id", "leader_from"],
                name="duty_risen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.act}"


class RecusalRecord(models.Model):
    """That an official has no part in a case: it leaves their inbox (回避)."""

    case = models.ForeignKey(
        CaseRecord, models.CASCADE, related_name="recusals", db_index=False
    )
    account = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["account", "case"], name="recusal_once"),
        ]
        indexes: ClassVar[list[Any]] = [Index(fields=["case"], name="recusal_case")]

    def __str__(self) -> str:
        return f"{self.account} {self.case_id}"


class Timeliness(models.Model):
    """How many cases of a type an organisation closed in a month, by days spent.

    ``month`` is its first day. A month is counted once it is over; what an hour ago
    brought is counted from the cases themselves.
    """

    month = models.DateField()
    organization = models.CharField(max_length=80)
    type = models.CharField(max_length=80)
    spent = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    late = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(
                fields=["month", "organization", "type", "spent"],
                name="timeliness_once",
            ),
            CheckConstraint(
                condition=Q(late__lte=models.F("cases")), name="timeliness_late_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.organization} {self.type} {self.spent}"


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
