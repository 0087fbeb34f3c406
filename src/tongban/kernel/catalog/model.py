"""What data exists, whose duty each item is, and who may have it on what terms.

The mandatory content of an entry is that of the Regulation on Government Data
Sharing (政务数据共享条例, Decree 809) art. 13–15; the metadata names follow the
2017 catalogue guide (政务信息资源目录编制指南).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tongban.kernel.catalog.powers import Level
from tongban.kernel.terms import SubjectKind, Text


class DataType(StrEnum):
    """Types of an item; the guide's letter follows in the comment."""

    TEXT = "text"  # C
    INTEGER = "integer"  # I
    DECIMAL = "decimal"  # N
    MONEY = "money"  # Y, in fen (0.01 yuan), so that sums stay exact
    DATE = "date"  # D
    DATETIME = "datetime"  # T
    BOOLEAN = "boolean"  # L


class SharingType(StrEnum):
    """无条件共享, 有条件共享, 不予共享 (Decree 809 art. 14)."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"
    WITHHELD = "withheld"


class UpdateCycle(StrEnum):
    """更新周期."""

    REALTIME = "realtime"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    IRREGULAR = "irregular"


class SourceKind(StrEnum):
    """Where the live rows are.

    A department's database or HTTP interface, a dropped file or folder of files,
    the platform's own records, or nowhere but the lake.
    """

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    MYSQL = "mysql"  # and MariaDB
    HTTP = "http"
    FILE = "file"
    PLATFORM = "platform"
    LAKE = "lake"


class Paging(StrEnum):
    """How the next page of an HTTP interface is asked for."""

    NEXT = "next"  # by the link that a page gives
    NUMBER = "number"  # by a parameter that counts from 1, until a page is empty
    CURSOR = "cursor"  # by a parameter that takes what the last page gave


@dataclass(frozen=True, slots=True)
class Organization:
    """A department (政府部门) or other body with duties."""

    code: str
    title: Text
    uscc: str
    division: str
    competent: bool = False  # 政务数据共享主管部门
    posts: Mapping[str, Text] = field(default_factory=dict)
    short: Text | None = None  # 简称, where the full title would be too long
    superior: str | None = None  # 主管部门, whom its overdue work rises to
    supervisor: str | None = None  # 督办岗: the post that looks after those below
    leader: str | None = None  # 分管领导: the post above the supervisor
    declared_level: Level | None = None

    @property
    def level(self) -> Level:
        """行使层级: as declared, else that of its division."""
        return self.declared_level or Level.of_division(self.division)


@dataclass(frozen=True, slots=True)
class Element:
    """A data element (数据元): the standard an item follows.

    ``check`` names a check of kernel.catalog.checks (``id-number``, ``uscc``,
    ``mobile`` …); ``mask`` names the mask that hides it by default.
    """

    code: str
    title: Text
    type: DataType
    length: int | None = None
    personal: bool = False
    grade: int | None = None
    mask: str | None = None
    check: str | None = None
    code_set: str | None = None
    decimal: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A code table (代码集): code → what people read."""

    code: str
    title: Text
    values: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Sharing:
    """共享属性: type with its conditions or, when withheld, its express legal basis."""

    type: SharingType
    modes: tuple[str, ...]  # 共享方式
    conditions: str = ""
    scope: str = ""  # 共享范围, mandatory when conditional (art. 15)
    use: str = ""  # 使用用途, mandatory when conditional (art. 15)
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """How pages follow; ``at`` is a JSON pointer (RFC 6901) to link or cursor."""

    by: Paging
    at: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Interface:
    """What an HTTP JSON interface answers and understands.

    ``rows`` is the JSON pointer of the list of rows in an answer; ``keyed`` pairs
    an item that holds a subject's number with the query parameter that takes it;
    ``fields`` is the parameter, if any, that takes the members wanted, by comma.
    """

    rows: str = ""
    keyed: tuple[tuple[str, str], ...] = ()
    fields: str = ""
    pages: Pages | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Binding to rows: a database or interface by its logical name, and a table.

    The site, never a pack, says at which address a name is reached and with which
    credentials. ``table`` is the path of an HTTP interface, the platform's own
    table, or the name of a file or of a snapshot in the lake.
    """

    kind: SourceKind
    table: str
    database: str = ""
    interface: Interface | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One data item (数据项) with its standard and its protection.

    ``decimal`` is the precision and scale of a decimal number: how many digits it
    has, and how many of them after the point; without it (18, 6).
    ``column`` is what the source calls it, where that is not its name.
    """

    name: str
    title: Text
    element: str
    type: DataType
    length: int | None = None
    key: bool = False
    personal: bool = False
    grade: int | None = None
    mask: str | None = None
    code_set: str | None = None
    decimal: tuple[int, int] | None = None
    column: str | None = None

    @property
    def stored(self) -> str:
        """The name of its column, or member, at the source."""
        return self.column or self.name

    @property
    def mask_kind(self) -> str:
        """The name of its mask, without a width."""
        return (self.mask or "").partition(":")[0]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A catalogue entry (政务数据目录).

    ``code`` has two parts (``market.licence``): they are schema and table in SQL.
    ``subjects`` names, for each kind of subject, the item that holds the
    subject's number; a dataset without subjects is reference data about nobody.
    """

    code: str
    title: Text
    provider: str
    duty: str  # code of the Power that makes it the provider's duty
    abstract: Text
    category: str  # 信息资源分类 类/项/目
    format: str
    grade: int
    sharing: Sharing
    open: str  # 开放属性: open, conditional, closed
    update: UpdateCycle
    source: Source
    items: Mapping[str, Item]
    subjects: Mapping[SubjectKind, str]
    since: date
    until: date | None = None
    version: int = 1

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)
