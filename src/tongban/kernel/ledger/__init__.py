"""Ledger 存证: an append-only, Merkle-proved record of uses and cases."""
