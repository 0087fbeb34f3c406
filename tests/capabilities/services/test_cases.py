"""What a citizen sees and does after the form is sent."""

import io
import re
import time

import pytest
from django.core.signing import TimestampSigner, b62_encode
from django.test import Client
from tests.capabilities.acts import fire_of, grant_fire
from tests.capabilities.qinghe import INSPECTOR
from tests.capabilities.services.portal import (
    PDF,
    actor,
    opened,
    pdf,
    send,
    signed_in,
    start,
)

from tongban.capabilities.services.views.cases import SEAL
from tongban.kernel.case.commands import Accept, AskCorrection
from tongban.kernel.case.model import Case, Phase
from tongban.store import cases, files


pytestmark = pytest.mark.usefixtures("portal")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def fire(number: str) -> Case:
    return fire_of(cases.case(number, actor()))


def licence(number: str) -> Case:
    children = cases.children(number, actor())
    return next(child for child in children if child.type == "shop.licence")


def test_lanes_show_every_department_with_its_clock() -> None:
    client = signed_in()
    page = text_of(client, f"/cases/{opened(client)}/")
    # Accepted within 5 working days from Monday 23 November 2026.
    assert "还剩 5 个工作日(11月30日前)" in page
    assert "由规则自动作出" in page
    assert "您现在什么都不用做" in page
    assert "2 个环节，已核准 1 个" in page


def test_an_instant_decision_is_explained_with_its_law() -> None:
    client = signed_in()
    page = text_of(client, f"/cases/{opened(client)}/")
    assert "没有人工参与" in page
    assert "年满十八周岁" in page
    assert "《民法典》第十七条" in page
    assert "1990年3月7日" in page
    assert "要求人工复核" in page


def test_a_rule_that_cannot_grant_says_why_a_person_looks() -> None:
    client = signed_in(1)  # a licence of theirs was revoked
    number = opened(client)
    (child,) = cases.children(number, actor(1))
    page = text_of(client, f"/cases/{child.number}/")
    assert "为什么转由工作人员审查" in page
    assert "名下没有被吊销的执照" in page
    assert child.outcome is None


def test_the_log_tells_all_departments_in_plain_words() -> None:
    client = signed_in()
    number = opened(client)
    grant_fire(cases.case(number, actor()))
    page = text_of(client, f"/cases/{number}/")
    for sentence in ("您提交了申请：开店", "系统按规则自动核准", "全部环节办好了"):
        assert sentence in page
    assert "全部办好了" in page
    assert "hx-get" not in page  # nothing runs any more: no polling


def test_polling_leaves_an_unchanged_page_alone() -> None:
    client = signed_in()
    address = f"/cases/{opened(client)}/"
    seen = re.search(r'hx-get="([^"]+)"', text_of(client, address))
    assert seen is not None
    htmx = {"HX-Request": "true"}
    assert client.get(seen[1], headers=htmx).status_code == 204
    cases.act(fire(address.split("/")[2]).number, Accept(), by=INSPECTOR, key="a")
    fresh = client.get(seen[1], headers=htmx)
    assert "<html" not in fresh.content.decode()
    assert "办理中" in fresh.content.decode()


def test_saving_data_is_respected() -> None:
    client = signed_in()
    address = f"/cases/{opened(client)}/"
    assert "hx-get" not in client.get(address, headers={"Save-Data": "on"}).text


def ask(number: str) -> str:
    """The inspector asks for the shop's name again and for the plan."""
    child = fire(number).number
    command = AskCorrection(("shop_name", "plan"), "图纸缺疏散通道")
    cases.act(child, command, by=INSPECTOR, key="ask")
    return child


def test_a_correction_is_the_next_act_and_is_supplied_at_once() -> None:
    client = signed_in()
    number = opened(client)
    child = ask(number)
    page = text_of(client, f"/cases/{number}/")
    assert "需要补正" in page
    assert "图纸缺疏散通道" in page
    address = f"/cases/{child}/correct/"
    form = text_of(client, address)
    assert "清河县小雨书店" in form  # what was given is there to be mended
    key = hidden(form, "key")
    given = {"answer-shop_name": "小雨书店", "paper-plan": pdf(), "key": key}
    response = client.post(address, given)
    assert response["Location"] == f"/cases/{number}/"
    corrected = cases.case(child, actor())
    assert corrected.phase is Phase.SUBMITTED
    assert corrected.data["shop_name"] == "小雨书店"


def test_half_a_correction_keeps_its_file_for_the_next_try() -> None:
    client = signed_in()
    child = ask(opened(client))
    address = f"/cases/{child}/correct/"
    half = client.post(
        address, {"answer-shop_name": "", "paper-plan": pdf("图.pdf"), "key": "k"}
    )
    assert half.status_code == 422
    page = half.content.decode()
    assert "图.pdf" in page
    token = hidden(page, "kept-plan")
    given = {"answer-shop_name": "小雨书店", "kept-plan": token, "key": "k"}
    assert client.post(address, given).status_code == 302
    assert "plan" in cases.case(child, actor()).materials


def test_a_forged_paper_is_no_paper() -> None:
    client = signed_in()
    child = ask(opened(client))
    given = {"answer-shop_name": "书店", "kept-plan": "file:0000", "key": "k"}
    response = client.post(f"/cases/{child}/correct/", given)
    assert response.status_code == 422


class LongAgo(TimestampSigner):
    """Signs as the portal did two days before."""

    def timestamp(self) -> str:
        return b62_encode(int(time.time()) - 2 * 24 * 3600)


@pytest.mark.parametrize("change", [{"by": "citizen.1"}, {"case": "1"}, {}])
def test_a_kept_paper_is_handed_back_to_its_own_form_only(
    change: dict[str, str],
) -> None:
    client = signed_in()
    child = ask(opened(client))
    ref = files.keep(io.BytesIO(PDF), by=actor())
    paper = {"ref": ref, "name": "plan.pdf", "size": len(PDF)}
    told = {"by": "citizen.0", "case": child, "paper": paper}
    given = {"answer-shop_name": "书店", "key": "k"}
    signer = TimestampSigner if change else LongAgo
    given["kept-plan"] = signer(salt=SEAL).sign_object({**told, **change})
    address = f"/cases/{child}/correct/"
    assert client.post(address, given).status_code == 422
    given["kept-plan"] = TimestampSigner(salt=SEAL).sign_object(told)
    assert client.post(address, given).status_code == 302


def test_withdrawing_is_asked_first_and_done_once() -> None:
    client = signed_in()
    number = opened(client)
    address = f"/cases/{number}/withdraw/"
    page = text_of(client, address)
    given = {name: hidden(page, name) for name in ("key", "seen")}
    for _ in range(2):
        assert client.post(address, given)["Location"] == f"/cases/{number}/"
    assert cases.case(number, actor()).phase is Phase.CLOSED
    assert "您已撤回这份申请" in text_of(client, f"/cases/{number}/")


def test_a_stale_page_does_nothing() -> None:
    client = signed_in()
    number = opened(client)
    child = fire(number).number
    given = {"key": "k", "seen": str(fire(number).version)}
    cases.act(child, Accept(), by=INSPECTOR, key="a")
    response = client.post(f"/cases/{child}/withdraw/", given)
    assert response.status_code == 409
    assert cases.case(child, actor()).phase is Phase.ACCEPTED


def test_asking_for_a_person_takes_the_rules_decision_back() -> None:
    client = signed_in()
    number = opened(client)
    child = licence(number)
    address = f"/cases/{child.number}/review/"
    page = text_of(client, address)
    given = {name: hidden(page, name) for name in ("key", "seen")}
    client.post(address, {**given, "reason": "请核对名称"})
    assert cases.case(child.number, actor()).decision is None
    assert client.get(address)["Location"] == f"/cases/{child.number}/"


def test_somebody_elses_case_does_not_exist() -> None:
    number = opened(signed_in(0))
    other = signed_in(1)
    for page in ("", "withdraw/", "correct/", "review/", "papers/plan/"):
        assert other.get(f"/cases/{number}/{page}").status_code in (403, 404)
    assert other.get("/cases/2026112300000000/").status_code == 404


def test_a_paper_comes_back_as_it_was_given() -> None:
    client = signed_in()
    number = start(client)
    send(client, number, paper__plan=pdf("平面图.pdf"))
    response = client.get(f"/cases/{number}/papers/plan/")
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
