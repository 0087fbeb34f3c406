"""Whether everything that a story acknowledged before it was stopped is still there."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings

from tongban.capabilities.workbench import actions
from tongban.cli.installed.story import founder, officials, script
from tongban.cli.installed.story.teller import speaking
from tongban.kernel.terms import SYSTEM, Actor, UserError
from tongban.store import cases, drafts, files, jurisdiction, ledger, trail


Told = Mapping[str, Any]


def missing(acknowledged: Sequence[Told]) -> list[str]:
    """A line for each acknowledged act that cannot be found, or differs."""
    pack = jurisdiction.current()
    by = founder.actor_of(script.read(settings.HOME.pack, pack))
    receipts = _receipts(by)
    found = []
    with speaking("zh"):
        for told in acknowledged:
            try:
                lost = CHECKS[told["kind"]](told, by, receipts)
            except UserError as error:
                lost = f"{error.what} ({error.code})"
            if lost:
                found.append(f"{told}: {lost}")
    return found


def _receipts(by: Actor) -> set[str]:
    def pages() -> Iterator[trail.UseRecord]:
        page: str | None = "1"
        while page is not None:
            found = trail.uses_of(by, page=page)
            yield from found.rows
            page = found.next

    return {use.receipt_id for use in pages()}


Check = Callable[[Told, Actor, set[str]], str]


def _draft(told: Told, by: Actor, receipts: set[str]) -> str:
    """The number is the draft's still, or became the case's."""
    del receipts
    if any(draft.number == told["number"] for draft in drafts.of(by)):
        return ""
    cases.case(told["number"], SYSTEM)
    return ""


def _kept_receipts(told: Told, by: Actor, receipts: set[str]) -> str:
    del by
    lost = set(told["ids"]) - receipts
    return f"receipts {sorted(lost)} are gone" if lost else ""


def _file(told: Told, by: Actor, receipts: set[str]) -> str:
    del receipts
    with files.open_file(told["ref"], by).stream as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return "" if told["ref"] == f"file:{digest}" else "its content has changed"


def _case(told: Told, by: Actor, receipts: set[str]) -> str:
    del receipts
    case = cases.case(told["number"], by)
    return "" if case.version >= told["version"] else f"is at version {case.version}"


def _act(told: Told, by: Actor, receipts: set[str]) -> str:
    """Sent again under the same key, it answers as the first time."""
    del by, receipts
    member = jurisdiction.current().cast[told["account"]]
    again = actions.act(
        by=officials.actor_of(member),
        number=told["number"],
        command=officials.command(told["label"]),
        key=told["key"],
    )
    same = again.version == told["version"]
    return "" if same else f"was carried out again, version {again.version}"


def _checkpoint(told: Told, by: Actor, receipts: set[str]) -> str:
    del by, receipts
    ledger.signed_at(told["size"])
    return ""


CHECKS: Mapping[str, Check] = {
    "draft": _draft,
    "receipts": _kept_receipts,
    "file": _file,
    "case": _case,
    "act": _act,
    "checkpoint": _checkpoint,
}
