"""The chat sidebar in a real frame beside the simulated chat: it sends, the customer reads, the lead is contacted."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Frame, FrameLocator, Locator, Page, Route, expect
from tests.e2e.browsers import NARROW, WIDE, OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import act, create_person
from tests.e2e.test_phone import SMALL

SCRIPTS = r"asked another place: .*/(jweixin-1\.2\.0|jwxwork-1\.0\.0)\.js$"
USERID = "linxiao"


@dataclass
class Chat:
    """A member's WeCom with the chat of one customer open."""

    desk: Desk
    page: Page
    corpid: str
    person: str
    external: str

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("#beside")

    @property
    def inside(self) -> Frame:
        """The sidebar's own frame, once it is there."""
        return next(each for each in self.page.frames if each.url.startswith(f"{self.desk.url}/h5/sidebar"))

    def open(self, key: str = "") -> None:
        """Open a chat, the customer's unless another is named."""
        chat = key or f"customer:{self.external}"
        self.page.goto(f"{self.desk.demo.printed.simulator}/console?staff={self.corpid}/{USERID}&chat={chat}")

    def press(self) -> None:
        """Press the app in the chat toolbar."""
        self.page.get_by_role("navigation", name="聊天工具栏").get_by_role("link").click()

    def problem(self, code: str) -> Locator:
        return self.frame.get_by_role("heading", name=self.desk.words(f"error.{code}.title"))


def befriend(desk: Desk, name: str) -> Chat:
    """Somebody scans a code of 林晓 and is a lead of hers."""
    desk.watch.expect(SCRIPTS)
    desk.sign_in()
    source = desk.make_source(f"轴承厂案例 · {name}", "您好", users=[USERID])
    person = create_person(desk.demo, name)
    act(desk.demo, person, "scan", code=source["qr_code"])
    lead = desk.wait_for("/api/leads?size=1", "items.0.name", name)["items"][0]
    assert lead["staff"] == USERID
    corp = desk.demo.simulate("GET", "/sim/accounts")["corps"][0]["corpid"]
    external = desk.demo.simulate("GET", f"/sim/people/{person}")["external_userids"][corp]
    return Chat(desk, desk.new_page(), corp, person, external)


def test_a_send_reaches_the_customer_and_is_the_first_contact(open_desk: OpenDesk) -> None:
    desk = open_desk()
    chat = befriend(desk, "赵建国")
    chat.open()
    check_looks(chat.page, desk.watch.data)
    chat.press()
    expect(chat.frame.get_by_role("heading", name="赵建国")).to_be_visible()
    take_shot(chat.page, "sidebar-before")
    chat.frame.get_by_role("button", name="发送：初次问候").click()
    expect(chat.frame.get_by_text("从侧边栏发出了消息")).to_be_visible()
    text = "赵建国您好，我是山屿云的林晓"
    expect(chat.page.locator("#messages")).to_contain_text(text)
    take_shot(chat.page, "sidebar-sent")
    check_looks(chat.inside, desk.watch.data)  # type: ignore[arg-type]
    assert chat.inside.evaluate(SMALL) == []

    customer = desk.new_page()
    simulator = desk.demo.printed.simulator
    customer.goto(f"{simulator}/console?person={chat.person}&chat=staff:{chat.corpid}:{USERID}")
    expect(customer.locator("#messages")).to_contain_text(text)

    lead = desk.wait_for("/api/leads?size=1", "items.0.evidence", "sidebar")["items"][0]
    page = desk.open(f"/leads/{lead['id']}")
    expect(page.get_by_text("侧边栏发送").first).to_be_visible()
    take_shot(page, "sidebar-lead")
    page = desk.open(f"/persons/{lead['person_id']}")
    expect(page.get_by_text("林晓从侧边栏发送")).to_be_visible()
    expect(page.get_by_text(text)).to_be_visible()
    take_shot(page, "sidebar-timeline")
    page = desk.open("/settings/onboarding")
    step = page.get_by_role("listitem").filter(has_text=desk.words("onboarding.step.sidebar.title")).first
    expect(step).to_contain_text("林晓 最近于")
    step.scroll_into_view_if_needed()
    take_shot(page, "sidebar-ladder")
    check_looks(page, desk.watch.data)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_narrow_sidebar_in_both_languages(open_desk: OpenDesk, locale: Any) -> None:
    desk = open_desk(locale)
    chat = befriend(desk, f"周敏{locale}")
    name = f"周敏{locale}"
    for script in desk.call("GET", "/api/scripts"):
        desk.watch.data.add(script["text"].replace("{{name}}", name).replace("{{staff}}", "林晓"))
    chat.open()
    chat.press()
    expect(chat.frame.get_by_role("heading", name=f"周敏{locale}")).to_be_visible()
    chat.page.set_viewport_size(NARROW)
    take_shot(chat.page, f"sidebar-narrow-{locale}")
    check_looks(chat.inside, desk.watch.data)  # type: ignore[arg-type]
    chat.frame.get_by_role("button", name=re.compile(f"^{desk.words('h5.sidebar.links', n='')}")).click()
    take_shot(chat.page, f"sidebar-links-{locale}")
    chat.frame.get_by_role("button", name=re.compile(f"^{desk.words('h5.sidebar.files', n='')}")).click()
    check_looks(chat.inside, desk.watch.data)  # type: ignore[arg-type]
    assert chat.inside.evaluate(SMALL) == []


def test_where_it_cannot_be_used_it_says_why(open_desk: OpenDesk) -> None:
    desk = open_desk()
    chat = befriend(desk, "何工")
    demo = desk.demo
    made = demo.simulate("POST", f"/sim/corps/{chat.corpid}/group-chats", {"owner": USERID, "name": "设备交流"})
    chat.open(f"group:{chat.corpid}:{made['chat_id']}")
    chat.press()
    expect(chat.problem("sidebar_group")).to_be_visible()
    take_shot(chat.page, "sidebar-group")

    # Signed by somebody else: the simulated client refuses, twice, and the page says so.
    def spoil(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        route.fulfill(response=answer, json={**body, "app": {**body["app"], "signature": "0" * 40}})

    chat.page.route("**/api/h5/sidebar/signature", spoil)
    chat.open()
    chat.press()
    expect(chat.problem("sidebar_signature")).to_be_visible()
    chat.page.unroute("**/api/h5/sidebar/signature")

    desk.watch.expect(r"jwxwork-1\.0\.0\.js")
    chat.page.route("**/jwxwork-1.0.0.js", lambda route: route.abort())
    chat.open()
    chat.press()
    expect(chat.problem("sidebar_no_script")).to_be_visible()
    chat.page.unroute("**/jwxwork-1.0.0.js")

    desk.watch.expect(r"status of 40[34]")
    act(demo, chat.person, "delete_friend", corpid=chat.corpid, userid=USERID)
    lead = desk.wait_for("/api/leads?size=1", "items.0.name", "何工")["items"][0]
    desk.wait_for(f"/api/persons/{lead['person_id']}", "relations.0.ended_by", "person")
    chat.frame.get_by_role("button", name=desk.words("h5.problem.retry")).click()
    expect(chat.problem("sidebar_not_friend")).to_be_visible()


def test_outside_wecom_nobody_answers(open_desk: OpenDesk) -> None:
    desk = open_desk(narrow=True)
    desk.watch.expect(SCRIPTS)
    page = desk.new_page()
    page.goto(f"{desk.url}/h5/open?to=/sidebar")
    page.locator("#devices a").first.click()
    expect(page.get_by_role("heading", name=desk.words("error.sidebar_outside.title"))).to_be_visible()
    assert page.url == f"{desk.url}/h5/sidebar"
    take_shot(page, "sidebar-outside")
    check_looks(page, set())


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_scripts_are_written_and_read(open_desk: OpenDesk, locale: Any) -> None:
    desk = open_desk(locale)
    words = desk.words
    desk.sign_in()
    page = desk.open("/scripts")
    name = f"报价 {locale}"
    desk.watch.data.update({name, "{{name}}您好，报价见附件"})
    page.get_by_role("button", name=words("scripts.new")).first.click()
    form = page.get_by_role("dialog")
    form.get_by_label(words("scripts.column.name"), exact=True).fill(name)
    form.get_by_label(words("scripts.column.text"), exact=True).fill("{{phone}}您好")
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form).to_contain_text(words("error.script_variable.title", variable="phone"))
    desk.watch.expect(r"status of 422")
    form.get_by_label(words("scripts.column.text"), exact=True).fill("{{name}}您好，报价见附件")
    take_shot(page, f"scripts-form-{locale}")
    check_looks(page, desk.watch.data)
    form.get_by_role("button", name=words("common.action.save")).click()
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_be_visible()
    for size, suffix in ((NARROW, "-narrow"), (WIDE, "")):
        page.set_viewport_size(size)
        take_shot(page, f"scripts-{locale}{suffix}")
        check_looks(page, desk.watch.data)
    row.get_by_role("button", name=words("scripts.delete.title", name=name)).click()
    page.get_by_role("dialog").get_by_role("button", name=words("common.action.delete")).click()
    expect(row).to_have_count(0)
