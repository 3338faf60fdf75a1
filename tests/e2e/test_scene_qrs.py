"""A scene code by its form: made, scanned by a stranger's phone, answered there, and counted on the page."""

import pytest
from playwright.sync_api import expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.looks import take_shot


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_code_is_made_scanned_and_answered(open_desk: OpenDesk, locale: str) -> None:
    desk = open_desk(locale)
    words = desk.words
    desk.sign_in()
    page = desk.open("/scene-qrs")
    name, reply = f"展台 {locale}", f"这是白皮书 {locale}"
    page.get_by_role("button", name=words("sceneQrs.new")).first.click()
    form = page.get_by_role("dialog").filter(has_text=words("sceneQrs.form.create"))
    form.get_by_label(words("sceneQrs.column.name"), exact=True).fill(name)
    desk.choose_campaign(form)
    form.get_by_role("textbox", name=words("sceneQrs.reply")).fill(reply)
    take_shot(page, f"scene-qr-form-{locale}")
    form.get_by_role("button", name=words("common.action.save")).click()
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(words("sceneQrs.status.ready"))
    [code] = desk.call("GET", f"/api/scene-qrs?search={name}")["items"]

    phone = desk.open_phone()
    phone.take_strangers()
    phone.scan(code["url"])
    expect(phone.chat).to_contain_text(reply)
    desk.wait_for(f"/api/scene-qrs/{code['id']}", "counts.reply_sent", 1)
    take_shot(page, f"scene-qrs-{locale}")
    row.get_by_role("button", name=words("common.action.detail")).click()
    expect(page.get_by_role("dialog").get_by_role("img", name=name)).to_be_visible()
    take_shot(page, f"scene-qr-detail-{locale}")
