"""Every page in both languages, wide and narrow, light and dark: accessible, translated, in its frame, quiet."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.installation import Demo
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import Population, populate
from tests.e2e.words import LOCALES, Locale

PICTURES = "Promise.all([document.fonts.ready, ...[...document.images].map((one) => one.decode().catch(() => null))])"
Step = Callable[[Desk, Page], None]


@pytest.fixture(scope="package")
def population(demo: Demo, browser: Browser) -> Population:
    """Something to see on every page."""
    context = browser.new_context()
    desk = Desk(demo, context, "zh-CN")
    desk.sign_in()
    made = populate(desk)
    context.close()
    return made


def settle(page: Page) -> None:
    """Wait until nothing is loading any more."""
    expect(page.locator(".ant-skeleton, .ant-spin-spinning, [aria-busy=true]")).to_have_count(0)
    page.evaluate(PICTURES)


def look(desk: Desk, page: Page, name: str) -> None:
    """Keep the picture and hold the page to its promises."""
    settle(page)
    take_shot(page, name)
    check_looks(page, desk.watch.data)


def open_form(desk: Desk, page: Page) -> None:
    """The form for a new contact way."""
    page.get_by_role("button", name=desk.words("sources.new")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_account_form(desk: Desk, page: Page) -> None:
    """The form of a WeCom account."""
    page.get_by_role("button", name=desk.words("common.action.edit")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_staff(desk: Desk, page: Page) -> None:
    """The members of the first account."""
    page.get_by_role("region").filter(has_text="ww5a1e").get_by_role("button", name="5").first.click()
    expect(page.get_by_role("dialog").get_by_role("row").nth(1)).to_be_visible()


def open_menu(desk: Desk, page: Page) -> None:
    """The menu of a narrow screen."""
    page.get_by_role("button", name=desk.words("shell.menu.open")).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def pages_of(population: Population) -> dict[str, tuple[str, Step | None]]:
    """Name, address and what is opened there."""
    return {
        "workbench": ("/", None),
        "sources": ("/sources", None),
        "source-failed": (f"/sources?open={population.failed_source}", None),
        "source": (f"/sources?open={population.source}", None),
        "source-new": ("/sources", open_form),
        "sources-none": ("/sources?search=nothing", None),
        "persons": ("/persons", None),
        "persons-none": ("/persons?search=nothing", None),
        "person": (f"/persons/{population.person}", None),
        "accounts": ("/settings/accounts", None),
        "account-edit": ("/settings/accounts", open_account_form),
        "staff": ("/settings/accounts", open_staff),
        "dead-letters": ("/settings/dead-letters", None),
        "dead-letters-none": ("/settings/dead-letters?kind=event", None),
        "audit": ("/settings/audit", None),
        "not-found": ("/nowhere", None),
    }


def tour(desk: Desk, population: Population, suffix: str, names: set[str] | None = None) -> None:
    """Walk through the pages; every promise broken on the way is told at the end."""
    broken = []
    page = desk.context.new_page()
    for name, (path, step) in pages_of(population).items():
        if names is not None and name not in names:
            continue
        page.goto(desk.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settle(page)
        if step is not None:
            step(desk, page)
        try:
            look(desk, page, f"{name}-{suffix}")
        except AssertionError as error:
            broken.append(f"{name}: {error}")
    assert broken == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_page_on_a_desk(open_desk: OpenDesk, population: Population, locale: Locale) -> None:
    """The whole console in one language."""
    desk = open_desk(locale)
    desk.sign_in()
    tour(desk, population, locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_main_pages_on_a_phone(open_desk: OpenDesk, population: Population, locale: Locale) -> None:
    """Nothing is cut off where there is little room."""
    desk = open_desk(locale, narrow=True)
    desk.sign_in()
    names = {"workbench", "sources", "source", "source-new", "persons", "person", "accounts", "dead-letters"}
    tour(desk, population, f"narrow-{locale}", names)
    page = desk.open("/")
    open_menu(desk, page)
    look(desk, page, f"menu-narrow-{locale}")


def test_the_dark_appearance(open_desk: OpenDesk, population: Population) -> None:
    """Who prefers dark gets dark, readable everywhere."""
    desk = open_desk(dark=True)
    desk.sign_in()
    names = {"workbench", "sources", "source", "source-new", "person", "accounts", "dead-letters"}
    tour(desk, population, "dark", names)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_the_login_page(open_desk: OpenDesk, locale: Locale, narrow: bool) -> None:
    """The first thing that anybody sees."""
    desk = open_desk(locale, narrow=narrow)
    desk.watch.expect("status of 401")
    page = desk.open("/login")
    look(desk, page, f"login-{'narrow' if narrow else 'wide'}-{locale}")


def test_the_appearance_is_switched_by_hand(open_desk: OpenDesk) -> None:
    """The switch in the header wins over the system and lasts."""
    desk = open_desk()
    desk.sign_in()
    page = desk.open("/")
    page.get_by_role("button", name=desk.words("shell.theme.label")).click()
    page.get_by_role("menuitem", name=desk.words("shell.theme.dark")).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
