"""What a jurisdiction declares of accountable work: case type, step, clock, form.

A case type is data in a pack; nothing here happens. What does is in `model`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.kernel.terms import SubjectKind, Text


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit in working days (工作日) with its legal basis.

    ``promised`` is the department's own shorter limit (承诺时限); ``extension`` how
    many days it may add once, with reasons; ``silence`` what the law makes of a
    limit that passes unused (``accepted``, 行政许可法 art. 32) or nothing.
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


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work between acceptance and decision (环节).

    ``needs`` names the steps that must have succeeded before; what needs nothing
    unfinished runs in parallel. A step is either work of a ``post`` with its own
    ``clock``, or, in a one-thing, a child case of ``case_type``. A ``special``
    step (检验, 检测, 检疫, 鉴定, 听证, 专家评审) stops the decision clock while it runs
    (行政许可法 art. 45).
    """

    name: str
    title: Text
    needs: frozenset[str] = frozenset()
    post: str | None = None
    clock: Clock | None = None
    special: bool = False
    case_type: str | None = None


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
    """

    name: str
    title: Text
    element: str
    section: str
    required: bool = True
    prefill: Prefill | None = None
    hint: Text | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
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
class Material:
    """One paper a case needs (材料).

    ``certificate`` names a certificate type that satisfies it without upload;
    otherwise a file of one of ``media`` types up to ``limit`` bytes is asked for.
    """

    name: str
    title: Text
    required: bool = True
    certificate: str | None = None
    media: tuple[str, ...] = ("application/pdf", "image/png", "image/jpeg")
    limit: int = 10 * 1024 * 1024
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of an instant decision: SQL that must be true, and its article."""

    title: Text
    when: str
    basis: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An instant decision (秒批): granted when every condition is true.

    A condition that is false or unknown never refuses by itself: the case goes
    to a person (个人信息保护法 art. 24).
    """

    purpose: str
    conditions: tuple[Condition, ...]


class CaseKind(StrEnum):
    """What sort of work a case type is."""

    ITEM = "item"  # 政务服务事项
    ONE_THING = "one-thing"  # 一件事
    APPLICATION = "application"  # 数据共享申请 and the like, between departments


@dataclass(frozen=True, slots=True)
class Guide:
    """What a citizen must know before starting (办事指南, 实施清单 fields)."""

    item_type: str  # 01 行政许可 … 20 公共服务
    fee: Text
    result: Text
    place: Text
    contact: Text
    complaint: Text
    visits: int = 0  # 到办事现场次数
    aliases: tuple[Text, ...] = ()  # what people type when they look for it
    life_event: Text | None = None  # group in the list of services


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of accountable work as a jurisdiction declares it.

    ``organization`` answers for it; ``acceptance`` and ``decision`` are its two
    statutory clocks with the posts that act; a one-thing has neither but steps
    that are child cases. ``on_granted`` names handlers of capabilities.
    ``purpose`` is the purpose under which its form is prefilled.

    ``sections`` are the titles of the form's sections by code; a section has
    ``fields`` or is one of ``groups``. ``uses`` names what of a one-thing's data
    reaches this case as its child, and no more; these are among ``fields`` and
    ``groups``. ``alone`` says whether it may also be applied for by itself.
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
    correction: Clock | None = None  # the applicant's limit, where one is declared
    sections: Mapping[str, Text] = field(default_factory=dict)
    uses: frozenset[str] = frozenset()
    alone: bool = True
    groups: tuple[Group, ...] = ()

    @property
    def parts(self) -> tuple[Field | Group, ...]:
        """Everything of the form that has a name in the case's data."""
        return (*self.fields, *self.groups)

    def step(self, name: str) -> Step:
        """The step called ``name``; KeyError is a defect of the caller."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)
