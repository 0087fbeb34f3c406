"""How many certificates a second are issued to wallets, and verified at counters."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from datetime import time as of_day
from itertools import count

from django.conf import settings
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
BINDING = credential.Binding("x509_san_dns:counter.example", "a nonce of the counter")


def measure() -> Area:
    """Issue copies of one licence, each a certificate of its own; then show them."""
    licence = _licence()
    key = P256SigningKey.generate("wallet")
    shown: list[str] = []

    def issue(batch: Iterator[int]) -> None:
        shown.extend(_issued(licence, [next(batch) for _ in range(TOGETHER)], key))

    issued_per_s = _a_second(issue, count(1))
    presented = [_shown(text, key) for text in shown[: 20 * TOGETHER]]

    def verify(places: Iterator[int]) -> None:
        chosen = [presented[next(places) % len(presented)] for _ in range(TOGETHER)]
        pairs = [(text, BINDING) for text in chosen]
        assert len(credential.verify_many(pairs, at=clock.now())) == TOGETHER

    verified_per_s = _a_second(verify, count())

    def verify_one(places: Iterator[int]) -> None:
        for _ in range(TOGETHER):
            text = presented[next(places) % len(presented)]
            credential.verify(text, BINDING, at=clock.now())

    alone_per_s = _a_second(verify_one, count())
    return Area(
        "certificates",
        f"One process, {LASTS_S:g} s each. Issued: certificate, leaf, place in the"
        f" status list and signed SD-JWT VC, {TOGETHER} in a durable commit. Verified:"
        " signatures of issuer and holder, time, state of the certificate.",
        (
            Figure("certificates issued", issued_per_s, "/s", least=300),
            Figure("presentations verified", verified_per_s, "/s", least=1000),
            Figure("presentations verified one by one", alone_per_s, "/s"),
        ),
        {"issue_per_s": issued_per_s, "verify_per_s": verified_per_s},
    )


def _a_second(work: Callable[[Iterator[int]], None], numbers: Iterator[int]) -> float:
    begun = time.perf_counter()
    done = 0
    while time.perf_counter() - begun < LASTS_S:
        work(numbers)
        done += TOGETHER
    return done / (time.perf_counter() - begun)


def _licence() -> Certificate:
    """A licence that was granted at once to the founder of the story."""
    with speaking("zh"):
        play = script.read(settings.HOME.pack, jurisdiction.current())
        begins = datetime.combine(play.day, of_day(9), clock.now().tzinfo)
        founder.apply(play, begins, Teller(lambda _line: None))
        return certificates.of_holder(founder.actor_of(play))[0]


def _issued(like: Certificate, serials: list[int], key: P256SigningKey) -> list[str]:
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
    wishes = [
        credential.Wish(replace(like, number=each.number), key.public_jwk())
        for each in new
    ]
    return credential.issue_many(wishes, by=by, at=at)


def _shown(text: str, key: P256SigningKey) -> str:
    made: str = SdJwtVcProofSuite().create_presentation(
        text, holder_key=key, audience=BINDING.audience, nonce=BINDING.nonce
    )
    return made
