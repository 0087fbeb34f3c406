"""What a jurisdiction declares of accountable work: case type, step, clock, form.

A case type is data in a pack; nothing here happens. What does is in `model`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import zip_longest

from tongban.kernel.case.item import Guide, Listing, Material
from tongban.kernel.terms import SubjectKind, Text, canonical_json


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit in working days (工作日) with its legal basis.

    ``promised`` is the department's own shorter limit (承诺时限); ``extension`` how
    many days it may add once, with reasons; ``silence`` what the law makes of a
    limit that passes unused (``accepted``, 行政许可法 art. 32; ``granted``, art. 50;
    ``refused``) or nothing.
    """

    days: int
    basis: str
    promised: int | None = None
    extension: int = 0
    silence: str | None = None

    @property
    def working(self) -> int:
        """The limit that is counted down: the promise where there is one."""
        return self.days if self.promised is None else self.promised


class Procedure(StrEnum):
    """Special procedures whose days do not count (特别程序, 行政许可法 art. 45)."""

    HEARING = "hearing"  # 听证
    TENDER = "tender"  # 招标
    AUCTION = "auction"  # 拍卖
    INSPECTION = "inspection"  # 检验
    TESTING = "testing"  # 检测
    QUARANTINE = "quarantine"  # 检疫
    APPRAISAL = "appraisal"  # 鉴定
    EXPERT_REVIEW = "expert-review"  # 专家评审

    @property
    def label(self) -> Text:
        return _PROCEDURES[self]


_PROCEDURES: Mapping[Procedure, Text] = {
    Procedure.HEARING: Text("听证", "Hearing"),
    Procedure.TENDER: Text("招标", "Tender"),
    Procedure.AUCTION: Text("拍卖", "Auction"),
    Procedure.INSPECTION: Text("检验", "Inspection"),
    Procedure.TESTING: Text("检测", "Testing"),
    Procedure.QUARANTINE: Text("检疫", "Quarantine"),
    Procedure.APPRAISAL: Text("鉴定", "Appraisal"),
    Procedure.EXPERT_REVIEW: Text("专家评审", "Expert review"),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A place among those who sign together: a post, elsewhere than here if named."""

    post: str
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class Joint:
    """Who signs a step or a decision together (会签), each seat a person of its own.

    ``quorum`` is how many have to agree; all of them where it is None. A post that
    has two seats needs two persons (行政许可法 art. 34).
    """

    seats: tuple[Seat, ...]
    quorum: int | None = None

    @property
    def needed(self) -> int:
        return len(self.seats) if self.quorum is None else self.quorum


@dataclass(frozen=True, slots=True)
class Oversight:
    """The competent department (主管部门) above an organisation, and who looks there.

    What nobody works on rises to ``supervisor`` (督办), at last to ``leader``: posts
    of ``organization``.
    """

    organization: str
    supervisor: str
    leader: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A declared text of a decision (文书模板); ``{field}`` stands for a case's value.

    ``outcome`` is what it is for: ``granted``, ``refused``, or ``correction``.
    """

    name: str
    title: Text
    outcome: str
    body: str


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work between acceptance and decision (环节).

    ``needs`` names the steps that must have succeeded before; what needs nothing
    unfinished runs in parallel. A step is either work of a ``post`` with its own
    ``clock``, or, in a one-thing, a child case of ``case_type``. A ``special``
    step (检验, 检测, 检疫, 鉴定, 听证, 专家评审) stops the decision clock while it runs
    (行政许可法 art. 45). ``joint`` says who signs it together with the post.
    """

    name: str
    title: Text
    needs: frozenset[str] = frozenset()
    post: str | None = None
    clock: Clock | None = None
    special: bool = False
    case_type: str | None = None
    joint: Joint | None = None


@dataclass(frozen=True, slots=True)
class Prefill:
    """Where a field's known value comes from: an item of a dataset, by SQL where.

    ``latest`` names the item by which the newest row wins when there are several.
    """

    dataset: str
    item: str
    where: str | None = None
    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its standard, whether it must be given, what fills it.

    ``when`` is the condition under which it is asked, that of its section included:
    an expression of the rule language over other fields (kernel.query.logic).
    ``because`` says why it is asked although the catalogue holds it.
    """

    name: str
    title: Text
    element: str
    section: str
    required: bool = True
    prefill: Prefill | None = None
    hint: Text | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
    because: Text | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A section that is asked once for each of several things (重复组).

    A case holds it under ``name`` as a list of mappings, ``least`` to ``most`` of
    them. ``one`` is what one of them is called; no two may agree in all fields of
    ``unique``. A ``table`` shows them as rows, otherwise each stands for itself.
    """

    name: str
    title: Text
    one: Text
    section: str
    fields: tuple[Field, ...]
    least: int = 0
    most: int = 20
    unique: tuple[str, ...] = ()
    table: bool = False
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of an instant decision: SQL that must be true, and its article."""

    title: Text
    when: str
    basis: str


@dataclass(frozen=True, slots=True)
class Sample:
    """How many of a thousand instant decisions a person looks at again (抽查复核).

    Which ones nobody can tell beforehand; the head of the office looks within
    ``clock``.
    """

    per_thousand: int
    clock: Clock


@dataclass(frozen=True, slots=True)
class Rule:
    """An instant decision (秒批): granted when every condition is true.

    A condition that is false or unknown never refuses by itself: the case goes
    to a person (个人信息保护法 art. 24).
    """

    purpose: str
    conditions: tuple[Condition, ...]
    sample: Sample | None = None


class PromiseKind(StrEnum):
    """What the written word of an applicant stands for."""

    LACKING = "lacking"  # 容缺受理: a paper that follows
    COMMITMENT = "commitment"  # 告知承诺: conditions that are looked into afterwards


@dataclass(frozen=True, slots=True)
class Promise:
    """What an applicant may promise instead of showing it (容缺受理, 告知承诺).

    ``text`` is what is signed. LACKING: papers among ``lackable`` may follow within
    ``clock``, counted from the promise. COMMITMENT: it is decided without the steps
    ``spares``, and ``post`` looks within ``clock``, counted from the decision,
    whether the word was kept (国办发〔2020〕42号).
    """

    kind: PromiseKind
    text: Text
    clock: Clock
    lackable: frozenset[str] = frozenset()
    spares: frozenset[str] = frozenset()
    post: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 in hex of the text in all its languages: what is signed."""
        words = canonical_json({"zh": self.text.zh, "en": self.text.en})
        return hashlib.sha256(words).hexdigest()


@dataclass(frozen=True, slots=True)
class Objection:
    """The case type by which a person's decision is contested (异议), and until when.

    ``clock`` counts from the decision.
    """

    case_type: str
    clock: Clock


class CaseKind(StrEnum):
    """What sort of work a case type is."""

    ITEM = "item"  # 政务服务事项
    ONE_THING = "one-thing"  # 一件事
    APPLICATION = "application"  # 数据共享申请 and the like, between departments


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of accountable work as a jurisdiction declares it.

    ``organization`` answers for it; ``acceptance`` and ``decision`` are its two
    statutory clocks with the posts that act; a one-thing has neither but steps
    that are child cases. ``on_granted`` names handlers of capabilities.
    ``on_revoked`` likewise for what a broken promise or a new decision takes back.
    ``purpose`` is the purpose under which its form is prefilled. ``contests``: cases
    of this type are objections, opened from the decision they contest and by the
    organisation that made it.

    ``sections`` are the titles of the form's sections by code; a section has
    ``fields`` or is one of ``groups``. ``uses`` names what of a one-thing's data
    reaches this case as its child, and no more; these are among ``fields`` and
    ``groups``. ``alone`` says whether it may also be applied for by itself.
    ``version`` (事项版本) is in force from ``since`` to ``until`` (计划生效、取消日期),
    both days included; None sets no limit.

    ``joint`` says who signs the decision together with the decider. ``idle_share`` is
    the share of a limit, in percent, after which a case on which nothing happens
    rises to the head; ``oversight`` who is above them. ``wordings`` are texts to
    decide with.
    """

    code: str
    title: Text
    kind: CaseKind
    organization: str
    basis: str
    applicants: frozenset[SubjectKind]
    steps: tuple[Step, ...]
    fields: tuple[Field, ...] = ()
    materials: tuple[Material, ...] = ()
    acceptance: Clock | None = None
    decision: Clock | None = None
    acceptor: str | None = None  # post
    decider: str | None = None  # post
    head: str | None = None  # post that an overdue case rises to
    rule: Rule | None = None
    purpose: str | None = None
    power: str | None = None
    certificate: str | None = None  # certificate type issued when granted
    on_granted: tuple[str, ...] = ()
    guide: Guide | None = None
    listing: Listing | None = None  # of items alone
    correction: Clock | None = None  # the applicant's limit, where one is declared
    sections: Mapping[str, Text] = field(default_factory=dict)
    uses: frozenset[str] = frozenset()
    alone: bool = True
    promise: Promise | None = None
    objection: Objection | None = None
    contests: bool = False
    on_revoked: tuple[str, ...] = ()
    joint: Joint | None = None
    idle_share: int = 50
    oversight: Oversight | None = None
    wordings: tuple[Wording, ...] = ()
    version: int = 1
    since: date | None = None
    until: date | None = None
    groups: tuple[Group, ...] = ()

    @property
    def parts(self) -> tuple[Field | Group, ...]:
        """Everything of the form that has a name in the case's data."""
        return (*self.fields, *self.groups)

    def in_force(self, day: date) -> bool:
        """Whether this version is in force on ``day``."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day <= self.until)

    def step(self, name: str) -> Step:
        """The step called ``name``; KeyError is a defect of the caller."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


def ended(versions: Sequence[CaseType]) -> Iterator[CaseType]:
    """Versions of one case type, each ended on the day before the next begins."""
    for version, following in zip_longest(versions, versions[1:]):
        last = version.until
        if following is not None and following.since is not None:
            before = following.since - timedelta(days=1)
            last = before if last is None else min(last, before)
        yield replace(version, until=last)


def numbered(versions: Sequence[CaseType], number: int) -> CaseType:
    """The version of that number; the last where it is not there any more."""
    same = (each for each in versions if each.version == number)
    return next(same, versions[-1])


def on(versions: Sequence[CaseType], day: date) -> CaseType:
    """The version of ``day``; before the first it is the first, afterwards the last.

    Whether it is in force is for it to say: a case that runs on after its type was
    cancelled still needs one.
    """
    begun = [each for each in versions if each.since is None or each.since <= day]
    return begun[-1] if begun else versions[0]
