"""What was asked of the clean room, and how much may still be."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from tongban.store.models.uses import UseReceipt


class PrivacySpent(models.Model):
    """What a purpose has spent of its budget since the day its period began.

    ``questions`` counts those answered, those refused for being too close to an
    earlier one, and those that failed on the data; ``epsilon`` adds up the privacy
    loss of noised answers, and of noised questions that failed.
    """

    purpose = models.CharField(max_length=80)
    since = models.DateField()
    questions = models.PositiveIntegerField(default=0)
    epsilon = models.DecimalField(max_digits=12, decimal_places=6, default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(
                fields=["purpose", "since"], name="privacy_one_per_period"
            ),
            CheckConstraint(condition=Q(epsilon__gte=0), name="privacy_epsilon_spent"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.since}"


class PrivacyQuestion(models.Model):
    """A different question of a period, kept so that later ones are compared with it.

    ``text`` is the governed statement of the rows and the values of its
    placeholders, which may name somebody; ``identity`` tells the same question again.
    """

    purpose = models.CharField(max_length=80)
    since = models.DateField()
    identity = models.CharField(max_length=64)
    text = models.JSONField()
    epsilon = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    receipt = models.OneToOneField(UseReceipt, models.PROTECT)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            Index(fields=["purpose", "since", "id"], name="privacy_of_period")
        ]

    def __str__(self) -> str:
        return self.identity
