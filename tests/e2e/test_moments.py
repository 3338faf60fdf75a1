"""A post in Moments by click: an advertisement says so and waits by rule; another is made and lies with its member."""

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import OpenDesk
from tests.e2e.looks import take_shot


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_post_is_written_planned_and_taken_back(open_desk: OpenDesk, locale: str) -> None:
    desk = open_desk(locale)
    words, label = desk.words, "广告"
    desk.sign_in()
    page = desk.open("/moments")
    page.get_by_role("button", name=words("moments.new")).first.click()
    form = page.get_by_role("dialog")
    form.get_by_label(words("moments.column.kind")).click()
    page.get_by_title(words("moments.kind.ad"), exact=True).click()
    form.get_by_label(words("moments.form.text"), exact=True).fill(f"周四直播 {locale}")
    expect(form).to_contain_text(words("moments.form.advert", label=label))
    form.get_by_role("button", name=words("moments.form.addLabel")).click()
    expect(form.get_by_role("figure")).to_contain_text(f"【{label}】周四直播 {locale}")
    form.get_by_role("combobox", name=words("moments.form.members")).click()
    page.get_by_title("林晓", exact=True).click()
    page.keyboard.press("Escape")
    form.get_by_role("button", name=words("moments.form.save")).click()

    expect(page.get_by_role("main")).to_contain_text(words("error.advert_mix.title"))
    page.get_by_role("button", name=words("moments.act.plan.do"), exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=words("moments.act.plan.do"), exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(words("moments.held"))
    take_shot(page, f"moment-held-{locale}")
    page.get_by_role("button", name=words("moments.act.cancel.do"), exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=words("moments.act.cancel.do"), exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(words("moments.state.cancelled"))

    page.get_by_role("button", name=words("moments.copy")).click()
    form = page.get_by_role("dialog")
    form.get_by_label(words("moments.column.kind")).click()
    page.get_by_title(words("moments.kind.value"), exact=True).click()
    form.get_by_role("button", name=words("moments.form.save")).click()
    expect(page.get_by_role("main")).to_contain_text(words("moments.check.title"))
    expect(page).to_have_url(re.compile(r"/moments/\d+$"))
    take_shot(page, f"moment-draft-{locale}")
