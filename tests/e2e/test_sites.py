"""A website is connected by hand, its page tells what a visitor does, a short link leads there, a webhook tells on."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.desk import Desk, wait_until
from tests.e2e.looks import take_shot
from tests.e2e.population import PHONE


class Website(BaseHTTPRequestHandler):
    """The company's own site: a page with the script that the console gave, and an endpoint of its CRM."""

    page: ClassVar[str] = ""
    got: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_GET(self) -> None:
        body = self.page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def website() -> Iterator[str]:
    """Its address."""
    Website.page, Website.got = "", []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Website)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def connect(desk: Desk, page: Page, name: str, origin: str) -> str:
    """Make a site and a key for its pages by hand; the script that the console shows for it."""
    words = desk.words
    page.get_by_role("button", name=words("sites.new")).first.click()
    form = page.get_by_role("dialog").filter(has_text=words("sites.new"))
    form.get_by_label(words("sites.name"), exact=True).fill(name)
    form.get_by_role("button", name=words("common.action.save")).click()
    card = page.get_by_role("region", name=name, exact=True)
    expect(card).to_contain_text(words("sites.nothingYet"))
    card.get_by_role("button", name=words("sites.key.new")).click()
    form = page.get_by_role("dialog").filter(has_text=words("sites.key.new"))
    form.get_by_label(words("sites.key.name"), exact=True).fill("网页")
    form.get_by_label(words("sites.key.origins"), exact=True).fill(origin)
    page.keyboard.press("Enter")
    take_shot(page, "e2e-write-key-form-zh-CN")
    form.get_by_role("button", name=words("common.action.save")).click()
    told = page.get_by_role("dialog").filter(has_text=words("sites.key.once"))
    expect(told).to_be_visible()
    take_shot(page, "e2e-write-key-once-zh-CN")
    script = told.get_by_role("region", name=words("sites.snippet.form.page")).inner_text()
    told.get_by_role("button", name=words("sites.close")).click()
    expect(card).to_contain_text(origin)
    return script


def make_link(desk: Desk, page: Page, site: str, target: str) -> None:
    """Make a short link by its form."""
    words = desk.words
    page.get_by_role("button", name=words("sites.link.new")).first.click()
    form = page.get_by_role("dialog").filter(has_text=words("sites.link.new"))
    form.get_by_label(words("sites.link.name"), exact=True).fill("e2e海报")
    form.get_by_label(words("sites.link.target"), exact=True).fill(target)
    form.get_by_label(words("sites.one"), exact=True).click()
    page.locator(".ant-select-item-option").filter(has_text=site).click()
    form.get_by_label(words("sites.link.slug"), exact=True).fill("e2e-poster")
    desk.choose_campaign(form)
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(page.get_by_role("row").filter(has_text="/l/e2e-poster")).to_be_visible()


def test_from_a_printed_code_to_a_page_that_tells(desk: Desk, browser: Browser, website: str) -> None:
    """The script from the console runs in a real page of another origin; a stranger's phone opens the short link."""
    page = desk.open("/settings/data-in")
    Website.page = f"<!doctype html><title>案例</title><h1>案例</h1>{connect(desk, page, 'e2e官网', website)}"
    links = desk.open("/settings/data-in?tab=links")
    make_link(desk, links, "e2e官网", f"{website}/case")

    phone = browser.new_context(user_agent=PHONE)
    stranger = phone.new_page()
    stranger.goto(f"{desk.url}/l/e2e-poster")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("案例")
    assert stranger.url.startswith(f"{website}/case?utm_state=")
    assert "ajs_aid" not in stranger.url, "the page takes the visitor out of its address"

    row = links.get_by_role("row").filter(has_text="/l/e2e-poster")
    expect(row.get_by_role("cell").nth(5)).to_have_text("1")
    expect(row.get_by_role("cell").nth(6)).to_have_text("1")
    card = page.get_by_role("region", name="e2e官网", exact=True)
    expect(card).to_contain_text(desk.words("sites.receiving"))
    take_shot(page, "e2e-site-receives-zh-CN")

    def find_story() -> list[dict[str, Any]] | None:
        visitor = desk.call("GET", "/api/persons?kind=visitor")["items"][0]
        told = desk.call("GET", f"/api/persons/{visitor['id']}/timeline")["items"]
        return told if [item["kind"] for item in told] == ["PageViewed", "LinkOpened"] else None

    seen = wait_until(find_story, "opening and page view to be one visitor's")
    assert seen[0]["data"]["state"] == seen[1]["data"]["state"]

    row.get_by_role("button", name=desk.words("common.action.delete")).click()
    links.get_by_role("dialog").get_by_role("button", name=desk.words("common.action.delete")).click()
    expect(row).to_have_count(0)
    stranger.goto(f"{desk.url}/l/e2e-poster")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("这个链接已经停用")
    take_shot(stranger, "e2e-link-ended")
    phone.close()


def test_another_system_hears_of_what_happens(desk: Desk, website: str) -> None:
    """A webhook is made by hand and tried; the receiver checks the signature with the secret that was shown once."""
    words = desk.words
    desk.call("POST", "/api/sites", {"name": "e2e CRM"})
    page = desk.open("/settings/data-in?tab=webhooks")
    page.get_by_role("button", name=words("sites.hook.new")).first.click()
    form = page.get_by_role("dialog").filter(has_text=words("sites.hook.new"))
    form.get_by_label(words("sites.hook.name"), exact=True).fill("e2e推送")
    form.get_by_label(words("sites.one"), exact=True).click()
    page.locator(".ant-select-item-option").filter(has_text="e2e CRM").click()
    form.get_by_label(words("sites.hook.url"), exact=True).fill(f"{website}/hook")
    form.get_by_role("button", name=words("common.action.save")).click()
    told = page.get_by_role("dialog").filter(has_text=words("sites.hook.once"))
    secret = told.locator("code").inner_text()
    take_shot(page, "e2e-webhook-once-zh-CN")
    told.get_by_role("button", name=words("sites.close")).click()

    card = page.get_by_role("region", name="e2e推送", exact=True)
    expect(card).to_contain_text(words("sites.hook.state.unused"))
    card.get_by_role("button", name=words("sites.hook.try")).click()
    expect(card).to_contain_text(words("sites.hook.state.works"))
    take_shot(page, "e2e-webhook-works-zh-CN")
    [(headers, body)] = Website.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert (
        headers["webhook-signature"]
        == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    )
