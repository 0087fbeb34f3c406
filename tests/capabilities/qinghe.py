"""The small jurisdiction of tests/packs/good, its people and its offices."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tongban.kernel.terms import Actor, Subject, SubjectKind


PACK = Path(__file__).parents[1] / "packs" / "good"
CHINA = timezone(timedelta(hours=8))
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)

# What two departments know of three invented people: an adult, one whose licence
# was revoked, and a child.
PEOPLE = [
    ("990201199003070010", "何小雨", "1990-03-07", 1),
    ("990201198501010024", "罗成", "1985-01-01", 1),
    ("990201201206010034", "苗苗", "2012-06-01", 1),
]
LICENCES = [("QH-1", "990201198501010024", "revoked")]
SHOP: Mapping[str, Any] = {
    "founder_name": "何小雨",
    "shop_name": "清河县小雨书店",
    "premises_address": "清河县河滨路 8 号",
}


def person(place: int = 0) -> Subject:
    return Subject(SubjectKind.PERSON, PEOPLE[place][0])


def citizen(place: int = 0) -> Actor:
    """One of PEOPLE, acting for themselves."""
    return Actor(f"citizen.{place}", subject=person(place))


def official(organization: str, *posts: str) -> Actor:
    return Actor(f"{organization}.officer", organization, frozenset(posts))


REGISTRAR = official("market-regulation", "registrar")
INSPECTOR = official("fire-rescue", "inspector")
FIRE_HEAD = official("fire-rescue", "director")
POLICE = official("public-security", "data-officer")
