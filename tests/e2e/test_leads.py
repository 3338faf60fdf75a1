"""The console's leads: entered, found, worked to a sale or lost, shared by the pool, and taken away as a file."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.e2e.browsers import NARROW, WIDE, OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.installation import Demo
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import act, create_person


@pytest.fixture(scope="module")
def demo(demo_of_its_own: Demo) -> Demo:
    """Nobody else's leads and corps."""
    return demo_of_its_own


def enter(desk: Desk, phone: str, name: str, company: str) -> dict[str, Any]:
    """Somebody who left a number, once the lists know what they are called."""
    account = next(each for each in desk.call("GET", "/api/accounts") if each["kind"] == "wecom")
    body = {"account_id": account["id"], "phone": phone, "name": name, "company": company}
    made = desk.call("POST", "/api/leads", body)
    return desk.wait_for(f"/api/leads/{made['id']}", "name", name)


def row_of(page: Page, name: str) -> Locator:
    """The table's row."""
    return page.get_by_role("row").filter(has_text=name)


def choose(page: Page, field: Locator, text: str) -> None:
    """Take one of a select's options."""
    field.click()
    options = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
    options.filter(has=page.get_by_text(text, exact=True)).first.click()


def drawer(page: Page, title: str) -> Locator:
    """An open form."""
    return page.get_by_role("dialog").filter(has_text=title)


def save(desk: Desk, form: Locator) -> None:
    """By the button; the form goes when the server has it."""
    form.get_by_role("button", name=desk.words("common.action.save")).click()
    expect(form).to_have_count(0)


def look(desk: Desk, page: Page, name: str) -> None:
    """At a wide and at a narrow window."""
    for size, suffix in ((NARROW, "-narrow"), (WIDE, "")):
        page.set_viewport_size(size)
        take_shot(page, f"leads-{name}-{desk.words.locale}{suffix}", whole=bool(suffix))
        check_looks(page, desk.watch.data)


def open_lead(desk: Desk, lead: dict[str, Any]) -> Page:
    """A lead's page."""
    page = desk.open(f"/leads/{lead['id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(lead["name"])
    return page


def test_a_lead_is_entered_found_and_stands_on_the_board(desk: Desk) -> None:
    words, page = desk.words, desk.open("/leads")
    enter(desk, "13700000201", "e2e旁人", "远山机械")
    form = drawer(page, words("leads.new"))
    held: list[Route] = []
    page.route("**/api/accounts", lambda route: held.append(route))
    with page.expect_request("**/api/accounts"):
        page.get_by_role("button", name=words("leads.new")).first.click()
    expect(form).to_have_count(0)  # what is saved needs an account: nobody saves before there are any
    held.pop().continue_()
    page.unroute("**/api/accounts")
    save_button = form.get_by_role("button", name=words("common.action.save"))
    form.get_by_label(words("leads.form.phone"), exact=True).fill("not a number")
    form.get_by_label(words("leads.form.name"), exact=True).fill("e2e邓工")
    form.get_by_label(words("leads.form.company"), exact=True).fill("华东轴承")
    desk.watch.expect("422")
    save_button.click()
    expect(form.get_by_role("alert").filter(has_text=words("error.lead_phone.title"))).to_be_visible()
    take_shot(page, "leads-form-zh-CN")
    form.get_by_label(words("leads.form.phone"), exact=True).fill("137 0000 0202")
    save(desk, form)
    expect(page.get_by_role("heading", level=1)).to_contain_text("e2e邓工")

    page.get_by_role("link", name=words("leads.title"), exact=True).last.click()
    search = page.get_by_role("search")
    search.get_by_label(words("leads.filter.search")).fill("华东轴承")
    choose(page, search.get_by_label(words("leads.filter.stage")), words("leads.stage.lead"))
    search.get_by_role("button", name=words("common.action.query")).click()
    expect(row_of(page, "e2e邓工")).to_be_visible()
    expect(row_of(page, "e2e旁人")).to_have_count(0)
    assert "stage=lead" in page.url, "a filter can be sent to a colleague"
    look(desk, page, "filtered")
    page.get_by_role("button", name=words("leads.view.board")).click()
    column = page.get_by_role("region", name=words("leads.column.lead"), exact=True)
    expect(column.get_by_role("link")).to_have_count(1)
    expect(column.get_by_role("heading")).to_contain_text("1")
    page.get_by_role("button", name=words("common.action.reset")).click()
    expect(column.get_by_text("e2e旁人")).to_be_visible()
    look(desk, page, "board")
    column.get_by_text("e2e旁人").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("e2e旁人")


def test_a_lead_is_worked_to_a_sale(desk: Desk) -> None:
    """Somebody scans a code and is accepted, contacted, noted, qualified and won; a sale may be taken back."""
    words = desk.words
    source = desk.make_source("e2e线索活码")
    act(desk.demo, create_person(desk.demo, "e2e许经理"), "scan", code=source["qr_code"])
    lead = desk.wait_for("/api/leads?search=e2e许经理", "total", 1)["items"][0]
    page = open_lead(desk, lead)
    head = page.locator("header.card")
    expect(head).to_contain_text("e2e线索活码")
    head.get_by_role("button", name=words("leads.act.accept")).click()
    head.get_by_role("button", name=words("leads.act.contacted")).click()
    expect(head).to_contain_text(words("leads.evidence.marked"))

    head.get_by_role("button", name=words("leads.act.note")).click()
    form = drawer(page, words("leads.act.note"))
    form.get_by_label(words("leads.note.text"), exact=True).fill("想看演示，约下周二")
    when = form.get_by_label(words("leads.note.next"), exact=True)
    desk.watch.expect("422")
    when.fill("2020-01-01 10:00")
    when.press("Tab")
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form.get_by_role("alert").filter(has_text=words("error.lead_next_at.title"))).to_be_visible()
    when.fill("2030-01-08 10:30")
    when.press("Tab")
    save(desk, form)
    notes = page.get_by_role("region", name=words("leads.note.title"))
    expect(notes).to_contain_text("想看演示，约下周二")
    expect(notes).to_contain_text("2030-01-08 10:30")

    chips = page.get_by_role("region", name=words("leads.chips.title"))
    for chip, stage in (("need", "accepted"), ("role", "accepted"), ("time", "sql")):
        chips.get_by_text(words(f"leads.chips.{chip}"), exact=True).click()
        expect(head).to_contain_text(words(f"leads.stage.{stage}"))
        check_looks(page, desk.watch.data)
    look(desk, page, "detail")

    head.get_by_role("button", name=words("leads.act.stage")).click()
    form = drawer(page, words("leads.act.stage"))
    choose(page, form.get_by_label(words("leads.field.stage")), words("leads.stage.won"))
    form.get_by_label(words("leads.field.amount")).fill("86000")
    save(desk, form)
    expect(head).to_contain_text("¥86,000")
    story = page.get_by_text(words("event.lead.stage", stage=words("leads.stage.won")))
    expect(story).to_be_visible()
    look(desk, page, "won")
    head.get_by_role("button", name=words("leads.act.reopen")).click()
    form = drawer(page, words("leads.act.reopen"))
    choose(page, form.get_by_label(words("leads.field.stage")), words("leads.stage.opportunity"))
    save(desk, form)
    expect(head.get_by_role("button", name=words("leads.act.note"))).to_be_visible()


def test_chips_are_worked_by_the_keyboard(desk: Desk) -> None:
    words = desk.words
    page = open_lead(desk, enter(desk, "13700000203", "e2e键盘", "齐力机床"))
    chip = page.get_by_role("checkbox", name=words("leads.chips.need"), exact=True)
    expect(chip).not_to_be_checked()
    chip.focus()
    page.keyboard.press("Space")
    expect(chip).to_be_checked()
    expect(page.locator("header.card")).to_contain_text(words("leads.stage.mql"))


def test_a_lost_lead_says_why(desk: Desk) -> None:
    words = desk.words
    page = open_lead(desk, enter(desk, "13700000204", "e2e方晓", "新联电气"))
    head = page.locator("header.card")
    head.get_by_role("button", name=words("leads.act.stage")).click()
    form = drawer(page, words("leads.act.stage"))
    choose(page, form.get_by_label(words("leads.field.stage")), words("leads.stage.lost"))
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form.get_by_text(words("common.required", label=words("leads.field.reason")))).to_be_visible()
    choose(page, form.get_by_label(words("leads.field.reason")), words("leads.reason.price"))
    save(desk, form)
    expect(head).to_contain_text(words("leads.reason.price"))
    expect(head.get_by_role("button", name=words("leads.act.note"))).to_have_count(0)

    page.goto(f"{desk.url}/leads?view=board")
    closed = page.get_by_role("region", name=words("leads.column.closed"), exact=True)
    expect(closed.get_by_text("e2e方晓")).to_be_visible()
    page.goto(f"{desk.url}/leads?stage=won,lost")
    expect(row_of(page, "e2e方晓")).to_be_visible()
    expect(page.get_by_role("search")).to_contain_text(words("leads.column.closed"))


def test_the_pool_gives_and_takes(desk: Desk) -> None:
    words = desk.words
    lead = enter(desk, "13700000205", "e2e白雪", "安信阀门")
    page = open_lead(desk, lead)
    head = page.locator("header.card")
    head.get_by_role("button", name=words("common.action.more")).click()
    page.get_by_role("menuitem", name=words("leads.act.return")).click()
    expect(head).to_contain_text(words("leads.pool.name"))
    page.goto(f"{desk.url}/leads/pool")
    expect(row_of(page, "e2e白雪")).to_be_visible()
    look(desk, page, "pool")
    row_of(page, "e2e白雪").get_by_role("link").click()
    head.get_by_role("button", name=words("leads.act.claim")).click()
    form = drawer(page, words("leads.act.claim"))
    members = [each for each in desk.call("GET", "/api/staff") if each["contact_enabled"]]
    choose(page, form.get_by_label(words("leads.field.owner")), members[-1]["name"])
    save(desk, form)
    expect(head).to_contain_text(members[-1]["name"])
    for told in (words("event.lead.returned"), words("event.lead.claimed", staff=members[-1]["name"])):
        expect(page.get_by_text(told)).to_be_visible()
    page.goto(f"{desk.url}/leads/pool")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(row_of(page, "e2e白雪")).to_have_count(0)


def export(page: Page, label: str) -> list[str]:
    """The file as a spreadsheet reads it."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    return download.value.path().read_text(encoding="utf-8-sig").splitlines()


def test_the_file_holds_what_the_list_shows(desk: Desk) -> None:
    words = desk.words
    for phone, name in (("13700000206", "e2e导出甲"), ("13700000207", "e2e导出乙")):
        enter(desk, phone, name, "长风电机")
    page = desk.open("/leads")
    expect(row_of(page, "e2e导出甲")).to_be_visible()
    whole = export(page, words("leads.export"))
    assert whole[0].split(",")[:5] == ["编号", "姓名", "公司", "阶段", "评分"]
    assert {"e2e导出甲", "e2e导出乙"} < {line.split(",")[1] for line in whole}
    page.get_by_role("search").get_by_label(words("leads.filter.search")).fill("导出乙")
    page.get_by_role("button", name=words("common.action.query")).click()
    expect(row_of(page, "e2e导出甲")).to_have_count(0)
    assert [line.split(",")[1] for line in export(page, words("leads.export"))[1:]] == ["e2e导出乙"]


@pytest.fixture
def english(open_desk: OpenDesk) -> Desk:
    """An English user's browser, signed in."""
    desk = open_desk("en-US")
    desk.sign_in()
    return desk


def test_every_page_of_leads_in_english(english: Desk) -> None:
    desk, words = english, english.words
    lead = enter(desk, "13700000208", "e2e Zoe", "Harbour Pumps")
    pooled = enter(desk, "13700000209", "e2e Kim", "Northern Valves")
    desk.call("POST", f"/api/leads/{pooled['id']}/return")
    pages: tuple[tuple[str, str, Callable[[Page], Locator]], ...] = (
        ("/leads", "list", lambda page: row_of(page, "e2e Zoe")),
        ("/leads?view=board", "board", lambda page: page.get_by_role("link").filter(has_text="e2e Zoe")),
        ("/leads/pool", "pool", lambda page: row_of(page, "e2e Kim")),
        (f"/leads/{lead['id']}", "detail", lambda page: page.get_by_role("heading", name="e2e Zoe")),
    )
    for path, name, shown in pages:
        page = desk.open(path)
        expect(shown(page)).to_be_visible()
        look(desk, page, name)
        page.close()
    desk.watch.expect("404")
    page = desk.new_page()
    page.goto(f"{desk.url}/leads/999999")
    expect(page.get_by_text(words("error.lead_not_found.title"))).to_be_visible()
    expect(page).to_have_title(re.compile(re.escape(words("common.product"))))
    check_looks(page, desk.watch.data)
