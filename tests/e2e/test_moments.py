"""A post in Moments by click: an advertisement says so and waits by rule; another is made and lies with its member."""

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.browsers import OpenDesk
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
    expect(form).to_contain_text(words("common.advert.unlabelled", label=label))
    form.get_by_role("button", name=words("common.advert.add")).click()
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


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_broadcast_that_is_an_advertisement_says_so_as_well(open_desk: OpenDesk, locale: str) -> None:
    desk = open_desk(locale)
    words, label = desk.words, "广告"
    desk.sign_in()
    page = desk.open("/broadcasts")
    page.get_by_role("button", name=words("broadcasts.new")).first.click()
    form = page.get_by_role("dialog")
    said = form.get_by_label(words("broadcasts.form.text"), exact=True)
    said.fill("买一送一")
    form.get_by_label(words("broadcasts.form.advert"), exact=True).click()
    expect(form).to_contain_text(words("common.advert.unlabelled", label=label))
    take_shot(page, f"broadcast-advert-{locale}")
    form.get_by_role("button", name=words("common.advert.add")).click()
    expect(said).to_have_value(f"【{label}】买一送一")
    expect(form).not_to_contain_text(words("common.advert.unlabelled", label=label))
