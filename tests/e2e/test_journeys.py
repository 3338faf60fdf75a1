"""A journey drawn by keyboard, mended, published, and walked by a follower of the simulated world."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.looks import take_shot
from tests.e2e.population import act, create_person

WELCOME = "欢迎关注，回复「资料」领取白皮书"


def node(page: Page, name: str) -> Locator:
    """A step of the drawing, or of the list."""
    return page.locator(f"[data-node='{name}']")


def insert_behind(desk: Desk, page: Page, name: str, kind: str) -> None:
    """Put a step behind another with keys alone."""
    node(page, name).press("Insert")
    search = page.get_by_label(desk.words("journeyNodes.palette.search"))
    expect(search).to_be_focused()
    search.fill(desk.words(f"journeyNodes.type.{kind}"))
    search.press("Enter")


def close_drawer(desk: Desk, page: Page) -> None:
    """Close the form of a step."""
    page.get_by_role("dialog").get_by_role("button", name=desk.words("journeyNodes.done")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def is_change(route: Route) -> bool:
    """Whether the page saves."""
    return route.request.method == "PATCH"


def choose(page: Page, field: Locator, text: str) -> None:
    """Choose from a list by typing."""
    field.click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text=text).first.click()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_journey_is_drawn_by_keyboard_mended_published_and_walked(open_desk: OpenDesk, locale: str) -> None:
    desk = open_desk(locale)
    words = desk.words
    desk.sign_in()
    account = next(each for each in desk.call("GET", "/api/accounts") if each["kind"] == "official_account")
    page = desk.open("/journeys")
    name = f"新关注 {locale}"
    page.get_by_role("button", name=words("journeys.new")).first.click()
    page.get_by_role("dialog").get_by_label(words("journeys.column.name"), exact=True).fill(name)
    page.get_by_role("button", name=words("journeys.create"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

    # Who comes in: whoever follows the account.
    node(page, "@entry").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=words("journeyNodes.addTrigger")).click()
    choose(
        page,
        dialog.get_by_role("combobox", name=words("journeyNodes.field.kind")),
        words("journeyNodes.event.FollowerSubscribed"),
    )
    close_drawer(desk, page)

    # A message and a wait, by keys; the message lacks its text, and says so.
    insert_behind(desk, page, "@entry", "send_service_message")
    close_drawer(desk, page)
    insert_behind(desk, page, "send_service_message", "wait")
    close_drawer(desk, page)
    faults = page.get_by_role("alert").filter(has_text=words("journeyNodes.type.send_service_message"))
    expect(faults).to_be_visible()
    publish = page.get_by_role("button", name=words("journeys.publish.do"), exact=True)
    expect(publish).to_be_disabled()
    take_shot(page, f"journey-faults-{locale}")

    # A click on the fault leads into its field; the only account is chosen already; the keyboard goes back to the step.
    faults.get_by_role("button").first.click()
    expect(node(page, "send_service_message")).to_have_attribute("aria-pressed", "true")
    text = dialog.get_by_label(words("journeyNodes.field.text"), exact=True)
    expect(text).to_be_focused()
    text.fill(WELCOME)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(node(page, "send_service_message")).to_be_focused()
    expect(publish).to_be_enabled()

    # Undone and done again, moved down and back: the draft is as it was.
    node(page, "send_service_message").press("Alt+ArrowDown")
    expect(node(page, "wait")).to_be_visible()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+z")
    expect(page.get_by_text(words("journeys.saving.saved"))).to_be_visible()
    [made] = desk.call("GET", f"/api/journeys?search={name}")["items"]
    draft = desk.call("GET", f"/api/journeys/{made['id']}")["draft"]
    assert [each["id"] for each in draft["nodes"]] == ["send_service_message", "end", "wait"]

    publish.click()
    sends = page.get_by_role("dialog").filter(has_text=words("journeys.impact.sends"))
    expect(sends).to_contain_text(words("journeys.impact.nobody"))
    expect(sends).to_contain_text(words("journeys.impact.draws"))
    expect(sends).to_contain_text("message/custom/send")
    take_shot(page, f"journey-publish-{locale}")
    sends.get_by_role("button", name=words("journeys.publish.do"), exact=True).click()
    expect(sends).to_have_count(0)
    desk.wait_for(f"/api/journeys/{made['id']}", "status", "live")

    # A follower walks it, and the figures move without a reload.
    person = create_person(desk.demo, f"关注的人{locale}")
    act(desk.demo, person, "follow", appid=account["app_id"])
    here = re.compile(rf"{words('journeyNodes.count.here')}\s*1")
    expect(node(page, "wait")).to_contain_text(here)
    act(desk.demo, person, "say", appid=account["app_id"], text="资料")
    expect(node(page, "wait")).to_contain_text(re.compile(rf"{words('journeyNodes.count.passed')}\s*1"))
    take_shot(page, f"journey-editor-{locale}")

    # What it did stands in the trace, with what became of the message.
    page.get_by_role("button", name=words("journeys.tab.runs"), exact=True).click()
    page.get_by_role("table").get_by_role("link").first.click()
    steps = page.get_by_role("table").filter(has_text=words("journeys.run.result"))
    expect(steps).to_contain_text(words("journeys.result.finished"))
    expect(steps).to_contain_text(words("journeys.sent.sent"))
    take_shot(page, f"journey-run-{locale}")

    # The version stays to be looked at; stopping and putting away clears the list.
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name=words("journeys.tab.versions"), exact=True).click()
    expect(page.get_by_text(words("journeys.diff.same"))).to_be_visible()
    take_shot(page, f"journey-versions-{locale}")
    for what in ("stop", "archive"):
        page.get_by_role("button", name=words(f"journeys.act.{what}.do"), exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=words(f"journeys.act.{what}.do"), exact=True).click()
        expect(page.get_by_role("button", name=words(f"journeys.act.{what}.do"), exact=True)).to_have_count(0)
    desk.wait_for(f"/api/journeys?search={name}", "total", 0)


def test_two_authors_are_told_of_each_other(open_desk: OpenDesk) -> None:
    desk = open_desk("zh-CN", narrow=True)
    words = desk.words
    desk.sign_in()
    wait = {"id": "pause", "type": "delay", "for_seconds": 3600, "next": "end"}
    draft = {"nodes": [wait, {"id": "end", "type": "end"}]}
    made = desk.call("POST", "/api/journeys", {"name": "两个人改", "draft": draft})
    page = desk.open(f"/journeys/{made['id']}")
    path = f"/api/journeys/{made['id']}"
    held: list[Route] = []
    page.route(re.compile(rf"{path}$"), lambda route: held.append(route) if is_change(route) else route.continue_())
    # The list is what a phone shows. While this author's change is under way, another's arrives.
    page.get_by_role("button", name=words("journeyNodes.insertBehind", name="等待一段时间")).click()
    page.get_by_label(words("journeyNodes.palette.search")).press("Enter")
    while not held:
        page.wait_for_timeout(50)
    their_draft = {"nodes": [{**wait, "for_seconds": 7200}, draft["nodes"][1]]}
    desk.watch.expect("409")
    desk.call("PATCH", path, {"revision": 1, "draft": their_draft})
    held.pop().continue_()
    page.unroute_all()
    conflict = page.get_by_role("alert").filter(has_text=words("journeys.conflict.title"))
    expect(conflict).to_be_visible()
    take_shot(page, "journey-conflict-375")
    assert desk.call("GET", path)["draft"] == their_draft
    page.get_by_role("dialog").get_by_role("button", name=words("journeyNodes.done")).click()
    conflict.get_by_role("button", name=words("journeys.conflict.mine")).click()
    expect(page.get_by_text(words("journeys.saving.saved"))).to_be_visible()
    assert len(desk.call("GET", path)["draft"]["nodes"]) == 3


def test_a_segment_lets_in_decides_and_ends(open_desk: OpenDesk) -> None:
    desk = open_desk("zh-CN")
    words = desk.words
    desk.sign_in()
    rule = {"op": "contains", "field": "person.kinds", "value": "external_contact"}
    segment = desk.call("POST", "/api/segments", {"name": "e2e高意向", "rule": rule})["id"]
    nodes = [
        {
            "id": "fork",
            "type": "branch",
            "cases": [{"when": {"op": "known", "field": "person.company"}, "next": "end"}],
        },
        {"id": "end", "type": "end"},
    ]
    made = desk.call("POST", "/api/journeys", {"name": "人群进入", "draft": {"nodes": nodes}})
    page = desk.open(f"/journeys/{made['id']}")
    dialog = page.get_by_role("dialog")

    # Without a segment the schedule says so beside its field, and the list of faults names it.
    node(page, "@entry").click()
    dialog.get_by_label(words("journeyNodes.field.schedule"), exact=True).check()
    dialog.get_by_text(words("journeyNodes.every.once"), exact=True).click()
    expect(dialog.get_by_text(words("journeyNodes.fault.form_day_missing"), exact=True)).to_be_visible()
    faults = page.get_by_role("alert").filter(has_text=words("journeyNodes.field.segment_id"))
    expect(faults).to_contain_text(f"{words('journeyNodes.entry')}：{words('journeyNodes.field.segment_id')}：")
    take_shot(page, "journey-schedule-faults-zh-CN")
    dialog.get_by_text(words("journeyNodes.every.weekly"), exact=True).click()
    choose(page, dialog.get_by_label(words("journeyNodes.field.segment_id")), "e2e高意向")
    choose(page, dialog.get_by_label(words("journeyNodes.field.segment")), "e2e高意向")
    dialog.get_by_label(words("journeyNodes.field.opt_out")).uncheck()
    take_shot(page, "journey-schedule-zh-CN")
    close_drawer(desk, page)
    expect(node(page, "@entry")).to_contain_text("周一 10:00：人群「e2e高意向」")

    # A branch asks the same segment, by its name.
    node(page, "fork").click()
    choose(
        page,
        dialog.get_by_role("combobox", name=words("journeyNodes.condition.field")),
        words("journeyNodes.known.segment"),
    )
    choose(page, dialog.get_by_role("combobox", name=words("journeyNodes.field.segment_id")), "e2e高意向")
    take_shot(page, "journey-segment-term-zh-CN")
    close_drawer(desk, page)
    expect(node(page, "fork")).to_contain_text("在人群「e2e高意向」里")
    insert_behind(desk, page, "fork", "send_confirmed")
    expect(dialog).to_contain_text(words("journeyNodes.delivery.confirmed"))
    expect(dialog.get_by_role("alert")).to_contain_text("预计每人每天 0 条待确认")
    take_shot(page, "journey-confirmed-zh-CN")
    close_drawer(desk, page)
    expect(node(page, "send_confirmed")).to_contain_text(words("journeyNodes.delivery.confirmed"))

    expect(page.get_by_text(words("journeys.saving.saved"))).to_be_visible()
    draft = desk.call("GET", f"/api/journeys/{made['id']}")["draft"]
    schedule = {"segment_id": segment, "every": "weekly", "at": "10:00", "weekdays": [0]}
    assert draft["entry"]["schedule"] == schedule
    assert draft["exit"] == {"segment": segment, "opt_out": False}
    [fork] = [each for each in draft["nodes"] if each["id"] == "fork"]
    assert fork["cases"][0]["when"] == {"op": "is", "field": f"segment.{segment}", "value": True}
