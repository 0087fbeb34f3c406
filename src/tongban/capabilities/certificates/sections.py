"""What a pack declares of wallets: which may be given codes, and what may be asked.

Free of Django: packs are checked without it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tongban.kernel.query.model import Scope
from tongban.kernel.terms import Text, did_you_mean
from tongban.pack.model import Pack
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record
from tongban.pack.schema import COLUMN, TEXT, WORDS, Key, ListOf, Ref, Table, optional
from tongban.pack.section import Kind, Section


WALLET, PRESENTATION = "wallet", "presentation"
# What every certificate tells, whatever its type declares (GB/T 36903).
COMMON = ("number", "holder_id", "holder_id_type", "issued_on", "valid_until")
MOST_REDIRECT = 400


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet (电子钱包) that holders may send here to fetch certificates.

    Codes are given to its ``redirects`` alone, letter by letter (RFC 9700 section
    2.1); ``code`` is its client identifier.
    """

    code: str
    title: Text
    redirects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Presentation:
    """What an organisation may ask holders to show (亮证查验), and for what.

    ``asks`` are names of claims by type of certificate; nothing else can be asked.
    """

    code: str
    title: Text
    organization: str
    purpose: str
    basis: str
    asks: Mapping[str, tuple[str, ...]]


_WALLET = Kind(
    WALLET,
    "电子钱包",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "redirects": optional(ListOf(TEXT, least=1), ()),
        }
    ),
)
_PRESENTATION = Kind(
    PRESENTATION,
    "亮证查验",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "organization": Key(Ref("organization"), label="查验部门"),
            "purpose": Key(Ref("purpose"), label="使用用途"),
            "basis": Key(
                TEXT, label="依据", why="a holder is asked by law or not at all"
            ),
            "asks": Key(
                ListOf(
                    Table(
                        {
                            "certificate": Key(Ref("certificate")),
                            "claims": Key(ListOf(COLUMN, least=1)),
                        }
                    ),
                    least=1,
                ),
                label="查验内容",
            ),
        }
    ),
)


def _wallet(code: str, record: Record) -> Wallet:
    return Wallet(code, record["title"], tuple(record["redirects"]))


def _presentation(code: str, record: Record) -> Presentation:
    return Presentation(
        code,
        record["title"],
        record["organization"],
        record["purpose"],
        record["basis"],
        {each["certificate"]: tuple(each["claims"]) for each in record["asks"]},
    )


def _judge_wallet(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    del pack
    for address in record["redirects"]:
        parts = urlsplit(address)
        bare = parts.scheme == "http" and parts.hostname not in (
            "localhost",
            "127.0.0.1",
        )
        if not parts.scheme or parts.fragment or bare or len(address) > MOST_REDIRECT:
            yield PackProblem(
                "wallet-redirect",
                record.at("redirects"),
                f"{code}: codes cannot be sent to {address!r}",
                why="a code goes over HTTPS or to an app, to an address without '#'",
                mend="write an https address or one of the app's own scheme",
            )


def _judge_presentation(code: str, record: Record, pack: Pack) -> Iterator[PackProblem]:
    if pack.purposes[record["purpose"]].scope is not Scope.SUBJECT:
        yield PackProblem(
            "presentation-purpose",
            record.at("purpose"),
            f"{code}: {record['purpose']} is not about one person",
            why="a certificate is shown by its holder, about its holder",
            mend="name a purpose whose scope is subject",
        )
    seen: set[str] = set()
    for each in record["asks"]:
        yield from _judge_ask(code, each, pack, seen)
        seen.add(each["certificate"])


def _judge_ask(
    code: str, each: Record, pack: Pack, seen: set[str]
) -> Iterator[PackProblem]:
    kind = pack.certificates[each["certificate"]]
    if kind.code in seen:
        yield PackProblem(
            "presentation-twice",
            each.at("certificate"),
            f"{code}: {kind.code} is asked for twice",
            mend="put all its claims into one",
        )
    known = (*COMMON, *kind.fields)
    for claim in each["claims"]:
        if claim not in known:
            yield PackProblem(
                "presentation-unknown-claim",
                each.at("claims"),
                f"{code}: {kind.code} has no claim {claim!r}",
                why="only what the certificate says can be shown",
                mend=did_you_mean(claim, known),
            )


SECTIONS = (
    Section(_WALLET, _wallet, _judge_wallet),
    Section(_PRESENTATION, _presentation, _judge_presentation),
)
