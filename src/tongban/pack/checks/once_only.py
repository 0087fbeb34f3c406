"""Once only (数据跑腿): what government holds is not asked of people.

`tongban check` refuses a form field whose data element stands in a dataset that
the item's department can have for its applicants, and a paper that a certificate or
the catalogue could stand for. A declaration that must ask all the same says why
(``because``), and the citizen reads it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongban.kernel.catalog.model import SharingType
from tongban.kernel.terms import SubjectKind
from tongban.pack.draft import Draft
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record


LAW = "《优化营商环境条例》第三十七条；《政务数据共享条例》第三条"


@dataclass(frozen=True, slots=True)
class Held:
    """An item of a dataset that is kept for subjects of ``kinds``."""

    dataset: str
    item: str
    provider: str
    withheld: bool
    kinds: frozenset[SubjectKind]

    @property
    def name(self) -> str:
        return f"{self.dataset}.{self.item}"


class Register:
    """What the catalogue holds of each subject, by data element.

    An element that is only a ``format`` (a date, a count, a text) says nothing of
    what is known: it is left out.
    """

    def __init__(self, draft: Draft) -> None:
        formats = {code for code, each in draft.of("element").items() if each["format"]}
        self._held: defaultdict[str, list[Held]] = defaultdict(list)
        for code, dataset in draft.of("dataset").items():
            for item in dataset["items"]:
                if item["element"] not in formats:
                    self._held[item["element"]].append(_held(code, dataset, item))

    def holds(self, element: str, case_type: Record) -> Sequence[Held]:
        """Where ``element`` of an applicant can be had by who handles the case."""
        kinds = frozenset(case_type["applicants"])
        return [
            each
            for each in self._held.get(element, ())
            if kinds & each.kinds
            and (not each.withheld or each.provider == case_type["organization"])
        ]


def _held(code: str, dataset: Record, item: Record) -> Held:
    subjects: Mapping[SubjectKind, str | None] = dataset["subjects"] or {}
    return Held(
        code,
        item["name"],
        dataset["provider"],
        dataset["sharing"]["type"] is SharingType.WITHHELD,
        frozenset(kind for kind, name in subjects.items() if name),
    )


def field_already_held(draft: Draft) -> Iterator[PackProblem]:
    register = Register(draft)
    for head, code, record in draft.case_types():
        for field in _own_fields(record):
            found = register.holds(field["element"], record)
            if found and not field["prefill"] and not field["because"]:
                names = ", ".join(each.name for each in found)
                yield PackProblem(
                    "field-already-held",
                    field.at("field"),
                    f"field {field['field']!r} of {draft.name(head, code)} asks for "
                    f"{field['element']!r}, which the catalogue holds: {names}",
                    why=f"nobody is asked for what government knows ({LAW})",
                    mend=f"prefill: {{from: {found[0].dataset}, item: "
                    f"{found[0].item}}}, or say why: because: {{zh: …, en: …}}",
                )


def _own_fields(record: Record) -> Iterator[Record]:
    """Fields that are asked once; what repeats is about others than the applicant."""
    for section in record.get("form") or record.get("fields") or ():
        if not section.get("rows"):
            yield from section["fields"]


def paper_is_a_certificate(draft: Draft) -> Iterator[PackProblem]:
    titles = {each["title"].zh: code for code, each in draft.of("certificate").items()}
    for head, code, record in draft.case_types():
        for material in _asked(record):
            title = material["title"].zh
            known = [each for each in titles if each in title]
            if known:
                longest = max(known, key=len)
                yield PackProblem(
                    "paper-is-a-certificate",
                    material.at("title"),
                    f"material {material['material']!r} of {draft.name(head, code)} "
                    f"is the certificate {titles[longest]!r} ({longest})",
                    why=f"a certificate that is issued here is not asked for ({LAW})",
                    mend=f"add 'certificate: {titles[longest]}', or say why it is "
                    "asked for: because: {zh: …, en: …}",
                )


def paper_already_held(draft: Draft) -> Iterator[PackProblem]:
    register = Register(draft)
    for head, code, record in draft.case_types():
        for material in _asked(record):
            for place, element in enumerate(material["proves"]):
                found = register.holds(element, record)
                if found:
                    names = ", ".join(each.name for each in found)
                    yield PackProblem(
                        "paper-already-held",
                        material.at("proves", place),
                        f"material {material['material']!r} of "
                        f"{draft.name(head, code)} proves {element!r}, which the "
                        f"catalogue holds: {names}",
                        why=f"what a register says needs no paper ({LAW})",
                        mend="take it from there (a prefilled field, a condition), or "
                        "say why: because: {zh: …, en: …}",
                    )


def _asked(record: Record) -> Iterator[Record]:
    """The materials that people have to bring, for no reason that is given."""
    for material in record["materials"]:
        if not material["certificate"] and not material["because"]:
            yield material
