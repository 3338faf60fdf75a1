"""Signing in and out, and what happens when that does not work."""

import re

from playwright.sync_api import Page, expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.installation import Demo
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import APPID, act, create_person

PASSWORD = "correct-horse-battery"
FAILURES = 5
POST_WITHOUT_TOKEN = "fetch('/api/session/preferences', {method: 'PATCH', body: '{}'}).then((answer) => answer.status)"


def fill(desk: Desk, page: Page, login: str, password: str) -> None:
    """Fill the login page in and send it."""
    page.get_by_label(desk.words("access.login.name"), exact=True).fill(login)
    page.get_by_label(desk.words("access.login.password"), exact=True).fill(password)
    page.get_by_role("button", name=desk.words("access.login.submit")).click()


def test_wrong_passwords_are_refused_and_then_locked_out(demo: Demo, open_desk: OpenDesk) -> None:
    """Whoever guesses has to wait, and is told how long; the right password does not help meanwhile."""
    demo.add_user("guessed", PASSWORD)
    desk = open_desk()
    desk.watch.expect("status of 4(01|29)")
    page = desk.open("/login")
    for _ in range(FAILURES):
        with page.expect_response("**/api/session"):  # the alert of the try before says nothing about this one
            fill(desk, page, "guessed", "wrong-horse-battery")
        expect(page.get_by_role("alert")).to_contain_text(desk.words("access.login.wrong"))
    take_shot(page, "login-wrong-zh-CN")
    fill(desk, page, "guessed", PASSWORD)
    locked = re.escape(desk.words("access.login.locked", seconds="S")).replace("S", r"\d+")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(locked))
    expect(page.get_by_role("button", name=desk.words("access.login.submit"))).to_be_disabled()
    take_shot(page, "login-locked-zh-CN")
    check_looks(page, desk.watch.data)


def test_signing_out_and_in_leads_back_to_the_same_page(demo: Demo, open_desk: OpenDesk) -> None:
    """A page opened without a session asks for a login and then shows itself."""
    open_desk().sign_in()  # makes Chinese the user's own language, which wins over the browser's
    desk = open_desk()
    desk.watch.expect("status of 401")
    page = desk.open("/persons?search=x")
    expect(page).to_have_url(re.compile(r"/login\?to="))
    fill(desk, page, demo.printed.login, demo.printed.password)
    expect(page.get_by_role("heading", level=1)).to_have_text(desk.words("persons.title"))
    expect(page).to_have_url(re.compile(r"/persons\?search=x$"))
    page.get_by_role("button", name=desk.words("shell.user.menu")).click()
    page.get_by_role("menuitem", name=desk.words("shell.user.signOut")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(desk.words("access.login.title"))
    page.goto(desk.url + "/persons")
    expect(page).to_have_url(re.compile(r"/login\?to=%2Fpersons$"))


def test_a_session_that_is_gone_leads_to_the_login_page(desk: Desk) -> None:
    """A page whose session ended asks for a login with its next question instead of failing."""
    desk.watch.expect("status of 401")
    page = desk.open("/persons")
    expect(page.get_by_role("status").filter(has_text=desk.words("shell.live.live"))).to_be_visible()
    desk.context.clear_cookies()
    act(desk.demo, create_person(desk.demo, "来得不巧"), "follow", appid=APPID)
    expect(page.get_by_role("heading", level=1)).to_have_text(desk.words("access.login.title"))
    expect(page).to_have_url(re.compile(r"/login\?to=%2Fpersons$"))


def test_a_change_without_the_token_is_refused(desk: Desk) -> None:
    """The cookie alone, which another site could make the browser send, changes nothing."""
    desk.watch.expect("status of 403")
    assert desk.open("/").evaluate(POST_WITHOUT_TOKEN) == 403


def test_a_salesperson_reads_only_and_changes_the_password(demo: Demo, open_desk: OpenDesk) -> None:
    """Sales people see the codes but cannot make any, and have no page of settings that is not theirs."""
    demo.add_user("seller", PASSWORD, "sdr")
    desk = open_desk("en-US")
    desk.sign_in("seller", PASSWORD)
    page = desk.open("/sources")
    expect(page.get_by_role("menuitem", name=desk.words("shell.menu.persons"), exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=desk.words("sources.new"))).to_have_count(0)
    expect(page.get_by_role("menuitem", name=desk.words("shell.menu.audit"))).to_have_count(0)
    change_password(desk, page, "too-short")
    expect(page.get_by_role("dialog")).to_contain_text(desk.words("access.password.rule", count=10))
    change_password(desk, page, f"{PASSWORD}-2")
    expect(page.get_by_role("dialog")).to_have_count(0)
    open_desk("en-US").sign_in("seller", f"{PASSWORD}-2")


def change_password(desk: Desk, page: Page, new: str) -> None:
    """Fill the dialog in, opening it if it is not open, and send it."""
    dialog = page.get_by_role("dialog")
    if not dialog.is_visible():
        page.get_by_role("button", name=desk.words("shell.user.menu")).click()
        page.get_by_role("menuitem", name=desk.words("shell.user.password")).click()
    for label, value in (("old", PASSWORD), ("new", new), ("repeat", new)):
        dialog.get_by_label(desk.words(f"access.password.{label}"), exact=True).fill(value)
    take_shot(page, "password-dialog-en-US")
    check_looks(page, desk.watch.data)
    dialog.get_by_role("button", name=desk.words("common.action.save")).click()
