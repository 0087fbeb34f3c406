"""What may be done with a linkage: look at it, look at a pair, decide a review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from tongban.capabilities.linkage.model import Linkage, Pair, Side
from tongban.capabilities.linkage.settling import Keys, Verdict
from tongban.kernel.case.commands import Accept, Command, Decide, Withdraw
from tongban.kernel.case.model import Case, Outcome, Phase
from tongban.kernel.terms import Actor, Refused, Subject, SubjectKind, did_you_mean
from tongban.store import cases, desk, uses
from tongban.store.jurisdiction import current


# Opens reviews, whoever runs the linkage: a pair is asked about once.
ACCOUNT = "linkage"
_VERDICTS = {
    "": Verdict.WAITING,
    Outcome.GRANTED: Verdict.SAME,
    Outcome.REFUSED: Verdict.DIFFERENT,
    Outcome.WITHDRAWN: Verdict.UNKNOWN,
    Outcome.DECLINED: Verdict.UNKNOWN,
}


class UnknownLinkage(Refused):
    """No linkage of this name is declared, or it is not the asker's to see."""

    code = "linkage.unknown"


class NoReason(Refused):
    """A review is decided without a word why."""

    code = "linkage.no-reason"


class NotForYou(Refused):
    """The rows of a review are read by somebody who does not decide it."""

    code = "linkage.not-for-you"


def declared() -> Mapping[str, Linkage]:
    """The linkages of the pack in force by code."""
    found = current().sections.get("linkage", {})
    return {code: each for code, each in found.items() if isinstance(each, Linkage)}


def linkage(code: str, by: Actor) -> Linkage:
    """One declared linkage, for the people of the organisation responsible."""
    known = {c: each for c, each in declared().items() if _may_see(each, by)}
    if code not in known:
        raise unknown(code, known)
    return known[code]


def unknown(code: str, known: Iterable[str]) -> UnknownLinkage:
    """The refusal of ``code``, with a hint at one of those ``known`` to the asker."""
    return UnknownLinkage(
        f"there is no linkage {code!r} here",
        why="a linkage is declared in the pack, and open to who answers for it",
        mend=did_you_mean(code, known),
        linkage=code,
    )


def of_organization(by: Actor) -> list[Linkage]:
    return [each for each in declared().values() if _may_see(each, by)]


def _may_see(each: Linkage, by: Actor) -> bool:
    return by.organization == each.organization


# --------------------------------------------------------------------- reviews


def said(declared: Linkage, by: Actor) -> dict[Keys, Verdict]:
    """What people said of this linkage's pairs, and which they were asked about."""
    return {
        (row.data["left_key"], row.data["right_key"]): _VERDICTS[row.outcome]
        for row in desk.opened(declared.case_type, by)
        if row.data["linkage"] == declared.code
    }


def waiting(declared: Linkage, by: Actor) -> list[desk.Opened]:
    """The reviews nobody has decided yet, the first opened first."""
    return [
        row
        for row in desk.opened(declared.case_type, by)
        if row.data["linkage"] == declared.code and not row.outcome
    ]


def ask(declared: Linkage, pair: Pair) -> Case:
    """Open the review of a pair: which, how probable, why; no value of either row."""
    organ = Subject(SubjectKind.ORGANIZATION, declared.organization)
    actor = Actor(ACCOUNT, declared.organization, subject=organ)
    weight = {
        "provider": declared.organization,
        "prior": _bits(pair.prior),
        "parts": [
            {
                "item": part.item,
                "level": part.level,
                "weight": _bits(part.weight),
                "rarity": _bits(part.rarity),
            }
            for part in pair.parts
        ],
    }
    return cases.open_case(
        declared.case_type,
        by=actor,
        key=f"{declared.code} {pair.left} {pair.right}",
        applicant=organ,
        data={
            "linkage": declared.code,
            "left_key": pair.left,
            "right_key": pair.right,
            "probability": f"{pair.probability:.4f}",
            "weight": _bits(pair.weight or 0.0),
        },
        materials={},
        sources={"weight": weight},
    )


def _bits(weight: float) -> str:
    """A weight as text: what is kept with a proof carries no floats."""
    return f"{weight:+.2f}"


def review(number: str, by: Actor) -> tuple[Linkage, cases.Dossier]:
    """A review and its linkage, for who may see the case."""
    found = cases.dossier(number, by)
    code = found.case.data.get("linkage", "")
    declared_ = linkage(code, by)
    if found.case.type != declared_.case_type:
        raise unknown(code, ())
    return declared_, found


def may_decide(found: cases.Dossier) -> bool:
    """Whether the review is open and the viewer's to take up or to decide."""
    return any(act.startswith(("accept", "decide")) for act in found.acts)


def decide(
    *, by: Actor, number: str, verdict: Verdict, note: str, key: str, seen: int
) -> Case:
    """Say of a pair that it is one, that it is two, or that nobody can tell.

    The first act also takes the review up (受理). `NoReason` without a note, and what
    the case refuses: a stale page, another's post, a case already decided.
    """
    if not note.strip():
        raise NoReason(
            "a decision on a pair needs a note",
            why="whoever is affected has to be able to understand and contest it",
            mend="write what the decision rests on",
        )
    found = cases.case(number, viewer=by)
    if found.phase is Phase.SUBMITTED:
        taken = cases.act(number, Accept(), by=by, key=f"{key}-accept", seen=seen)
        seen = taken.version
    return cases.act(number, _command(verdict, note), by=by, key=key, seen=seen)


def _command(verdict: Verdict, note: str) -> Command:
    if verdict is Verdict.UNKNOWN:
        return Withdraw(note)
    same = verdict is Verdict.SAME
    return Decide(Outcome.GRANTED if same else Outcome.REFUSED, note)


# ---------------------------------------------------------------- the two rows


@dataclass(frozen=True, slots=True)
class Compared:
    """One compared item of both rows, as the reader's grants show it."""

    item: str
    left: Any
    right: Any
    masked: bool

    @property
    def is_equal(self) -> bool:
        return self.left == self.right


def rows(*, by: Actor, number: str) -> list[Compared]:
    """Read the two rows of a review: two governed uses, each with its receipt.

    `NotForYou` for who does not decide it, or once it is decided; refused as any use
    is. A row that is gone has no values.
    """
    declared_, found = review(number, by)
    if not may_decide(found):
        raise NotForYou(
            "these rows are not for you to read",
            why="they are read to decide the review, by the post that decides it",
            mend="leave it to them; the page shows what was found without the rows",
            number=number,
        )
    data = found.case.data
    sides = (
        (declared_.left, data["left_key"], [c.item for c in declared_.comparisons]),
        (declared_.other, data["right_key"], [c.other for c in declared_.comparisons]),
    )
    specs = [
        uses.UseSpec(
            organization=declared_.organization,
            purpose=declared_.purpose,
            sql=select(side, items, one=True),
            params={"key": key},
            limit=1,
        )
        for side, key, items in sides
    ]
    answers = []
    for answer in uses.use_many(specs, by=by):
        if isinstance(answer, uses.SourceUnavailable):
            raise answer
        answers.append(answer)
    values = [
        answer.rows[0][1:] if answer.rows else (None,) * len(declared_.comparisons)
        for answer in answers
    ]
    masked = [[column.masked for column in a.columns[1:]] for a in answers]
    return [
        Compared(each.item, left, right, hidden_left or hidden_right)
        for each, left, right, hidden_left, hidden_right in zip(
            declared_.comparisons, *values, *masked, strict=True
        )
    ]


def select(side: Side, items: list[str], *, one: bool = False) -> str:
    """A statement for the key and ``items`` of all rows, or of the row ``:key``.

    The item in the n-th place is called ``i<n>``: one item may be compared twice.
    """
    schema, _, table = side.dataset.partition(".")
    columns = [
        exp.alias_(exp.column(name), f"i{place}") for place, name in enumerate(items)
    ]
    query = exp.select(exp.alias_(exp.column(side.key), "k"), *columns)
    query = query.from_(exp.table_(table, db=schema))
    if one:
        given = exp.Placeholder(this="key")
        query = query.where(exp.EQ(this=exp.column(side.key), expression=given))
    return query.sql("duckdb")
