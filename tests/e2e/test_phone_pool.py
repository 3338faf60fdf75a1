"""公海 on the staff phone: what nobody has, claimed by whoever is first."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.installation import Demo
from tests.e2e.test_phone import look
from tests.e2e.words import Locale


@pytest.fixture(scope="module")
def demo(demo_of_its_own: Demo) -> Demo:
    """Nobody else's leads."""
    return demo_of_its_own


@pytest.fixture
def office(open_desk: OpenDesk) -> Desk:
    """The console of whoever enters leads."""
    desk = open_desk()
    desk.sign_in()
    return desk


def pool_lead(office: Desk, phone: str, name: str, company: str) -> dict[str, Any]:
    """Somebody who left a number and whom nobody has."""
    account = next(each for each in office.call("GET", "/api/accounts") if each["kind"] == "wecom")
    body = {"account_id": account["id"], "phone": phone, "name": name, "company": company}
    lead = office.call("POST", "/api/leads", body)
    pooled: dict[str, Any] = office.call("POST", f"/api/leads/{lead['id']}/return")
    assert pooled["staff"] is None
    # What somebody is called comes with an event of its own.
    office.wait_for(f"/api/leads/{lead['id']}", "name", name)
    return pooled


def open_pool(desk: Desk, member: int = 0) -> Page:
    """The pool on a member's phone, by the way in."""
    page = desk.new_page()
    page.goto(f"{desk.demo.printed.url}/h5/open?to=/pool")
    page.locator("#devices a").nth(member).click()
    expect(page.get_by_role("region", name=desk.words("h5.pool.rules"))).to_be_visible()
    assert page.url == f"{desk.demo.printed.url}/h5/pool"
    return page


class Hold:
    """Keeps a page's requests back until they are let go: what is shown meanwhile stays to be seen."""

    def __init__(self, page: Page, path: str) -> None:
        self._held: list[Route] | None = []
        page.route(path, self._take)

    def _take(self, route: Route) -> None:
        if self._held is None:
            route.continue_()
        else:
            self._held.append(route)

    def let_go(self) -> None:
        """Those that wait, and all that come."""
        held, self._held = self._held or [], None
        for route in held:
            route.continue_()


def pull_down(page: Page) -> None:
    """As a thumb does."""
    touch = page.context.new_cdp_session(page)
    places = [(190, 120), *((190, 120 + step * 20) for step in range(1, 14))]
    for number, (x, y) in enumerate(places):
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_member_claims_and_a_colleague_hears_who_was_faster(office: Desk, open_desk: OpenDesk) -> None:
    desk = open_desk(narrow=True)
    slower = open_desk(narrow=True)
    slower.watch.expect("409")
    words = desk.words
    pool_lead(office, "13900000101", "e2e钱工", "海鸥泵业")
    page, late = open_pool(desk), open_pool(slower, 1)
    name = page.request.get(f"{desk.url}/api/h5/session").json()["name"]
    expect(page.get_by_text(words("h5.pool.left", n=10))).to_be_visible()
    look(page, "phone-pool-zh-CN", desk.watch.data)

    pool_lead(office, "13900000102", "e2e孙经理", "长风电机")
    hold = Hold(page, "**/api/h5/pool*")
    pull_down(page)
    expect(page.get_by_text(words("h5.pull.loading"))).to_be_visible()
    hold.let_go()
    expect(page.get_by_text("e2e孙经理")).to_be_visible()

    claim = words("h5.pool.claimOf", name="e2e钱工")
    page.get_by_role("button", name=claim).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("e2e钱工")
    look(page, "phone-pool-claimed-zh-CN", desk.watch.data)

    late.get_by_role("button", name=claim).click()
    expect(late.get_by_role("alert")).to_contain_text(words("error.lead_taken.fix", staff=name))
    expect(late.get_by_role("button", name=claim)).to_have_count(0)
    look(late, "phone-pool-slower-zh-CN", slower.watch.data)

    page.get_by_role("button", name=words("h5.back")).click()
    expect(page.get_by_text(words("h5.pool.left", n=9))).to_be_visible()
    expect(page.get_by_text("e2e钱工")).to_have_count(0)
    page.get_by_role("navigation", name=words("h5.tab.label")).get_by_role("button").first.click()
    expect(page.get_by_text("e2e钱工")).to_be_visible()
    look(page, "phone-pool-mine-zh-CN", desk.watch.data)


@pytest.mark.parametrize(("locale", "number"), [("zh-CN", "13900000103"), ("en-US", "13900000104")])
def test_an_empty_pool_says_what_it_is_for(office: Desk, open_desk: OpenDesk, locale: Locale, number: str) -> None:
    desk = open_desk(locale, narrow=True)
    for lead in office.call("GET", "/api/leads?pool=true&size=100")["items"]:
        office.call("POST", f"/api/leads/{lead['id']}/stage", {"to": "lost", "reason": "other"})
    page = open_pool(desk)
    expect(page.get_by_text(desk.words("h5.pool.empty"), exact=True)).to_be_visible()
    look(page, f"phone-pool-empty-{locale}", desk.watch.data)
    pool_lead(office, number, "e2e李主任", "北辰轴承")
    page.reload()
    expect(page.get_by_text("e2e李主任")).to_be_visible()
    look(page, f"phone-pool-one-{locale}", desk.watch.data)
