"""Two processes over one store; run by test_revocation.py.

``… use`` uses data again and again, and prints when each use began and whether it
was allowed, until it was not; ``… revoke`` withdraws the grant and prints when.
Moments are those of the machine's monotonic clock, which processes share.
"""

import json
import sys
import time

import django


django.setup()

from django.core.management import call_command  # noqa: E402
from tests.capabilities.qinghe import citizen, person  # noqa: E402

from tongban.kernel.terms import SYSTEM, Refused  # noqa: E402
from tongban.store import drafts, grants, jurisdiction, uses  # noqa: E402


MOST = 30  # seconds that a use is tried again


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201


def prepare() -> None:
    call_command("migrate", verbosity=0)


def use() -> None:
    case = drafts.start(citizen(), "open-shop").number
    end = time.monotonic() + MOST
    allowed = True
    while allowed and time.monotonic() < end:
        begun = time.monotonic()
        try:
            uses.use(
                by=citizen(),
                organization="market-regulation",
                purpose="open-shop.prefill",
                sql="SELECT name FROM population.person",
                case=case,
                subject=person(),
            )
        except Refused as refused:
            allowed = refused.code != "query.no-grant"
        tell(at=begun, allowed=allowed)


def revoke() -> None:
    grants.revoke("prefill.person", jurisdiction.current().grants, by=SYSTEM)
    tell(at=time.monotonic())


if __name__ == "__main__":
    {"prepare": prepare, "use": use, "revoke": revoke}[sys.argv[1]]()
