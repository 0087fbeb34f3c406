"""The `tongban` command. Its words and exit codes are a contract.

0 done · 1 refused, or a promise failed: the reason is printed · 2 wrong usage.
docs/reference/cli.md is generated from here.
"""

from tongban.cli import (
    bench,
    cases,
    certificates,
    data,
    demo,
    issuing,
    items,
    keeping,
    linking,
    packs,
    papers,
    proof,
    site,
    sources,
    story,
)
from tongban.cli.frame import app


__all__ = [
    "app",
    "bench",
    "cases",
    "certificates",
    "data",
    "demo",
    "issuing",
    "items",
    "keeping",
    "linking",
    "packs",
    "papers",
    "proof",
    "site",
    "sources",
    "story",
]
