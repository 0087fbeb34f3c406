"""What wallets were given of certificates, and what they showed at a counter."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from tongban.store.models.certificates import CertificateRecord
from tongban.store.models.ledger import LedgerLeaf


DIGEST = 64  # SHA-256 in hexadecimal digits


class WalletCredential(models.Model):
    """A copy of a certificate bound to a key of a wallet, and its place in a list.

    ``key`` is the thumbprint of that key (RFC 7638), ``list`` and ``place`` where
    the Token Status List tells its state.
    """

    certificate = models.ForeignKey(
        CertificateRecord, models.PROTECT, related_name="credentials", db_index=False
    )
    key = models.CharField(max_length=43)
    list = models.PositiveIntegerField()
    place = models.PositiveIntegerField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    leaf = models.OneToOneField(LedgerLeaf, models.PROTECT)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            UniqueConstraint(
                fields=["certificate", "key"], name="credential_once_a_key"
            ),
            UniqueConstraint(fields=["list", "place"], name="credential_one_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.list}/{self.place}"


class WalletOffer(models.Model):
    """A holder's consent that one wallet may fetch one certificate.

    ``code`` and ``token`` are digests of what only the wallet knows. Without
    ``client`` the code was shown to the holder (pre-authorized), with it the wallet
    was given the code at ``redirect`` and must know the verifier of ``challenge``.
    ``pin`` is the digest of the number that the holder types into the wallet.
    """

    certificate = models.ForeignKey(CertificateRecord, models.PROTECT)
    account = models.CharField(max_length=60)
    code = models.CharField(max_length=DIGEST, unique=True)
    pin = models.CharField(max_length=DIGEST, blank=True, default="")
    wrong_pins = models.PositiveSmallIntegerField(default=0)
    client = models.CharField(max_length=80, blank=True, default="")
    redirect = models.CharField(max_length=400, blank=True, default="")
    challenge = models.CharField(max_length=128, blank=True, default="")
    until = models.DateTimeField()
    token = models.CharField(max_length=DIGEST, null=True, unique=True)  # noqa: DJ001
    token_until = models.DateTimeField(null=True)
    told = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            CheckConstraint(
                condition=Q(token__isnull=True, token_until__isnull=True)
                | Q(token__isnull=False, token_until__isnull=False),
                name="offer_token_has_an_end",
            ),
            CheckConstraint(
                condition=Q(client="", redirect="", challenge="")
                | ~Q(client="") & ~Q(redirect="") & ~Q(challenge=""),
                name="offer_client_with_challenge",
            ),
        ]
        indexes: ClassVar[list[Any]] = [Index(fields=["until"], name="offer_until")]

    def __str__(self) -> str:
        return str(self.pk)


class WalletNonce(models.Model):
    """A nonce that was used up, and the one request that it was used for."""

    digest = models.CharField(max_length=DIGEST, primary_key=True)
    request = models.CharField(max_length=DIGEST)
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [Index(fields=["until"], name="nonce_until")]

    def __str__(self) -> str:
        return self.digest


class PushedRequest(models.Model):
    """Parameters that a wallet left here before it sent its holder (RFC 9126)."""

    digest = models.CharField(max_length=DIGEST, primary_key=True)
    client = models.CharField(max_length=80)
    parameters = models.JSONField()
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [Index(fields=["until"], name="pushed_until")]

    def __str__(self) -> str:
        return self.client


class PresentationRecord(models.Model):
    """What a counter asked somebody's wallet to show, and what it did show.

    ``declared`` is the pack's declaration, ``key`` the private key for this answer
    alone. ``answer`` is the digest of what the wallet sent, ``refusal`` the code of
    why it was not taken. ``shown`` is emptied when the counter may no longer look.
    """

    id = models.CharField(max_length=43, primary_key=True)
    declared = models.CharField(max_length=80)
    organization = models.CharField(max_length=80)
    by = models.CharField(max_length=60)
    nonce = models.CharField(max_length=43)
    state = models.CharField(max_length=43)
    key = models.JSONField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    answered = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=60, blank=True, default="")
    shown = models.JSONField(default=list)
    answer = models.CharField(max_length=DIGEST, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            CheckConstraint(
                condition=Q(answered__isnull=True, answer="", refusal="")
                | Q(answered__isnull=False) & ~Q(answer=""),
                name="presentation_answered_by_an_answer",
            )
        ]
        indexes: ClassVar[list[Any]] = [
            Index(fields=["organization", "-at"], name="presentation_of_office"),
            Index(fields=["until"], name="presentation_until"),
        ]

    def __str__(self) -> str:
        return self.id
