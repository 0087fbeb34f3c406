"""Leaves: one record of the log, with commitments in place of personal data.

What is ``public`` is in the log for ever and must name no person. What is private is
only *sealed*: its salted hash is in the leaf, the salt and value (the opening) stay
with the row they belong to. Destroying the opening erases the value and leaves the log
whole.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.ledger import verifier
from tongban.kernel.ledger.errors import broken, proof_errors
from tongban.kernel.ledger.tiles import MAX_ENTRY
from tongban.kernel.ledger.verifier import INTL, SALT_BYTES, Suite
from tongban.kernel.terms import canonical_json


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one sealed item: the salt of 16 bytes and the value, JSON data."""

    salt: bytes
    value: Any

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_BYTES:
            raise broken(
                "salt",
                f"封存用的盐应为 {SALT_BYTES} 个随机字节。",
                f"the salt of a sealed item is {SALT_BYTES} random bytes",
            )
        text = _json(self.value)
        # A text has one reading; what is made of parts is read as a verifier would.
        if not isinstance(self.value, str):
            with proof_errors():
                verifier.read_json(text)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One record: its ``kind``, when it was made, public data, sealed commitments.

    ``at`` is ISO 8601 with offset and seconds (``2026-11-22T09:30:00+08:00``);
    ``sealed`` maps names to commitments in hex. ``text`` is the canonical JSON, fixed
    when the leaf is made. Floats raise TypeError, as all canonical JSON does.
    """

    kind: str
    at: str
    public: Mapping[str, Any]
    sealed: Mapping[str, str]
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        record = {
            "kind": self.kind,
            "at": self.at,
            "public": dict(self.public),
            "sealed": dict(self.sealed),
        }
        text = _json(record)
        if len(text.encode()) > MAX_ENTRY:
            raise broken(
                "leaf-size",
                f"一条记录至多 {MAX_ENTRY} 字节。",
                f"a record has at most {MAX_ENTRY} bytes",
            )
        with proof_errors():
            read = verifier.read_leaf(text)
        # Read back from the text, so that a caller who changes its dict later does
        # not make the leaf differ from what was hashed.
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "public", read.public)
        object.__setattr__(self, "sealed", read.sealed)

    @classmethod
    def parse(cls, text: str) -> "Leaf":
        """The leaf of its exact text, or ProofError."""
        with proof_errors():
            return cls(*verifier.read_leaf(text))

    def hash(self, suite: Suite = INTL) -> bytes:
        """The leaf hash (RFC 6962) that enters the tree."""
        return verifier.leaf_hash(self.text.encode(), suite)


def seal(
    kind: str,
    at: str,
    public: Mapping[str, Any],
    private: Mapping[str, Any],
    salts: Callable[[], bytes],
    suite: Suite = INTL,
) -> tuple[Leaf, dict[str, Opening]]:
    """A leaf whose ``private`` items are sealed, and the openings to keep apart.

    ``salts`` gives 16 fresh random bytes at each call; the items are salted in the
    order of their names.
    """
    openings = {name: Opening(salts(), private[name]) for name in sorted(private)}
    sealed = {
        name: verifier.commitment(opening.salt, name, opening.value, suite).hex()
        for name, opening in openings.items()
    }
    return Leaf(kind, at, public, sealed), openings


def check_opening(leaf: Leaf, name: str, opening: Opening, suite: Suite = INTL) -> None:
    """The opening is what the leaf seals under ``name``, or ProofError."""
    read = verifier.Leaf(leaf.kind, leaf.at, dict(leaf.public), dict(leaf.sealed))
    with proof_errors():
        verifier.check_opening(read, name, opening.salt, opening.value, suite)


def exposed(leaf: Leaf, personal: Iterable[str]) -> list[str]:
    """Those of the ``personal`` texts that stand in clear in the leaf: none should.

    For tests and audits: give the names, numbers and addresses of the synthetic
    people of a case and expect an empty list.
    """
    texts = list(_texts([leaf.kind, leaf.public, list(leaf.sealed)]))
    return [word for word in personal if any(word in text for text in texts)]


def _json(value: Any) -> str:
    try:
        return canonical_json(value).decode()
    except UnicodeEncodeError as error:
        raise broken(
            "text",
            "文字中有半个字符（孤立的 UTF-16 代理），不能存证。",
            "a text holds half a character (a lone surrogate) and cannot be kept",
        ) from error


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)
