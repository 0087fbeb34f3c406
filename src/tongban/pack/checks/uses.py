"""SQL in declarations: it compiles, and it reads what its purpose and grants allow.

Asked of a draft without other problems, since names are looked up in its catalogue.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tongban.kernel.query.check import check_condition, check_filter, check_row
from tongban.kernel.query.language.parse import StatementError
from tongban.kernel.query.logic import reads_of
from tongban.kernel.query.model import Grant
from tongban.kernel.terms import SubjectKind
from tongban.pack.assemble import Assembly
from tongban.pack.draft import Draft, fields, sections
from tongban.pack.kinds.services import ISSUER, PROVIDER
from tongban.pack.problems import Mark, PackProblem, Problems
from tongban.pack.record import Record


@dataclass(frozen=True, slots=True)
class Read:
    """What a form or a rule reads of one dataset, for which purpose, and where.

    ``items`` are names of the dataset's items; ``decides`` for what a rule or a
    filter judges; ``filters`` is the dataset whose rows a filter chooses.
    """

    organization: str
    purpose: str
    dataset: str
    items: frozenset[str]
    kinds: frozenset[SubjectKind]
    mark: Mark
    decides: bool = False
    filters: str = ""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(f"{self.dataset}.{item}" for item in self.items)


def reads(draft: Draft, assembly: Assembly, problems: Problems) -> list[Read]:
    """Everything that forms and rules read; SQL that does not compile is noted."""
    found: list[Read] = []
    for _, code, record in draft.case_types():
        found += _of_form(record, assembly, problems)
        if record.get("automatic"):
            found += _of_rule(code, record, assembly, problems)
    for code, grant in draft.of("grant").items():
        if grant["filter"]:
            name = f"the filter of {draft.name('grant', code)}"
            found += _of_filter(grant, name, assembly, problems)
    return found


def _of_filter(
    grant: Record, name: str, assembly: Assembly, problems: Problems
) -> Iterator[Read]:
    """What a grant's filter reads of other datasets."""
    mark, dataset = grant.at("filter"), assembly.catalog.dataset(grant["dataset"])
    try:
        names = check_filter(grant["filter"], dataset, assembly.catalog)
    except StatementError as error:
        _invalid(problems, "filter-invalid", mark, name, error)
        return
    for code, items in _by_dataset(names).items():
        yield Read(
            grant["organization"],
            grant["purpose"],
            code,
            frozenset(items),
            kinds=frozenset(),
            mark=mark,
            decides=True,
            filters=dataset.code,
        )


def _invalid(
    problems: Problems, rule: str, mark: Mark, name: str, error: StatementError
) -> None:
    place = f" ({error.where})" if error.where else ""
    problems.add(
        rule,
        mark,
        f"{name} is not SQL that can be run: {error.what}{place}",
        why=error.why or "",
        mend=error.mend or "compare it with the SQL of other declarations",
    )


def _of_form(record: Record, assembly: Assembly, problems: Problems) -> Iterator[Read]:
    deciding = _deciding(record)
    for field in fields(record):
        known = field["prefill"]
        if not known:
            continue
        items = {known["item"], known["latest"] or known["item"]}
        if known["where"]:
            dataset = assembly.catalog.dataset(known["from"])
            try:
                items |= check_row(known["where"], dataset)
            except StatementError as error:
                name = f"'where' of field {field['field']!r}"
                _invalid(problems, "prefill-invalid", known.at("where"), name, error)
        read = _read(record, record["purpose"], known["from"], items, known.at("from"))
        yield replace(read, decides=field["field"] in deciding)


def _deciding(record: Record) -> frozenset[str]:
    """The fields that a condition of the form looks at."""
    declared = [s["when"] for s in sections(record)] + [
        field["when"] for field in fields(record)
    ]
    found: set[str] = set()
    for when in filter(None, declared):
        with suppress(StatementError):  # told by forms.when_invalid
            found |= reads_of(when)
    return frozenset(found)


def _of_rule(
    code: str, record: Record, assembly: Assembly, problems: Problems
) -> Iterator[Read]:
    rule = record["automatic"]
    same = (each for each in assembly.versions[code] if each.since == record["since"])
    params = [field.name for field in next(same).fields]
    for condition in rule["conditions"]:
        mark = condition.at("when")
        try:
            names = check_condition(condition["when"], assembly.catalog, params)
        except StatementError as error:
            name = f"condition {condition['title'].zh!r}"
            _invalid(problems, "condition-invalid", mark, name, error)
            continue
        for dataset, items in _by_dataset(names).items():
            read = _read(record, rule["purpose"], dataset, items, mark)
            yield replace(read, decides=True)


def _read(
    record: Record, purpose: str, dataset: str, items: Iterable[str], mark: Mark
) -> Read:
    kinds = frozenset(record["applicants"])
    organization = record["organization"]
    return Read(organization, purpose, dataset, frozenset(items), kinds, mark)


def _by_dataset(names: Iterable[str]) -> Mapping[str, set[str]]:
    grouped: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        dataset, _, item = name.rpartition(".")
        grouped[dataset].add(item)
    return grouped


def _used(assembly: Assembly, found: Sequence[Read], purpose: str) -> frozenset[str]:
    """What a purpose is for: what forms and rules read or, where none does, the
    grants of those who look at data by hand or by a capability's own declarations.
    """
    of_purpose = [read for read in found if read.purpose == purpose]
    named = [read.names for read in of_purpose if not read.filters]
    if not named:
        named = [_granted(each) for each in assembly.grants if each.purpose == purpose]
    looked_into = [read.names for read in of_purpose if read.filters]
    return frozenset().union(*named, *looked_into)


def _granted(grant: Grant) -> frozenset[str]:
    return frozenset(f"{grant.dataset}.{item}" for item in grant.items)


def purpose_too_wide(
    draft: Draft, assembly: Assembly, found: Sequence[Read]
) -> Iterator[PackProblem]:
    for code, purpose in draft.of("purpose").items():
        used = _used(assembly, found, code)
        for place, name in enumerate(purpose["items"]):
            if name not in used:
                yield PackProblem(
                    "purpose-too-wide",
                    purpose.at("items", place),
                    f"{draft.name('purpose', code)} lists {name!r}, which nothing "
                    "under it uses",
                    why="a purpose names the least that it needs "
                    "(个人信息保护法第六条: 最小范围)",
                    mend="leave it out, or use it in a form, a rule or a grant",
                )


def purpose_too_narrow(
    draft: Draft, assembly: Assembly, found: Sequence[Read]
) -> Iterator[PackProblem]:
    for read in found:
        purpose = assembly.purposes[read.purpose]
        for name in sorted(read.names - purpose.items):
            yield PackProblem(
                "purpose-too-narrow",
                read.mark,
                f"this reads {name!r}, which {draft.name('purpose', purpose.code)} "
                "does not list",
                why="a use is refused for an item that its purpose does not list",
                mend=f"add {name} to the purpose if it is needed, or read less",
            )


def _grants(
    assembly: Assembly, organization: str, purpose: str, dataset: str
) -> Iterator[Grant]:
    for each in assembly.grants:
        if (each.organization, each.purpose, each.dataset) == (
            organization,
            purpose,
            dataset,
        ):
            yield each


def use_without_grant(
    draft: Draft, assembly: Assembly, found: Sequence[Read]
) -> Iterator[PackProblem]:
    wanted: dict[tuple[str, str, str], set[str]] = {}
    first: dict[tuple[str, str, str], Mark] = {}
    for read in found:
        key = (read.organization, read.purpose, read.dataset)
        listed = read.names & assembly.purposes[read.purpose].items
        wanted.setdefault(key, set()).update(_by_dataset(listed)[read.dataset])
        first.setdefault(key, read.mark)
    for key, items in wanted.items():
        organization, purpose, dataset = key
        covered = any(items <= each.items for each in _grants(assembly, *key))
        if organization not in (PROVIDER, ISSUER) and not covered:
            yield PackProblem(
                "use-without-grant",
                first[key],
                f"no grant (授权) allows {draft.name('organization', organization)} "
                f"{', '.join(sorted(items))} of {dataset!r} for {purpose!r}",
                why="every use is compiled under one grant that covers all it reads of "
                "a dataset",
                mend="declare the grant, or widen one that is there",
            )


def filter_too_deep(
    draft: Draft, _assembly: Assembly, found: Sequence[Read]
) -> Iterator[PackProblem]:
    """A filter looks into datasets that are filtered by their own rows alone."""
    looking = {
        (read.organization, read.purpose, read.filters): read.dataset
        for read in found
        if read.filters
    }
    for read in found:
        further = looking.get((read.organization, read.purpose, read.dataset))
        if read.filters and further:
            yield PackProblem(
                "filter-too-deep",
                read.mark,
                f"this filter of {draft.name('dataset', read.filters)} looks into "
                f"{read.dataset!r}, whose own filter looks into {further!r}",
                why="whose rows are seen must be clear from one filter, and two that "
                "look into each other would have no answer",
                mend="say it in one filter, of the datasets that hold it",
            )


def use_without_subject(
    draft: Draft, assembly: Assembly, found: Sequence[Read]
) -> Iterator[PackProblem]:
    for read in found:
        dataset = assembly.catalog.dataset(read.dataset)
        for kind in sorted(read.kinds - dataset.subjects.keys()):
            if dataset.subjects:
                yield PackProblem(
                    "use-without-subject",
                    read.mark,
                    f"{draft.name('dataset', read.dataset)} says nothing about "
                    f"an applicant of kind {kind.value!r}",
                    why="a use for one subject is bound to that subject's own rows",
                    mend=f"add '{kind.value}: …' to 'subjects' of the dataset, or "
                    "leave this applicant or this dataset out",
                )


def rule_over_mask(
    draft: Draft, assembly: Assembly, found: Sequence[Read]
) -> Iterator[PackProblem]:
    """A rule that sees ``1990-01-01`` for everyone born in 1990 decides wrongly."""
    for read in found:
        if not read.decides:
            continue
        key = (read.organization, read.purpose, read.dataset)
        grants = list(_grants(assembly, *key))
        items = assembly.catalog.dataset(read.dataset).items
        for name in sorted(read.items):
            shown = any(name in grant.reveal for grant in grants)
            if items[name].mask and grants and not shown:
                yield PackProblem(
                    "rule-over-mask",
                    read.mark,
                    f"this condition would judge the mask {items[name].mask!r} (脱敏) "
                    f"of {name!r} of {draft.name('dataset', read.dataset)}",
                    why="a masked item is masked wherever it is used",
                    mend=f"add {name} to 'reveal' of grant {grants[0].id!r}",
                )
