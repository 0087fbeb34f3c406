"""An issuer at work until it is killed; run by test_kill.py in a process of its own.

``python -m tests.capabilities.certificates.busy_issuer work`` asks for the same copies
in the same order each time, as wallets do whose answers were lost, and prints a line
for each that was acknowledged; ``… check`` prints what is stored and what fsck finds.
"""

import json
import sys
from base64 import urlsafe_b64decode
from itertools import count

import django


django.setup()

from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from django.core.management import call_command  # noqa: E402
from openvc.keys import P256SigningKey  # noqa: E402
from tests.capabilities.certificates.holding import (  # noqa: E402
    HOLDER,
    held,
    licence,
)

from tongban.capabilities.certificates import credential  # noqa: E402
from tongban.store import clock, ledger, wallets  # noqa: E402
from tongban.store.models import (  # noqa: E402
    CertificateRecord,
    LedgerLeaf,
    WalletCredential,
)


AT_ONCE = 3


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    licence()
    ledger.integrate()


def work() -> None:
    wallets.MOST_COPIES = 1_000_000
    certificate = held()
    for first in count(1, AT_ONCE):
        keys = [
            P256SigningKey(ec.derive_private_key(first + n, ec.SECP256R1()), "wallet")
            for n in range(AT_ONCE)
        ]
        wishes = [credential.Wish(certificate, key.public_jwk()) for key in keys]
        made = credential.issue_many(wishes, by=HOLDER, at=clock.now())
        for place, text in enumerate(made, first):
            part = text.split("~")[0].split(".")[1]
            claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            tell(wallet=place, status=claims["status"]["status_list"]["idx"])


def check() -> None:
    tell(
        certificates=CertificateRecord.objects.count(),
        places=list(WalletCredential.objects.values_list("place", flat=True)),
        leaves=LedgerLeaf.objects.filter(text__contains='"credential"').count(),
        problems=[str(problem) for problem in ledger.fsck()],
    )


if __name__ == "__main__":
    {"prepare": prepare, "work": work, "check": check}[sys.argv[1]]()
