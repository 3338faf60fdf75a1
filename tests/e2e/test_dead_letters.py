"""What failed for good stands on a page until somebody has settled it."""

from playwright.sync_api import expect
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import lose_welcome


def test_a_welcome_that_came_too_late_is_seen_and_settled(desk: Desk) -> None:
    """The page moves by itself, says why in words, and forgets what is settled."""
    words = desk.words
    source = desk.make_source("过期的欢迎语", "您好")
    page = desk.open("/settings/dead-letters")
    rows = page.get_by_role("row").filter(has_text=words("command.SendWelcome"))
    known = desk.call("GET", "/api/dead-letters?page=1&size=10&kind=command")["items"]
    before = sum(each["name"] == "SendWelcome" for each in known)
    expect(rows).to_have_count(before)
    lose_welcome(desk, source, "迟到的人")
    expect(rows).to_have_count(before + 1)
    row = rows.first
    expect(row).to_contain_text(words("errcode.41050.cause"))
    take_shot(page, "dead-letters-one-zh-CN")
    check_looks(page, desk.watch.data)

    row.get_by_role("link", name=words("letters.person")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("迟到的人")
    timeline = page.get_by_role("region", name=words("persons.timeline.title"))
    expect(timeline).to_contain_text(words("event.kind.CommandFailed", command=words("command.SendWelcome")))
    page.go_back()

    rows.first.get_by_role("button", name=words("letters.act.discard")).click()
    page.get_by_role("dialog").get_by_role("button", name=words("letters.act.discard")).click()
    expect(rows).to_have_count(before)
    page.goto(desk.url + "/settings/audit")
    expect(page.get_by_role("row").nth(1)).to_contain_text(words("audit.act.dead_letter.discarded"))
