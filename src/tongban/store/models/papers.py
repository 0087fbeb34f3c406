"""What was read on papers."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint


class PaperReading(models.Model):
    """What a machine read on one paper of what its material declares, and no more.

    ``sought`` are the fields and their labels as declared when it was asked for;
    ``found`` maps fields to the values read, once ``read`` is set; ``failed`` says
    that nothing could be read at all. A hint for people, never a ground.
    """

    ref = models.CharField(max_length=80)
    material = models.CharField(max_length=80)
    sought = models.JSONField(default=dict)
    asked = models.DateTimeField()
    read = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)
    found = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["ref", "material"], name="reading_once"),
            CheckConstraint(
                condition=Q(failed=False) | Q(read__isnull=False),
                name="reading_failed_when_read",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            Index(fields=["id"], condition=Q(read=None), name="reading_waits")
        ]

    def __str__(self) -> str:
        return self.material
