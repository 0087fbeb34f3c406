"""`certificate verify`: the code or the file of a certificate, without a network."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tongban.capabilities.certificates import slip
from tongban.capabilities.certificates.slip import Slip
from tongban.cli.data import a_day
from tongban.cli.frame import BadOption, command, emit, group, out
from tongban.kernel.case import identifier


certificate = group("certificate", "Certificates (电子证照), checked by anybody.")


@command(
    "verify", "tongban certificate verify permit.pdf --keys keys.json", of=certificate
)
def verify(
    what: Annotated[
        str, typer.Argument(metavar="FILE|TEXT", help="A PDF, or a QR code's text.")
    ],
    keys: Annotated[
        Path, typer.Option(help="The published keys: /certificates/keys.json.")
    ],
    on: Annotated[
        str | None, typer.Option(help="Also judge the last day as of this day.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="What it says as one JSON object.")
    ] = False,
) -> None:
    """Verify offline that an issuer signed a certificate, and tell what it signed.

    What has become of the certificate since, only the issuer's site knows: the
    address in the code leads there. With --on, one that is over fails as well.
    """
    found = slip.verified(slip.find(_content(what)), _keys(keys))
    day = a_day(on, "--on")
    over = day is not None and found.is_over(day)
    if as_json:
        emit(json.dumps(_told(found), ensure_ascii=False))
    else:
        for line in _lines(found, over):
            out.print(line, markup=False)
    if over:
        raise typer.Exit(1)


def _content(what: str) -> bytes:
    """The bytes of a file of that name, else the text itself."""
    path = Path(what)
    # A code's text is longer than any name of a file may be.
    is_file = len(what) < 256 and path.is_file()
    return path.read_bytes() if is_file else what.encode()


def _keys(path: Path) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadOption(
            "the file of keys cannot be read",
            where=str(path),
            why=type(error).__name__,
            mend="fetch it from /certificates/keys.json of the issuer's site",
        ) from error
    return found


def _told(found: Slip) -> dict[str, str]:
    told = {
        "number": found.number,
        "title": found.title,
        "holder": found.holder,
        "issued": found.issued.isoformat(),
        "until": _day(found.until),
        "copy": found.copy,
        "receiver": found.receiver,
        "reason": found.reason,
        "copy_until": _day(found.copy_until),
    }
    return {name: value for name, value in told.items() if value}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _lines(found: Slip, over: bool) -> list[str]:
    lines = ["signature genuine 签名无误"]
    lines += [f"{name:11} {value}" for name, value in _told(found).items()]
    if not identifier.is_whole(found.number):
        lines.append("warning     the identifier's check character does not fit")
    if over:
        lines.append("over        its last day has passed 已过有效期")
    return [*lines, "state today is not known offline 现在的状态请联网核验"]
