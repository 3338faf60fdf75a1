"""The audit log is filtered, and the address keeps the filter."""

import re

from playwright.sync_api import expect
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot

PHONE = {"width": 375, "height": 812}


def test_an_entry_is_found_by_what_it_was_about(desk: Desk) -> None:
    words = desk.words
    for name in ("查得到的话术", "别的话术"):
        desk.call("POST", "/api/scripts", {"category": "开场", "name": name, "text": "您好"})
    page = desk.open("/settings/audit")
    rows = page.get_by_role("row").filter(has_text=words("audit.act.script_created"))
    expect(rows.first).to_contain_text("别的话术")
    page.get_by_label(words("audit.filter.search")).fill("查得到")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("查得到的话术")
    expect(page).to_have_url(re.compile(r"search=%E6%9F%A5%E5%BE%97%E5%88%B0$"))
    # Of a long list only a part stands on the page: how long it is depends on what was done before.
    page.get_by_label(words("audit.column.act"), exact=True).fill(words("audit.act.script_created"))
    page.locator(".ant-select-item-option").filter(has_text=words("audit.act.script_created")).click()
    page.get_by_role("button", name=words("common.action.query")).click()
    expect(page).to_have_url(re.compile("act=script_created"))
    page.set_viewport_size(PHONE)
    page.reload()
    expect(page.get_by_label(words("audit.filter.search"))).to_have_value("查得到")
    expect(page.get_by_role("row").filter(has_text="查得到的话术")).to_have_count(1)
    take_shot(page, "audit-found-narrow-zh-CN")
    check_looks(page, desk.watch.data)

    page.goto(desk.url + "/settings/audit?search=查得到&last=2020-01-01")
    expect(page.get_by_text(words("audit.emptyFiltered"))).to_be_visible()
