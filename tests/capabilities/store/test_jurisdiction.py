"""The declarations in force, the handlers they name, the clock they live by."""

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.conf import settings
from tests.capabilities.qinghe import MONDAY, PACK
from tests.handlers import HANDLERS

from tongban.home import Home
from tongban.store import clock, handlers, jurisdiction
from tongban.store.models import PackInForce


def test_the_pack_in_force_is_loaded_once() -> None:
    assert jurisdiction.current() is jurisdiction.current()
    assert jurisdiction.current().title.zh == "清河县"


def test_another_pack_is_in_force_once_the_home_says_so(tmp_path: Path) -> None:
    before = jurisdiction.current()
    jurisdiction.note_in_force()
    jurisdiction.note_in_force()
    assert PackInForce.objects.count() == 1
    changed = tmp_path / "pack"
    shutil.copytree(PACK, changed)
    declared = changed / "pack.yaml"
    declared.write_text(
        declared.read_text("utf-8").replace("清河县", "白河县"), "utf-8"
    )
    Home.create(settings.HOME.path, pack=changed, origin=settings.HOME.origin)
    jurisdiction.forget()
    assert jurisdiction.current().title.zh == "白河县"
    assert jurisdiction.current().digest != before.digest
    with clock.at(MONDAY + timedelta(hours=1)):
        jurisdiction.note_in_force()
    last = PackInForce.objects.order_by("-since")[0]
    assert (last.digest, last.title) == (jurisdiction.current().digest, "白河县")


def test_capabilities_made_their_handlers_known() -> None:
    assert handlers.names() == HANDLERS


def test_a_handlers_name_is_given_once() -> None:
    issue = handlers.named("certificates.issue")
    assert handlers.handler("certificates.issue")(issue) is issue
    with pytest.raises(TypeError):
        handlers.handler("certificates.issue")(handlers.named("sharing.grant"))


def test_the_clock_shows_the_jurisdictions_time() -> None:
    utc = datetime(2026, 11, 23, 1, 30, tzinfo=timezone.utc)  # noqa: UP017
    with clock.at(utc):
        assert clock.now() == MONDAY
        assert clock.now().isoformat() == "2026-11-23T09:30:00+08:00"
    assert clock.local(utc).date() == MONDAY.date()
