"""The flagship story in the browser, with scripts and without."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.functional.browser import story
from tests.functional.browser.city import copied, served
from tests.functional.browser.story import Told
from tests.functional.browser.visitor import Visitor, Visits


@dataclass(frozen=True, slots=True)
class Tale:
    """The story as it was acted out, and where its people still stand."""

    told: Told
    founder: Visitor
    stranger: Visitor
    visits: Visits


@pytest.fixture(scope="module", params=[True, False], ids=["scripts", "no-scripts"])
def tale(
    request: pytest.FixtureRequest,
    built: Path,
    chromium: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Tale]:
    scripts = bool(request.param)
    folder, told = tmp_path_factory.mktemp("story"), Told()
    with (
        served(copied(built, folder / "home"), folder / "log") as site,
        Visits(chromium, site) as visits,
    ):
        founder = visits.of(scripts=scripts)
        story.find(founder)
        story.look(founder.page, told)
        story.fill(founder.page)
        story.submit_twice(founder, told)
        story.follow(founder, told)
        story.work(visits, told, scripts=scripts)
        story.harvest(founder, told)
        yield Tale(told, founder, visits.of("auditor", scripts=scripts), visits)


def test_what_is_known_is_filled_in_with_its_source(tale: Tale) -> None:
    assert tale.told.known[:2] == ["林晚", "990101199003079423"]
    assert len(tale.told.known) > tale.told.asked == 11
    assert all(text.startswith("来自 ") for text in tale.told.sources)


def test_one_submission_makes_one_case(tale: Tale) -> None:
    assert tale.told.cases == ["开办餐饮店"]
    assert tale.told.after_again in (story.MATTER, f"/cases/{tale.told.number}/")


def test_the_licence_is_granted_at_once_and_says_why(tale: Tale) -> None:
    assert tale.told.lanes["企业营业执照办理"] == "已核准"
    assert tale.told.conditions == ["满足"] * 7


def test_three_departments_work_side_by_side(tale: Tale) -> None:
    standing = list(tale.told.lanes.values())
    assert standing[1:] == ["已收到，待受理"] * 3


def test_every_part_ends_with_a_certificate(tale: Tale) -> None:
    assert set(tale.told.ending.values()) == {"已核准"}
    assert len(tale.told.certificates) == 4


def test_a_certificate_can_be_checked_by_anybody(tale: Tale) -> None:
    number = tale.told.certificates[0].split("/")[2]
    tale.stranger.go(f"/certificates/check/?q={number}")
    shown = tale.stranger.page.locator("section[role=status]").inner_text()
    assert "有效" in shown
    assert "林晚" not in tale.stranger.page.content()


def test_every_use_is_told_and_the_proof_holds_offline(
    tale: Tale, tmp_path: Path
) -> None:
    page = tale.founder.page
    tale.founder.go(f"/my-data/?case={tale.told.number}")
    uses = page.locator("form[action='/my-data/proof/'] .lines > li")
    assert uses.count() >= 5
    assert "林晚" not in uses.first.inner_text()
    proof = story.download(page, page.locator("form .card .button").click, tmp_path)
    verifier = story.download(
        page, page.locator("a[href='/verify/verifier.py']").first.click, tmp_path
    )
    tale.founder.go("/verify/")
    told = page.locator("pre code").inner_text()
    key = re.search(r"--key '([^']+)'", told)
    assert key is not None
    assert _verified(verifier, proof, key[1], tmp_path) == 0
    assert _verified(verifier, _forged(proof), key[1], tmp_path) == 1


def _verified(verifier: Path, proof: Path, key: str, folder: Path) -> int:
    """What the downloaded file says, alone with Python: no packages, no variables."""
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(verifier), str(proof), "--key", key],
        cwd=folder,
        env={},
        capture_output=True,
        check=False,
    )
    return ended.returncode


def _forged(proof: Path) -> Path:
    """The same proof with one use about another purpose."""
    text = proof.read_text("utf-8")
    forged = proof.with_name("forged.json")
    forged.write_text(text.replace("open-restaurant.prefill", "curiosity"), "utf-8")
    assert json.loads(text) != json.loads(forged.read_text("utf-8"))
    return forged


def test_a_case_has_a_proof_of_its_own(tale: Tale, tmp_path: Path) -> None:
    tale.founder.go(f"/cases/{tale.told.number}/")
    link = tale.founder.page.locator(f"a[href='/my-data/proof/{tale.told.number}/']")
    proof = story.download(tale.founder.page, link.click, tmp_path)
    page = tale.stranger.page
    tale.stranger.go("/verify/")
    page.set_input_files("#bundle", proof)
    tale.stranger.press(page.locator("main form button"))
    assert page.locator("section.note.good").count() == 1
    page.set_input_files("#bundle", _spoiled(proof))
    tale.stranger.press(page.locator("main form button"))
    refusal = page.locator("section.note.bad[role=alert]")
    assert "不成立" in refusal.inner_text()


def _spoiled(proof: Path) -> Path:
    spoiled = proof.with_name("spoiled.json")
    spoiled.write_bytes(proof.read_bytes()[:-200])
    return spoiled


def test_officials_find_nothing_left_to_do(tale: Tale) -> None:
    for account in ("food.approver", "sign.officer", "fire.officer"):
        official = tale.visits.of(account, scripts=_scripts(tale, account))
        official.go("/desk/")
        assert official.page.locator(".inbox").count() == 0
        assert "没有待办的件" in official.page.locator("main").inner_text()


def _scripts(tale: Tale, account: str) -> bool:
    return (account, True) in tale.visits.known


def test_the_catalogue_is_found_by_words(tale: Tale) -> None:
    page = tale.stranger.page
    tale.stranger.go("/catalogue/")
    page.fill("#q", "租赁备案")
    tale.stranger.press(page.locator("form[role=search] button"))
    tale.stranger.press(page.get_by_role("link", name="房屋租赁登记备案信息"))
    assert tale.stranger.path == "/catalogue/housing.lease/"
    shown = page.locator("main").inner_text()
    assert "市住建局" in shown or "住房和城乡建设局" in shown


def test_no_browser_complained(tale: Tale) -> None:
    heard = {key: visitor.complaints for key, visitor in tale.visits.known.items()}
    assert {key: said for key, said in heard.items() if said} == {}
