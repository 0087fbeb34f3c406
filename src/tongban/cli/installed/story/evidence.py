"""The founder's evidence: who used my data, and a proof that needs nobody's word."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.cli.installed.story.teller import Teller, on, read
from tongban.kernel.ledger import verifier
from tongban.kernel.terms import Actor, Text
from tongban.store import jurisdiction, ledger, trail


PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Evidence:
    """The proof's file with what it proves, and the ledger's state."""

    receipts: tuple[str, ...]
    leaves: int
    checkpoint: ledger.Checkpoint
    file: Path
    verified: bool


def gather(
    parent: str,
    items: list[str],
    mine: tuple[str, ...],
    by: Actor,
    to: Path,
    teller: Teller,
) -> Evidence:
    """Everything that was recorded of the one-thing ``parent``, written to ``to``.

    ``items`` are the numbers of its items and ``mine`` the receipts that the
    founder was shown with the form.
    """
    checkpoint = ledger.integrate()
    teller.acknowledge("checkpoint", size=checkpoint.size)
    used = list(_uses(by, {parent, *items}))
    _tell_uses(used, teller)
    ids = tuple(use.receipt_id for use in used)
    bundle = trail.bundle_for_case(parent, by=by)
    to.write_text(json.dumps(bundle, ensure_ascii=False), "utf-8")
    proven = [json.loads(leaf["leaf"]) for leaf in bundle["leaves"]]
    recorded = sum(leaf["kind"] == "use" for leaf in proven)
    teller.promise(
        "trail",
        len(used) == recorded and set(mine) <= set(ids),
        shown=len(used),
        recorded=recorded,
    )
    teller.promise(
        "purpose",
        all(
            use.purpose and use.case and use.organization and use.grants for use in used
        ),
    )
    verified = verify_apart(to, teller)
    return Evidence(ids, len(proven), checkpoint, to, verified)


def _uses(by: Actor, cases: set[str]) -> Iterator[trail.UseRecord]:
    page: str | None = "1"
    while page is not None:
        found = trail.uses_of(by, page=page)
        yield from (use for use in found.rows if use.case in cases)
        page = found.next


def _tell_uses(used: list[trail.UseRecord], teller: Teller) -> None:
    pack = jurisdiction.current()
    teller.say("uses", count=len(used))
    for use in reversed(used):
        organization = pack.catalog.organizations[use.organization]
        teller.say(
            "use",
            day=on(use.at.date()),
            organization=read(organization.title),
            purpose=read(pack.purposes[use.purpose].title),
            case=use.case,
            datasets=_titles(use.items),
        )


def _titles(items: tuple[str, ...]) -> str:
    datasets = jurisdiction.current().catalog.datasets
    codes = dict.fromkeys(item.rpartition(".")[0] for item in items)
    titles: list[Text] = [datasets[code].title for code in codes]
    return " / ".join(read(title) for title in titles)


def verify_apart(file: Path, teller: Teller) -> bool:
    """Let another process judge the proof, and then a copy with one altered word.

    It has the file, the public key, Python's standard library and nothing else.
    """
    key = str(ledger.signer().verifier)
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "verifier.py"
        shutil.copy(verifier.__file__, alone)
        good = _run(alone, file, key)
        forged = Path(folder) / "forged.json"
        forged.write_text(_altered(file.read_text("utf-8")), "utf-8")
        bad = _run(alone, forged, key)
    teller.say("proof", file=file)
    teller.promise("proof", good.returncode == 0, said=good.stdout)
    teller.promise("forged", bad.returncode == 1, said=bad.stdout)
    return good.returncode == 0


def _run(program: Path, bundle: Path, key: str) -> subprocess.CompletedProcess[str]:
    # -I: no settings, no current folder; -S: no installed packages, hence no product.
    return subprocess.run(
        [sys.executable, "-I", "-S", program, bundle, "--key", key, "--lang", "en"],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        cwd=program.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def _altered(text: str) -> str:
    """The bundle with the number of rows of one record changed by hand."""
    bundle: dict[str, Any] = json.loads(text)
    entry = bundle["leaves"][-1]
    leaf = json.loads(entry["leaf"])
    leaf["kind"] = f"{leaf['kind']}x"
    entry["leaf"] = json.dumps(
        leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return json.dumps(bundle, ensure_ascii=False)
