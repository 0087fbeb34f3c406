"""Papers that an item needs (材料), as a pack declares them."""

from tongban.kernel.case.item import (
    Material,
    MaterialForm,
    MaterialKind,
    MaterialSource,
)
from tongban.kernel.case.reading import Read
from tongban.pack.record import Record
from tongban.pack.schema import (
    CODE,
    POSITIVE,
    TEXT,
    WHOLE,
    WORDS,
    YES_NO,
    Choice,
    Key,
    ListOf,
    Ref,
    Table,
    optional,
)


MIB = 1024 * 1024
MEDIA = ("application/pdf", "image/png", "image/jpeg")

# What is read from an upload: a field of the form, and how papers call it.
READ = Table({"field": Key(CODE), "labels": Key(ListOf(TEXT, least=1))})

MATERIAL = Table(
    {
        "material": Key(CODE),
        "title": Key(WORDS, label="材料名称"),
        "required": optional(YES_NO, True, "材料必要性"),
        "core": optional(YES_NO, False, "主要材料"),
        "certificate": optional(Ref("certificate"), label="证照"),
        "media": optional(ListOf(TEXT, least=1), MEDIA, "文件格式"),
        "limit-mib": optional(POSITIVE, 10),
        "basis": optional(TEXT, "", "要求提供的依据"),
        "kind": optional(Choice(MaterialKind), MaterialKind.ORIGINAL, "材料类型"),
        "form": optional(Choice(MaterialForm), MaterialForm.ELECTRONIC, "材料形式"),
        "source": optional(Choice(MaterialSource), label="来源渠道"),
        "source-note": optional(WORDS, label="来源渠道说明"),
        "copies": optional(WHOLE, 0, "纸质份数"),
        "size": optional(TEXT, "", "纸质规格"),
        "notes": optional(WORDS, label="填报须知"),
        "standard": optional(WORDS, label="受理标准"),
        "blank": optional(TEXT, "", "空白表格"),
        "sample": optional(TEXT, "", "示例样表"),
        "remark": optional(WORDS, label="备注"),
        "proves": optional(ListOf(Ref("element")), (), "证明的数据元"),
        "because": optional(WORDS, label="仍须提供的理由"),
        "reads": optional(ListOf(READ, least=1), (), "智能预审"),
    }
)


def material(record: Record) -> Material:
    return Material(
        name=record["material"],
        title=record["title"],
        required=record["required"],
        certificate=record["certificate"],
        media=record["media"],
        limit=record["limit-mib"] * MIB,
        basis=record["basis"],
        kind=record["kind"],
        form=record["form"],
        source=source_of(record),
        source_note=record["source-note"],
        copies=record["copies"],
        size=record["size"],
        notes=record["notes"],
        standard=record["standard"],
        blank=record["blank"],
        sample=record["sample"],
        remark=record["remark"],
        proves=record["proves"],
        because=record["because"],
        reads=tuple(Read(each["field"], each["labels"]) for each in record["reads"]),
    )


def source_of(record: Record) -> MaterialSource:
    """来源渠道 of a material: a certificate comes from a department."""
    if record["source"] is not None:
        stated: MaterialSource = record["source"]
        return stated
    held = record["certificate"] is not None
    return MaterialSource.GOVERNMENT if held else MaterialSource.APPLICANT
