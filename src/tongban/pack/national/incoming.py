"""Rows of the national tables as declarations of a pack, judged row by row.

What a table cannot say (posts, form, rule) is left to the department: the limits
get the posts that the caller names. A row is refused for what is wrong in it, and
while one is refused nothing is imported.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.case.item import Served
from tongban.kernel.catalog.model import Organization
from tongban.kernel.catalog.powers import ItemType
from tongban.pack.model import Pack
from tongban.pack.national.cells import Unreadable
from tongban.pack.national.columns import ITEMS, PARTS, Column, item_columns, named
from tongban.pack.national.outgoing import PUBLISHED, WORKING_DAYS


LICENCING_LAW = "《行政许可法》第三十二条"
ACCEPTANCE_DAYS = 5
# Columns that follow from others: read for their contradictions, or not at all.
FOLLOWING = frozenset({"排序", "是否支持预约", "是否允许减免", "实施主体"})


@dataclass(frozen=True, slots=True)
class Given:
    """One row of a file: texts by column, where each stands, and the rows in it."""

    place: str
    cells: Mapping[str, str]
    where: Mapping[str, str]
    parts: Mapping[str, Sequence["Given"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a cell; ``refuses`` if the row cannot be taken because of it."""

    where: str
    column: str
    why: str
    refuses: bool = True


@dataclass(slots=True)
class Verdict:
    """What became of one row; ``code`` is the item that it would be."""

    place: str
    name: str
    code: str = ""
    notes: list[Note] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(note.refuses for note in self.notes)

    @property
    def word(self) -> str:
        return "refused" if self.refused else "warned" if self.notes else "accepted"


@dataclass(frozen=True, slots=True)
class Options:
    """How a table is read: its numbering of types, and the posts that will act."""

    types: Mapping[str, str] | None = None
    acceptor: str | None = None
    decider: str | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations that one row becomes, and whose they are."""

    organization: str
    values: Sequence[Mapping[str, Any]]
    verdict: Verdict


def declared(
    rows: Sequence[Given], pack: Pack, options: Options
) -> tuple[list[Declared], list[Verdict]]:
    """Declarations of the rows that can be taken, and the verdict on every row."""
    reader = _Reader(pack, options)
    found, verdicts = [], []
    for row in rows:
        verdict, made = reader.row(row)
        verdicts.append(verdict)
        if made is not None and not verdict.refused:
            found.append(made)
    return found, verdicts


def known_columns() -> Mapping[str, frozenset[str]]:
    """By sheet, every name of a column that is read."""
    return {
        ITEMS: frozenset(named(item_columns(None))) | set(PARTS),
        **{part: frozenset(named(columns)) for part, columns in PARTS.items()},
    }


class _Reader:
    """Reads rows against one pack; keeps which powers and codes rows have made."""

    def __init__(self, pack: Pack, options: Options) -> None:
        self.pack, self.options = pack, options
        self.columns = item_columns(options.types)
        self.by_uscc = {each.uscc: each for each in pack.catalog.organizations.values()}
        self.by_title = {
            each.title.zh: each for each in pack.catalog.organizations.values()
        }
        self.powers: dict[tuple[str, str, str], str] = {
            (power.organization, power.type, power.title.zh): power.code
            for power in pack.catalog.powers.values()
        }
        self.taken: dict[str, str] = {}

    def row(self, row: Given) -> tuple[Verdict, Declared | None]:
        cells = _Cells(row, named(self.columns))
        verdict = Verdict(row.place, cells.text("事项名称"), notes=cells.notes)
        values = cells.values(self.columns)
        whose = self._organization(cells)
        self._consistent(cells)
        if whose is None or verdict.refused:
            return verdict, None
        item = self._item(values, cells, whose, verdict)
        if verdict.refused:
            return verdict, None
        return verdict, Declared(whose.code, item, verdict)

    def _organization(self, cells: "_Cells") -> Organization | None:
        found = self.by_uscc.get(cells.text("实施主体编码"))
        if found is None and cells.text("实施主体编码"):
            cells.refuse("实施主体编码", "no department of the pack has this code")
        return found

    def _consistent(self, cells: "_Cells") -> None:
        """What a table says twice must be said alike."""
        status = cells.text("事项状态")
        if status not in ("", PUBLISHED):
            cells.refuse("事项状态", f"only items that are {PUBLISHED} are taken")
        for column in ("法定办结时限单位", "承诺办结时限单位"):
            unit = cells.text(column)
            if unit not in ("", WORKING_DAYS, f"个{WORKING_DAYS}"):
                cells.refuse(column, f"limits are kept in {WORKING_DAYS}")
        charged = bool(cells.row.parts.get("收费项目"))
        stated = cells.read("是否收费")
        if stated is not None and stated != charged:
            cells.refuse("是否收费", "it is said otherwise by the list of 收费项目")

    def _item(
        self,
        values: dict[str, Any],
        cells: "_Cells",
        whose: Organization,
        verdict: Verdict,
    ) -> list[Mapping[str, Any]]:
        existing = self._existing(values["codes"], whose, cells)
        code = existing.code if existing else _code(values["codes"], cells)
        verdict.code = code
        if code in self.taken:
            cells.refuse("基本编码", f"{self.taken[code]} has the same code")
        self.taken[code] = cells.row.place
        made: list[Mapping[str, Any]] = []
        if existing is None:
            power, new = self._power(values, cells, whose)
            made += new
            self._whole(values, cells, whose, power)
        head = {"item": code} | ({"override": True} if existing else {})
        self._guided(values, cells)
        return [*made, head | values]

    def _existing(
        self, codes: Mapping[str, str], whose: Organization, cells: "_Cells"
    ) -> CaseType | None:
        """The item of this department that has the basic code and part already."""
        part = _part(cells)
        for kind in self.pack.case_types.values():
            listing = kind.listing
            if (
                kind.kind is CaseKind.ITEM
                and listing
                and listing.basic == codes["basic"]
                and kind.organization == whose.code
                and (listing.handling or "")[-2:] == part
            ):
                return kind
        return None

    def _power(
        self, values: Mapping[str, Any], cells: "_Cells", whose: Organization
    ) -> tuple[str, list[Mapping[str, Any]]]:
        """The power that the item rests on: one of the pack, or one of its own."""
        holder, trusting = whose.code, cells.text("委托部门")
        if trusting:
            named_so = self.by_title.get(trusting)
            if named_so is None:
                cells.refuse("委托部门", "no department of the pack has this name")
            else:
                holder = named_so.code
        type_, title = values["codes"]["type"], values["title"]
        known = self.powers.get((holder, type_, title["zh"]))
        if known:
            return known, []
        code = f"imported.{values['codes']['basic'].lower()}"
        self.powers[holder, type_, title["zh"]] = code
        power = {
            "power": code,
            "title": title,
            "organization": holder,
            "type": type_,
            "basis": values["basis"],
        }
        return code, [power]

    def _whole(
        self,
        values: dict[str, Any],
        cells: "_Cells",
        whose: Organization,
        power: str,
    ) -> None:
        """What a declaration of its own needs beyond the columns of the table."""
        values["organization"], values["power"] = whose.code, power
        values["applicants"] = _applicants(values["guide"].get("serves", ()))
        licence = values["codes"]["type"] == ItemType.LICENCE
        values["acceptance"] = {
            "post": self._post(self.options.acceptor, whose, cells),
            "days": ACCEPTANCE_DAYS,
            "basis": LICENCING_LAW if licence else values["basis"],
        }
        values["decision"] = {
            "post": self._post(self.options.decider, whose, cells),
            **values["decision"],
            "basis": values["basis"],
        }
        if not licence:
            why = f"no limit of acceptance is told; {ACCEPTANCE_DAYS} days are written"
            cells.warn("事项类型", why)

    def _post(self, wanted: str | None, whose: Organization, cells: "_Cells") -> str:
        if wanted in whose.posts:
            return str(wanted)
        if wanted is None and len(whose.posts) == 1:
            return next(iter(whose.posts))
        posts = ", ".join(whose.posts) or "none"
        cells.refuse(
            "实施主体编码",
            f"which post of {whose.code} acts? it has: {posts}",
        )
        return ""

    def _guided(self, values: dict[str, Any], cells: "_Cells") -> None:
        guide = values["guide"]
        if cells.read("是否网办") is False:
            guide.setdefault("channels", {}).setdefault("online", "none")
        joint = cells.text("联办机构")
        for name in filter(None, joint.split(",")):
            if name in self.by_title:
                guide.setdefault("joint", []).append(self.by_title[name].code)
            else:
                cells.warn("联办机构", f"no department is called {name}: left out")
        for part, key in (("收费项目", "fees"), ("常见问题", "questions")):
            listed = [each for each, _ in cells.part(part)]
            if listed:
                guide[key] = listed
        materials = [
            {"material": f"paper-{place}", **each}
            for place, (each, _) in enumerate(cells.part("材料"), 1)
        ]
        if materials:
            values["materials"] = materials


class _Cells:
    """The cells of one row as values; what is wrong with them goes to ``notes``."""

    def __init__(self, row: Given, known: Mapping[str, Column]) -> None:
        self.row, self.notes = row, list[Note]()
        self.told = {
            known[name].name: (text.strip(), row.where.get(name, row.place))
            for name, text in row.cells.items()
            if name in known and text.strip()
        }
        self.by_name = {column.name: column for column in known.values()}

    def text(self, column: str) -> str:
        return self.told.get(column, ("", ""))[0]

    def refuse(self, column: str, why: str) -> None:
        where = self.told.get(column, ("", self.row.place))[1]
        self.notes.append(Note(where, column, why))

    def warn(self, column: str, why: str) -> None:
        where = self.told.get(column, ("", self.row.place))[1]
        self.notes.append(Note(where, column, why, refuses=False))

    def read(self, column: str) -> Any:
        """The value of a cell, None where it is empty or refused."""
        text = self.text(column)
        if not text:
            return None
        try:
            return self.by_name[column].cell.read(text)
        except Unreadable as problem:
            self.refuse(column, str(problem))
            return None

    def values(self, columns: Sequence[Column]) -> dict[str, Any]:
        """The declaration that the cells make, key by key."""
        made: dict[str, Any] = {}
        for column in columns:
            if column.required and not self.text(column.name):
                self.refuse(column.name, "this is mandatory and empty")
            value = self.read(column.name) if column.key else None
            if value is not None:
                _put(made, column.key, value)
        return made

    def part(self, name: str) -> Iterator[tuple[dict[str, Any], "_Cells"]]:
        for row in self.row.parts.get(name, ()):
            cells = _Cells(row, named(PARTS[name]))
            values = cells.values(PARTS[name])
            if cells.read("是否允许减免") and "reduction" not in values:
                cells.refuse("是否允许减免", "the basis (减免依据) is missing")
            self.notes += cells.notes
            yield values, cells


def _put(made: dict[str, Any], key: str, value: Any) -> None:
    *way, last = key.split(".")
    for name in way:
        made = made.setdefault(name, {})
    made[last] = value


def _part(cells: _Cells) -> str:
    """The two digits after the implementation code, if the item is a part."""
    handling = cells.text("业务办理项编码")
    return handling[-2:] if handling else ""


def _code(codes: dict[str, Any], cells: _Cells) -> str:
    """The code of a new item; its two digits of a part are declared with it."""
    part = _part(cells)
    if part:
        codes["part"] = part
    return f"imported.{codes['basic'].lower()}" + (f"-{part}" if part else "")


def _applicants(serves: Sequence[str]) -> list[str]:
    """Whom a case can be about, by 服务对象: all that are neither are enterprises."""
    alike = {Served.PERSON: "person", Served.ORGAN: "organization"}
    return sorted({alike.get(Served(each), "enterprise") for each in serves})
