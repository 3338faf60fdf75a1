"""What a visitor of the demo does first: a stranger becomes a lead, the weak hop is mended, an SDR takes the lead.

The story is the small one; everything else is the demo as it comes.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from tests.e2e.browsers import OpenDesk, desks
from tests.e2e.desk import Desk, wait_until
from tests.e2e.installation import Demo, run_command
from tests.e2e.looks import take_shot

pytestmark = pytest.mark.long

PLAYING_MILLISECONDS = 180_000
ALWAYS = "00:00-24:00"
ENERGY = "空压机电费一年省 18 万，做了什么"
BEARING = "轴承厂：停机时间怎样减少一半（客户案例）"


@pytest.fixture(scope="module")
def story_demo() -> Iterator[Demo]:
    """A demo that plays its story."""
    with run_command("fortnight") as demo:
        yield demo


@pytest.fixture
def open_story_desk(request: pytest.FixtureRequest, story_demo: Demo, browser: Browser) -> Iterator[OpenDesk]:
    yield from desks(request, story_demo, browser)


def wait_until_played(demo: Demo) -> None:
    """The story has come to the present."""
    wait_until(
        lambda: demo.simulate("GET", "/sim/story")["state"] == "done", "the story's end", PLAYING_MILLISECONDS / 1_000
    )


def test_three_clicks(open_story_desk: OpenDesk) -> None:
    desk = open_story_desk()
    desk.watch.expect("status of 401")  # a browser that is not signed in asks who it is
    page = desk.new_page()
    page.goto(desk.demo.printed.link)
    expect(page.get_by_role("heading", level=1)).to_have_text(desk.words("shell.menu.workbench"))
    wait_until_played(desk.demo)
    expect(page.get_by_role("status").filter(has_text="%")).to_have_count(0)
    expect(page.get_by_text(desk.words("overview.headline.mend"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the first screen needs no scrolling"
    take_shot(page, "clicks-0-workbench")
    for member in ("陈屿", "王静"):
        always_at_work(desk, page, member)

    become_a_lead(desk, page)
    mend_the_weak_hop(desk, page)
    take_the_lead(desk, page)
    read_the_week(desk, page)


def always_at_work(desk: Desk, page: Page, member: str) -> None:
    """Give a member a shift without end, so that this test may run at night."""
    words = desk.words
    page.get_by_role("menuitem", name=words("shell.menu.staff")).click()
    page.get_by_role("button", name=words("staff.editOne", name=member)).click()
    form = page.get_by_role("dialog")
    for day in ("0", "5", "6"):
        form.get_by_label(words(f"staff.weekday.{day}")).fill(ALWAYS)
    form.get_by_role("button", name=words("staff.form.copyMonday")).click()
    form.get_by_role("button", name=words("common.action.save"), exact=True).click()
    row = page.get_by_role("row").filter(has_text=member)
    expect(row).to_contain_text(f"{words('staff.weekday.0')}–{words('staff.weekday.6')} {ALWAYS}")
    expect(row).to_contain_text(words("staff.shift.working"))


def phone_of(desk: Desk, page: Page) -> FrameLocator:
    return page.frame_locator(f'iframe[title="{desk.words("demo.phone")}"]')


def become_a_lead(desk: Desk, page: Page) -> None:
    """Click 1: the stranger reads, scans, is welcomed with the file, and is a lead with a card on the SDR's phone."""
    words = desk.words
    page.get_by_role("menuitem", name=words("shell.menu.workbench")).click()
    page.get_by_role("button", name=words("demo.stranger")).click()
    aside = page.get_by_role("complementary", name=words("demo.phone"))
    expect(aside.get_by_role("link", name=words("demo.step.leadText"))).to_be_visible()
    name = aside.locator("strong").first.inner_text().removesuffix("的手机")
    phone = phone_of(desk, page)
    expect(phone.get_by_text("这是您要的资料")).to_be_visible()
    expect(phone.get_by_text("设备保养手册（虚构）")).to_be_visible()
    expect(page.get_by_role("main").get_by_text(name).first).to_be_visible()
    take_shot(page, "clicks-1-stranger")
    aside.get_by_text(words("demo.staffPhone")).click()
    expect(phone.get_by_text(f"新线索：{name}")).to_be_visible()
    take_shot(page, "clicks-1-staff-phone")


def mend_the_weak_hop(desk: Desk, page: Page) -> None:
    """Click 2: the hop's articles and the reason; another code, a fortnight more, and the rate rises."""
    words = desk.words
    page.get_by_role("button", name=words("demo.close")).click()
    page.get_by_role("button", name="阅读 → 加企微").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("获客主路径")
    energy = page.get_by_role("row", name=re.compile(f"^{ENERGY}"))
    expect(energy).to_contain_text(re.compile(r"4 / \d"))
    expect(page.get_by_role("row", name=re.compile(f"^{re.escape(BEARING)}"))).to_contain_text("1.8%")
    expect(page.get_by_text(words("demo.forward.simulated"), exact=True)).to_be_visible()
    page.get_by_role("button", name=words("demo.forward.takeAway", days=14)).click()
    expect(energy).to_contain_text(re.compile(r"21 / \d"), timeout=PLAYING_MILLISECONDS)
    expect(page.get_by_role("button", name=words("demo.forward.takeAway", days=14))).to_be_enabled(
        timeout=PLAYING_MILLISECONDS
    )
    take_shot(page, "clicks-2-mended")


def take_the_lead(desk: Desk, page: Page) -> None:
    """Click 3: the lead's history and score, and 接单 on the SDR's phone."""
    words = desk.words
    page.get_by_role("menuitem", name=words("shell.menu.workbench")).click()
    page.get_by_role("button", name=words("demo.stranger")).click()
    aside = page.get_by_role("complementary", name=words("demo.phone"))
    aside.get_by_role("link", name=words("demo.step.leadText")).click()
    name = aside.locator("strong").first.inner_text().removesuffix("的手机")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    timeline = page.get_by_role("region", name=words("persons.timeline.title"))
    expect(timeline).to_contain_text(words("event.done.SendWelcome"))
    accept = page.get_by_role("main").get_by_role("button", name=words("leads.act.accept"), exact=True)
    expect(accept).to_be_visible()
    aside.get_by_text(words("demo.staffPhone")).click()
    phone = phone_of(desk, page)
    expect(phone.get_by_text(f"新线索：{name}")).to_be_visible()
    phone.get_by_role("button", name="接单").last.click()
    expect(phone.get_by_text("已接单").last).to_be_visible()
    expect(accept).to_have_count(0)
    take_shot(page, "clicks-3-accepted")


def read_the_week(desk: Desk, page: Page) -> None:
    """The weekly report of the story's last days, and its workbook."""
    words = desk.words
    page.get_by_role("menuitem", name=words("shell.menu.weekly")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("weekly.title"))
    expect(page.get_by_text(words("weekly.receivers", names="方圆"))).to_be_visible()
    for group in ("paths", "articles", "staff"):
        page.get_by_role("button", name=words(f"weekly.group.{group}"), exact=True).click()
        expect(page.get_by_role("columnheader", name=words(f"weekly.group.{group}"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=words("weekly.download")).click()
    assert download.value.suggested_filename.endswith(".xlsx")
    take_shot(page, "weekly")


def test_the_week_on_the_team_leads_phone(open_story_desk: OpenDesk) -> None:
    """The card of a Monday of the story leads to that week's report, which others do not see."""
    desk = open_story_desk(narrow=True)
    wait_until_played(desk.demo)
    corp = desk.demo.simulate("GET", "/sim/accounts")["corps"][0]
    chat = f"app:{corp['corpid']}:{corp['apps'][0]['agentid']}"
    page = desk.new_page()
    page.goto(f"{desk.demo.printed.simulator}/console?staff={corp['corpid']}/fangyuan&chat={chat}")
    page.locator("#messages .card").filter(has_text="周报").last.get_by_role("link").click()
    frame = page.frame_locator("#web")
    expect(frame.locator("h1")).to_contain_text("周报")
    expect(frame.get_by_role("region", name=desk.words("h5.week.figures"))).to_contain_text(desk.words("h5.week.sql"))
    take_shot(page, "phone-weekly")
