"""Every page in both languages, wide and narrow, light and dark: accessible, translated, in its frame, quiet."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsers import NARROW, WIDE, OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.installation import Demo
from tests.e2e.looks import Barriers, check_looks, take_shot
from tests.e2e.population import Population, populate
from tests.e2e.words import LOCALES, Locale

NOWHERE = "/nowhere"
NAVIGATE = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"
PICTURES = "Promise.all([document.fonts.ready, ...[...document.images].map((one) => one.decode().catch(() => null))])"
ON_A_PHONE = {
    "segments",
    "segment",
    "segment-new",
    "tags",
    "companies",
    "attributes",
    "broadcasts",
    "moments",
    "moment-new",
    "journeys",
    "journey",
    "journey-templates",
    "contact-rules",
    "leads",
    "tasks",
    "baseline",
    "weekly",
    "members",
    "campaigns",
    "campaign",
    "articles",
    "article",
    "paths",
    "path",
    "join-ways",
    "join-way",
    "group-chats",
    "group-chat",
    "workbench",
    "sources",
    "source",
    "source-new",
    "persons",
    "person",
    "accounts",
    "data-in",
    "data-in-links",
    "data-in-webhooks",
    "snippets",
    "dead-letters",
}
IN_THE_DARK = {
    "weekly",
    "members",
    "path",
    "join-way",
    "group-chats",
    "group-chat",
    "workbench",
    "sources",
    "source",
    "source-new",
    "person",
    "accounts",
    "data-in",
    "data-in-webhooks",
    "snippets",
    "dead-letters",
}
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


def look(desk: Desk, page: Page, name: str, barriers: Barriers = "all") -> None:
    """Keep the picture and hold the page to its promises."""
    settle(page)
    take_shot(page, name)
    check_looks(page, desk.watch.data, barriers)


def go(desk: Desk, page: Page, path: str) -> None:
    """Go there as by a link, which takes a tenth of loading everything anew.

    By way of nowhere: two places of one page would keep what is open there.
    """
    nowhere = page.get_by_role("heading", level=1, name=desk.words("shell.notFound.title"))
    page.mouse.move(0, 0)
    page.evaluate(NAVIGATE, NOWHERE)
    expect(nowhere).to_be_visible()
    if path != NOWHERE:
        page.evaluate(NAVIGATE, path)
        expect(nowhere).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def open_form(desk: Desk, page: Page) -> None:
    """The form for a new contact way."""
    page.get_by_role("button", name=desk.words("sources.new")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_campaign_form(desk: Desk, page: Page) -> None:
    """The form for a new campaign."""
    page.get_by_role("button", name=desk.words("campaigns.new")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_link_form(desk: Desk, page: Page) -> None:
    """The form that notes an article by its link."""
    page.get_by_role("button", name=desk.words("articles.link.title")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_join_way_form(desk: Desk, page: Page) -> None:
    """The form for a new join way."""
    page.get_by_role("button", name=desk.words("joinWays.new")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_path_form(desk: Desk, page: Page) -> None:
    """The form for a new path."""
    page.get_by_role("button", name=desk.words("paths.new")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_people(desk: Desk, page: Page) -> None:
    """Who entered the chosen hop."""
    page.get_by_role("button", name=desk.words("paths.people"), exact=True).first.click()
    expect(page.get_by_role("dialog").get_by_role("row").nth(1)).to_be_visible()


def open_charter(desk: Desk, page: Page) -> None:
    """The charter of the first group chat."""
    page.get_by_role("button", name=desk.words("groupChats.charter"), exact=True).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_account_form(desk: Desk, page: Page) -> None:
    """The form of a WeCom account."""
    page.get_by_role("button", name=desk.words("common.action.edit")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def press(key: str) -> Step:
    """Press the first button with these words, which opens something."""

    def step(desk: Desk, page: Page) -> None:
        page.get_by_role("button", name=desk.words(key)).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return step


def open_staff(desk: Desk, page: Page) -> None:
    """The members of the first account."""
    page.get_by_role("region").filter(has_text="ww5a1e").get_by_role("button", name="5").first.click()
    expect(page.get_by_role("dialog").get_by_role("row").nth(1)).to_be_visible()


def open_special_days(desk: Desk, page: Page) -> None:
    """Holidays and days made up for."""
    page.get_by_role("button", name=desk.words("staff.special.open", count=0)).click()
    page.get_by_role("button", name=desk.words("staff.special.add")).click()
    expect(page.get_by_role("textbox", name=desk.words("staff.special.day"), exact=True)).to_be_visible()


def pages_of(population: Population) -> dict[str, tuple[str, Step | None]]:
    """Name, address and what is opened there."""
    return {
        "workbench": ("/", None),
        "campaigns": ("/campaigns", None),
        "campaigns-none": ("/campaigns?search=nothing", None),
        "campaign": (f"/campaigns/{population.campaign}", None),
        "campaign-new": ("/campaigns", open_campaign_form),
        "articles": ("/articles", None),
        "articles-none": ("/articles?search=nothing", None),
        "article": (f"/articles/{population.article}", None),
        "article-link": ("/articles", open_link_form),
        "sources": ("/sources", None),
        "source-failed": (f"/sources?open={population.failed_source}", None),
        "source": (f"/sources?open={population.source}", None),
        "source-new": ("/sources", open_form),
        "sources-none": ("/sources?search=nothing", None),
        "join-ways": ("/join-ways", None),
        "join-way": (f"/join-ways?open={population.join_way}", None),
        "join-way-new": ("/join-ways", open_join_way_form),
        "join-ways-none": ("/join-ways?search=nothing", None),
        "group-chats": ("/group-chats", None),
        "group-chats-none": ("/group-chats?search=nothing", None),
        "group-chat": (f"/group-chats/{population.group_chat}", None),
        "group-chat-gone": (f"/group-chats/{population.group_chat}?gone=true", None),
        "group-charter": ("/group-chats", open_charter),
        "paths": ("/paths", None),
        "path-new": ("/paths", open_path_form),
        "path": (f"/paths/{population.path}?hop=friend_group&days=7", None),
        "path-people": (f"/paths/{population.path}?hop=friend_group", open_people),
        "persons": ("/persons", None),
        "persons-none": ("/persons?search=nothing", None),
        "person": (f"/persons/{population.person}", None),
        "segments": ("/segments", None),
        "segment": (f"/segments/{population.segment}", None),
        "segment-new": ("/segments/new", None),
        "tags": ("/tags", None),
        "companies": ("/companies", None),
        "attributes": ("/settings/attributes", None),
        "broadcasts": ("/broadcasts", None),
        "broadcast-new": ("/broadcasts", press("broadcasts.new")),
        "moments": ("/moments", None),
        "moment-new": ("/moments", press("moments.new")),
        "journeys": ("/journeys", None),
        "journey": (f"/journeys/{population.journey}", None),
        "journey-dry-run": (f"/journeys/{population.journey}?tab=dryRun", None),
        "journey-templates": ("/journeys/templates", None),
        "journey-template": ("/journeys/templates", press("journeyTemplates.open")),
        "contact-rules": ("/settings/contact-rules", None),
        "leads": ("/leads", None),
        "pool": ("/leads/pool", None),
        "tasks": ("/tasks", None),
        "baseline": ("/baseline", None),
        "weekly": ("/weekly", None),
        "members": ("/staff", None),
        "member-edit": ("/staff", press("common.action.edit")),
        "special-days": ("/staff", open_special_days),
        "personal-new": ("/staff", press("staff.personal.add")),
        "scene-qrs": ("/scene-qrs", None),
        "account-menus": ("/account-menus", None),
        "accounts": ("/settings/accounts", None),
        "account-edit": ("/settings/accounts", open_account_form),
        "staff": ("/settings/accounts", open_staff),
        "onboarding": ("/settings/onboarding", None),
        "doctor": ("/settings/doctor", None),
        "data-in": ("/settings/data-in", None),
        "data-in-links": ("/settings/data-in?tab=links", None),
        "data-in-webhooks": ("/settings/data-in?tab=webhooks", None),
        "write-key-new": ("/settings/data-in", press("sites.key.new")),
        "snippets": ("/settings/data-in", press("sites.snippet.title")),
        "short-link-new": ("/settings/data-in?tab=links", press("sites.link.new")),
        "webhook-new": ("/settings/data-in?tab=webhooks", press("sites.hook.new")),
        "dead-letters": ("/settings/dead-letters", None),
        "dead-letters-none": ("/settings/dead-letters?kind=event", None),
        "audit": ("/settings/audit", None),
        "not-found": (NOWHERE, None),
    }


def tour(desk: Desk, population: Population) -> list[str]:
    """Walk through the pages and look at each in all its sizes and colours; every promise broken on the way."""
    broken = []
    desk.watch.expect("blocker on a POP navigation")  # a form with something typed in would ask whoever leaves it
    page = desk.open("/")
    for name, (path, step) in pages_of(population).items():
        page.set_viewport_size(WIDE)
        go(desk, page, path)
        if step is not None:
            settle(page)
            step(desk, page)
        for variant in variants_of(name, desk.words.locale):
            page.set_viewport_size(NARROW if variant == "narrow" else WIDE)
            page.emulate_media(color_scheme="dark" if variant == "dark" else "light")
            try:
                look(desk, page, f"{name}-{variant}-{desk.words.locale}", barriers_of(variant, desk.words.locale))
            except AssertionError as error:
                broken.append(f"{name} {variant}: {error}")
    return broken


def variants_of(name: str, locale: Locale) -> list[str]:
    """All pages are looked at wide and light, the main ones on a narrow screen, and in one language in the dark."""
    dark = ["dark"] if name in IN_THE_DARK and locale == "zh-CN" else []
    return ["wide", *dark, *(["narrow"] if name in ON_A_PHONE else [])]


def barriers_of(variant: str, locale: Locale) -> Barriers:
    """What is made and coloured is so in both languages; in the dark only colours are new."""
    if variant == "dark":
        return "colours"
    return "all" if locale == "zh-CN" else "none"


@pytest.mark.long
@pytest.mark.parametrize("locale", LOCALES)
def test_every_page(open_desk: OpenDesk, population: Population, locale: Locale) -> None:
    """The whole console in one language."""
    desk = open_desk(locale)
    desk.sign_in()
    assert tour(desk, population) == []


def test_the_menu_on_a_phone(open_desk: OpenDesk, population: Population) -> None:
    """Where there is no room for it, the menu comes in from the side and leaves when a page is chosen."""
    desk = open_desk("en-US", narrow=True)
    desk.sign_in()
    page = desk.open("/")
    page.get_by_role("button", name=desk.words("shell.menu.open")).tap()
    menu = page.get_by_role("dialog")
    expect(menu).to_be_visible()
    look(desk, page, "menu-narrow-en-US")
    menu.get_by_role("link", name=desk.words("shell.menu.persons"), exact=True).tap()
    expect(menu).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(desk.words("persons.title"))


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
