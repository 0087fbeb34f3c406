"""What an applicant declares, and exactly of what."""

import hashlib

from tongban.kernel.case.signing import signed
from tongban.kernel.terms import Subject, SubjectKind


WHO = Subject(SubjectKind.PERSON, "990201199003070010")
SAID = {
    "case_type": "shop.licence",
    "applicant": WHO,
    "data": {"b": [{"n": 1}], "a": "甲"},
    "materials": {},
}


def test_the_words_and_the_content_are_kept_as_digests() -> None:
    found = signed("属实", "2026-1", **SAID)
    # Canonical JSON (RFC 8785): keys sorted, no blanks, UTF-8 as it is.
    content = '["shop.licence","person:990201199003070010",'
    content += '{"a":"甲","b":[{"n":1}]},{}]'
    assert found == {
        "by": "account",
        "version": "2026-1",
        "words": hashlib.sha256("属实".encode()).hexdigest(),
        "content": hashlib.sha256(content.encode()).hexdigest(),
    }


def test_another_answer_is_another_content() -> None:
    other = {**SAID, "data": {"b": [{"n": 2}], "a": "甲"}}
    assert signed("属实", "1", **SAID) != signed("属实", "1", **other)
