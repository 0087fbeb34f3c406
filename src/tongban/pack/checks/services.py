"""Work that can be done: posts exist, steps follow one another, promises hold."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from tongban.kernel.terms import did_you_mean
from tongban.pack.checks.desk import joints
from tongban.pack.draft import Draft, clocks, fields, parts, sections
from tongban.pack.kinds.promises import DECIDER
from tongban.pack.kinds.services import CASE_KINDS, ISSUER, PROVIDER
from tongban.pack.problems import Mark, PackProblem
from tongban.pack.record import Record


def _posts_named(record: Record) -> Iterator[tuple[str, Mark]]:
    if record["head"]:
        yield record["head"], record.at("head")
    for key in ("acceptance", "decision"):
        if record.get(key):
            yield record[key]["post"], record[key].at("post")
    for step in record["steps"]:
        if "post" in step:
            yield step["post"], step.at("post")
    promise = record.get("promise")
    if promise and promise["post"]:
        yield promise["post"], promise.at("post")
    for joint in joints(record):
        for seat in joint["seats"]:
            if not seat["organization"]:
                yield seat["post"], seat.at("post")


def _answering(draft: Draft, record: Record) -> list[str]:
    """Who may have to do the work: one organisation, or each that provides data, that
    issues certificates, or that decides and is objected to.
    """
    roles = {
        PROVIDER: ("dataset", "provider"),
        ISSUER: ("certificate", "issuer"),
        DECIDER: ("item", "organization"),
    }
    if record["organization"] not in roles:
        return [record["organization"]]
    head, role = roles[record["organization"]]
    return sorted({each[role] for each in draft.of(head).values()})


def _posts_elsewhere(record: Record) -> Iterator[tuple[str, str, Mark]]:
    """Seats of other organisations among those who sign together."""
    for joint in joints(record):
        for seat in joint["seats"]:
            if seat["organization"]:
                yield seat["organization"], seat["post"], seat.at("post")


def _posts_everywhere(draft: Draft) -> Iterator[tuple[str, str, Mark]]:
    """Organisation and post of everything that names a post, with its place."""
    for _, _, record in draft.case_types():
        for organization in _answering(draft, record):
            for post, mark in _posts_named(record):
                yield organization, post, mark
        yield from _posts_elsewhere(record)
    for code, each in draft.of("organization").items():
        above = each["oversight"]
        for key in ("supervisor", "leader") if above else ():
            yield code, above[key], above.at(key)
    for head in ("account", "disclosure"):
        for each in draft.of(head).values():
            for place, post in enumerate(each["posts"]):
                yield each["organization"] or "", post, each.at("posts", place)


def unknown_post(draft: Draft) -> Iterator[PackProblem]:
    for organization, post, mark in _posts_everywhere(draft):
        yield from _post(draft, organization, post, mark)


def _post(
    draft: Draft, organization: str, post: str, mark: Mark
) -> Iterator[PackProblem]:
    record = draft.get("organization", organization)
    if record is not None and post not in record["posts"]:
        yield PackProblem(
            "unknown-post",
            mark,
            f"{draft.name('organization', organization)} has no post {post!r} (岗位)",
            why="somebody must be there to act",
            mend=did_you_mean(post, record["posts"]),
        )


def _needs(record: Record) -> Mapping[str, tuple[str, ...]]:
    return {step["step"]: step["needs"] for step in record["steps"]}


def unknown_step(draft: Draft) -> Iterator[PackProblem]:
    for _, _, record in draft.case_types():
        known = _needs(record)
        for step in record["steps"]:
            for place, need in enumerate(step["needs"]):
                if need not in known:
                    yield PackProblem(
                        "unknown-step",
                        step.at("needs", place),
                        f"there is no step {need!r} (环节) to wait for",
                        why="a step that waits for nothing known would never start",
                        mend=did_you_mean(need, known),
                    )


def step_cycle(draft: Draft) -> Iterator[PackProblem]:
    for head, code, record in draft.case_types():
        try:
            TopologicalSorter(_needs(record)).prepare()
        except CycleError as error:
            round_trip = " → ".join(error.args[1])
            yield PackProblem(
                "step-cycle",
                record.at("steps"),
                f"steps of {draft.name(head, code)} wait for one another: {round_trip}",
                why="none of them could ever start",
                mend="remove one 'needs'",
            )


def case_type_twice(draft: Draft) -> Iterator[PackProblem]:
    first: dict[str, str] = {}
    for head, code, record in draft.case_types():
        if first.setdefault(code, head) != head:
            yield PackProblem(
                "case-type-twice",
                record.at(),
                f"{code!r} is declared as {first[code]} and as {head}",
                why="a case names its type by this code alone",
                mend="rename one of them",
            )


def versions_out_of_order(draft: Draft) -> Iterator[PackProblem]:
    for kind in CASE_KINDS:
        for code in draft.of(kind.head):
            for before, after in pairwise(draft.editions(kind.head, code)):
                earlier = before["since"] is None or before["since"] < after["since"]
                if not earlier or before["version"] >= after["version"]:
                    yield PackProblem(
                        "versions-out-of-order",
                        after.at("since"),
                        f"version {after['version']} of {draft.name(kind.head, code)} "
                        f"from {after['since']} follows version {before['version']} "
                        f"from {before['since']}",
                        why="on each day one version is in force, the newest",
                        mend="give 'changes' in the order of their days, with rising "
                        "versions",
                    )


def promise_beyond_law(draft: Draft) -> Iterator[PackProblem]:
    for _, record in draft.work():
        for _, clock in clocks(record):
            if clock["promised"] is not None and clock["promised"] > clock["days"]:
                yield PackProblem(
                    "promise-beyond-law",
                    clock.at("promised"),
                    f"{clock['promised']} working days are promised (承诺时限), the "
                    f"law allows {clock['days']} (法定时限)",
                    why="a promise can only be shorter than the legal limit",
                    mend=f"promise {clock['days']} or fewer, or nothing",
                )


def _asked(draft: Draft, code: str, record: Record) -> set[str]:
    """The fields of a case type's own form and of the one-things that lead to it."""
    parents = [
        each
        for each in draft.of("one-thing").values()
        if any(step["item"] == code for step in each["steps"])
    ]
    forms = [record, *parents]
    return {name for form in forms for name, _ in parts(form)}


def read_of_no_field(draft: Draft) -> Iterator[PackProblem]:
    for _, code, record in draft.case_types():
        known = _asked(draft, code, record)
        for material in record["materials"]:
            for read in material["reads"]:
                if read["field"] not in known:
                    yield PackProblem(
                        "read-of-no-field",
                        read.at("field"),
                        f"no form that leads here has a field {read['field']!r}",
                        why="what is read on a paper (智能预审) is compared with the "
                        "form",
                        mend=did_you_mean(read["field"], known),
                    )


def unknown_use(draft: Draft) -> Iterator[PackProblem]:
    for code, record in draft.work():
        known = _asked(draft, code, record)
        for place, name in enumerate(record["uses"]):
            if name not in known:
                yield PackProblem(
                    "unknown-use",
                    record.at("uses", place),
                    f"no form that leads here has a field {name!r}",
                    why="'uses' are the fields of a one-thing that reach this item",
                    mend=did_you_mean(name, known),
                )


def _named(record: Record) -> Iterator[tuple[str, str, Mark]]:
    for step in record["steps"]:
        yield "step", step["step"], step.at("step")
    for material in record["materials"]:
        yield "material", material["material"], material.at("material")
    for name, mark in parts(record):
        yield "field", name, mark


def duplicate_name(draft: Draft) -> Iterator[PackProblem]:
    groups = [list(_named(record)) for _, _, record in draft.case_types()]
    for _, _, record in draft.case_types():
        for section in sections(record):
            columns = section["fields"] if section["rows"] else ()
            groups.append([("field", e["field"], e.at("field")) for e in columns])
    for dataset in draft.of("dataset").values():
        groups.append([("item", each["name"], each.at()) for each in dataset["items"]])
    for certificate in draft.of("certificate").values():
        listed = certificate["fields"]
        groups.append([("field", each["name"], each.at()) for each in listed])
    for group in groups:
        seen: dict[tuple[str, str], Mark] = {}
        for what, name, mark in group:
            if (what, name) in seen:
                yield PackProblem(
                    "duplicate-name",
                    mark,
                    f"there are two {what}s {name!r} here",
                    why=f"the first is at {seen[what, name]}",
                    mend="rename one of them",
                )
            seen.setdefault((what, name), mark)


def prefill_without_purpose(draft: Draft) -> Iterator[PackProblem]:
    for _, _, record in draft.case_types():
        for field in fields(record):
            if field["prefill"] and not record["purpose"]:
                yield PackProblem(
                    "prefill-without-purpose",
                    field.at("prefill"),
                    f"field {field['field']!r} is prefilled for no declared purpose",
                    why="no data are used without a purpose",
                    mend="add 'purpose: …' to the case type",
                )


def purpose_not_for_case(draft: Draft) -> Iterator[PackProblem]:
    for head, code, record in draft.case_types():
        named = [(record["purpose"], record.at("purpose"))]
        automatic = record.get("automatic")
        if automatic:
            named.append((automatic["purpose"], automatic.at("purpose")))
        for name, mark in named:
            purpose = draft.get("purpose", name) if name else None
            if purpose and code not in purpose["case-types"]:
                yield PackProblem(
                    "purpose-not-for-case",
                    mark,
                    f"purpose {name!r} is not for {draft.name(head, code)}",
                    why="a use is refused when its purpose does not name the case's "
                    "type",
                    mend=f"add {code!r} to 'case-types' of the purpose",
                )


def choice_outside_codes(draft: Draft) -> Iterator[PackProblem]:
    for _, _, record in draft.case_types():
        for field in fields(record):
            element = draft.get("element", field["element"])
            code_set = element["code-set"] if element else None
            codes = draft.codes.get(code_set or "", {})
            for choice in field["choices"] or ():
                if codes and choice not in codes:
                    yield PackProblem(
                        "choice-outside-codes",
                        field.at("choices", choice),
                        f"{choice!r} is not a code of {code_set!r} (代码集)",
                        why="the value would break the standard of its data element",
                        mend=did_you_mean(choice, codes),
                    )
