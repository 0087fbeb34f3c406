"""What can be told of a certificate by whoever holds it in hand: genuine, in force."""

import hashlib
from dataclasses import dataclass
from datetime import date

from tongban.capabilities.certificates import keys, slip
from tongban.capabilities.certificates.slip import Slip
from tongban.kernel.case.certificate import Status
from tongban.kernel.case.identifier import Misread, parts
from tongban.store import certificate_copies, certificates
from tongban.store.certificate_copies import Copy
from tongban.store.certificates import Certificate


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a number, a code or a file, on one day.

    ``slip`` is what a genuine signature says, None where only a number was given.
    ``certificate`` is None where none bears the number. ``doubtful``: the number's
    check character does not fit, so it may be miscopied. ``forged``: a code that
    we did not sign. ``altered``: a file that we did not make.
    """

    day: date
    slip: Slip | None = None
    certificate: Certificate | None = None
    copy: Copy | None = None
    doubtful: bool = False
    misread: bool = False
    forged: bool = False
    altered: bool = False

    @property
    def status(self) -> Status | None:
        return self.certificate.on(self.day) if self.certificate else None

    @property
    def holds(self) -> bool:
        """Whether it may be relied upon today."""
        if self.altered or self.certificate is None:
            return False
        whole = self.certificate.is_valid(self.day)
        return self.copy.is_valid(self.day) if self.copy else whole


def of_text(text: str, day: date) -> Finding:
    """What a number, or the text of a QR code, leads to."""
    if slip.TOKEN.search(text.encode()):
        return _of_token(text.encode(), day)
    try:
        read = parts(text)
    except Misread:
        return Finding(day, misread=True)
    found = certificates.status_of(text.strip())
    return Finding(day, certificate=found, doubtful=not read.is_whole)


def of_file(content: bytes, day: date) -> Finding:
    """What a PDF is: one that was made here, byte by byte, or not."""
    made = certificate_copies.printed(hashlib.sha256(content).hexdigest())
    if made is not None:
        return Finding(day, certificate=made.certificate, copy=made.copy)
    found = _of_token(content, day)
    return Finding(
        day, found.slip, found.certificate, found.copy, False, False, found.forged, True
    )


def _of_token(content: bytes, day: date) -> Finding:
    try:
        said = slip.verified(slip.find(content), keys.published())
    except (slip.Forged, slip.NoSlip):
        return Finding(day, forged=True)
    copy = certificate_copies.checked(said.copy) if said.copy else None
    return Finding(day, said, certificates.status_of(said.number), copy)
