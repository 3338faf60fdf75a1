"""A user's desk: a browser with the console in one language, and with the phones of the simulated world."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import BrowserContext, Locator, Page, expect
from tests.e2e.installation import Demo
from tests.e2e.watch import Watch
from tests.e2e.words import Locale, Words

PATIENCE_SECONDS = 180
POLL_SECONDS = 0.1
Found = TypeVar("Found")


@dataclass
class Phone:
    """The simulator's console in a tab: the phone of one person at a time."""

    page: Page

    @property
    def owner(self) -> str:
        """Name of the person whose phone it is."""
        return self.page.locator("#current-person").inner_text()

    @property
    def chat(self) -> Locator:
        """The bubbles of the open chat."""
        return self.page.locator("#messages")

    @property
    def notice(self) -> Locator:
        """What the console says about the last act."""
        return self.page.locator("#toast")

    def take_strangers(self) -> str:
        """Take the phone of somebody who was not in the world before; their name."""
        self.page.locator("#new-stranger").click()
        expect(self.notice).to_have_text("来了一位新朋友")
        return self.owner

    def scan(self, code: str) -> None:
        """Scan a code by its content."""
        self.page.locator("#code").fill(code)
        self.page.locator("#scan-button").click()

    def say(self, text: str) -> None:
        """Write into the open chat."""
        self.page.locator("#say").fill(text)
        self.page.locator("#send").click()


class Desk:
    """One user's browser."""

    def __init__(self, demo: Demo, context: BrowserContext, locale: Locale) -> None:
        """``context`` has one empty page."""
        self.demo = demo
        self.url = demo.printed.url
        self.context = context
        self.words = Words(locale)
        self.watch = Watch(context, {self.url, demo.printed.simulator})
        self.watch.expect("favicon.ico")  # browsers ask for it beside a bare picture; pages name their own
        self._csrf = ""

    def new_page(self) -> Page:
        """A new tab, opened by the first one: it shares the process, and what that has compiled already."""
        first = self.context.pages[0]
        with first.expect_popup() as opened:
            first.evaluate("void open()")
        return opened.value

    def forget(self) -> None:
        """Leave the context as a new one is."""
        first, *others = self.context.pages
        for page in others:
            page.close()
        self.context.clear_cookies()
        session = self.context.new_cdp_session(first)
        for origin in (self.url, self.demo.printed.simulator):
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.detach()

    def open(self, path: str) -> Page:
        """Open a page of the console in a new tab and wait until it shows its title."""
        page = self.new_page()
        page.goto(self.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        return page

    def open_phone(self) -> Phone:
        """Open the simulator's console in a new tab."""
        page = self.new_page()
        page.goto(self.demo.printed.simulator + "/console")
        return Phone(page)

    def sign_in(self, login: str = "", password: str = "") -> None:
        """Have a session without the login page, in this desk's language; nobody given means the demo's user."""
        credentials = {
            "login": login or self.demo.printed.login,
            "password": password or self.demo.printed.password,
        }
        self._csrf = self.call("POST", "/api/session", credentials)["csrf"]
        self.prefer(locale=self.words.locale, theme="system")

    def prefer(self, **changes: str) -> None:
        """Set the user's language or appearance, as the switches in the header do."""
        self.call("PATCH", "/api/session/preferences", changes)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the console's API as its pages do; the answer's JSON, None without one."""
        answer = self.context.request.fetch(
            self.url + path, method=method, data=body, headers={"X-CSRF-Token": self._csrf}
        )
        assert answer.ok, (method, path, answer.status, answer.text())
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    def make_source(
        self,
        name: str,
        text: str = "",
        attachments: tuple[dict[str, Any], ...] = (),
        until: str = "ready",
        **place: Any,
    ) -> dict[str, Any]:
        """A contact way made through the API, once the platform has made it or refused to."""
        account = next(each for each in self.call("GET", "/api/accounts") if each["kind"] == "wecom")
        staff = self.call("GET", f"/api/staff?account_id={account['id']}")
        wanted = {
            "name": name,
            "account_id": account["id"],
            "users": [next(each["userid"] for each in staff if each["contact_enabled"])],
            "skip_verify": True,
            "welcome": {"text": text, "attachments": list(attachments)},
            **place,
        }
        created = self.call("POST", "/api/sources", wanted)
        return self.wait_for(f"/api/sources/{created['id']}", "status", until)

    def choose_campaign(self, form: Locator, name: str = "") -> None:
        """Say in a code's form where it belongs: a campaign, or 日常."""
        form.get_by_label(self.words("campaigns.one"), exact=True).click()
        options = form.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
        options.filter(has_text=name or self.words("campaigns.everyday")).first.click()

    def wait_for(self, path: str, place: str, value: object) -> dict[str, Any]:
        """Wait until the API's answer at ``path`` has ``value`` at ``place``, which is like ``items.0.name``; it."""

        def ask() -> dict[str, Any] | None:
            answer = self.context.request.get(self.url + path)
            found: dict[str, Any] = answer.json() if answer.ok else {}
            with contextlib.suppress(LookupError, TypeError):
                if _at(found, place) == value:
                    return found
            return None

        return wait_until(ask, f"{path} to have {place} = {value}")


def wait_until(ask: Callable[[], Found | None], what: str, seconds: float = PATIENCE_SECONDS) -> Found:
    """Ask until there is an answer that is true; it. ``seconds`` are a bound for a machine at work, not a measure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"waited in vain for {what}")


def _at(body: Any, place: str) -> Any:
    """What stands at a place; LookupError or TypeError where there is no such place."""
    for name in place.split("."):
        body = len(body) if name == "length" else body[int(name) if isinstance(body, list) else name]
    return body
