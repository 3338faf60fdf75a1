"""The main job in both languages: make a code, scan it as a stranger, see the welcome there and the person here."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import Desk, wait_until
from tests.e2e.installation import Demo, run_command
from tests.e2e.looks import take_shot
from tests.e2e.words import LOCALE_NAMES, Locale

pytestmark = pytest.mark.long

WELCOME = {
    "zh-CN": "您好，我是山屿云的顾问。白皮书请点下方链接。",
    "en-US": "Hello! The white paper is behind this link.",
}
LINK_TITLE = {"zh-CN": "获客路径白皮书", "en-US": "White paper on paths"}
LINK_URL = "https://example.com/white-paper"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """As a visitor starts it: the printed link works for ten minutes, and the user has not chosen a language yet."""
    with run_command() as demo:
        yield demo


def test_in_chinese_from_the_printed_link(demo: Demo, open_desk: OpenDesk) -> None:
    """The link opens the console without a login, once; everybody later is told to sign in."""
    desk = open_desk("zh-CN")
    desk.watch.expect("status of 401")  # a browser that is not signed in asks who it is
    page = desk.new_page()
    page.goto(demo.printed.link)
    expect(page.get_by_role("heading", level=1)).to_have_text(desk.words("shell.menu.workbench"))
    play(desk, page)

    stranger = open_desk("zh-CN")
    stranger.watch.expect("status of 401")
    late = stranger.new_page()
    late.goto(demo.printed.link)
    expect(late.get_by_role("heading", level=1)).to_have_text(stranger.words("access.login.title"))
    expect(late.get_by_role("alert")).to_contain_text(stranger.words("error.link_used.title"))
    take_shot(late, "login-link-used-zh-CN")


def test_in_english_by_password(demo: Demo, open_desk: OpenDesk) -> None:
    """A visitor with the printed password switches the language in the header."""
    desk = open_desk("en-US")
    desk.watch.expect("status of 401")
    chinese = open_desk("zh-CN").words
    page = desk.open("/login")
    page.get_by_label(desk.words("access.login.name"), exact=True).fill(demo.printed.login)
    page.get_by_label(desk.words("access.login.password"), exact=True).fill(demo.printed.password)
    page.get_by_role("button", name=desk.words("access.login.submit"), exact=True).click()
    # The user's own setting, Chinese by default, wins over the browser's.
    expect(page.get_by_role("heading", level=1)).to_have_text(chinese("shell.menu.workbench"))
    page.get_by_role("button", name=chinese("shell.language")).click()
    page.get_by_role("menuitem", name=LOCALE_NAMES["en-US"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(desk.words("shell.menu.workbench"))
    play(desk, page)


def play(desk: Desk, page: Page) -> None:
    """From an empty form to a welcomed person, all by hand."""
    locale = desk.words.locale
    name = f"公众号文末 {locale}"
    make_source(desk, page, name)
    people = desk.open("/persons")
    people.evaluate("window.kept = true")

    copy_code(desk, page, name)
    phone = desk.open_phone()
    person = phone.take_strangers()
    phone.page.locator("#code").focus()
    phone.page.keyboard.press("Control+V")
    phone.page.locator("#scan-button").click()
    expect(phone.chat).to_contain_text(WELCOME[locale])
    expect(phone.chat.get_by_role("link", name=LINK_TITLE[locale])).to_have_attribute("href", LINK_URL)
    take_shot(phone.page, f"simulator-welcomed-{locale}")

    row = people.get_by_role("row").filter(has_text=person)
    expect(row).to_contain_text(name)
    assert people.evaluate("window.kept"), "the list was loaded again instead of moving live"
    take_shot(people, f"story-person-arrived-{locale}")
    open_person(desk, people, person, name)
    counts = page.get_by_role("dialog").get_by_role("region", name=desk.words("sources.detail.counts"))
    expect(counts.get_by_role("definition").first).to_have_text("1")


def make_source(desk: Desk, page: Page, name: str) -> None:
    """Fill the form and wait until the platform has made the code."""
    words, locale = desk.words, desk.words.locale
    page.get_by_role("menuitem", name=words("shell.menu.sources")).click()
    page.get_by_role("button", name=words("sources.new")).first.click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name=words("sources.form.name")).fill(name)
    form.get_by_role("combobox", name=words("sources.form.users")).click()
    page.locator(".ant-select-item-option:not(.ant-select-item-option-disabled)").first.click()
    page.keyboard.press("Escape")
    desk.choose_campaign(form)
    form.get_by_role("textbox", name=words("sources.form.welcome")).fill(WELCOME[locale])
    form.get_by_role("group", name=words("sources.form.attachments")).get_by_text(
        words("sources.form.addLink"), exact=True
    ).click()
    form.get_by_label(words("sources.form.linkTitle"), exact=True).fill(LINK_TITLE[locale])
    form.get_by_label(words("sources.form.linkUrl"), exact=True).fill(LINK_URL)
    take_shot(page, f"source-form-{locale}")
    form.get_by_role("button", name=words("common.action.save"), exact=True).click()
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(words("sources.status.ready"))


def copy_code(desk: Desk, page: Page, name: str) -> None:
    """Take the code's content to the clipboard, as the demo's hint says."""
    page.get_by_role("button", name=desk.words("sources.detail.open", name=name)).click()
    detail = page.get_by_role("dialog")
    detail.get_by_role("button", name=desk.words("sources.detail.copyLink")).click()
    [code] = [each["qr_code"] for each in desk.call("GET", "/api/sources")["items"] if each["name"] == name]
    wait_until(lambda: page.evaluate("navigator.clipboard.readText()") == code, "the code to be in the clipboard")
    take_shot(page, f"source-detail-{desk.words.locale}")


def open_person(desk: Desk, page: Page, person: str, source: str) -> None:
    """The detail says where the person came from and what happened, in words."""
    words = desk.words
    page.get_by_role("link", name=person).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(person)
    expect(page.get_by_role("link", name=source)).to_be_visible()
    timeline = page.get_by_role("region", name=words("persons.timeline.title"))
    expect(timeline).to_contain_text(words("event.done.SendWelcome"))
    take_shot(page, f"person-{words.locale}")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_broken_form_says_what_is_missing(open_desk: OpenDesk, locale: Locale) -> None:
    """Nothing typed is lost: the form stays and marks what it needs."""
    desk = open_desk(locale)
    desk.sign_in()
    page = desk.open("/sources")
    page.get_by_role("button", name=desk.words("sources.new")).first.click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name=desk.words("common.action.save"), exact=True).click()
    expect(form).to_contain_text(desk.words("common.required", label=desk.words("sources.form.name")))
    expect(form).to_contain_text(desk.words("common.required", label=desk.words("sources.form.users")))
    expect(form).to_contain_text(desk.words("common.required", label=desk.words("campaigns.one")))
    take_shot(page, f"source-form-errors-{locale}")
