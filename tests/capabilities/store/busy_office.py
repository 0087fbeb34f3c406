"""An office at work until it is killed; run by test_kill.py in a process of its own.

``python -m tests.capabilities.store.busy_office work`` prints a line for every
acknowledged command; ``… check`` prints what is stored and what fsck finds.
"""

import json
import sys
from itertools import count

import django


django.setup()

from django.core.management import call_command  # noqa: E402
from tests.capabilities.acts import open_shop  # noqa: E402
from tests.capabilities.qinghe import PEOPLE, citizen  # noqa: E402

from tongban.kernel.case.commands import Withdraw  # noqa: E402
from tongban.store import cases, ledger, trail  # noqa: E402
from tongban.store.models import CaseRecord  # noqa: E402


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201


def work() -> None:
    begun = CaseRecord.objects.count()
    for turn in count(begun):
        shop = open_shop(turn % len(PEOPLE), key=f"open-{turn}")
        tell(number=shop.number, version=shop.version)
        if turn % 3 == 0:
            by = citizen(turn % len(PEOPLE))
            done = cases.act(shop.number, Withdraw(), by=by, key=f"end-{turn}")
            tell(number=done.number, version=done.version)
        tell(size=ledger.integrate().size)


def check() -> None:
    stored = dict(CaseRecord.objects.values_list("number", "version"))
    head = ledger.latest()
    used = [trail.uses_of(citizen(n)).rows for n in range(len(PEOPLE))]
    tell(
        stored=stored,
        size=head.size if head else 0,
        uses=sum(map(len, used)),
        problems=[str(problem) for problem in ledger.fsck()],
    )


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        call_command("migrate", verbosity=0)
        call_command("flush", interactive=False, verbosity=0)
    {"prepare": ledger.integrate, "work": work, "check": check}[sys.argv[1]]()
