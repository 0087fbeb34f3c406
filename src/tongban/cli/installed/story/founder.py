"""The founder's part: a form already filled, what is missing, one submission."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongban.capabilities.services import actions
from tongban.capabilities.services.record import Draft, Prefilled
from tongban.cli.installed.story.script import Script
from tongban.cli.installed.story.teller import Teller, listed, read
from tongban.kernel.case.item import Material
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Actor
from tongban.store import cases, clock, jurisdiction


# One page, no content: what a scanner would send, in the fewest bytes.
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)


@dataclass(frozen=True, slots=True)
class Application:
    """What the founder's morning came to."""

    case: Case
    prefilled: tuple[str, ...]
    asked: tuple[str, ...]
    receipts: tuple[str, ...]


def actor_of(script: Script) -> Actor:
    return Actor(script.founder.account, subject=script.founder.subject)


def apply(script: Script, at: datetime, teller: Teller) -> Application:
    """Start the matter at ``at``, fill in what nobody knows, submit once (twice)."""
    by = actor_of(script)
    teller.say("begins", who=read(script.founder.title), thing=read(script.thing.title))
    with clock.at(at):
        draft = actions.start(by=by, type_code=script.thing.code)
        teller.acknowledge("draft", number=draft.number)
        known = actions.prefilled(by=by, draft=draft, anew=True)
        receipts = tuple({value.receipt: 0 for value in known.values.values()})
        teller.acknowledge("receipts", ids=receipts)
        draft = actions.begun(by=by, type_code=script.thing.code) or draft
    asked = _asked(script, known)
    _tell_known(script, known, asked, teller)
    with clock.at(at + timedelta(minutes=15)):
        draft = _give_papers(script, by, draft, teller)
        case = _submit(script, by, draft, asked, teller)
    return Application(case, tuple(known.values), asked, receipts)


def _asked(script: Script, known: Prefilled) -> tuple[str, ...]:
    """The fields and groups that nobody knows and the founder answers."""
    answered = {**script.answers, **script.rows}.keys() - known.values.keys()
    return tuple(part.name for part in script.thing.parts if part.name in answered)


def _tell_known(
    script: Script, known: Prefilled, asked: tuple[str, ...], teller: Teller
) -> None:
    organizations = jurisdiction.current().catalog.organizations
    providers = dict.fromkeys(value.provider for value in known.values.values())
    names = [
        organizations[code].short or organizations[code].title for code in providers
    ]
    teller.say(
        "prefilled",
        count=len(known.values),
        providers=listed([read(name) for name in names]),
    )
    titles = {part.name: read(part.title) for part in script.thing.parts}
    for name, value in known.values.items():
        teller.say(
            "known",
            field=titles[name],
            value=value.value,
            provider=read(organizations[value.provider].title),
            basis=value.basis,
        )
    teller.say("asked", count=len(asked), fields=listed([titles[n] for n in asked]))
    teller.promise(
        "no-source-down", not known.failed, failed=[f.dataset for f in known.failed]
    )
    teller.promise("prefilled", len(known.values) > len(asked))
    teller.promise(
        "origin",
        all(v.provider and v.grant and v.receipt for v in known.values.values()),
    )


def _give_papers(script: Script, by: Actor, draft: Draft, teller: Teller) -> Draft:
    for material in actions.needs(script.thing).uploads:
        draft = actions.keep_paper(
            by=by,
            draft=draft,
            material=material,
            stream=io.BytesIO(_paper(material)),
            name=f"{material.name}.pdf",
        )
        paper = draft.entries.files[material.name]
        teller.acknowledge("file", ref=paper.ref)
        teller.say("paper", name=read(material.title))
    return draft


def _paper(material: Material) -> bytes:
    return PAPER + f"% {material.name}\n%%EOF\n".encode()


def _submit(
    script: Script, by: Actor, draft: Draft, asked: tuple[str, ...], teller: Teller
) -> Case:
    wish = {
        "by": by,
        "draft": draft,
        "answers": {n: v for n, v in script.answers.items() if n in asked},
        "rows": script.rows,
        "papers": draft.entries.files,
        "corrections": {},
        "key": f"story-{draft.number}",
    }
    case = actions.submit(**wish)
    teller.acknowledge("case", number=case.number, version=case.version)
    teller.say("submitted", number=case.number)
    items = cases.children(case.number, by)
    again = actions.submit(**wish)
    same = again.number == case.number and again.version == case.version
    teller.promise("once", same, first=case.number, second=again.number)
    still = cases.children(case.number, by)
    teller.promise("nothing-twice", len(items) == len(still))
    return case
