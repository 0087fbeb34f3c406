"""The handlers that the shipped packs name, for tests that load them without Django.

tests/capabilities/store/test_jurisdiction.py compares this with what is registered.
"""

HANDLERS = frozenset(
    {
        "certificates.cancel",
        "certificates.forfeit",
        "certificates.issue",
        "certificates.reissue",
        "certificates.resume",
        "certificates.revoke",
        "certificates.suspend",
        "certificates.take-back",
        "certificates.transfer",
        "sharing.grant",
    }
)
