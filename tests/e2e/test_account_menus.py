"""The menu of the official account by its form: published, live at the platform, tapped and answered on a phone."""

import pytest
from playwright.sync_api import expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import wait_until
from tests.e2e.looks import take_shot
from tests.e2e.population import create_person


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_menu_is_published_and_tapped(open_desk: OpenDesk, locale: str) -> None:
    desk = open_desk(locale)
    words = desk.words
    desk.sign_in()
    page = desk.open("/account-menus")
    name, reply = f"资料{locale[:2]}", f"在这里 {locale}"
    account = next(each for each in desk.call("GET", "/api/accounts") if each["kind"] == "official_account")
    if not desk.call("GET", f"/api/account-menus/{account['id']}")["versions"]:
        page.get_by_role("button", name=words("accountMenus.add", used=0, max=3)).click()
    button = page.get_by_role("region", name=words("accountMenus.column", n=1))
    button.get_by_label(words("accountMenus.name"), exact=True).first.fill(name)
    button.get_by_label(words("accountMenus.reply"), exact=True).first.fill(reply)
    page.get_by_role("button", name=words("accountMenus.publish")).click()
    question = page.get_by_role("dialog").filter(has_text=words("accountMenus.confirm.title"))
    question.get_by_role("button", name=words("accountMenus.publish")).click()
    live = page.get_by_role("region", name=words("accountMenus.live.title"))
    expect(live).to_contain_text(name)
    take_shot(page, f"account-menu-{locale}")

    person = create_person(desk.demo, f"点菜单的人{locale}")
    appid = account["app_id"]
    desk.demo.simulate("POST", f"/sim/people/{person}/follow", {"appid": appid})
    assert desk.demo.simulate("POST", f"/sim/people/{person}/tap", {"appid": appid, "name": name}) == {"done": True}

    def has_heard() -> bool:
        phone = desk.demo.simulate("GET", f"/sim/people/{person}/phone")
        return any(message["body"].get("text") == reply for chat in phone["chats"] for message in chat["messages"])

    wait_until(has_heard, "the answer to the tap")
