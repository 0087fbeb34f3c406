"""Certificates in wallets: OpenID4VCI 1.0 issuer and OpenID4VP 1.0 verifier."""
