"""The cast of a practice city, and the examples with which an office tests its pack."""

from tongban.kernel.terms import Subject, SubjectKind
from tongban.pack.model import AccountKind, CastMember, Example, Expectation
from tongban.pack.record import Record
from tongban.pack.schema import (
    CODE,
    COLUMN,
    DAY,
    TEXT,
    WHOLE,
    WORDS,
    YES_NO,
    Anything,
    Choice,
    Key,
    ListOf,
    MapOf,
    Name,
    Ref,
    Table,
    optional,
)
from tongban.pack.section import Kind


ACCOUNT = Kind(
    "account",
    "演练账号",
    Table(
        {
            "title": Key(WORDS, label="姓名与身份"),
            "kind": Key(Choice(AccountKind)),
            "person": optional(TEXT, ""),
            "id-number": optional(TEXT, label="公民身份号码"),
            "uscc": optional(TEXT, label="统一社会信用代码"),
            "organization": optional(Ref("organization"), label="所属部门"),
            "posts": optional(ListOf(CODE), (), "岗位"),
            "try": optional(WORDS),
        }
    ),
)

EXPECTATION = Table(
    {
        "automatic": optional(YES_NO),
        "failing": optional(ListOf(TEXT), ()),
        "critical-path": optional(ListOf(CODE), ()),
        "promised-days": optional(WHOLE),
        "parallel": optional(ListOf(ListOf(CODE)), ()),
        "lackable": optional(ListOf(CODE), ()),
        "spares": optional(ListOf(CODE), ()),
        "promise-due": optional(DAY),
        "objection-until": optional(DAY),
    }
)

EXAMPLE = Kind(
    "example",
    "用例",
    Table(
        {
            "of": Key(Ref("case-type"), label="事项"),
            "at": optional(DAY),
            "given": optional(MapOf(ListOf(MapOf(Anything(), COLUMN))), {}),
            "form": optional(MapOf(Anything(), COLUMN), {}),
            "subject": optional(
                Name(
                    "a subject",
                    r"(person|enterprise):[0-9A-Z]+",
                    '"person:990101199003072316"',
                )
            ),
            "then": Key(EXPECTATION),
        }
    ),
    Name("a title", r".+", "满十八周岁即时核准"),
)


def cast_member(code: str, record: Record) -> CastMember:
    return CastMember(
        account=code,
        title=record["title"],
        kind=record["kind"],
        subject=_account_subject(record),
        organization=record["organization"],
        posts=frozenset(record["posts"]),
        role=record["person"],
        hint=record["try"],
    )


def _account_subject(record: Record) -> Subject | None:
    if record["uscc"]:
        return Subject(SubjectKind.ENTERPRISE, record["uscc"])
    if record["id-number"]:
        return Subject(SubjectKind.PERSON, record["id-number"])
    return None


def example(code: str, record: Record) -> Example:
    then = record["then"]
    subject = record["subject"]
    return Example(
        title=code,
        case_type=record["of"],
        at=record["at"],
        given=record["given"],
        form=record["form"],
        subject=subject and parse_subject(subject),
        then=Expectation(
            then["automatic"],
            then["failing"],
            then["critical-path"],
            then["promised-days"],
            then["parallel"],
            then["lackable"],
            then["spares"],
            then["promise-due"],
            then["objection-until"],
        ),
        place=str(record.at()),
    )


def parse_subject(text: str) -> Subject:
    """``person:<number>`` or ``enterprise:<code>``, as the schema has checked."""
    kind, _, number = text.partition(":")
    return Subject(SubjectKind(kind), number)
