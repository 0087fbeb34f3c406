"""What the issuer publishes of itself, for wallets and verifiers to read.

OpenID4VCI 1.0 section 12.2, RFC 8414, draft-ietf-oauth-sd-jwt-vc sections 5 and 6.
"""

from collections.abc import Mapping
from typing import Any

from tongban.capabilities.certificates import addresses, keys
from tongban.capabilities.certificates.credential import BODY, BODY_CODE, COMMON
from tongban.capabilities.certificates.openid.oauth import CODE, PRE_AUTHORIZED
from tongban.kernel.terms import Text
from tongban.pack.model import CertificateType
from tongban.store.jurisdiction import current
from tongban.words.catalogue import words


FORMAT = "dc+sd-jwt"
MOST_AT_ONCE = 10  # keys of one request, each with a credential of its own
PROOF_ALGORITHMS = ("ES256", "EdDSA")
LOCALES = {"zh": "zh-CN", "en": "en"}


def credential_issuer() -> Mapping[str, Any]:
    """``/.well-known/openid-credential-issuer``."""
    pack = current()
    return {
        "credential_issuer": addresses.issuer(),
        "credential_endpoint": addresses.absolute("wallet-credential"),
        "nonce_endpoint": addresses.absolute("wallet-nonce"),
        "notification_endpoint": addresses.absolute("wallet-notification"),
        "batch_credential_issuance": {"batch_size": MOST_AT_ONCE},
        "display": _named(pack.title, "name"),
        "credential_configurations_supported": {
            code: _configuration(kind) for code, kind in pack.certificates.items()
        },
    }


def _configuration(kind: CertificateType) -> Mapping[str, Any]:
    return {
        "format": FORMAT,
        "vct": addresses.vct(kind.code),
        "scope": kind.code,
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": [keys.ES256],
        "proof_types_supported": {
            "jwt": {"proof_signing_alg_values_supported": list(PROOF_ALGORITHMS)}
        },
        "credential_metadata": {
            "display": _named(kind.title, "name"),
            "claims": [
                {"path": [name], "display": _named(title, "name")}
                for name, title in titles(kind).items()
            ],
        },
    }


def authorization_server() -> Mapping[str, Any]:
    """``/.well-known/oauth-authorization-server`` (RFC 8414)."""
    return {
        "issuer": addresses.issuer(),
        "authorization_endpoint": addresses.absolute("wallet-authorize"),
        "token_endpoint": addresses.absolute("wallet-token"),
        "pushed_authorization_request_endpoint": addresses.absolute("wallet-push"),
        "jwks_uri": addresses.absolute("issuing-keys"),
        "scopes_supported": list(current().certificates),
        "response_types_supported": ["code"],
        "grant_types_supported": [CODE, PRE_AUTHORIZED],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "pre-authorized_grant_anonymous_access_supported": True,
        "authorization_response_iss_parameter_supported": True,
    }


def jwt_vc_issuer() -> Mapping[str, Any]:
    """``/.well-known/jwt-vc-issuer``: whose keys sign."""
    return {"issuer": addresses.issuer(), "jwks": keys.published()}


def type_metadata(kind: CertificateType) -> Mapping[str, Any]:
    """What the ``vct`` of a type leads to: its names, and those of its claims."""
    return {
        "vct": addresses.vct(kind.code),
        "name": kind.title.zh,
        "display": _named(kind.title, "name"),
        "claims": [
            {
                "path": [name],
                "display": _named(title, "label"),
                "sd": "never" if name in (BODY, BODY_CODE) else "always",
            }
            for name, title in titles(kind).items()
        ],
    }


def titles(kind: CertificateType) -> dict[str, Text]:
    """What each claim of a type is called."""
    common = (*COMMON, BODY, BODY_CODE)
    named = {name: words()[f"certificates.wallet.claim.{name}"] for name in common}
    own = {name: field.title for name, field in kind.fields.items()}
    return {**own, **named}


def _named(title: Text, key: str) -> list[dict[str, str]]:
    """A title in every language of the jurisdiction, the first of them first."""
    return [
        {"locale": LOCALES[tongue], key: said}
        for tongue, said in (("zh", title.zh), ("en", title.en))
        if said
    ]
