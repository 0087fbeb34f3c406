"""What the people and offices of the small jurisdiction do here."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from tests.capabilities.qinghe import CHINA, REGISTRAR, SHOP, citizen, official, person

from tongban.kernel.case.commands import Accept, Command, Decide
from tongban.kernel.case.model import Case, Outcome, Vow
from tongban.kernel.terms import Actor
from tongban.store import cases, clock, files
from tongban.store.jurisdiction import current


MARKET_HEAD = official("market-regulation", "director")
OTHER_HEAD = Actor("deputy", "market-regulation", frozenset({"director"}))
PDF = b"%PDF-1.7\n" + b"x" * 500


@contextmanager
def on(day: str, hour: int = 10) -> Iterator[datetime]:
    """``2026-12-07`` in the morning, on the clock of the jurisdiction."""
    year, month, date = map(int, day.split("-"))
    moment = datetime(year, month, date, hour, tzinfo=CHINA)
    with clock.at(moment):
        yield moment


def vow(code: str, *materials: str) -> Vow:
    promise = current().case_types[code].promise
    assert promise is not None
    return Vow(code, promise.digest, materials)


def paper(by: Actor) -> str:
    return files.keep(io.BytesIO(PDF), by=by, name="map.pdf")


def stall(place: int = 0, key: str = "stall", *, promised: bool = True) -> Case:
    """A market stall, its map promised or handed in."""
    by = citizen(place)
    return cases.open_case(
        "shop.stall",
        by=by,
        key=key,
        applicant=person(place),
        data={"shop_name": SHOP["shop_name"]},
        materials={} if promised else {"map": paper(by)},
        promises=(vow("shop.stall", "map"),) if promised else (),
    )


def act(case: Case, command: Command, by: Actor, key: str = "") -> Case:
    name = type(command).__name__
    return cases.act(case.number, command, by=by, key=f"{case.number}{name}{key}")


def granted(case: Case, by: Actor = REGISTRAR) -> Case:
    act(case, Accept(), by)
    return act(case, Decide(Outcome.GRANTED, ""), by)


def refused(case: Case, by: Actor = REGISTRAR) -> Case:
    act(case, Accept(), by)
    return act(case, Decide(Outcome.REFUSED, "位置不合规划"), by)
