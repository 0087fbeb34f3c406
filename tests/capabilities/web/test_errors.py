"""Statuses of errors, and log lines without anybody's number."""

import logging

import pytest

from tongban.kernel.terms import Refused, UserError
from tongban.web.errors import status_of
from tongban.web.logs import Discreet


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UserError("a", code="case.unknown"), 404),
        (Refused("a", code="case.stale"), 409),
        (Refused("a", code="case.not-yours"), 403),
        (UserError("a", code="file.too-large"), 413),
        (UserError("a", code="file.wrong-type"), 415),
        (UserError("a", code="not-found.service"), 404),
        (UserError("a", code="store.full"), 507),
        (Refused("a", code="query.no-grant"), 403),
        (UserError("a", code="case.still-missing"), 400),
    ],
)
def test_the_status_says_whose_turn_it_is(error: UserError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("holder 990101199003079423 failed", "holder [number] failed"),
        ("call 15400000001", "call [number]"),
        ("case 2026112300000001", "case 2026112300000001"),
    ],
)
def test_no_persons_number_reaches_a_log(text: str, written: str) -> None:
    record = logging.LogRecord("tongban", logging.INFO, __file__, 1, text, (), None)
    assert Discreet("{message}", style="{").format(record) == written
