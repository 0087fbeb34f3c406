"""Token Status Lists: whether credentials hold, for whoever was shown one.

draft-ietf-oauth-status-list: two bits a place, packed, compressed and signed. A list
is made of the certificates' state at the moment somebody asks, so a suspension or a
revocation is in it at once; one that has not changed is not sent again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from openvc.status.issue import build_status_list_token, build_token_status_reference
from openvc.status.token_status_list import new_status_list, set_status

from tongban.capabilities.certificates import addresses, keys
from tongban.kernel.case.certificate import Status
from tongban.store import wallets


BITS = 2
VALID, INVALID, SUSPENDED = 0, 1, 2  # status types of the draft, section 7.1
STATES = {Status.VALID: VALID, Status.SUSPENDED: SUSPENDED}  # all others: for good
TTL_S = 60  # how long a verifier may rely on a list before it asks again
RENEWED_S = 3600  # a list is signed anew, and good for twice as long


def state_of(status: Status) -> int:
    """The status type of a certificate's status."""
    return STATES.get(status, INVALID)


def uri(number: object) -> str:
    """Where the list of that number is published."""
    return addresses.absolute("status-list", number)


def reference(number: int, place: int) -> Mapping[str, object]:
    """The ``status`` claim of the credential at that place."""
    claim: dict[str, object] = build_token_status_reference(
        uri=uri(number), index=place
    )
    return claim


@dataclass(frozen=True, slots=True)
class StatusList:
    """One list as it is at a moment; ``etag`` changes when its content does."""

    number: int
    marked: Mapping[int, str]
    at: datetime

    @property
    def etag(self) -> str:
        """An entity tag (RFC 9110 section 8.8.3); a new one each hour at least."""
        hour = int(self.at.timestamp()) // RENEWED_S
        told = repr((self.number, hour, sorted(self.marked.items())))
        return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'

    def token(self) -> str:
        """The list packed, compressed and signed (``statuslist+jwt``)."""
        packed = new_status_list(wallets.PLACES, bits=BITS)
        for place, status in self.marked.items():
            set_status(packed, place, state_of(Status(status)), bits=BITS)
        signed: str = build_status_list_token(
            signing_key=keys.signing_key(self.at).signer(),
            uri=uri(self.number),
            status_list=packed,
            bits=BITS,
            issued_at=self.at,
            expires=self.at + timedelta(seconds=2 * RENEWED_S),
            ttl=TTL_S,
            issuer=addresses.issuer(),
        )
        return signed


def read(number: int, at: datetime) -> StatusList | None:
    """The list of that number; None when it has not been begun."""
    if not wallets.has_list(number):
        return None
    return StatusList(number, wallets.marked(number), at)
