"""The builder of segments: conditions in groups, a live count, what is missing shown where it is, members."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import act, create_person
from tests.e2e.words import Locale

NAME = "e2e老客户"
COUNTED = re.compile(r"^[1-9]\d*$")


def choose(page: Page, box: Locator, subject: str) -> None:
    """Pick what a condition asks."""
    box.click()
    page.keyboard.type(subject)
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text=subject).first.click()


def test_a_rule_is_built_counted_and_kept(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.sign_in()
    source = desk.make_source("e2e人群码")
    act(desk.demo, create_person(desk.demo, "被圈定的人"), "scan", code=source["qr_code"])
    words, page = desk.words, desk.open("/segments/new")
    page.get_by_label(words("segments.column.name"), exact=True).fill(NAME)
    page.get_by_role("button", name=re.compile(words("segments.addTerm") + "$")).click()
    choose(page, page.get_by_label(words("segments.subject")).last, "身份")
    choose(page, page.get_by_label(words("segments.value")).last, words("persons.kind.external_contact"))
    preview = page.get_by_role("region", name=words("segments.preview.title"))
    expect(preview.locator("strong")).to_have_text(COUNTED)
    everybody = preview.locator("strong").inner_text()

    page.get_by_role("button", name=words("segments.addGroup")).click()
    inner = page.get_by_role("group", name=words("segments.group.all"), exact=True).last
    inner.get_by_text(words("segments.group.none"), exact=True).click()
    expect(preview).to_contain_text(words("segments.preview.unfinished", count=1))
    preview.get_by_role("button", name=words("segments.preview.show")).click()
    wrong = page.locator('[data-place="terms.1.terms.0"]')
    expect(wrong.get_by_role("alert")).to_have_text(words("segments.fault.term_unknown"))
    expect(wrong.get_by_label(words("segments.subject"))).to_be_focused()
    take_shot(page, "segment-faults-zh-CN")

    choose(page, wrong.get_by_label(words("segments.subject")), "发生过的事件")
    choose(page, wrong.get_by_label("事件", exact=True), words("letters.event.ContactAdded"))
    expect(preview.locator("strong")).not_to_have_text(everybody)
    take_shot(page, "segment-builder-zh-CN")
    check_looks(page, desk.watch.data)
    page.keyboard.press("Control+s")
    expect(page).to_have_url(re.compile(r"/segments/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    page.reload()
    expect(page.locator('[data-place="terms.1.terms.0"]')).to_contain_text("发生过的事件")

    listed = desk.open("/segments")
    expect(listed.get_by_role("row").filter(has_text=NAME)).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_builder_fits_a_phone(open_desk: OpenDesk, locale: Locale) -> None:
    desk = open_desk(locale, narrow=True)
    desk.sign_in()
    words, page = desk.words, desk.open("/segments/new")
    page.get_by_role("button", name=words("segments.addGroup")).click()
    expect(page.get_by_label(words("segments.subject"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    take_shot(page, f"segment-builder-narrow-{locale}")
