#!/usr/bin/env python3
"""Check a Tongban proof bundle with Python alone: no packages, no network.

    python verifier.py bundle.json [--key VKEY] [--lang zh|en]

Exit code 0: everything in the bundle is proven. 1: refused, the reason is printed.
2: the check could not begin (wrong usage, a file that cannot be read).

A citizen is handed this one file with the bundle, so it stays a single file of the
standard library for Python 3.8 and later. It is also the only verification code of
the product: the rest of the ledger imports it and it imports nothing of the product.
Order of the file: refusals, Ed25519 (RFC 8032), Merkle proofs (RFC 6962, RFC 9162),
keys and signed checkpoints (C2SP), leaves, the bundle, plain words, the command.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple


FORMAT = "tongban-proof/1"
MAX_BYTES = 16 * 1024 * 1024
MAX_PROOF = 64
MAX_SIZE = 2**63 - 1
MAX_DEPTH = 64
MAX_SIGNATURES = 64
HASH_BYTES = 32
SALT_BYTES = 16

# Each sentence in Chinese and in English; the names in braces are filled by facts.
SENTENCES: dict[str, tuple[str, str]] = {
    "file-size": (
        "文件超过 {limit} 字节，证明文件不会这样大。",
        "the file is larger than {limit} bytes, which no proof file is",
    ),
    "utf8": ("文件不是 UTF-8 文本。", "the file is not UTF-8 text"),
    "json": ("不是合法的 JSON：{detail}", "this is not valid JSON: {detail}"),
    "depth": ("嵌套超过 {limit} 层。", "it is nested more than {limit} deep"),
    "twice": ("“{name}”出现了两次。", '"{name}" occurs twice'),
    "number": ("{text} 不是允许的整数。", "{text} is not an allowed whole number"),
    "shape": ("此处应为{expected_zh}。", "this should be {expected}"),
    "members": (
        "此处应有 {expected}，实有 {actual}。",
        "the members should be {expected} but are {actual}",
    ),
    "format": (
        "本程序读 {expected} 格式，文件写的是 {actual}。",
        "this program reads the format {expected}, the file says {actual}",
    ),
    "key": (
        "不是公钥文本（名称+编号+Base64，C2SP signed-note），或被改过。",
        "this is not a verifier key (name+id+Base64, C2SP signed-note), or was altered",
    ),
    "key-differs": (
        "您信任的公钥是 {expected}，文件用的是 {actual}。",
        "you trust the key {expected}, the file uses {actual}",
    ),
    "note": (
        "不是带签名的文本（C2SP signed-note），或被改过。",
        "this is not a signed text (C2SP signed-note), or was altered",
    ),
    "signature-missing": (
        "没有公钥 {key} 的签名。",
        "there is no signature of the key {key}",
    ),
    "signature-wrong": (
        "公钥 {key} 的签名不成立：内容被改过，或不是它签的。",
        "the signature of {key} is wrong: the text was altered or not signed by it",
    ),
    "checkpoint": (
        "不是检查点（C2SP tlog-checkpoint）。",
        "this is not a checkpoint (C2SP tlog-checkpoint)",
    ),
    "origin": (
        "来源不一致：应为 {expected}，实为 {actual}。",
        "the origin should be {expected} but is {actual}",
    ),
    "range": (
        "序号 {index} 不在 {size} 条记录的日志之内。",
        "the index {index} is not in a log of {size} records",
    ),
    "old-range": (
        "较早的大小 {old} 应在 1 与 {new} 之间。",
        "the earlier size {old} should be between 1 and {new}",
    ),
    "proof-length": (
        "证明应有 {expected} 个哈希，实有 {actual} 个。",
        "the proof should have {expected} hashes but has {actual}",
    ),
    "root": (
        "根哈希不一致：应为 {expected}，算出的是 {actual}。",
        "the root should be {expected} but computes to {actual}",
    ),
    "leaf-form": (
        "记录的文字不是唯一的规范写法，可能被改过。",
        "the record is not in its one canonical form and may have been altered",
    ),
    "unsealed": ("记录中没有名为“{name}”的封存项。", 'the record seals no "{name}"'),
    "opening": (
        "“{name}”与封存时不符：应为 {expected}，算出的是 {actual}。",
        '"{name}" is not as sealed: expected {expected}, computed {actual}',
    ),
}


class Refused(Exception):
    """Nothing is proven: a stable ``code``, the place, the sentence's facts."""

    def __init__(self, code: str, where: str = "", **facts: object) -> None:
        super().__init__(code, where, facts)
        self.code, self.where, self.facts = code, where, facts

    def say(self, language: str) -> str:
        """The reason as one sentence in ``zh`` or ``en``."""
        facts = {name: shown(fact) for name, fact in self.facts.items()}
        return SENTENCES[self.code][language == "en"].format(**facts)


@contextmanager
def at(where: str) -> Iterator[None]:
    """Names the part of the file in which a refusal arises, outermost first."""
    try:
        yield
    except Refused as refused:
        refused.where = f"{where}.{refused.where}".strip(".")
        raise


def shown(value: object) -> str:
    """A value for a terminal: one line, no control or direction characters, cut."""
    if isinstance(value, bytes):
        value = value.hex()
    text = value if isinstance(value, str) else canonical(value).decode()
    cut = text if len(text) <= 300 else text[:300] + "…"
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in cut)


# ------------------------------------------------- Ed25519 verification (RFC 8032)

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def _add(a: Sequence[int], b: Sequence[int]) -> tuple[int, int, int, int]:
    """Point addition in extended coordinates (section 5.1.4); also doubles."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    x, z, w, y = f - e, h - g, h + g, f + e
    return x * z % P, w * y % P, z * w % P, x * y % P


def _decode(data: bytes) -> tuple[int, int, int, int] | None:
    """A point from its 32 bytes (section 5.1.3); None if it is not canonical."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0:
        x = x * SQRT_MINUS_ONE % P
    if (v * x * x - u) % P != 0 or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _encode(point: Sequence[int]) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
BASE = (_X, _Y, 1, _X * _Y % P)


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is Ed25519 over ``message`` (RFC 8032 section 5.1.7).

    Strict: S below the group order, canonical A and R, and the equation without
    the cofactor, so that one signature has one encoding. A key of small order
    would accept many messages and is refused.
    """
    point = _decode(public) if len(public) == 32 else None
    s = int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or s >= L:
        return False
    eightfold = point
    for _ in range(3):
        eightfold = _add(eightfold, eightfold)
    if eightfold[0] == 0:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % L
    minus = (P - point[0], point[1], 1, P - point[3])
    return _encode(_sum(s, BASE, k, minus)) == signature[:32]


def _sum(s: int, a: Sequence[int], k: int, b: Sequence[int]) -> Sequence[int]:
    """[s]a + [k]b, both scalars read bit by bit together."""
    terms = (None, a, b, _add(a, b))
    total: Sequence[int] = NEUTRAL
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        total = _add(total, total)
        term = terms[(s >> bit & 1) + 2 * (k >> bit & 1)]
        total = _add(total, term) if term else total
    return total


class Suite(NamedTuple):
    """A family of algorithms; a key names its suite by the C2SP signature type."""

    name: str
    signature_type: bytes
    key_bytes: int
    digest: Callable[[bytes], bytes]
    verifies: Callable[[bytes, bytes, bytes], bool]


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


INTL = Suite("intl", b"\x01", 32, _sha256, ed25519_verifies)
SUITES = (INTL,)


# ------------------------------------------------ Merkle proofs (RFC 6962, RFC 9162)


def leaf_hash(data: bytes, suite: Suite = INTL) -> bytes:
    """RFC 6962 section 2.1: the hash of one record."""
    return suite.digest(b"\x00" + data)


def node_hash(left: bytes, right: bytes, suite: Suite = INTL) -> bytes:
    """RFC 6962 section 2.1: the hash of two subtrees."""
    return suite.digest(b"\x01" + left + right)


def verify_inclusion(
    index: int,
    size: int,
    leaf: bytes,
    proof: Sequence[bytes],
    root: bytes,
    suite: Suite = INTL,
) -> None:
    """RFC 9162 section 2.1.3.2: the leaf hash is at ``index`` under ``root``."""
    _check_sizes(index, size)
    _check_hashes([*_check_proof(proof), leaf, root])
    if index >= size:
        raise Refused("range", index=index, size=size)
    # Below the level where the paths of the leaf and of the last leaf meet there is
    # a sibling on each level; above it only where the leaf's path turns right.
    inner = (index ^ (size - 1)).bit_length()
    expected = inner + bin(index >> inner).count("1")
    if len(proof) != expected:
        raise Refused("proof-length", expected=expected, actual=len(proof))
    result = leaf
    for level, sibling in enumerate(proof):
        if level >= inner or index >> level & 1:
            result = node_hash(sibling, result, suite)
        else:
            result = node_hash(result, sibling, suite)
    _check_root(root, result)


def verify_consistency(
    old: int,
    new: int,
    old_root: bytes,
    new_root: bytes,
    proof: Sequence[bytes],
    suite: Suite = INTL,
) -> None:
    """RFC 9162 section 2.1.4.2: the first ``old`` leaves of the new tree are the old's.

    An empty tree is a beginning of every tree and proves nothing: it is refused.
    """
    _check_sizes(old, new)
    _check_hashes([*_check_proof(proof), old_root, new_root])
    if not 0 < old <= new:
        raise Refused("old-range", old=old, new=new)
    shift = (old & -old).bit_length() - 1
    fn, sn = (old - 1) >> shift, (new - 1) >> shift
    whole = fn == 0
    inner = (fn ^ sn).bit_length()
    expected = 0 if old == new else inner + bin(fn >> inner).count("1") + (not whole)
    if len(proof) != expected:
        raise Refused("proof-length", expected=expected, actual=len(proof))
    if old == new:
        return _check_root(new_root, old_root)
    first, path = (old_root, proof) if whole else (proof[0], proof[1:])
    before = after = first
    for level, sibling in enumerate(path):
        if level >= inner or fn >> level & 1:
            before = node_hash(sibling, before, suite)
            after = node_hash(sibling, after, suite)
        else:
            after = node_hash(after, sibling, suite)
    _check_root(old_root, before)
    return _check_root(new_root, after)


def _check_sizes(*numbers: int) -> None:
    for number in numbers:
        if type(number) is not int or not 0 <= number <= MAX_SIZE:
            raise shape("一个不超过 2⁶³ 的序号", "an index or size below 2⁶³")


def _check_proof(proof: Sequence[bytes]) -> Sequence[bytes]:
    if not isinstance(proof, (list, tuple)):
        raise shape("哈希的列表", "a list of hashes")
    if len(proof) > MAX_PROOF:
        raise Refused("proof-length", expected=f"≤ {MAX_PROOF}", actual=len(proof))
    return proof


def _check_hashes(hashes: Iterable[bytes]) -> None:
    for value in hashes:
        if not isinstance(value, bytes) or len(value) != HASH_BYTES:
            raise shape("32 字节的哈希", "a hash of 32 bytes")


def _check_root(expected: bytes, actual: bytes) -> None:
    if expected != actual:
        raise Refused("root", expected=expected, actual=actual)


# --------------------------------------------------- keys, signed notes, checkpoints


class Key(NamedTuple):
    """A verifier key (vkey) of C2SP signed-note: name, suite and public key."""

    name: str
    suite: Suite
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart; an identifier, not a proof."""
        material = self.suite.signature_type + self.public
        return self.suite.digest(self.name.encode() + b"\n" + material)[:4]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the vkey text, as ``sha256sum`` prints it, to be compared."""
        return hashlib.sha256(str(self).encode()).hexdigest()

    def __str__(self) -> str:
        material = base64.b64encode(self.suite.signature_type + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"


class Signature(NamedTuple):
    """One signature line of a note, whoever's it is."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        blob = base64.b64encode(self.key_id + self.signature).decode()
        return f"— {self.name} {blob}\n"


class Note(NamedTuple):
    """A signed text; its ``str`` is the note again, every signature kept."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))


class Head(NamedTuple):
    """What a checkpoint says: the log's origin, its number of leaves, their root."""

    origin: str
    size: int
    root: bytes


def is_key_name(name: str) -> bool:
    """C2SP signed-note: not empty, no spaces, no plus, no control characters."""
    return bool(name) and name.isprintable() and " " not in name and "+" not in name


def read_key(vkey: str) -> Key:
    """A key from its text ``name+id+Base64``; the id must be the computed one."""
    name, _, tail = vkey.partition("+")
    material = from_base64(tail.partition("+")[2])
    for suite in SUITES:
        public = material[len(suite.signature_type) :]
        key = Key(name, suite, public)
        if is_key_name(name) and len(public) == suite.key_bytes and str(key) == vkey:
            return key
    raise Refused("key")


def read_note(text: str) -> Note:
    """The text and signature lines of a C2SP signed note, nothing verified yet."""
    body, _, tail = text.rpartition("\n\n")
    lines = tail.split("\n")
    signatures = tuple(_signature(line) for line in lines[: MAX_SIGNATURES + 1] if line)
    note = Note(body + "\n", signatures)
    control = re.search("[^\n -\ud7ff\ue000-\U0010ffff]", text)
    # Written back it must be the same text: one note has one reading.
    if control or not 0 < len(signatures) <= MAX_SIGNATURES or str(note) != text:
        raise Refused("note")
    return note


def _signature(line: str) -> Signature:
    name, _, blob = line[2:].partition(" ")
    data = from_base64(blob)
    if not is_key_name(name) or len(data) < 5:
        raise Refused("note")
    return Signature(name, data[:4], data[4:])


def open_note(text: str, keys: Iterable[Key]) -> tuple[Note, list[Key]]:
    """The note and those of ``keys`` that signed it; refused if none did.

    Signatures of unknown keys are ignored and kept; a wrong signature of a known
    key refuses the whole note (C2SP signed-note, Signatures).
    """
    note = read_note(text)
    known = {(key.name, key.id): key for key in keys}
    signed = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.suite.verifies(key.public, note.text.encode(), signature.signature):
            raise Refused("signature-wrong", key=str(key))
        signed.append(key)
    if not signed:
        raise Refused("signature-missing", key=", ".join(map(str, known.values())))
    return note, signed


def read_checkpoint(text: str) -> Head:
    """The three lines of a C2SP tlog-checkpoint; extension lines may follow."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or "" in lines:
        raise Refused("checkpoint")
    origin, size, root = lines[:3]
    if not re.fullmatch("0|[1-9][0-9]{0,18}", size) or int(size) > MAX_SIZE:
        raise Refused("checkpoint")
    return Head(origin, int(size), a_hash(root))


def _signed_head(text: str, key: Key) -> Head:
    note, _ = open_note(text, [key])
    head = read_checkpoint(note.text)
    if head.origin != key.name:
        raise Refused("origin", expected=key.name, actual=head.origin)
    return head


def from_base64(text: str) -> bytes:
    """The bytes of canonical standard Base64; empty for anything else."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return b""
    return data if base64.b64encode(data).decode() == text else b""


def a_hash(text: object) -> bytes:
    """A hash from its Base64."""
    data = from_base64(text) if isinstance(text, str) else b""
    if len(data) != HASH_BYTES:
        raise shape("32 字节哈希的 Base64", "the Base64 of a 32-byte hash")
    return data


# ------------------------------------------------------- JSON, leaves and openings


def canonical(value: object) -> bytes:
    """The one byte string of a JSON value: sorted keys, no white space, UTF-8."""
    separators = (",", ":")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=separators)
    return text.encode()


def read_json(text: str) -> Any:
    """A JSON value with one possible reading: no repeated names, whole numbers only."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_members,
            parse_int=_integer,
            parse_float=_integer,
            parse_constant=_integer,
        )
        canonical(value)
    except RecursionError as error:
        raise Refused("depth", limit=MAX_DEPTH) from error
    except ValueError as error:
        raise Refused("json", detail=str(error)) from error
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inner(outer)]
    if level:
        raise Refused("depth", limit=MAX_DEPTH)
    return value


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise Refused("twice", name=name)
        members[name] = value
    return members


def _integer(text: str) -> int:
    if not re.fullmatch("-?[0-9]{1,19}", text):
        raise Refused("number", text=text)
    return int(text)


class Leaf(NamedTuple):
    """One record of the log as its text says it."""

    kind: str
    at: str
    public: dict[str, Any]
    sealed: dict[str, str]


def read_leaf(text: str) -> Leaf:
    """A leaf from its exact text, which must be its canonical JSON.

    ``sealed`` maps names to commitments in hex; ``at`` is ISO 8601 with offset.
    """
    record = members(read_json(text), ["at", "kind", "public", "sealed"])
    leaf = Leaf(
        a_text(record["kind"]), a_text(record["at"]), record["public"], record["sealed"]
    )
    if canonical(record) != text.encode():
        raise Refused("leaf-form")
    if not leaf.kind or not _is_moment(leaf.at):
        raise shape(
            "有种类和带时区时间的记录", "a record with kind and time with offset"
        )
    an_object(leaf.public)
    for sealed in an_object(leaf.sealed).values():
        a_hex(sealed, HASH_BYTES)
    return leaf


def _is_moment(text: str) -> bool:
    day = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?[+-]\d\d:\d\d"
    if not re.fullmatch(day, text, re.ASCII):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def commitment(salt: bytes, name: str, value: object, suite: Suite = INTL) -> bytes:
    """The sealed form of ``name = value``: a hash that tells nothing without the salt.

    The prefix keeps it apart from every other hash of the log.
    """
    opening = canonical([salt.hex(), name, value])
    return suite.digest(b"tongban-commitment-v1\n" + opening)


def check_opening(
    leaf: Leaf, name: str, salt: bytes, value: object, suite: Suite = INTL
) -> None:
    """``name = value`` is what the leaf seals; refused otherwise."""
    if name not in leaf.sealed:
        raise Refused("unsealed", name=name)
    actual = commitment(salt, name, value, suite).hex()
    if actual != leaf.sealed[name]:
        raise Refused("opening", name=name, expected=leaf.sealed[name], actual=actual)


# -------------------------------------------------------------- shapes of the file


def shape(zh: str, en: str) -> Refused:
    """The refusal of a part that is not what it should be."""
    return Refused("shape", expected_zh=zh, expected=en)


def an_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise shape("对象 {…}", "an object {…}")
    return value


def members(value: Any, required: list[str], *optional: str) -> dict[str, Any]:
    """``value`` as an object with these members and no other."""
    if set(an_object(value)) - set(optional) != set(required):
        raise Refused("members", expected=required, actual=sorted(value))
    return an_object(value)


def a_text(value: Any) -> str:
    if not isinstance(value, str):
        raise shape("文字", "text")
    return value


def a_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise shape("列表 […]", "a list […]")
    return value


def a_hex(value: Any, count: int) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(
        f"[0-9a-f]{{{2 * count}}}", value
    ):
        raise shape(f"{count} 字节的小写十六进制", f"{count} bytes in lower-case hex")
    return bytes.fromhex(value)


# ---------------------------------------------------------------------- the bundle


class Proven(NamedTuple):
    """One leaf proven to be in the log, and the sealed values shown to be its own."""

    number: int
    leaf: Leaf
    opened: dict[str, Any]


class Report(NamedTuple):
    """What a bundle proves. ``pinned``: the key came from the reader, not the file."""

    key: Key
    pinned: bool
    head: Head
    leaves: list[Proven]
    earlier: Head | None


def verify(data: bytes, key: Key | None = None) -> Report:
    """Everything the bundle ``data`` proves, or ``Refused``; never a part of it.

    ``key`` is the one the reader trusts; without it the bundle's own is taken and
    the report says so.
    """
    if len(data) > MAX_BYTES:
        raise Refused("file-size", limit=MAX_BYTES)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Refused("utf8") from error
    required = ["checkpoint", "format", "key", "leaves", "origin"]
    bundle = members(read_json(text), required, "consistency")
    if bundle["format"] != FORMAT:
        raise Refused("format", expected=FORMAT, actual=bundle["format"])
    with at("key"):
        own = read_key(a_text(bundle["key"]))
        if key is not None and key != own:
            raise Refused("key-differs", expected=str(key), actual=str(own))
    with at("checkpoint"):
        head = _signed_head(a_text(bundle["checkpoint"]), own)
    if bundle["origin"] != head.origin:
        raise Refused("origin", expected=head.origin, actual=bundle["origin"])
    leaves = _proven_leaves(bundle["leaves"], head, own.suite)
    earlier = None
    if "consistency" in bundle:
        earlier = _earlier(bundle["consistency"], head, own)
    return Report(own, key is not None, head, leaves, earlier)


def _proven_leaves(entries: Any, head: Head, suite: Suite) -> list[Proven]:
    with at("leaves"):
        if not a_list(entries):
            raise shape("至少一条记录", "at least one record")
    proven: dict[int, Proven] = {}
    for number, entry in enumerate(entries):
        with at(f"leaves[{number}]"):
            leaf = _proven(entry, head, suite)
            if leaf.number in proven:
                raise Refused("twice", name=f"index {leaf.number}")
            proven[leaf.number] = leaf
    return list(proven.values())


def _proven(entry: Any, head: Head, suite: Suite) -> Proven:
    members(entry, ["index", "leaf", "openings", "proof"])
    text, index = a_text(entry["leaf"]), entry["index"]
    with at("proof"):
        proof = [a_hash(text) for text in a_list(entry["proof"])]
    hashed = leaf_hash(text.encode(), suite)
    verify_inclusion(index, head.size, hashed, proof, head.root, suite)
    with at("leaf"):
        leaf = read_leaf(text)
    with at("openings"):
        opened = _opened(leaf, entry["openings"], suite)
    return Proven(index, leaf, opened)


def _opened(leaf: Leaf, openings: Any, suite: Suite) -> dict[str, Any]:
    opened = {}
    for name, opening in an_object(openings).items():
        members(opening, ["salt", "value"])
        salt = a_hex(opening["salt"], SALT_BYTES)
        check_opening(leaf, name, salt, opening["value"], suite)
        opened[name] = opening["value"]
    return opened


def _earlier(entry: Any, head: Head, key: Key) -> Head:
    with at("consistency"):
        members(entry, ["checkpoint", "proof"])
        old = _signed_head(a_text(entry["checkpoint"]), key)
        proof = [a_hash(text) for text in a_list(entry["proof"])]
        verify_consistency(old.size, head.size, old.root, head.root, proof, key.suite)
    return old


# --------------------------------------------------------------------- plain words

WORDS: dict[str, tuple[str, str]] = {
    "proven": (
        "证明成立：{count} 条记录都在这份日志里，自记入后没有被改过。",
        "Proven: {count} record(s) are in this log and are as they were entered.",
    ),
    "proven-if": (
        "若下列公钥属实，则证明成立：{count} 条记录都在这份日志里，记入后未被改过。",
        "Proven if the key below is genuine: {count} record(s) are in it, as entered.",
    ),
    "log": (
        "日志：{origin}，共 {size} 条记录，根哈希 {root}",
        "Log: {origin}, {size} records, root hash {root}",
    ),
    "key": ("信任的公钥：{key}", "Key trusted: {key}"),
    "fingerprint": (
        "公钥指纹（公钥文本的 SHA-256）：{fingerprint}",
        "Fingerprint (SHA-256 of the key's text): {fingerprint}",
    ),
    "pinned": ("这把公钥是您用 --key 给出的。", "You gave this key with --key."),
    "unpinned": (
        "注意：这把公钥取自文件本身，尚未核对。",
        "Note: this key comes from the file itself and is not checked yet.",
    ),
    "compare": (
        "指纹须与日志主办机关公布的逐字相同；或用 --key 给出公布的公钥，再验一次。",
        "Compare its fingerprint with the published one, or check again with --key.",
    ),
    "leaf": (
        "[{number}] 序号 {index}（从 0 数起）：{kind}，时间 {at}",
        "[{number}] Record {index} (counted from 0): {kind}, at {at}",
    ),
    "public": ("    公开：{name} = {value}", "    public: {name} = {value}"),
    "opened": (
        "    已揭示，与封存时一致：{name} = {value}",
        "    opened, the same as sealed: {name} = {value}",
    ),
    "sealed": (
        "    仍封存，本文件不透露：{name}",
        "    still sealed, not told here: {name}",
    ),
    "earlier": (
        "较早的检查点（{size} 条记录，根哈希 {root}）是这份日志的开头：此后只有追加。",
        "The earlier log ({size} records, root {root}) is its unchanged beginning.",
    ),
    "refused": (
        "证明不成立：{where}{reason}",
        "Not proven: {where}{reason}.",
    ),
    "mend": (
        "请不要采信这份文件；可请出具机关重新给您一份，再验一次。",
        "Do not rely on this file; ask the office that gave it for a new one.",
    ),
    "unreadable": ("文件读不出来：{why}", "The file cannot be read: {why}"),
    "bad-key": ("--key 给出的{reason}", "--key: {reason}"),
}


def describe(report: Report, language: str) -> list[str]:
    """The lines that tell a person what is proven, in ``zh`` or ``en``."""

    def say(word: str, **facts: object) -> str:
        return _word(word, language, **facts)

    head = report.head._asdict()
    verdict = "proven" if report.pinned else "proven-if"
    lines = [say(verdict, count=len(report.leaves)), say("log", **head)]
    lines += [say("key", key=str(report.key))]
    lines += [say("fingerprint", fingerprint=report.key.fingerprint)]
    lines += map(say, ["pinned"] if report.pinned else ["unpinned", "compare"])
    for number, (index, leaf, opened) in enumerate(report.leaves, 1):
        lines += [say("leaf", number=number, index=index, kind=leaf.kind, at=leaf.at)]
        lines += [say("public", name=n, value=v) for n, v in leaf.public.items()]
        lines += [say("opened", name=n, value=v) for n, v in opened.items()]
        lines += [say("sealed", name=n) for n in leaf.sealed if n not in opened]
    if report.earlier is not None:
        lines += [say("earlier", **report.earlier._asdict())]
    return lines


def _word(word: str, language: str, **facts: object) -> str:
    shown_facts = {name: shown(fact) for name, fact in facts.items()}
    return WORDS[word][language == "en"].format(**shown_facts)


def _refusal(refused: Refused, language: str) -> list[str]:
    where = f"{refused.where}: " if refused.where else ""
    reason = refused.say(language)
    return [
        _word("refused", language, where=where, reason=reason),
        _word("mend", language),
    ]


# --------------------------------------------------------------------- the command


def main(arguments: Sequence[str]) -> int:
    """Run the command; prints in ``--lang``, or in Chinese and then in English."""
    parser = argparse.ArgumentParser(
        prog="verifier.py",
        description="核验证明文件。Check a proof bundle. "
        "退出码 exit code: 0 成立 proven, 1 不成立 refused, 2 无法开始 cannot begin.",
    )
    parser.add_argument("bundle", help="证明文件 the proof bundle, JSON")
    parser.add_argument("--key", help="您信任的公钥 the key you trust (vkey text)")
    parser.add_argument("--lang", choices=["zh", "en"], help="语言 language")
    options = parser.parse_args(arguments)
    languages = [options.lang] if options.lang else ["zh", "en"]
    code, tell = _run(options.bundle, options.key)
    sys.stdout.write("\n\n".join("\n".join(tell(lang)) for lang in languages) + "\n")
    return code


def _run(path: str, vkey: str | None) -> tuple[int, Callable[[str], list[str]]]:
    try:
        key = None if vkey is None else read_key(vkey)
    except Refused as refused:
        reason = refused
        return 2, lambda lang: [_word("bad-key", lang, reason=reason.say(lang))]
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        why = str(error)
        return 2, lambda lang: [_word("unreadable", lang, why=why)]
    try:
        report = verify(data, key)
    except Refused as refused:
        reason = refused
        return 1, lambda lang: _refusal(reason, lang)
    return 0, lambda lang: describe(report, lang)


if __name__ == "__main__":
    # A console that cannot show Chinese shows escapes rather than a traceback.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    raise SystemExit(main(sys.argv[1:]))
