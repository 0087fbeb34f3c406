"""Numbers with check characters, and numbers that could be a living person's."""

from collections.abc import Iterator

from tongban.kernel.catalog.checks import InvalidValue, check
from tongban.pack.draft import Draft
from tongban.pack.problems import Mark, PackProblem


# No division of China starts with 99: numbers of practice can be nobody's.
PRACTICE_AREA = "99"


def _judged(rule: str, name: str, value: str, mark: Mark) -> Iterator[PackProblem]:
    try:
        check(name, value)
    except InvalidValue as problem:
        yield PackProblem(
            rule, mark, f"{value!r}: {problem.what}", mend=problem.mend or ""
        )


def wrong_uscc(draft: Draft) -> Iterator[PackProblem]:
    for organization in draft.of("organization").values():
        code = organization["uscc"]
        yield from _judged("wrong-uscc", "uscc", code, organization.at("uscc"))
    for certificate in draft.of("certificate").values():
        code = certificate["type-code"][:18]
        yield from _judged("wrong-uscc", "uscc", code, certificate.at("type-code"))
    for account in draft.of("account").values():
        if account["uscc"]:
            code = account["uscc"]
            yield from _judged("wrong-uscc", "uscc", code, account.at("uscc"))


def wrong_id_number(draft: Draft) -> Iterator[PackProblem]:
    for account in draft.of("account").values():
        number, mark = account["id-number"], account.at("id-number")
        if number:
            yield from _judged("wrong-id-number", "id-number", number, mark)


def real_area(draft: Draft) -> Iterator[PackProblem]:
    for account in draft.of("account").values():
        number = account["id-number"]
        if number and not number.startswith(PRACTICE_AREA):
            yield PackProblem(
                "real-area",
                account.at("id-number"),
                f"the identity number of account {account['title'].zh!r} may be a "
                "living person's",
                why="people of a practice city are synthetic; their numbers start "
                f"with {PRACTICE_AREA}, which is no area",
                mend=f"take a number of area {PRACTICE_AREA}xxxx with its check "
                "character",
            )
