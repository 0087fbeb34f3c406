"""How many certificates a second are issued to wallets, and verified at counters."""

import time
from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import replace
from datetime import datetime
from datetime import time as of_day
from itertools import count, cycle
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.db import connections
from openvc.keys import P256SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite

from tongban.capabilities.certificates import credential
from tongban.cli.installed.story import founder, script
from tongban.cli.installed.story.teller import Teller, speaking
from tongban.cli.measures import Area, Figure
from tongban.kernel.case.identifier import identifier
from tongban.kernel.terms import Actor
from tongban.store import certificates, clock, jurisdiction
from tongban.store.certificates import Certificate, Issue


LASTS_S = 20.0
TOGETHER = 50
PROCESSES = 2
SHOWN = 1000  # presentations that are verified again and again
BINDING = credential.Binding("x509_san_dns:counter.example", "a nonce of the counter")
Public = Mapping[str, Any]


def measure() -> Area:
    """Issue certificates that say what one licence says, then show and verify them."""
    licence, key = _licence(), P256SigningKey.generate("wallet")
    issued = _together(_issuing, licence, key.public_jwk())
    texts = _issued(licence, range(SHOWN), key.public_jwk())
    presented = [_shown(text, key) for text in texts]
    verified = _together(_verifying, presented, TOGETHER)
    alone = _together(_verifying, presented, 1)
    return Area(
        "certificates",
        f"{PROCESSES} processes, {LASTS_S:g} s each. Issued: certificate, leaf, place"
        f" in the status list and signed SD-JWT VC, {TOGETHER} in a durable commit."
        " Verified: signatures of issuer and holder, time, state of the certificate.",
        (
            Figure("certificates issued", issued, "/s", least=300),
            Figure("presentations verified", verified, "/s", least=1000),
            Figure("presentations verified one by one", alone, "/s"),
        ),
        {"issue_per_s": issued, "verify_per_s": verified},
    )


def _together(work: Callable[..., float], *told: Any) -> float:
    """What all processes do in a second."""
    connections.close_all()  # a connection is of one process
    with get_context("fork").Pool(PROCESSES) as pool:
        return sum(pool.starmap(work, [(n, *told) for n in range(1, PROCESSES + 1)]))


def _issuing(process: int, licence: Certificate, key: Public) -> float:
    numbers = count(process * 10_000_000)
    return _a_second(
        lambda: _issued(licence, [next(numbers) for _ in range(TOGETHER)], key)
    )


def _verifying(process: int, presented: list[str], size: int) -> float:
    del process
    pairs = cycle([(text, BINDING) for text in presented])

    def verify() -> list[credential.Shown]:
        now = clock.now()
        return credential.verify_many([next(pairs) for _ in range(size)], at=now)

    return _a_second(verify)


def _a_second(work: Callable[[], Sized]) -> float:
    begun = time.perf_counter()
    done = 0
    while time.perf_counter() - begun < LASTS_S:
        done += len(work())
    return done / (time.perf_counter() - begun)


def _licence() -> Certificate:
    """A licence that was granted at once to the founder of the story."""
    with speaking("zh"):
        play = script.read(settings.HOME.pack, jurisdiction.current())
        begins = datetime.combine(play.day, of_day(9), clock.now().tzinfo)
        founder.apply(play, begins, Teller(lambda _line: None))
        return certificates.of_holder(founder.actor_of(play))[0]


def _issued(like: Certificate, serials: Iterable[int], key: Public) -> list[str]:
    """Certificates that say what ``like`` says, and a wallet's copy of each."""
    pack, at = jurisdiction.current(), clock.now()
    kind = pack.certificates[like.type]
    uscc = pack.catalog.organizations[kind.issuer].uscc
    new = [
        Issue(
            identifier(kind.type_code, uscc, f"{like.case}{serial:08}"),
            like.type,
            like.holder,
            like.case,
            like.fields,
            at,
            holder_name=like.holder_name,
        )
        for serial in serials
    ]
    by = Actor("bench", subject=like.holder)
    certificates.issue_many(new, by=by, at=at)
    wishes = [credential.Wish(replace(like, number=each.number), key) for each in new]
    return credential.issue_many(wishes, by=by, at=at)


def _shown(text: str, key: P256SigningKey) -> str:
    made: str = SdJwtVcProofSuite().create_presentation(
        text, holder_key=key, audience=BINDING.audience, nonce=BINDING.nonce
    )
    return made
