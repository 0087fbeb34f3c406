"""What the database itself holds against, and what is known of each column."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import MONDAY, citizen

from tongban.kernel.terms import Subject, SubjectKind, Text, UserError
from tongban.pack.model import AccountKind, CastMember
from tongban.store import accounts, drafts
from tongban.store.models import (
    Account,
    CaseRecord,
    Draft,
    LedgerNode,
    LedgerTree,
    UseReceipt,
)
from tongban.store.models.accounts import AUDITOR
from tongban.store.models.classification import CLASSIFICATION


def columns() -> set[str]:
    return {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("store").get_models()
        for field in model._meta.get_fields(include_hidden=False)
        if field.concrete and field.name != "pk"
    }


def test_every_column_is_classified_and_no_other() -> None:
    assert columns() - CLASSIFICATION.keys() == set()
    assert CLASSIFICATION.keys() - columns() == set()


def test_an_unclassified_column_would_be_seen() -> None:
    assert columns() - (CLASSIFICATION.keys() - {"CaseEvent.data"}) == {
        "CaseEvent.data"
    }


def refused(change: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "citizen"},
        {"kind": "citizen", "subject_kind": "person", "subject_id": ""},
        {
            "kind": "citizen",
            "subject_kind": "person",
            "subject_id": "1",
            "organization": "housing",
        },
        {"kind": "official"},
        {
            "kind": "official",
            "organization": "housing",
            "subject_kind": "person",
            "subject_id": "1",
        },
        {"kind": "auditor", "subject_kind": "person", "subject_id": "1"},
    ],
)
def test_an_account_acts_for_one_side(wrong: dict[str, str]) -> None:
    refused(lambda: Account.objects.create(username="x", title_zh="某", **wrong))


@pytest.mark.parametrize(
    "wrong",
    [{"username": "system"}, {"posts": ["clerk", AUDITOR]}, {"posts": ["*anything"]}],
)
def test_no_account_acts_as_the_product_itself(wrong: dict[str, Any]) -> None:
    official = {"username": "x", "title_zh": "某", "kind": "official"}
    given = {**official, "organization": "housing", "posts": ["clerk"], **wrong}
    refused(lambda: Account.objects.create(**given))


def test_a_case_is_closed_with_moment_and_outcome_or_open_with_neither() -> None:
    rows = CaseRecord.objects.filter(pk=open_shop().number)
    for wrong in (
        {"phase": "closed"},
        {"closed": MONDAY},
        {"outcome": "granted"},
        {"phase": "closed", "closed": MONDAY},
        {"phase": "closed", "closed": MONDAY, "outcome": "granted", "due": MONDAY},
    ):
        refused(lambda wrong=wrong: rows.update(**wrong))  # type: ignore[misc]


def test_a_receipt_names_a_whole_subject_or_none() -> None:
    open_shop()
    refused(lambda: UseReceipt.objects.update(subject_id=""))


def test_a_draft_names_a_whole_applicant_or_none() -> None:
    drafts.start(citizen(), "open-shop")
    refused(lambda: Draft.objects.update(applicant_kind=""))


def test_the_tree_is_one_row_and_its_nodes_are_above_the_leaves() -> None:
    refused(lambda: LedgerTree.objects.create(pk=2))
    refused(lambda: LedgerNode.objects.create(level=0, index=0, hash=b"\0" * 32))


def test_an_account_becomes_its_actor() -> None:
    subject = Subject(SubjectKind.PERSON, "990201199003070010")
    title = Text("何小雨", "He Xiaoyu")
    citizen_ = accounts.create("he", title=title, kind="citizen", subject=subject)
    official = accounts.create(
        "li", title=title, kind="official", organization="housing", posts=["clerk"]
    )
    auditor = accounts.create(
        "wu", title=title, kind="auditor", organization="data-bureau"
    )
    assert citizen_.actor().subject == subject
    assert citizen_.actor().organization is None
    assert official.actor().posts == {"clerk"}
    assert official.actor().subject == Subject(SubjectKind.ORGANIZATION, "housing")
    assert auditor.actor().posts == {AUDITOR}
    assert citizen_.title == title


def test_a_name_is_given_once() -> None:
    subject = Subject(SubjectKind.PERSON, "990201199003070010")
    accounts.create("he", title=Text("何"), kind="citizen", subject=subject)
    with pytest.raises(UserError) as taken:
        accounts.create("he", title=Text("何"), kind="citizen", subject=subject)
    assert taken.value.code == "account.taken"


@pytest.mark.parametrize(
    ("name", "post"), [("system", "clerk"), ("li", AUDITOR), ("li", "*")]
)
def test_a_reserved_name_is_refused_in_words(name: str, post: str) -> None:
    title = Text("李")
    with pytest.raises(accounts.Reserved):
        accounts.create(
            name, title=title, kind="official", organization="housing", posts=[post]
        )
    member = CastMember(
        name,
        title,
        AccountKind.OFFICIAL,
        None,
        "housing",
        frozenset({post}),
        role="",
        hint=None,
    )
    with pytest.raises(accounts.Reserved):
        accounts.enrol([member], "rain-on-the-river")
    assert not Account.objects.exists()


def test_an_account_without_a_password_cannot_sign_in() -> None:
    subject = Subject(SubjectKind.PERSON, "990201199003070010")
    made = accounts.create("he", title=Text("何"), kind="citizen", subject=subject)
    assert not made.check_password("")
    assert not made.has_usable_password()
