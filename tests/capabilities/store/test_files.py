"""Papers: judged by their content, bounded, shown to whom they were given."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.qinghe import INSPECTOR, POLICE, citizen, person

from tongban.home import Home
from tongban.kernel.case.commands import AskCorrection, SupplyCorrection
from tongban.kernel.case.model import Case
from tongban.kernel.terms import UserError
from tongban.store import cases, certificates, files
from tongban.store.models import StoredFile


PDF = b"%PDF-1.7\n" + b"x" * 500
PNG = b"\x89PNG\r\n\x1a\n" + b"y" * 500
JPEG = b"\xff\xd8\xff\xe0" + b"z" * 500


class Endless:
    """A stream that never ends and counts what was taken of it."""

    taken = 0

    def read(self, size: int) -> bytes:
        self.taken += size
        return b"%PDF-" + b"x" * (size - 5)


def keep(data: bytes, **given: object) -> str:
    return files.keep(io.BytesIO(data), by=citizen(), **given)  # type: ignore[arg-type]


def lying(home: Home) -> list[Path]:
    return [path for path in home.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "media"),
    [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")],
)
def test_the_content_tells_the_type(data: bytes, media: str) -> None:
    ref = keep(data, name="plan.txt")
    opened = files.open_file(ref, citizen())
    with opened.stream:
        assert opened.stream.read() == data
    assert (opened.media, opened.name, opened.size) == (media, "plan.txt", len(data))
    assert files.size(ref) == len(data)


@pytest.mark.parametrize(
    ("data", "given", "code"),
    [
        (b"MZ\x90\x00 a program called plan.pdf", {}, "file.wrong-type"),
        (b"GIF89a", {}, "file.wrong-type"),
        (b" %PDF-1.7", {}, "file.wrong-type"),
        (PNG, {"media": ["application/pdf"]}, "file.wrong-type"),
        (b"", {}, "file.empty"),
        (PDF, {"limit": 508}, "file.too-large"),
    ],
)
def test_what_is_not_wanted_is_refused_and_not_kept(
    data: bytes, given: dict[str, object], code: str, home: Home
) -> None:
    with pytest.raises(UserError) as refused:
        keep(data, name="plan.pdf", **given)
    assert refused.value.code == code
    assert refused.value.mend
    assert lying(home) == []


def test_a_file_of_exactly_the_limit_is_kept() -> None:
    assert keep(PDF, limit=len(PDF)).startswith("file:")


def test_an_endless_file_is_not_read_to_its_end(home: Home) -> None:
    stream = Endless()
    with pytest.raises(files.TooLarge):
        files.keep(stream, by=citizen())
    assert stream.taken <= files.LIMIT + files.CHUNK
    assert lying(home) == []


def test_the_same_content_is_kept_once_for_each_owner(home: Home) -> None:
    assert keep(PDF) == keep(PDF) == files.keep(io.BytesIO(PDF), by=citizen(1))
    assert len(lying(home)) == 1
    assert StoredFile.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\何\\平面图.pdf", "平面图.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    with files.open_file(keep(PDF, name=given), citizen()).stream:
        assert StoredFile.objects.get().name == kept


def shop_with_plan() -> tuple[str, str]:
    ref = keep(PDF)
    opened = cases.open_case(
        "open-shop",
        by=citizen(),
        key="with-plan",
        applicant=person(),
        data={},
        materials={"plan": ref},
    )
    return opened.number, ref


def test_whoever_works_on_the_case_may_open_its_papers() -> None:
    number, ref = shop_with_plan()
    fire = cases.children(number, citizen())[-1]
    assert fire.materials["plan"] == ref
    with files.open_file(ref, INSPECTOR, fire.number).stream as stream:
        assert stream.read() == PDF


def test_nobody_else_may() -> None:
    number, ref = shop_with_plan()
    with pytest.raises(UserError):
        files.open_file(ref, POLICE, number)
    with pytest.raises(files.NotYourFile):
        files.open_file(ref, citizen(1))
    with pytest.raises(files.NotYourFile):
        files.open_file(ref, citizen(1), open_shop(1, key="o").number)
    with pytest.raises(files.UnknownFile):
        files.open_file("file:" + "0" * 64, citizen())


def give(materials: dict[str, str], place: int = 0, key: str = "given") -> Case:
    return cases.open_case(
        "open-shop",
        by=citizen(place),
        key=key,
        applicant=person(place),
        data={},
        materials=materials,
    )


@pytest.mark.parametrize("ref", ["file:" + "0" * 64, "plan.pdf", "/etc/passwd"])
def test_a_paper_is_a_file_that_was_given(ref: str) -> None:
    with pytest.raises(files.NotYourFile) as refused:
        give({"plan": ref})
    assert refused.value.code == "file.not-yours"


def test_another_persons_file_goes_into_no_case_of_mine() -> None:
    ref = keep(PDF)
    with pytest.raises(files.NotYourFile):
        give({"plan": ref}, place=1)
    again = files.keep(io.BytesIO(PDF), by=citizen(1))
    assert give({"plan": again}, place=1).materials == {"plan": ref}


def test_another_persons_file_mends_no_case_of_mine() -> None:
    ref = keep(PDF)
    child = fire_of(open_shop()).number
    cases.act(child, AskCorrection(("plan",), "缺图"), by=INSPECTOR, key="ask")
    foreign = files.keep(io.BytesIO(PNG), by=citizen(1))
    for papers in ({"plan": foreign}, {"plan": "certificate:0"}):
        with pytest.raises(UserError) as refused:
            cases.act(child, SupplyCorrection({}, papers), by=citizen(), key="s")
        assert refused.value.code in ("file.not-yours", "certificate.unknown")
    supplied = SupplyCorrection({}, {"plan": ref})
    done = cases.act(child, supplied, by=citizen(), key="s")
    assert done.materials["plan"] == ref


def test_a_certificate_is_the_applicants_own() -> None:
    shop = open_shop()
    licence = cases.children(shop.number, citizen())[0]
    (issued,) = certificates.certificates_in([licence.number])
    ref = f"certificate:{issued.number}"
    with pytest.raises(certificates.UnknownCertificate):
        give({"plan": ref}, place=1)
    assert give({"plan": ref}, key="own").materials == {"plan": ref}


FULL_DISK = """
import io, resource, signal
import django
django.setup()
from tests.capabilities.qinghe import citizen
from tongban.store import files
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    files.keep(io.BytesIO(b"%PDF-" + b"x" * 100_000), by=citizen())
except files.UserError as error:
    print(error.code)
"""


def test_a_full_disk_is_told_and_leaves_nothing_half_written(home: Home) -> None:
    """A file size that the system does not permit stands for a full disk."""
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK],
        env={
            "TONGBAN_HOME": str(home.path),
            "DJANGO_SETTINGS_MODULE": "tongban.web.settings",
            # Compiled modules would be cut off at the limit as well.
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "store.full\n", run.stderr
    assert lying(home) == []
