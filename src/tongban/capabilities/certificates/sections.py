"""What a pack declares of wallets: which may be given codes.

Free of Django: packs are checked without it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from tongban.kernel.terms import Text
from tongban.pack.model import Pack
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record
from tongban.pack.schema import TEXT, WORDS, Key, ListOf, Table
from tongban.pack.section import Kind, Section


WALLET = "wallet"
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


_WALLET = Kind(
    WALLET,
    "电子钱包",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "redirects": Key(ListOf(TEXT, least=1), label="回调地址"),
        }
    ),
)


def _wallet(code: str, record: Record) -> Wallet:
    return Wallet(code, record["title"], tuple(record["redirects"]))


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


SECTIONS = (Section(_WALLET, _wallet, _judge_wallet),)
