"""How a member of staff comes in from WeCom: state, code, session; nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from weloop.contracts.errors import Rejected, Retryable
from weloop.entrypoints.http.app import WebApp
from weloop.entrypoints.http.h5.door import read_errand
from weloop.kit.clock import machine_now
from weloop.kit.db import run

from .conftest import Browser, Console
from .test_accounts import WECOM

WECOM_HOST = "https://open.weixin.example/authorize"


@dataclass
class Door:
    """WeCom's side: one-time codes by userid."""

    codes: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None

    async def authorize_url(self, account_id: int, redirect_uri: str, state: str) -> str:
        return f"{WECOM_HOST}?account={account_id}&redirect_uri={redirect_uri}&state={state}"

    async def find_visitor(self, account_id: int, code: str) -> str:
        if self.error is not None:
            raise self.error
        if code not in self.codes:
            raise Rejected("invalid OAuth code", 40029)
        return self.codes.pop(code)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def app(app: WebApp, door: Door) -> WebApp:
    return WebApp(replace(app.wiring, page_door=door, simulator_url="http://127.0.0.1:8711/"))


@pytest.fixture
async def account(console: Console) -> int:
    admin = await console.signed_in()
    status, body = await admin.post("/api/accounts", WECOM)
    assert status == 201
    return int(body["id"])


async def leave(browser: Browser, query: str = "") -> tuple[str, str]:
    """Open the page; the state and whole address of where the browser is sent."""
    status, _, headers = await browser.ask_whole("GET", f"/h5/open{query}")
    assert status == 303
    assert headers["Location"].startswith(WECOM_HOST), headers["Location"]
    return parse_qs(urlsplit(headers["Location"]).query)["state"][0], headers["Location"]


async def come_back(browser: Browser, code: str, state: str) -> tuple[str, Mapping[str, str]]:
    status, _, headers = await browser.ask_whole("GET", f"/h5/enter?code={code}&state={state}")
    assert status == 303
    return headers["Location"], headers


async def enter(console: Console, door: Door, userid: str = "lina", query: str = "") -> Browser:
    """A phone on which this member is in."""
    browser = console.browser()
    state, _ = await leave(browser, query)
    door.codes["c1"] = userid
    await come_back(browser, "c1", state)
    status, body = await browser.get("/api/h5/session")
    assert (status, body["userid"]) == (200, userid)
    browser.csrf = body["csrf"]
    return browser


async def test_a_member_comes_in_and_gets_to_the_page(console: Console, door: Door, account: int) -> None:
    browser = console.browser()
    state, address = await leave(browser, "?to=/leads/7")
    assert "redirect_uri=https://weloop.example.com/h5/enter" in address
    door.codes["c1"] = "lina"
    location, headers = await come_back(browser, "c1", state)
    assert location == "/h5/leads/7"
    cookie = next(each for each in headers.getall("Set-Cookie") if each.startswith("weloop_h5="))  # type: ignore[attr-defined]
    for word in ("HttpOnly", "SameSite=lax", "Path=/api/h5", "Max-Age=28800"):
        assert word in cookie
    status, body = await browser.get("/api/h5/session")
    assert (status, body["userid"], body["clock"]["rate"]) == (200, "lina", 1.0)


async def test_a_code_and_a_state_work_once(console: Console, door: Door, account: int) -> None:
    browser = console.browser()
    state, _ = await leave(browser)
    door.codes["c1"] = "lina"
    assert (await come_back(browser, "c1", state))[0] == "/h5"
    assert (await come_back(browser, "c1", state))[0] == "/h5?error=h5_state"
    again, _ = await leave(browser)
    assert (await come_back(browser, "c1", again))[0] == "/h5?error=h5_code"


async def test_another_browsers_answer_is_not_taken(console: Console, door: Door, account: int) -> None:
    """Somebody may not be brought into a stranger's session by a link."""
    attacker, victim = console.browser(), console.browser()
    state, _ = await leave(attacker)
    door.codes["c1"] = "mallory"
    assert (await come_back(victim, "c1", state))[0] == "/h5?error=h5_state"
    await leave(victim)
    assert (await come_back(victim, "c1", state))[0] == "/h5?error=h5_state"
    assert (await victim.get("/api/h5/session"))[0] == 401
    assert "c1" in door.codes, "the platform was not even asked"


@pytest.mark.parametrize(
    "to",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/leads/7?next=//x", "/..", "leads/7", "/a/b/c/d/e",
     "/leads/%0d%0aX", "/%2e%2e/api", "javascript:alert(1)"],
)  # fmt: skip
async def test_no_open_redirect(console: Console, door: Door, account: int, to: str) -> None:
    browser = console.browser()
    status, _, headers = await browser.ask_whole("GET", "/h5/open", params={"to": to})
    assert status == 303
    state = parse_qs(urlsplit(headers["Location"]).query)["state"][0]
    door.codes["c1"] = "lina"
    assert (await come_back(browser, "c1", state))[0] == "/h5"


def test_a_forged_errand_is_none() -> None:
    state = "a" * 48
    assert read_errand(f"{state}:1:/leads/7") is not None
    for text in ("", "x", f"{state}:1:https://evil.example", f"{state}:²:", f"{state}:{10**19}:", f"{state}:1://x"):
        assert read_errand(text) is None


async def test_who_is_no_member_and_platforms_that_fail(console: Console, door: Door, account: int) -> None:
    browser = console.browser()
    for error, userid, code in (
        (None, "", "h5_not_a_member"),
        (Rejected("x"), "lina", "h5_code"),
        (Retryable("x"), "lina", "h5_platform"),
    ):
        state, _ = await leave(browser)
        door.codes["c1"], door.error = userid, error
        assert (await come_back(browser, "c1", state))[0] == f"/h5?error={code}"
    state, _ = await leave(browser)
    assert (await come_back(browser, "c" * 600, state))[0] == "/h5?error=h5_code"
    assert (await browser.get("/api/h5/session"))[0] == 401


async def test_without_a_corp_app_nobody_comes_in(console: Console) -> None:
    browser = console.browser()
    _, _, headers = await browser.ask_whole("GET", "/h5/open")
    assert headers["Location"] == "/h5?error=h5_no_account"


async def test_the_corp_app_that_is_named(console: Console, account: int) -> None:
    admin = console.browser()
    await admin.sign_in("admin")
    _, second = await admin.post("/api/accounts", {**WECOM, "app_id": "ww0123456789abcde0"})
    assert f"?account={account}&" in (await leave(console.browser()))[1]
    assert f"?account={second['id']}&" in (await leave(console.browser(), f"?account={second['id']}"))[1]
    for named in ("999", "x", "²"):
        _, _, headers = await console.browser().ask_whole("GET", "/h5/open", params={"account": named})
        assert headers["Location"] == "/h5?error=h5_no_account"


async def test_a_session_ends_after_a_working_day(console: Console, door: Door, account: int) -> None:
    browser = await enter(console, door)
    async with console.units.begin() as unit:
        await run(unit.connection, "UPDATE staff_session SET expires_at = $1", machine_now() - timedelta(seconds=1))
    assert (await browser.get("/api/h5/session"))[0] == 401


async def test_a_page_of_another_member_is_refused(console: Console, door: Door, account: int) -> None:
    """Two phones in one browser, as in a demo: the older page may not show the newer member's leads."""
    browser = await enter(console, door, "lina")
    old = browser.csrf
    state, _ = await leave(browser)
    door.codes["c2"] = "wangqiang"
    await come_back(browser, "c2", state)
    status, body = await browser.ask("GET", "/api/h5/session", headers={"X-CSRF-Token": old})
    assert (status, body["code"]) == (403, "csrf")


async def test_only_the_phones_pages_may_be_framed_and_only_in_a_demo(console: Console, account: int) -> None:
    for path, framed in (("/h5", True), ("/h5/leads/7", True), ("/h5x", False), ("/", False), ("/api/session", False)):
        _, _, headers = await console.browser().ask_whole("GET", path)
        policy = headers["Content-Security-Policy"]
        assert ("frame-ancestors 'self' http://127.0.0.1:8711" in policy) is framed, path
        assert ("X-Frame-Options" in headers) is not framed, path
