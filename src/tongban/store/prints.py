"""What the store keeps and publishes in place of a plan's digest.

The digest itself is a bare hash of the governed statement: whoever saw it could
hash guesses of what an author wrote there, a number of a person, until one fits.
"""

import hashlib
import hmac

from tongban.kernel.query.model import Plan
from tongban.store.jurisdiction import pseudonym_secret


_LABEL = b"tongban plan "


def plan_print(plan: Plan) -> str:
    """HMAC-SHA-256 (RFC 2104) of the plan's digest: 64 hexadecimal digits.

    Its key is the installation's secret: equal plans are equal here and nowhere
    else.
    """
    key = hmac.digest(pseudonym_secret(), _LABEL, hashlib.sha256)
    return hmac.digest(key, plan.digest.encode(), hashlib.sha256).hex()
