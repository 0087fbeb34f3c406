"""The ledger's tables: leaves with their openings, stored nodes, checkpoints."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint


class LedgerLeaf(models.Model):
    """One record of the log; ``index`` is null until the tree has taken it in.

    ``text`` is the canonical JSON and ``hash`` its RFC 6962 leaf hash.
    """

    index = models.PositiveBigIntegerField(null=True, unique=True)
    text = models.TextField()
    hash = models.BinaryField(max_length=32)
    created = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            Index(fields=["id"], condition=Q(index=None), name="leaf_pending")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class LeafOpening(models.Model):
    """What opens one sealed item of a leaf; deleting it erases the value."""

    leaf = models.ForeignKey(
        LedgerLeaf, models.PROTECT, related_name="openings", db_index=False
    )
    name = models.CharField(max_length=40)
    salt = models.BinaryField(max_length=16)
    value = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["leaf", "name"], name="opening_once")
        ]

    def __str__(self) -> str:
        return f"{self.leaf_id} {self.name}"


class LedgerNode(models.Model):
    """The hash of one complete subtree above the leaves (level 1 and up)."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            CheckConstraint(condition=Q(level__gte=1), name="node_above_leaves")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LedgerTree(models.Model):
    """The one row that whoever lets the tree grow holds locked."""

    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            CheckConstraint(condition=Q(id=1), name="tree_one_row")
        ]

    def __str__(self) -> str:
        return str(self.size)


class Checkpoint(models.Model):
    """A signed statement of the log's size and root (C2SP tlog-checkpoint)."""

    size = models.PositiveBigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.size)
