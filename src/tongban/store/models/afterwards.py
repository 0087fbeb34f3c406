"""What follows a decision and is asked for by itself: broken promises, samples."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q

from tongban.store.models.accounts import SUBJECT_KINDS
from tongban.store.models.cases import CaseRecord


class BrokenPromise(models.Model):
    """A promise that time or a finding broke; without ``repaired`` it bars others."""

    case = models.OneToOneField(
        CaseRecord, models.PROTECT, primary_key=True, related_name="broken_promise"
    )
    type = models.CharField(max_length=80)
    organization = models.CharField(max_length=80)
    applicant_kind = models.CharField(max_length=12, choices=SUBJECT_KINDS)
    applicant_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    broken = models.DateTimeField()
    lapsed = models.BooleanField()
    reasons = models.TextField(blank=True, default="")
    repaired = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            Index(
                fields=["applicant_kind", "applicant_id"],
                condition=Q(repaired=None),
                name="promise_bars",
            )
        ]

    def __str__(self) -> str:
        return self.case_id


class SampleRecord(models.Model):
    """A rule's decision that was drawn for a person's look, and what they found."""

    case = models.OneToOneField(
        CaseRecord, models.PROTECT, primary_key=True, related_name="sampled"
    )
    type = models.CharField(max_length=80)
    organization = models.CharField(max_length=80)
    drawn = models.DateTimeField()
    reviewed = models.DateTimeField(null=True)
    agrees = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            CheckConstraint(
                condition=Q(reviewed=None, agrees=None)
                | Q(reviewed__isnull=False, agrees__isnull=False),
                name="sample_reviewed_with_finding",
            )
        ]
        indexes: ClassVar[list[Any]] = [
            Index(fields=["organization", "type"], name="sample_of_organization")
        ]

    def __str__(self) -> str:
        return self.case_id
