"""Certificates and who may see them: what is named is there, and looks are bound."""

from collections.abc import Iterator

from tongban.kernel.case.certificate import HOLDER_FIELDS, RESERVED, Holder
from tongban.kernel.terms import did_you_mean
from tongban.pack.draft import Draft, fields
from tongban.pack.problems import Mark, PackProblem


def type_code_twice(draft: Draft) -> Iterator[PackProblem]:
    first: dict[str, str] = {}
    for code, record in draft.of("certificate").items():
        other = first.setdefault(record["type-code"], code)
        if other != code:
            yield PackProblem(
                "type-code-twice",
                record.at("type-code"),
                f"{draft.name('certificate', code)} has the type code of {other!r}",
                why="a certificate names its type by this code alone",
                mend="give one of them another three digits",
            )


def certificate_field_reserved(draft: Draft) -> Iterator[PackProblem]:
    for code, record in draft.of("certificate").items():
        for field in record["fields"]:
            if field["name"] in RESERVED:
                yield PackProblem(
                    "certificate-field-reserved",
                    field.at("name"),
                    f"{draft.name('certificate', code)} cannot call a field "
                    f"{field['name']!r}",
                    why="every certificate says this already, or a wallet means "
                    "something else by it",
                    mend="choose another name for it here and in the form",
                )


def certificate_field_unasked(draft: Draft) -> Iterator[PackProblem]:
    """The holder's name and the last day come from the forms of those that issue it."""
    for code, record in draft.of("certificate").items():
        asked = _asked(draft, code)
        for key in ("holder-name", "until-field"):
            name = record[key]
            if name and asked and name not in asked:
                yield PackProblem(
                    "certificate-field-unasked",
                    record.at(key),
                    f"nothing that issues {draft.name('certificate', code)} asks for a "
                    f"field {name!r}",
                    why="what nobody asks stays empty on every certificate",
                    mend=did_you_mean(name, asked),
                )


def _asked(draft: Draft, certificate: str) -> set[str]:
    """The fields that reach the case types which issue it."""
    asked: set[str] = set()
    for _, record in draft.work():
        if record["certificate"] == certificate:
            asked |= {each["field"] for each in fields(record)} | set(record["uses"])
    return asked


def disclosure_outside_fields(draft: Draft) -> Iterator[PackProblem]:
    for record in draft.of("disclosure").values():
        for code, names in record["shows"].items():
            mark = record.at("shows", code)
            if code not in draft.declared["certificate"]:
                yield _unknown(mark, f"certificate type {code!r}", code, draft)
                continue
            found = draft.get("certificate", code)
            own = [each["name"] for each in found["fields"]] if found else names
            shown = [*own, *sorted(HOLDER_FIELDS)]
            for name in names:
                if name not in shown:
                    yield PackProblem(
                        "disclosure-outside-fields",
                        mark,
                        f"{draft.name('certificate', code)} shows no field {name!r}",
                        why="only what a certificate shows can be disclosed of it",
                        mend=did_you_mean(name, shown),
                    )


def _unknown(mark: Mark, what: str, code: str, draft: Draft) -> PackProblem:
    return PackProblem(
        "disclosure-outside-fields",
        mark,
        f"there is no {what}",
        why="a name must lead to something",
        mend=did_you_mean(code, draft.declared["certificate"]),
    )


def disclosure_without_cases(draft: Draft) -> Iterator[PackProblem]:
    for code, record in draft.of("disclosure").items():
        if (record["holder"] is Holder.CASE) != bool(record["case-types"]):
            yield PackProblem(
                "disclosure-without-cases",
                record.at("holder"),
                f"{draft.name('disclosure', code)} and its case types disagree",
                why="'holder: case' looks for an open case of these types, and nothing "
                "else does",
                mend="add 'case-types: [...]' to 'holder: case', or leave both out",
            )
