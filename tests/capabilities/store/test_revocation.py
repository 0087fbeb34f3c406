"""A grant given or revoked counts at the next use, in every process."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from tests.capabilities.qinghe import MONDAY

from tongban.home import Home
from tongban.kernel.query.model import Grant, Scope
from tongban.kernel.terms import SYSTEM
from tongban.store import grants, jurisdiction
from tongban.store.models import GrantRecord, GrantRevision, LedgerLeaf


ROOT = Path(__file__).parents[3]


def office(home: Home, task: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.capabilities.store.two_offices", task],
        env={
            "PATH": os.defpath,
            "TONGBAN_HOME": str(home.path),
            "DJANGO_SETTINGS_MODULE": "tongban.web.settings",
        },
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def own_database(home: Home) -> Home:
    """A database on the disk, that two processes can open."""
    prepared = office(home, "prepare")
    assert prepared.communicate()[1] == ""
    return home


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the processes have a database of their own"
)
def test_revoked_grant_is_gone_in_another_process(own_database: Home) -> None:
    using = office(own_database, "use")
    assert using.stdout is not None
    first = [json.loads(using.stdout.readline()) for _ in range(3)]
    assert all(each["allowed"] for each in first)
    revoked = json.loads(office(own_database, "revoke").communicate()[0])["at"]
    rest, problems = using.communicate()
    assert problems == ""
    told = [json.loads(line) for line in rest.splitlines()]
    assert not told[-1]["allowed"]
    assert told[-1]["at"] < revoked + 1
    assert [each for each in told[:-1] if each["at"] > revoked] == []


GRANT = Grant(
    id="application-1",
    organization="market-regulation",
    purpose="open-shop.prefill",
    dataset="population.person",
    items=frozenset({"name"}),
    scope=Scope.SUBJECT,
    basis="《政务数据共享条例》第二十条",
    since=MONDAY.date(),
)


def names() -> set[str]:
    index = jurisdiction.compiler().grants
    found = index.of("market-regulation", "open-shop.prefill", "population.person")
    return {grant.id for grant in found}


def test_only_what_changed_is_read_again() -> None:
    for number in range(3):
        grants.add(replace(GRANT, id=f"before-{number}"), by=SYSTEM)
    assert names() == {"prefill.person", "before-0", "before-1", "before-2"}
    # A row that says otherwise without a leaf would be seen by who reads them all.
    GrantRecord.objects.filter(pk="before-0").update(purpose="another")
    grants.add(GRANT, by=SYSTEM)
    grants.revoke("before-1", [], by=SYSTEM)
    grants.revoke("prefill.person", jurisdiction.current().grants, by=SYSTEM)
    assert names() == {"before-0", "before-2", "application-1"}


def test_what_was_planned_before_a_change_is_kept() -> None:
    compiler = jurisdiction.compiler()
    grants.add(GRANT, by=SYSTEM)
    changed = jurisdiction.compiler()
    assert changed is not compiler
    assert changed._plan is compiler._plan


def test_database_put_in_place_of_another_is_read_anew() -> None:
    grants.add(replace(GRANT, id="gone"), by=SYSTEM)
    assert "gone" in names()
    GrantRecord.objects.filter(pk="gone").delete()
    LedgerLeaf.objects.update(hash=b"\0" * 32)
    GrantRevision.objects.update(value=1)
    assert "gone" not in names()
