"""A holder of qinghe.py with a shop licence, and what a wallet has."""

from typing import Any

from openvc.keys import P256SigningKey
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import citizen

from tongban.capabilities.certificates import credential
from tongban.store import certificates, clock
from tongban.store.certificates import Certificate


HOLDER = citizen()


def licence() -> Certificate:
    """A shop licence that was just granted to HOLDER."""
    open_shop()
    return held()


def held() -> Certificate:
    """HOLDER's newest certificate, as it stands now."""
    return certificates.of_holder(HOLDER)[0]


def wallet_key() -> P256SigningKey:
    return P256SigningKey.generate("wallet")


def issued(certificate: Certificate, key: P256SigningKey | None = None) -> str:
    """An SD-JWT VC of the certificate for a key of a wallet."""
    wish = credential.Wish(certificate, (key or wallet_key()).public_jwk())
    (made,) = credential.issue_many([wish], by=HOLDER, at=clock.now())
    return made


def shown(text: str, key: P256SigningKey, binding: credential.Binding) -> str:
    """All of it shown to whom ``binding`` names."""
    made: Any = credential._suite.create_presentation(
        text, holder_key=key, audience=binding.audience, nonce=binding.nonce
    )
    return str(made)
