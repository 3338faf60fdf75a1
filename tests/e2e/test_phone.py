"""The staff phone: a card opens our page inside the simulated phone, which knows whose it is."""

import json
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import PATIENCE_SECONDS
from tests.e2e.installation import Demo
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.words import LOCALES, Locale

from weloop.entrypoints.http.static import UI_FOLDER

BUDGET_BYTES = 150_000
TARGET = 44
"""Pixels that a thumb needs."""
SMALL = f"""() => [...document.querySelectorAll("button, a, input, textarea")]
  .filter((each) => each.checkVisibility())
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.width < {TARGET} || box.height < {TARGET})
  .map(([html]) => html)"""


def call_wecom(demo: Demo, path: str, token: str, body: object) -> Any:
    address = f"{demo.printed.simulator}/qyapi.weixin.qq.com/cgi-bin/{path}?access_token={token}"
    with urllib.request.urlopen(address, json.dumps(body).encode(), timeout=PATIENCE_SECONDS) as answer:
        return json.load(answer)


def send_card(demo: Demo, content: dict[str, object]) -> tuple[str, int, str]:
    """A plain card of the demo's app to its first member: corp, app, userid."""
    corp = demo.simulate("GET", "/sim/accounts")["corps"][0]
    app, member = corp["apps"][0], corp["members"][0]
    query = f"corpid={corp['corpid']}&corpsecret={app['secret']}"
    address = f"{demo.printed.simulator}/qyapi.weixin.qq.com/cgi-bin/gettoken?{query}"
    with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:
        token = json.load(answer)["access_token"]
    message = {"touser": member["userid"], "agentid": app["agentid"], "msgtype": "textcard", "textcard": content}
    assert call_wecom(demo, "message/send", token, message)["errcode"] == 0
    return corp["corpid"], app["agentid"], member["userid"]


def test_a_card_opens_the_page_inside_the_phone(open_desk: OpenDesk) -> None:
    desk = open_desk()
    demo = desk.demo
    url = f"{demo.printed.url}/h5/open?to="
    card = {"title": "今日待办 12 · 逾期 3", "description": "林晓，早上好", "url": url, "btntxt": "打开"}
    corpid, agentid, userid = send_card(demo, card)
    page = desk.new_page()
    page.goto(f"{demo.printed.simulator}/console?staff={corpid}/{userid}&chat=app:{corpid}:{agentid}")
    sent = page.locator("#messages .card").filter(has_text="今日待办 12 · 逾期 3")
    sent.get_by_role("link", name="打开", exact=True).last.click()
    frame = page.frame_locator("#web")
    expect(frame.locator("h1")).to_be_visible()
    inside = next(each for each in page.frames if each.url.startswith(demo.printed.url))
    assert inside.url == f"{demo.printed.url}/h5", "the member came in, without an error"
    session = inside.evaluate("fetch('/api/h5/session').then((answer) => answer.json())")
    assert session["userid"] == userid
    take_shot(page, "simulator-staff-phone")
    page.get_by_role("link", name="关闭网页").click()
    expect(page.locator("#messages")).to_contain_text("今日待办 12 · 逾期 3")
    check_looks(page, set())


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_way_in_from_a_bare_browser(open_desk: OpenDesk, locale: Locale) -> None:
    """WeCom knows whose phone it is; the simulator asks a browser that is no phone."""
    desk = open_desk(locale, narrow=True)
    page = desk.new_page()
    page.goto(f"{desk.demo.printed.url}/h5/open")
    page.locator("#devices a").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert page.url == f"{desk.demo.printed.url}/h5"
    look(page, f"phone-{locale}", desk.watch.data)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_way_in_that_fails_says_why(open_desk: OpenDesk, locale: Locale) -> None:
    desk = open_desk(locale, narrow=True)
    page = desk.new_page()
    for code in ("h5_state", "h5_code", "h5_not_a_member", "h5_no_account", "h5_platform"):
        page.goto(f"{desk.demo.printed.url}/h5?error={code}")
        expect(page.get_by_role("heading", name=desk.words(f"error.{code}.title"))).to_be_visible()
        look(page, f"phone-{code}-{locale}", set())
    page.goto(f"{desk.demo.printed.url}/h5/enter?code=x&state=y")
    expect(page.get_by_role("heading", name=desk.words("error.h5_state.title"))).to_be_visible()


def test_the_page_loads_little(demo: Demo) -> None:
    """150 kB of gzipped JavaScript, whichever language it speaks (ui budgets of the design)."""
    manifest = json.loads((UI_FOLDER / ".vite" / "manifest.json").read_text())
    for locale in LOCALES:
        wanted = ["h5.html", *(f"src/i18n/{locale}/{name}.json" for name in ("h5", "error"))]
        files, waiting = set(), [name for name in wanted if name in manifest]
        assert len(waiting) == len(wanted), manifest.keys()
        while waiting:
            chunk = manifest[waiting.pop()]
            if chunk["file"] not in files:
                files.add(chunk["file"])
                waiting += chunk.get("imports", [])
        assert sum((UI_FOLDER / f"{file}.gz").stat().st_size for file in files) <= BUDGET_BYTES


def look(page: Page, name: str, data: set[str]) -> None:
    check_looks(page, data)
    assert page.evaluate(SMALL) == []
    take_shot(page, name)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_holder_reports_how_many_friends_a_personal_account_has(open_desk: OpenDesk, locale: Locale) -> None:
    """The number that somebody typed on the phone stands in the console."""
    desk = open_desk(locale, narrow=True)
    desk.sign_in()
    corp = desk.demo.simulate("GET", "/sim/accounts")["corps"][0]
    holder = next(each for each in desk.call("GET", "/api/staff") if each["userid"] == corp["members"][0]["userid"])
    body = {"name": f"个人号 {locale}", "account_id": holder["account_id"], "userid": holder["userid"]}
    made = desk.call("POST", "/api/staff/personal-accounts", body)
    page = desk.new_page()
    page.goto(f"{desk.demo.printed.url}/h5/open?to=/personal-accounts")
    page.locator("#devices a").first.click()
    page.get_by_label(body["name"]).fill("8123")
    page.get_by_role("button", name=desk.words("h5.personal.send")).first.click()
    expect(page.get_by_text(desk.words("h5.personal.sent"))).to_be_visible()
    look(page, f"phone-personal-{locale}", desk.watch.data)
    [shown] = [each for each in desk.call("GET", "/api/staff/personal-accounts") if each["id"] == made["id"]]
    assert [each["friends"] for each in shown["counts"]] == [8123]
    desk.call("PUT", f"/api/staff/personal-accounts/{made['id']}/archived", {"archived": True})
