"""Sign-in accounts: made here and nowhere else."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password

from tongban.kernel.terms import SYSTEM_ACCOUNT, Actor, Subject, Text, UserError
from tongban.pack.model import CastMember
from tongban.store.models import Account
from tongban.store.models.accounts import OUR_POSTS


class NameTaken(UserError):
    """Another account bears the name."""

    code = "account.taken"


class Reserved(UserError):
    """The name of an account or of a post is one that the product itself acts by."""

    code = "account.reserved"


def create(
    username: str,
    *,
    title: Text,
    kind: str,
    password: str | None = None,
    subject: Subject | None = None,
    organization: str | None = None,
    posts: Iterable[str] = (),
) -> Account:
    """A new account; without ``password`` it cannot sign in until it has one.

    ``kind``: citizen (of ``subject``), official (of ``organization`` with
    ``posts``) or auditor. IntegrityError for one that would act for both sides,
    Reserved for one that would act as the product itself.
    """
    posts = frozenset(posts)
    _refuse_reserved(username, posts)
    if Account.objects.filter(username=username).exists():
        raise NameTaken(
            f"there is an account {username!r} already",
            mend="choose another name",
            account=username,
        )
    return Account.objects.create(
        username=username,
        password=make_password(password),
        **_columns(title, kind, subject, organization, posts),
    )


def actor_of(username: str) -> Actor | None:
    """Who acts by that sign-in name, or None where nobody does any more."""
    account = Account.objects.filter(username=username, is_active=True).first()
    return None if account is None else account.actor()


def title_of(username: str) -> str:
    """What people call the account, in Chinese; empty where there is none."""
    titles = Account.objects.filter(username=username).values_list(
        "title_zh", flat=True
    )
    return titles.first() or ""


def enrol(cast: Iterable[CastMember], password: str) -> int:
    """Make the accounts of a pack's cast or renew them, all with one password.

    For practice cities alone. How many there are; Reserved as `create` says.
    """
    # Hashed once: a slow hash a member would keep everybody waiting for nothing,
    # since the password is shown on the sign-in page.
    encoded = make_password(password)
    members = list(cast)
    for member in members:
        _refuse_reserved(member.account, member.posts)
        columns = _columns(
            member.title,
            member.kind.value,
            member.subject,
            member.organization,
            member.posts,
        )
        Account.objects.update_or_create(
            username=member.account, defaults={"password": encoded, **columns}
        )
    return len(members)


def _refuse_reserved(username: str, posts: Iterable[str]) -> None:
    ours = [post for post in posts if post.startswith(OUR_POSTS)]
    if username == SYSTEM_ACCOUNT or ours:
        raise Reserved(
            f"nobody may be called {(ours or [username])[0]!r}",
            why="the product itself acts by this name",
            mend="choose another name",
            account=username,
        )


def _columns(
    title: Text,
    kind: str,
    subject: Subject | None,
    organization: str | None,
    posts: Iterable[str],
) -> dict[str, Any]:
    return {
        "title_zh": title.zh,
        "title_en": title.en,
        "kind": kind,
        "subject_kind": subject.kind.value if subject else "",
        "subject_id": subject.id if subject else "",
        "organization": organization or "",
        "posts": sorted(posts),
    }
