"""A few case types, people and one autumn, declared for the tests of cases."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from tongban.kernel.case.commands import Command, Open, PauseClock, ResumeClock
from tongban.kernel.case.decide import decide
from tongban.kernel.case.declaration import (
    CaseKind,
    CaseType,
    Clock,
    Condition,
    Field,
    Objection,
    Procedure,
    Promise,
    PromiseKind,
    Rule,
    Sample,
    Step,
)
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.item import Material
from tongban.kernel.case.model import Case, Event, Kind, Vow
from tongban.kernel.terms import (
    SYSTEM,
    Actor,
    Subject,
    SubjectKind,
    Text,
    WorkingCalendar,
)


# Autumn 2026 as the State Council gave notice of it: 25 September and 1 to 7
# October off, Sunday 20 September and Saturday 10 October worked in exchange.
AUTUMN = WorkingCalendar(
    holidays=frozenset(
        {
            date(2026, 9, 25),
            date(2026, 10, 1),
            date(2026, 10, 2),
            date(2026, 10, 5),
            date(2026, 10, 6),
            date(2026, 10, 7),
        }
    ),
    workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    years=frozenset({2026}),
)


def at(text: str) -> datetime:
    """``09-28 10:00`` of 2026 by the clock on the wall, as the store gives it: UTC."""
    wall = datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M")
    return wall.replace(tzinfo=AUTUMN.zone).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


LIN = Subject(SubjectKind.PERSON, "990101199001010017")
CITIZEN = Actor("lin", subject=LIN)
STRANGER = Actor("wu", subject=Subject(SubjectKind.PERSON, "990101199202020025"))
COMPANY = Actor("co", subject=Subject(SubjectKind.ENTERPRISE, "91990100MA00000000"))


def official(post: str, organization: str = "market") -> Actor:
    return Actor(f"{post}@{organization}", organization, frozenset({post}))


WINDOW = official("window")
INSPECTOR = official("inspector")
REVIEWER = official("reviewer")
EXAMINER = official("examiner")
DIRECTOR = official("director")
OUTSIDER = official("director", "fire")

EVERYBODY = (
    CITIZEN,
    STRANGER,
    COMPANY,
    WINDOW,
    INSPECTOR,
    REVIEWER,
    EXAMINER,
    DIRECTOR,
    OUTSIDER,
    SYSTEM,
)

PEOPLE = frozenset({SubjectKind.PERSON})
ACCEPTANCE = Clock(5, "行政许可法 第三十二条", silence="accepted")
DECISION = Clock(20, "行政许可法 第四十二条", extension=10)
TITLE = Text("试", "Test")
ADDRESS = Field("address", Text("地址", "Address"), "place.address", "shop")
LEASE = Material("lease", Text("租约", "Lease"))
RULE = Rule("licence", (Condition(TITLE, "true", "市场主体登记管理条例 第十九条"),))

FOOD = CaseType(
    code="food",
    title=Text("食品经营许可", "Food permit"),
    kind=CaseKind.ITEM,
    organization="market",
    basis="食品安全法 第三十五条",
    applicants=PEOPLE,
    steps=(
        Step("inspect", TITLE, post="inspector", clock=Clock(10, "x"), special=True),
        Step("papers", TITLE, post="reviewer", clock=Clock(3, "x")),
        Step("report", TITLE, frozenset({"inspect", "papers"}), "reviewer"),
    ),
    fields=(ADDRESS,),
    materials=(LEASE,),
    acceptance=ACCEPTANCE,
    decision=DECISION,
    acceptor="window",
    decider="examiner",
    head="director",
)
PLAIN = CaseType(
    code="plain",
    title=Text("备案", "Filing"),
    kind=CaseKind.ITEM,
    organization="market",
    basis="x",
    applicants=PEOPLE,
    steps=(),
    fields=(ADDRESS,),
    materials=(LEASE,),
    acceptance=ACCEPTANCE,
    decision=DECISION,
    acceptor="window",
    decider="examiner",
    head="director",
)
LICENCE = CaseType(
    code="licence",
    title=Text("营业执照", "Business licence"),
    kind=CaseKind.ITEM,
    organization="market",
    basis="市场主体登记管理条例 第十九条",
    applicants=PEOPLE,
    steps=(Step("check", TITLE, post="reviewer", clock=Clock(1, "x")),),
    fields=(ADDRESS,),
    materials=(LEASE,),
    acceptance=ACCEPTANCE,
    decision=Clock(3, "市场主体登记管理条例 第十九条", promised=1, extension=3),
    acceptor="window",
    decider="examiner",
    head="director",
    rule=RULE,
)
SHOP = CaseType(
    code="shop",
    title=Text("开办餐饮店", "Open a restaurant"),
    kind=CaseKind.ONE_THING,
    organization="market",
    basis="国发〔2024〕3号",
    applicants=PEOPLE,
    steps=(
        Step("licence", TITLE, case_type="licence"),
        Step("food", TITLE, frozenset({"licence"}), case_type="food"),
        Step("sign", TITLE, frozenset({"licence"}), case_type="plain"),
        Step("party", TITLE, frozenset({"food"}), case_type="plain"),
    ),
    head="director",
)
# Between departments there may be nothing to accept and no post below the head.
SHARING = CaseType(
    code="sharing",
    title=Text("数据共享申请", "Data sharing application"),
    kind=CaseKind.APPLICATION,
    organization="market",
    basis="政务数据共享条例 第二十一条",
    applicants=frozenset({SubjectKind.ENTERPRISE}),
    steps=(),
    decision=Clock(10, "政务数据共享条例 第二十一条", extension=10),
    head="director",
)
OBJECTION = replace(PLAIN, code="objection", contests=True, decider="director")
# The same matters where something may be promised, sampled, objected to or is decided
# by silence.
LACKING = replace(
    PLAIN,
    promise=Promise(
        PromiseKind.LACKING,
        Text("我承诺按期补交", "I will hand it in in time"),
        Clock(10, "社会信用体系建设"),
        lackable=frozenset({"lease"}),
    ),
    objection=Objection("objection", Clock(15, "x")),
)
COMMITTED = replace(
    FOOD,
    promise=Promise(
        PromiseKind.COMMITMENT,
        Text("我承诺符合条件", "I meet the conditions"),
        Clock(20, "国办发〔2020〕42号"),
        spares=frozenset({"inspect"}),
        post="inspector",
    ),
)
SAMPLED = replace(LICENCE, rule=replace(RULE, sample=Sample(50, Clock(10, "x"))))
RENEWAL = replace(
    PLAIN, decision=Clock(20, "行政许可法 第五十条", extension=10, silence="granted")
)
TYPES = {kind.code: kind for kind in (FOOD, PLAIN, LICENCE, SHOP, SHARING)}

HEARING = PauseClock(Procedure.HEARING, "申请人要求听证", 10)
HEARD = ResumeClock("听证笔录已入卷")


def vow(case_type: CaseType, *materials: str) -> Vow:
    """The promise that ``case_type`` declares, signed as it reads."""
    assert case_type.promise is not None
    return Vow(case_type.code, case_type.promise.digest, materials)


EXPLANATION = ({"title": "名称可用", "holds": True},)


def opening(number: str = "1", parent: str | None = None) -> Open:
    data = {"address": ""}
    return Open(number, LIN, data, {"lease": "file:00"}, parent=parent)


@dataclass
class Course:
    """A case on its way: every act goes through `decide`, as the store's would."""

    case_type: CaseType
    case: Case | None = None
    events: list[Event] = field(default_factory=list)

    def act(
        self, by: Actor, when: str, command: Command, seen: int | None = None
    ) -> list[str]:
        """Do it and return what happened, shortly: ``step-started inspect`` …"""
        new = decide(
            self.case_type,
            self.case,
            command,
            by=by,
            at=at(when),
            calendar=AUTUMN,
            seen=seen,
        )
        for event in new:
            self.case = evolve(self.case, event)
        self.events += new
        return [shortly(event) for event in new]

    @property
    def state(self) -> Case:
        assert self.case is not None
        return self.case


def shortly(event: Event) -> str:
    words = {
        Kind.STEP_STARTED: "{step}",
        Kind.STEP_DONE: "{step} {outcome}",
        Kind.STEP_DROPPED: "{step} {because}",
        Kind.DECIDED: "{outcome}",
        Kind.OBJECTION_ANSWERED: "{outcome}",
    }
    return f"{event.kind} {words.get(event.kind, '').format(**event.data)}".strip()


def opened(case_type: CaseType, when: str = "10-12 09:00") -> Course:
    """A case of ``case_type`` that its applicant has just opened."""
    course = Course(case_type)
    course.act(CITIZEN, when, opening())
    return course
