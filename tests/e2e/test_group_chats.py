"""From a scan into a group chat: two forms, the welcome with the group code, a press on it, and the pages."""

from typing import Any

from playwright.sync_api import Page, expect
from tests.e2e.desk import Desk
from tests.e2e.looks import take_shot
from tests.e2e.population import create_person

CHATS = "/sim/corps/ww5a1e0000000demo1/group-chats"


def start_chat(desk: Desk, name: str) -> dict[str, Any]:
    """A member starts a group chat with one customer; as the product knows it."""
    guest = create_person(desk.demo, f"{name}的第一人")
    desk.demo.simulate("POST", CHATS, {"owner": "linxiao", "name": name, "people": [guest]})
    return dict(desk.wait_for(f"/api/group-chats?search={name}", "items.0.counts.customers", 1)["items"][0])


def make_way(desk: Desk, page: Page, name: str, chat: str) -> None:
    """Make a join way by its form."""
    words = desk.words
    page.get_by_role("button", name=words("joinWays.new")).first.click()
    form = page.get_by_role("dialog").filter(has_text=words("joinWays.form.create"))
    form.get_by_label(words("joinWays.column.name"), exact=True).fill(name)
    form.get_by_label(words("joinWays.form.chats"), exact=True).click()
    page.locator(".ant-select-item-option").filter(has_text=chat).click()
    page.keyboard.press("Escape")
    desk.choose_campaign(form)
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text(words("joinWays.status.ready"))


def make_source(desk: Desk, page: Page, name: str, way: str) -> None:
    """Make a contact way whose welcome carries the group code."""
    words = desk.words
    page.get_by_role("button", name=words("sources.new")).first.click()
    form = page.get_by_role("dialog").filter(has_text=words("sources.form.create"))
    form.get_by_label(words("sources.form.name"), exact=True).fill(name)
    form.get_by_label(words("sources.form.users"), exact=True).click()
    page.locator(".ant-select-item-option").filter(has_text="林晓").click()
    page.keyboard.press("Escape")
    desk.choose_campaign(form)
    form.get_by_role("textbox", name=words("sources.form.welcome")).fill("您好，扫下面的码进群")
    form.get_by_role("button", name=words("sources.form.addJoinWay")).click()
    form.get_by_role("combobox", name=words("sources.form.join_way")).click()
    page.locator(".ant-select-item-option").filter(has_text=way).click()
    take_shot(page, "source-group-code-zh-CN")
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text(words("sources.status.ready"))


def test_a_scan_leads_into_a_group_chat_and_the_pages_follow(desk: Desk) -> None:
    """Made by hand in two forms; what the phone does afterwards shows without a reload."""
    chat = start_chat(desk, "e2e交流群")
    make_way(desk, desk.open("/join-ways"), "e2e群码", chat["name"])
    make_source(desk, desk.open("/sources"), "e2e文末", "e2e群码")
    page = desk.open(f"/group-chats/{chat['id']}")
    source = desk.wait_for("/api/sources?search=e2e文末", "items.0.status", "ready")["items"][0]

    phone = desk.open_phone()
    name = phone.take_strangers()
    phone.scan(source["qr_code"])
    recognize = phone.page.get_by_role("button", name="识别图中的二维码")
    expect(recognize).to_be_visible()
    take_shot(phone.page, "phone-group-code")
    recognize.click()
    expect(phone.notice).to_have_text("已加入群聊")
    expect(phone.page.locator("#chat-title")).to_contain_text("e2e交流群(3)")
    phone.say("大家好")
    expect(phone.chat).to_contain_text("大家好")
    take_shot(phone.page, "phone-group-chat")

    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("e2e群码")
    expect(row).to_contain_text(desk.words("groupChats.member.scene.3"))
    phone.page.get_by_role("button", name="退出群聊 e2e交流群(3)").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name=desk.words("groupChats.member.gone")).click()
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text(desk.words("groupChats.member.quitScene.0"))
