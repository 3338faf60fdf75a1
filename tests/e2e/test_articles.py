"""Articles on the screens: figures, the code at the foot made in its form, and the friend who comes by it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import act, create_person

TITLE = "e2e：轴承厂停机时间怎样减少一半"


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A signed-in user."""
    desk = open_desk()
    desk.sign_in()
    return desk


def note_link(desk: Desk, page: Page) -> None:
    """Note an article by its form."""
    words = desk.words
    page.get_by_role("button", name=words("articles.link.title")).first.click()
    form = page.get_by_role("dialog")
    form.get_by_label(words("articles.column.title"), exact=True).fill(TITLE)
    form.get_by_label(words("articles.link.url"), exact=True).fill("https://mp.weixin.qq.com/s/e2e-bearing")
    desk.choose_campaign(form)
    form.get_by_role("button", name=words("common.action.save")).click()
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def make_code(desk: Desk, page: Page) -> dict[str, Any]:
    """Make the code at the article's foot by its form; the contact way as the product knows it."""
    words = desk.words
    page.get_by_role("button", name=words("articles.footer.make")).click()
    form = page.get_by_role("dialog").filter(has_text=words("articles.footer.make"))
    expect(form.get_by_label(words("campaigns.mechanism.take_away"), exact=True)).to_be_checked()
    form.get_by_role("combobox", name=words("sources.form.users")).click()
    page.locator(".ant-select-item-option").filter(has_text="林晓").click()
    page.keyboard.press("Escape")
    form.get_by_role("textbox", name=words("sources.form.welcome")).fill("您好，这是您要的案例")
    take_shot(page, "article-footer-form-zh-CN")
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form).to_have_count(0)
    path = f"/api/sources?search={words('articles.footer.name')} · {TITLE}"
    return dict(desk.wait_for(path, "items.0.status", "ready")["items"][0])


def test_a_footer_code_is_made_and_counts_its_friends(desk: Desk) -> None:
    """From the link to the friend, by hand; the page follows without a reload."""
    words, page = desk.words, desk.open("/articles")
    note_link(desk, page)
    source = make_code(desk, page)
    codes = page.get_by_role("region", name=words("articles.footer.title"))
    row = codes.get_by_role("row").filter(has_text=words("campaigns.mechanism.take_away"))
    expect(row).to_contain_text(words("articles.footer.current"))
    act(desk.demo, create_person(desk.demo, "读者"), "scan", code=source["qr_code"])
    expect(row.get_by_role("link").last).to_have_text("1")
    take_shot(page, "article-with-code-zh-CN")
    check_looks(page, desk.watch.data)
