"""Officials who are away and who stands in for them; whom they are tied to."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q

from tongban.store.models.accounts import SUBJECT_KINDS
from tongban.store.models.ledger import LedgerLeaf


class Absence(models.Model):
    """An official away from one day to another, with who acts meanwhile (代理)."""

    account = models.CharField(max_length=60)
    organization = models.CharField(max_length=80)
    deputy = models.CharField(max_length=60, blank=True, default="")
    since = models.DateField()
    until = models.DateField()
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            CheckConstraint(
                condition=Q(since__lte=F("until")), name="absence_in_order"
            ),
            CheckConstraint(
                condition=~Q(account=F("deputy")), name="absence_by_another"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            Index(fields=["organization", "until"], name="absence_of_organization"),
            Index(fields=["deputy", "until"], name="absence_of_deputy"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.since}-{self.until}"


class OfficialRelation(models.Model):
    """Whom an official has declared to be tied to (利益关系申报), ended ones too."""

    account = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=12, choices=SUBJECT_KINDS)
    subject_id = models.CharField(max_length=80)
    declared = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            Index(fields=["account", "ended"], name="relation_of_account")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.kind}"
