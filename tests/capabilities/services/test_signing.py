"""An application is signed with the account: words, content, who and when are kept."""

import hashlib

import pytest
from tests.capabilities.services.portal import actor, opened, signed_in

from tongban.capabilities.services.actions import DECLARATION
from tongban.kernel.case.signing import signed
from tongban.store import cases
from tongban.words.catalogue import words


pytestmark = pytest.mark.usefixtures("portal")
# Other words need another version: digests of the declaration in both languages.
DECLARED = {
    "2026-1": (
        "b36fa919eab097495e6af965f882394baec2cd573ce264492df9b553c356b302",
        "e3ec48e46ba5eced6493aa543ecb3de94439a11539fa774a328d3dd9fff77ab5",
    )
}


def test_the_words_of_a_version_never_change() -> None:
    text = words()["services.apply.declaration"]
    said = (text.zh, text.get("en"))
    digests = tuple(hashlib.sha256(each.encode()).hexdigest() for each in said)
    assert DECLARED[DECLARATION] == digests


@pytest.mark.parametrize(("language", "place"), [("zh-hans", 0), ("en", 1)])
def test_the_opening_keeps_what_was_declared_and_of_what(
    language: str, place: int
) -> None:
    number = opened(signed_in(language=language))
    case = cases.case(number, actor())
    kept = case.signed
    assert kept["words"] == DECLARED["2026-1"][place]
    again = signed(
        "",
        "",
        case_type=case.type,
        applicant=case.applicant,
        data=case.data,
        materials=case.materials,
    )
    assert kept["content"] == again["content"]
    (event, *_) = cases.events(number, actor())
    assert (event.by, event.data["signed"]) == ("citizen.0", kept)


def test_the_applicant_sees_that_it_is_signed() -> None:
    client = signed_in()
    number = opened(client)
    page = client.get(f"/cases/{number}/").content.decode()
    assert cases.case(number, actor()).signed["content"][:16] in page
