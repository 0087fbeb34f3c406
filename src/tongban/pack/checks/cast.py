"""Accounts of a practice city can do what their kind does."""

from collections.abc import Iterator

from tongban.kernel.terms import SYSTEM_ACCOUNT
from tongban.pack.draft import Draft
from tongban.pack.model import AccountKind
from tongban.pack.problems import PackProblem


def citizen_without_number(draft: Draft) -> Iterator[PackProblem]:
    for code, account in draft.of("account").items():
        numbers = [key for key in ("id-number", "uscc") if account[key]]
        if account["kind"] is AccountKind.CITIZEN and len(numbers) != 1:
            yield PackProblem(
                "citizen-without-number",
                account.at("kind"),
                f"{draft.name('account', code)} needs either 'id-number' or 'uscc'",
                why="a citizen's account acts for one person or one enterprise",
                mend="give one of the two",
            )


def official_without_organization(draft: Draft) -> Iterator[PackProblem]:
    for code, account in draft.of("account").items():
        placed = account["organization"] and account["posts"]
        if account["kind"] is AccountKind.OFFICIAL and not placed:
            yield PackProblem(
                "official-without-organization",
                account.at("kind"),
                f"{draft.name('account', code)} needs 'organization' and 'posts'",
                why="an official acts in the name of an organisation's posts",
                mend="give both",
            )


def reserved_account(draft: Draft) -> Iterator[PackProblem]:
    for code, account in draft.of("account").items():
        if code == SYSTEM_ACCOUNT:
            yield PackProblem(
                "reserved-account",
                account.at(),
                f"{draft.name('account', code)} bears a name that is reserved",
                why="the product itself acts by this name",
                mend="choose another name",
            )
