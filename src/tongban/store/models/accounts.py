"""People who sign in, what they are preparing, and the papers they gave."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import CheckConstraint, Index, Q, TextField, UniqueConstraint
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from tongban.kernel.terms import SYSTEM_ACCOUNT, Actor, Subject, SubjectKind, Text
from tongban.store.models.rules import paired


# A post that no pack can declare: its codes have no asterisk.
OUR_POSTS = "*"
AUDITOR = f"{OUR_POSTS}auditor"
SUBJECT_KINDS = [(kind.value, kind.name) for kind in SubjectKind]


class Account(AbstractBaseUser):
    """A sign-in account: a citizen for one subject, an official, or an auditor."""

    class Kind(models.TextChoices):
        CITIZEN = "citizen"
        OFFICIAL = "official"
        AUDITOR = "auditor"

    username = models.CharField(max_length=60, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject_kind = models.CharField(
        max_length=12, choices=SUBJECT_KINDS, blank=True, default=""
    )
    subject_id = models.CharField(max_length=80, blank=True, default="")
    organization = models.CharField(max_length=80, blank=True, default="")
    posts = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[BaseUserManager["Account"]] = BaseUserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[Any]] = [
            paired("subject_kind", "subject_id", "account_subject_paired"),
            # A citizen acts for a subject, an official for an organisation; an
            # account that could do both could serve itself.
            CheckConstraint(
                condition=(
                    Q(kind="citizen", organization="") & ~Q(subject_id="")
                    | Q(kind="official", subject_id="") & ~Q(organization="")
                    | Q(kind="auditor", subject_id="")
                ),
                name="account_acts_for_one_side",
            ),
            # Whoever bore the name would be the system, with all that it may do.
            CheckConstraint(
                condition=~Q(username=SYSTEM_ACCOUNT), name="account_is_not_the_system"
            ),
            CheckConstraint(
                condition=~Q(Contains(Cast("posts", TextField()), f'"{OUR_POSTS}')),
                name="account_posts_are_declared",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            Index(fields=["organization"], name="account_organization")
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def title(self) -> Text:
        return Text(self.title_zh, self.title_en)

    @property
    def subject(self) -> Subject | None:
        if not self.subject_id:
            return None
        return Subject(SubjectKind(self.subject_kind), self.subject_id)

    def actor(self) -> Actor:
        """Who acts when this account acts.

        A citizen acts for their own subject; an official for the organisation, which
        may be a case's applicant as well; an auditor by a post of its own.
        """
        posts, subject = frozenset(self.posts), self.subject
        if self.kind == self.Kind.AUDITOR:
            posts |= {AUDITOR}
        elif self.kind == self.Kind.OFFICIAL:
            subject = Subject(SubjectKind.ORGANIZATION, self.organization)
        return Actor(self.username, self.organization or None, posts, subject)


class Draft(models.Model):
    """An application in preparation; it bears the number its case will have."""

    account = models.CharField(max_length=60)
    type = models.CharField(max_length=80)
    number = models.CharField(max_length=16, unique=True)
    applicant_kind = models.CharField(
        max_length=12, choices=SUBJECT_KINDS, blank=True, default=""
    )
    applicant_id = models.CharField(max_length=80, blank=True, default="")
    data = models.JSONField(default=dict)
    updated = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["account", "type"], name="draft_once"),
            paired("applicant_kind", "applicant_id", "draft_applicant_paired"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.type}"


class StoredFile(models.Model):
    """A paper as one owner gave it; the bytes lie in the home's ``files``."""

    ref = models.CharField(max_length=69)
    name = models.CharField(max_length=200)
    media = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    owner = models.CharField(max_length=60)
    kept = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(fields=["ref", "owner"], name="file_once_an_owner"),
        ]
        indexes: ClassVar[list[Any]] = [
            Index(fields=["owner", "kept"], name="file_owner_kept")
        ]

    def __str__(self) -> str:
        return self.ref
