"""Registers that tell who stands behind an applicant: where ties are looked for."""

from tongban.kernel.terms import SubjectKind
from tongban.pack.model import RelationSource
from tongban.pack.record import Record
from tongban.pack.schema import COLUMN, Choice, Key, Ref, Table
from tongban.pack.section import Kind


RELATION_SOURCE = Kind(
    "relation-source",
    "利益关系来源",
    Table(
        {
            "dataset": Key(Ref("dataset"), label="政务数据目录"),
            "party": Key(COLUMN, label="关联人标识"),
            "kind": Key(Choice(SubjectKind), label="关联人类型"),
            "purpose": Key(
                Ref("purpose"),
                label="使用用途",
                why="no data are used without a purpose, not even to keep officials "
                "honest",
            ),
        }
    ),
)


def relation_source(code: str, record: Record) -> RelationSource:
    return RelationSource(
        code, record["dataset"], record["party"], record["kind"], record["purpose"]
    )
