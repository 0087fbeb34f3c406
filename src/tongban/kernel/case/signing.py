"""What an applicant declares with an application, and exactly of what.

The account that sends an application signs it: who and when are the opening event's
own, which the ledger seals. Kept with it are the words that were declared, by their
version and digest, and the digest of what they were said of; so whoever holds the
proof of the case can show both and nobody can put other words or other answers in.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from tongban.kernel.terms import Subject, canonical_json


def signed(
    words: str,
    version: str,
    *,
    case_type: str,
    applicant: Subject,
    data: Mapping[str, Any],
    materials: Mapping[str, str],
) -> dict[str, str]:
    """``{by, version, words, content}``: the last two SHA-256 in hex.

    ``words`` is the declaration as the applicant read it (UTF-8), ``content`` the
    canonical JSON of type, applicant, data and materials, as the case holds them.
    """
    content = [case_type, str(applicant), dict(data), dict(materials)]
    return {
        "by": "account",
        "version": version,
        "words": hashlib.sha256(words.encode()).hexdigest(),
        "content": hashlib.sha256(canonical_json(content)).hexdigest(),
    }
