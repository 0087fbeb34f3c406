"""Keys, checkpoints and signed notes: text forms, signatures, refusals."""

import base64

import pytest
from tests.unit.ledger.memory_log import KEY, ORIGIN

from tongban.kernel.ledger.checkpoint import (
    Checkpoint,
    add_signatures,
    open_note,
    sign,
)
from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.keys import SignerKey, generate, read_skey, read_vkey
from tongban.kernel.ledger.verifier import Signature, read_note


ROOT = bytes(range(32))
HEAD = Checkpoint(ORIGIN, 17, ROOT)
WITNESS = generate("linjiang.example/witness", b"\x07" * 32)


def witnessed(text: str) -> Signature:
    blob = WITNESS.sign(text.encode())
    return Signature(WITNESS.name, WITNESS.verifier.id, blob)


def test_keys_read_back_from_their_texts() -> None:
    assert read_skey(KEY.skey) == KEY
    assert read_vkey(str(KEY.verifier)) == KEY.verifier


def test_the_secret_stays_out_of_messages() -> None:
    secret = base64.b64encode(KEY.secret).decode()
    for text in (str(KEY), repr(KEY)):
        assert secret not in text
        assert repr(KEY.secret) not in text
        assert ORIGIN in text


def altered(text: str) -> list[str]:
    name, key_id, material = text.rsplit("+", 2)
    return [
        "",
        "+",
        text + "\n",
        text[:-1],
        f"{name}x+{key_id}+{material}",
        f"{name} x+{key_id}+{material}",
        f"+{key_id}+{material}",
        f"{name}+{key_id.upper()}+{material}",
        f"{name}+00000000+{material}",
        f"{name}+{key_id}+{material}=",
        f"{name}+{key_id}+Ag{material[2:]}",
        f"{name}+{key_id}+é",
        f"{name}+{key_id}+AQ==",
    ]


@pytest.mark.parametrize("text", [*altered(str(KEY.verifier)), KEY.skey])
def test_an_altered_vkey_is_refused(text: str) -> None:
    with pytest.raises(ProofError, match="not a verifier key"):
        read_vkey(text)


@pytest.mark.parametrize("text", [*altered(KEY.skey), str(KEY.verifier)])
def test_an_altered_skey_is_refused(text: str) -> None:
    with pytest.raises(ProofError, match="not a signing key"):
        read_skey(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\u3000b", "a\nb"])
def test_a_key_name_is_one_word(name: str) -> None:
    with pytest.raises(ProofError, match="no spaces"):
        SignerKey(name, bytes(32))


def test_a_secret_has_32_bytes() -> None:
    with pytest.raises(ProofError, match="32 random bytes"):
        generate(ORIGIN, bytes(31))


def test_checkpoint_text() -> None:
    expected = f"{ORIGIN}\n17\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert str(HEAD) == expected
    assert Checkpoint.parse(expected) == HEAD
    assert Checkpoint.parse(expected + "extension\n") == HEAD


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [ORIGIN, "17"],
        [ORIGIN, "017", "ROOT"],
        [ORIGIN, "-1", "ROOT"],
        [ORIGIN, "9223372036854775808", "ROOT"],
        [ORIGIN, "١", "ROOT"],
        [ORIGIN, "17", "AAEC"],
        [ORIGIN, "17", "ROOT", ""],
        ["", "17", "ROOT"],
        ["a\u2028b", "17", "ROOT"],
    ],
)
def test_what_is_no_checkpoint(lines: list[str]) -> None:
    root = base64.b64encode(ROOT).decode()
    text = "".join(line.replace("ROOT", root) + "\n" for line in lines)
    with pytest.raises(ProofError):
        Checkpoint.parse(text)


def test_a_checkpoint_ends_its_last_line() -> None:
    with pytest.raises(ProofError):
        Checkpoint.parse(str(HEAD) + "extension")


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 1, ROOT), ("a\nb", 1, ROOT), ("a", -1, ROOT), ("a", 2**63, ROOT),
     ("a", True, ROOT), ("a", 1, b"")],
)  # fmt: skip
def test_a_checkpoint_that_would_be_a_lie(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(ProofError, match="a checkpoint has"):
        Checkpoint(origin, size, root)


def test_a_signed_checkpoint_opens() -> None:
    note, signed = open_note(sign(HEAD, KEY), [WITNESS.verifier, KEY.verifier])
    assert Checkpoint.parse(note.text) == HEAD
    assert signed == [KEY.verifier]


def test_a_key_signs_for_its_own_log_only() -> None:
    with pytest.raises(ProofError, match="cannot sign for the log"):
        sign(HEAD, WITNESS)


def test_cosignatures_are_kept_and_added_once() -> None:
    text = sign(HEAD, KEY)
    cosigned = add_signatures(text, [witnessed(str(HEAD))])
    assert cosigned.startswith(text)
    assert add_signatures(cosigned, [witnessed(str(HEAD))]) == cosigned
    note, signed = open_note(cosigned, [KEY.verifier, WITNESS.verifier])
    assert signed == [KEY.verifier, WITNESS.verifier]
    assert str(note) == cosigned


def test_an_unknown_cosigner_is_ignored() -> None:
    unknown = Signature("far.example", b"\0\0\0\0", b"anything")
    note, signed = open_note(add_signatures(sign(HEAD, KEY), [unknown]), [KEY.verifier])
    assert signed == [KEY.verifier]
    assert note.signatures[1] == unknown


def test_a_wrong_signature_of_a_known_key_refuses_the_note() -> None:
    text = add_signatures(sign(HEAD, KEY), [witnessed("something else\n")])
    with pytest.raises(ProofError, match="the signature of linjiang"):
        open_note(text, [KEY.verifier, WITNESS.verifier])


def test_a_note_signed_by_nobody_known_is_refused() -> None:
    with pytest.raises(ProofError, match="no signature of the key linjiang"):
        open_note(sign(HEAD, KEY), [WITNESS.verifier])


def test_an_altered_text_is_refused() -> None:
    with pytest.raises(ProofError, match="was altered"):
        open_note(sign(HEAD, KEY).replace("\n17\n", "\n18\n"), [KEY.verifier])


def malformed() -> list[str]:
    good = sign(HEAD, KEY)
    text, line = good.split("\n\n")
    return [
        "",
        "\n",
        text,
        f"{text}\n",
        f"{text}\n\n",
        good.rstrip("\n"),
        good + "\n",
        good.replace("— ", "- "),
        good.replace("\n", "\r\n"),
        f"{text}\n\n\t{line}",
        f"{text}\x7f\udc80\n\n{line}",
        f"{text}\n\n— {ORIGIN}\n",
        f"{text}\n\n— {ORIGIN} AAAA\n",
        f"{text}\n\n— a+b AAAAAAAA\n",
        f"{text}\n\n{line * 65}",
    ]


@pytest.mark.parametrize("text", malformed())
def test_what_is_no_note(text: str) -> None:
    with pytest.raises(ProofError, match="not a signed text"):
        open_note(text, [KEY.verifier])


def test_up_to_64_signatures_are_read() -> None:
    text, line = sign(HEAD, KEY).split("\n\n")
    assert len(read_note(f"{text}\n\n{line * 64}").signatures) == 64
