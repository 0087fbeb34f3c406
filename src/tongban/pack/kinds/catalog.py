"""Data elements, code sets, and datasets with the content that Decree 809 asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.kernel.catalog.model import (
    CodeSet,
    Dataset,
    DataType,
    Element,
    Item,
    Sharing,
    SharingType,
    UpdateCycle,
)
from tongban.kernel.terms import SubjectKind, Text
from tongban.pack.kinds.sources import SOURCE, STORED, source
from tongban.pack.record import Record
from tongban.pack.schema import (
    COLUMN,
    DATASET_CODE,
    DAY,
    POSITIVE,
    TEXT,
    WHOLE,
    WORDS,
    YES_NO,
    Choice,
    Key,
    ListOf,
    MapOf,
    Name,
    Ref,
    Table,
    Type,
    optional,
)
from tongban.pack.section import Kind


# Written where an item must not take the mask of its element.
NO_MASK = "none"


class Openness(StrEnum):
    """开放属性."""

    OPEN = "open"
    CONDITIONAL = "conditional"
    CLOSED = "closed"


PROTECTION = {
    "length": optional(POSITIVE, label="长度"),
    "grade": optional(POSITIVE, label="数据分级"),
    "mask": optional(Ref("mask"), label="脱敏方式"),
    "code-set": optional(Ref("code-set"), label="代码集"),
    "decimal": optional(ListOf(WHOLE), label="数值精度"),
}

ELEMENT = Kind(
    "element",
    "数据元",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "type": Key(Choice(DataType), label="数据类型"),
            "personal": optional(YES_NO, False, "个人信息"),
            "check": optional(Ref("check"), label="校验规则"),
            "format": optional(YES_NO, False, "仅为格式"),
            **PROTECTION,
        }
    ),
)

LEVEL = Name("a level of grading (数据分级): one digit in quotes", r"[1-9]", '"3"')

GRADE = Kind(
    "grade",
    "数据分级",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "masks": optional(MapOf(Ref("mask")), {}, "脱敏方式"),
        }
    ),
    LEVEL,
)

CODE_SET = Kind(
    "code-set",
    "代码集",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "values": optional(MapOf(WORDS), label="代码"),
            "from": optional(TEXT, label="代码文件"),
        },
        one_of=("values", "from"),
    ),
)


def _metadata(type_: Type, label: str) -> Key:
    return Key(
        type_,
        label=label,
        rule="missing-metadata",
        why="Decree 809 art. 13 (政务数据共享条例第十三条) asks for it",
    )


ITEM = Table(
    {
        "name": Key(COLUMN, label="数据项名称"),
        "element": Key(Ref("element"), label="数据元"),
        "title": optional(WORDS),
        "type": optional(Choice(DataType), label="数据类型"),
        "column": optional(STORED, label="来源字段"),
        "key": optional(YES_NO, False, "主键"),
        "personal": optional(YES_NO, label="个人信息"),
        **PROTECTION,
    }
)

SHARING = Table(
    {
        "type": _metadata(Choice(SharingType), "共享类型"),
        "modes": _metadata(ListOf(TEXT), "共享方式"),
        "conditions": optional(TEXT, "", "使用条件"),
        "scope": optional(TEXT, "", "共享范围"),
        "use": optional(TEXT, "", "使用用途"),
        "basis": optional(TEXT, "", "依据"),
    }
)

SUBJECTS = Table({kind.value: optional(COLUMN) for kind in SubjectKind})

DATASET = Kind(
    "dataset",
    "政务数据目录",
    Table(
        {
            "title": _metadata(WORDS, "数据目录名称"),
            "provider": _metadata(Ref("organization"), "提供单位"),
            "duty": Key(
                Ref("power"),
                label="职责依据",
                rule="dataset-without-duty",
                why="a department holds data because a duty of its says so (权责清单)",
            ),
            "abstract": _metadata(WORDS, "摘要"),
            "category": _metadata(TEXT, "数据分类"),
            "format": _metadata(TEXT, "数据格式"),
            "grade": _metadata(POSITIVE, "数据分级"),
            "sharing": _metadata(SHARING, "共享属性"),
            "open": Key(Choice(Openness), label="开放属性"),
            "update": _metadata(Choice(UpdateCycle), "数据更新频率"),
            "source": Key(SOURCE, label="数据来源"),
            "subjects": optional(SUBJECTS, label="数据主体"),
            "since": Key(DAY, label="发布日期"),
            "until": optional(DAY, label="失效日期"),
            "version": optional(POSITIVE, 1, "版本"),
            "items": _metadata(ListOf(ITEM, least=1), "数据项"),
        }
    ),
    DATASET_CODE,
)


def element(code: str, record: Record) -> Element:
    return Element(
        code,
        record["title"],
        record["type"],
        record["length"],
        record["personal"],
        record["grade"],
        _mask(record["mask"]),
        record["check"],
        record["code-set"],
        record["decimal"],
    )


def code_set(code: str, record: Record, values: Mapping[str, Text]) -> CodeSet:
    """``values`` are those of the file where the record names one."""
    return CodeSet(code, record["title"], record["values"] or values)


def _mask(name: str | None) -> str | None:
    return None if name == NO_MASK else name


@dataclass(frozen=True, slots=True)
class Standards:
    """What items are declared by: elements, and the masks of the grades.

    ``masks`` are, from the highest level down, by element or by type. Elements
    ``exempt`` say themselves that they take none.
    """

    elements: Mapping[str, Element] = field(default_factory=dict)
    masks: tuple[tuple[int, Mapping[str, str]], ...] = ()
    exempt: frozenset[str] = frozenset()

    def mask(self, element: str, kind: DataType, grade: int | None) -> str | None:
        """The mask of data of a grade that declare none: the element's, or the type's.

        It is that of the nearest level below which has one.
        """
        if element in self.exempt:
            return None
        for level, masks in self.masks:
            found = masks.get(element) or masks.get(kind.value)
            if grade is not None and grade >= level and found:
                return _mask(found)
        return None


def standards(
    elements: Mapping[str, Record], grades: Iterable[tuple[str, Record]]
) -> Standards:
    levels = [(int(code), record["masks"]) for code, record in grades]
    return Standards(
        {code: element(code, each) for code, each in elements.items()},
        tuple(sorted(levels, key=lambda level: level[0], reverse=True)),
        frozenset(code for code, each in elements.items() if each["mask"] == NO_MASK),
    )


def item(record: Record, declared: Standards) -> Item:
    """An item takes from its element whatever it does not say itself.

    Its mask, where neither says one, is that of its grade.
    """
    standard = declared.elements[record["element"]]
    kind = record["type"] or standard.type
    grade = record["grade"] or standard.grade
    mask = record["mask"] or standard.mask

    def own(key: str, default: object) -> object:
        return default if record[key] is None else record[key]

    return Item(
        name=record["name"],
        title=record["title"] or standard.title,
        element=standard.code,
        type=kind,
        length=record["length"] or standard.length,
        key=record["key"],
        personal=bool(own("personal", standard.personal)),
        grade=grade,
        mask=_mask(mask) if mask else declared.mask(standard.code, kind, grade),
        code_set=record["code-set"] or standard.code_set,
        column=record["column"],
        decimal=record["decimal"] or standard.decimal,
    )


def subjects(record: Record) -> Mapping[SubjectKind, str]:
    given = record["subjects"] or {}
    return {SubjectKind(kind): name for kind, name in given.items() if name}


def dataset(code: str, record: Record, declared: Standards) -> Dataset:
    sharing = record["sharing"]
    items = (item(each, declared) for each in record["items"])
    return Dataset(
        code=code,
        title=record["title"],
        provider=record["provider"],
        duty=record["duty"],
        abstract=record["abstract"],
        category=record["category"],
        format=record["format"],
        grade=record["grade"],
        sharing=Sharing(**sharing),
        open=record["open"].value,
        update=record["update"],
        source=source(record["source"], subjects(record)),
        items={each.name: each for each in items},
        subjects=subjects(record),
        since=record["since"],
        until=record["until"],
        version=record["version"],
    )
