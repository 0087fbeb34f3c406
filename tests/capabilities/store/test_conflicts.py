"""Ties that a department's register tells of: read under a purpose, with a receipt."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import PACK, REGISTRAR, citizen, person

from tongban.home import Home
from tongban.kernel.case.commands import Accept
from tongban.kernel.case.model import Kind
from tongban.kernel.case.refusals import ConflictOfInterest
from tongban.kernel.terms import Subject, SubjectKind
from tongban.store import cases, staff, trail
from tongban.store.models import UseReceipt


# 罗成 stands behind the firm of licence QH-1, the register says.
FIRM = Subject(SubjectKind.ENTERPRISE, "QH-1")
DECLARED = {
    "purposes.yaml": """
- purpose: conflict.check
  title: {zh: 回避核查, en: Check of ties}
  scope: subject
  basis: 《公务员法》第七十六条
  case-types: [shop.licence]
  items: [market.licence.licence_number]
""",
    "grants.yaml": """
- grant: conflict.licence
  organization: market-regulation
  purpose: conflict.check
  dataset: market.licence
  items: [licence_number]
  reveal: [licence_number]
  scope: subject
  basis: 《公务员法》第七十六条
  since: 2025-08-01
""",
    "relations.yaml": """
- relation-source: market.firms
  dataset: market.licence
  party: licence_number
  kind: enterprise
  purpose: conflict.check
""",
}


@pytest.fixture
def home(tmp_path: Path, departments: Path, settings: Any) -> Home:
    pack = shutil.copytree(PACK, tmp_path / "good")
    for name, more in DECLARED.items():
        with (pack / name).open("a", encoding="utf-8") as file:
            file.write(more)
    made = Home.create(tmp_path / "home", pack=pack, origin="qinghe.example/ledger")
    shutil.copytree(departments, made.departments, dirs_exist_ok=True)
    settings.HOME = made
    return made


def licence_of(place: int, key: str) -> str:
    shop = open_shop(place, key=key)
    (licence, *_) = cases.children(shop.number, citizen(place))
    return licence.number


def test_who_is_tied_to_what_stands_behind_the_applicant_is_barred() -> None:
    number = licence_of(1, "a")
    before = UseReceipt.objects.count()
    staff.declare_relation(by=REGISTRAR, kind=staff.Tie.SHAREHOLDING, subject=FIRM)
    with pytest.raises(ConflictOfInterest) as refused:
        cases.act(number, Accept(), by=REGISTRAR, key="accept")
    assert refused.value.facts["relation"] == "shareholding"
    assert UseReceipt.objects.count() == before + 1
    told = trail.uses_of(citizen(1)).rows
    assert "conflict.check" in {use.purpose for use in told}
    last = cases.events(number, REGISTRAR)[-1]
    assert (last.kind, last.data["account"]) == (Kind.RECUSED, REGISTRAR.account)


def test_who_has_declared_nothing_has_nothing_read() -> None:
    number = licence_of(1, "a")
    before = UseReceipt.objects.count()
    cases.act(number, Accept(), by=REGISTRAR, key="accept")
    assert UseReceipt.objects.count() == before


def test_who_is_tied_to_somebody_else_acts() -> None:
    number = licence_of(1, "a")
    staff.declare_relation(by=REGISTRAR, kind=staff.Tie.RELATIVE, subject=person(2))
    assert cases.act(number, Accept(), by=REGISTRAR, key="accept").accepted
