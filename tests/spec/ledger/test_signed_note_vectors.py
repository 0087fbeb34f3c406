"""Notes and keys published with C2SP signed-note and its reference implementation."""

import pytest

from tongban.kernel.ledger.checkpoint import open_note
from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.keys import read_skey, read_vkey
from tongban.kernel.ledger.verifier import Note, Signature, read_checkpoint, read_note


# From the documentation of golang.org/x/mod/sumdb/note.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2"
    "pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example note of the specification's section on verifier keys, whose key is of
# a signature type that this suite does not know.
COSIGNER = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
COSIGNED = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq"
    "6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
CHECKPOINT = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501


@pytest.mark.parametrize(("vkey", "note"), [(VKEY, NOTE), (COSIGNER, COSIGNED)])
def test_published_note_opens_under_its_key(vkey: str, note: str) -> None:
    key = read_vkey(vkey)
    opened, signed = open_note(note, [key])
    assert str(opened) == note
    assert signed == [key]


def test_published_signer_key_makes_the_published_note() -> None:
    key = read_skey(SKEY)
    assert str(key.verifier) == VKEY
    signature = Signature(key.name, key.verifier.id, key.sign(TEXT.encode()))
    assert str(Note(TEXT, (signature,))) == NOTE


def test_published_note_does_not_open_under_another_key() -> None:
    with pytest.raises(ProofError, match="no signature of the key example.com/foo"):
        open_note(NOTE, [read_vkey(COSIGNER)])


def test_published_checkpoint_with_its_cosignature() -> None:
    note = read_note(CHECKPOINT)
    assert [s.name for s in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert read_checkpoint(note.text) == (
        "example.com/behind-the-sofa",
        20852163,
        bytes.fromhex(
            "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
        ),
    )
