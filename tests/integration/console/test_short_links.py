"""Short links over HTTP: redirect, cookie, one event for a person and none for a program, clear pages for the rest."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from weloop.access.api import Role
from weloop.contracts.errors import Overloaded
from weloop.entrypoints.bootstrap import build_handlers
from weloop.inbox.api import Dispatcher
from weloop.kit.db import run

from .conftest import Browser, Console

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.50 Safari/604.1"}
TARGET = "https://www.example.com/case?a=1"


class Links:
    """A site with short links, and strangers with phones."""

    def __init__(self, console: Console, admin: Browser, site_id: int, key: str) -> None:
        self.console, self.admin, self.site_id, self.key = console, admin, site_id, key

    async def add(self, **changes: Any) -> Any:
        """A link as the API answers it."""
        given = {"account_id": self.site_id, "name": "展会海报", "target": TARGET, **changes}
        status, body = await self.admin.post("/api/short-links", given)
        assert status == 201, body
        return body

    async def open(
        self, slug: str, stranger: Browser | None = None, method: str = "GET", **headers: str
    ) -> tuple[int, str, Mapping[str, str]]:
        """Open a link: status, page, headers."""
        browser = stranger or self.console.browser()
        status, body, answered = await browser.ask_whole(method, f"/l/{slug}", headers={**PHONE, **headers})
        return status, str(body), answered

    async def query(self, sql: str) -> list[Any]:
        """Look into the database."""
        async with self.console.engine.begin() as connection:
            return list(await run(connection, sql))

    async def settle(self) -> None:
        """Handle all that came."""
        dispatcher = Dispatcher(self.console.units, self.console.app.wiring.subject_keys, build_handlers())
        while await dispatcher.work():
            pass


@pytest.fixture
async def links(console: Console) -> Links:
    """One site with a public key."""
    admin = await console.signed_in()
    _, site = await admin.post("/api/sites", {"name": "官网"})
    _, key = await admin.post(f"/api/sites/{site['id']}/keys", {"kind": "public", "name": "网页", "origins": []})
    return Links(console, admin, site["id"], key["key"])


async def test_opening_a_link_tells_who_came_by_which_code(links: Links) -> None:
    link = await links.add(slug="Expo-2026")
    assert link["url"] == "https://weloop.example.com/l/expo-2026"
    stranger = links.console.browser()
    status, _, headers = await links.open("expo-2026", stranger)
    assert status == 302
    assert headers["Cache-Control"] == "no-store"
    cookie = headers["Set-Cookie"]
    assert all(part in cookie for part in ("weloop_visitor=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/l/"))
    query = parse_qs(urlsplit(headers["Location"]).query)
    assert query == {
        "a": ["1"],
        "utm_state": [link["state_code"]],
        "ajs_aid": [cookie.partition(";")[0].partition("=")[2]],
    }
    [event] = await links.query("SELECT kind, account_id, data FROM event")
    assert (event.kind, event.account_id) == ("LinkOpened", links.site_id)
    assert event.data == {"state": link["state_code"], "link": "expo-2026"}


async def test_opening_and_page_view_are_one_visitor(links: Links) -> None:
    """What the SDK in the page takes from its address names the visitor of the link."""
    link = await links.add()
    _, _, headers = await links.open(link["slug"])
    query = parse_qs(urlsplit(headers["Location"]).query)
    page = {
        "writeKey": links.key,
        "anonymousId": query["ajs_aid"][0],
        "context": {"page": {"url": headers["Location"], "path": "/case"}},
    }
    assert (await links.console.browser().ask("POST", "/v1/page", data=json.dumps(page)))[0] == 200
    await links.settle()
    rows = await links.query("SELECT identity_id, data->>'state' AS state FROM event")
    assert len({row.identity_id for row in rows}) == 1
    assert {row.state for row in rows} == {link["state_code"]}


async def test_a_visitor_who_comes_again_is_the_same_and_a_second_tap_is_none(links: Links) -> None:
    first, second = await links.add(), await links.add()
    _, _, headers = await links.open(first["slug"])
    cookie = headers["Set-Cookie"].partition(";")[0]
    for slug in (first["slug"], second["slug"], second["slug"]):
        _, _, headers = await links.open(slug, Cookie=cookie)
        assert headers["Set-Cookie"].startswith(cookie)
    rows = await links.query("SELECT data->>'link' AS link, identity_id FROM event")
    assert len({row.identity_id for row in rows}) == 1
    assert len([row for row in rows if row.link == second["slug"]]) == 1


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("GET", {"Sec-Purpose": "prefetch"}),
    ],
)
async def test_programs_are_led_on_and_not_counted(links: Links, method: str, headers: dict[str, str]) -> None:
    link = await links.add()
    status, _, answered = await links.open(link["slug"], method=method, **headers)
    assert status == 302
    assert "Set-Cookie" not in answered
    assert "ajs_aid" not in answered["Location"]
    assert await links.query("SELECT 1 FROM event") == []


@pytest.mark.parametrize(
    "slug", ["nobody", "a" * 5_000, "%00", "..%2fapi", "<script>alert(1)<%2fscript>", "", "a%0d%0ab"]
)
async def test_what_is_no_link_is_a_clear_page(links: Links, slug: str) -> None:
    status, page, headers = await links.open(slug)
    assert status == 404
    assert "没有这个链接" in page
    assert "alert" not in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_a_deleted_link_says_so_and_its_name_is_not_given_again(links: Links) -> None:
    link = await links.add(slug="expo")
    assert (await links.open("expo"))[0] == 302
    assert (await links.admin.delete(f"/api/short-links/{link['id']}"))[0] == 204
    async with asyncio.timeout(60):
        while (await links.open("expo"))[0] != 410:
            await asyncio.sleep(0)
    assert "已经停用" in (await links.open("expo"))[1]
    given = {"account_id": links.site_id, "name": "另一个", "target": TARGET, "slug": "expo"}
    status, body = await links.admin.post("/api/short-links", given)
    assert (status, body["code"]) == (409, "link_taken")
    assert (await links.admin.get("/api/short-links"))[1]["total"] == 0


async def test_nothing_of_the_request_becomes_part_of_the_address(links: Links) -> None:
    link = await links.add(carries_visitor=False)
    stranger = links.console.browser()
    path = f"/l/{link['slug']}?url=https://evil.example&utm_state=other"
    _, _, headers = await stranger.ask_whole("GET", path, headers={**PHONE, "Host": "evil.example"})
    assert headers["Location"] == f"{TARGET}&utm_state={link['state_code']}"
    assert (await stranger.ask("POST", f"/l/{link['slug']}", json={}))[0] == 405


async def test_the_visitor_goes_on_when_nothing_can_be_stored(links: Links, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_: object) -> None:
        raise Overloaded("the intake buffer is full")

    link = await links.add()
    monkeypatch.setattr(links.console.app.wiring.links._intake, "add", full)  # type: ignore[union-attr]
    assert (await links.open(link["slug"]))[0] == 302


async def test_openings_are_counted_once_however_often_they_are_handled(links: Links) -> None:
    link = await links.add()
    for _ in range(3):
        await links.open(link["slug"])
    for _ in range(2):
        await links.query(
            "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)"
            " SELECT id, recorded_at, identity_id, 1, recorded_at, true FROM event ON CONFLICT DO NOTHING"
        )
        await links.settle()
    _, page = await links.admin.get("/api/short-links")
    assert [(item["openings"], item["visitors"]) for item in page["items"]] == [(3, 3)]


async def test_links_are_changed_and_keep_their_code(links: Links) -> None:
    status, campaign = await links.admin.post("/api/campaigns", {"name": "秋季展会", "kind": "exhibition"})
    assert status == 201, campaign
    link = await links.add(campaign_id=campaign["id"])
    assert link["campaign_id"] == campaign["id"]
    address = f"/api/short-links/{link['id']}"
    status, changed = await links.admin.patch(address, {"target": "https://other.example/新", "name": "新名"})
    assert status == 200
    assert (changed["campaign_id"], changed["state_code"]) == (campaign["id"], link["state_code"])
    assert changed["target"] == "https://other.example/%E6%96%B0"
    status, body = await links.admin.patch(address, {"campaign_id": 999})
    assert (status, body["code"]) == (422, "campaign_unknown")
    _, changed = await links.admin.patch(address, {"campaign_id": None})
    assert changed["campaign_id"] is None
    [code] = await links.query("SELECT code, kind, name, account_id FROM state_code")
    assert tuple(code) == (link["state_code"], "short_link", "新名", links.site_id)
    status, body = await links.admin.patch(address, {"target": "javascript:alert(1)"})
    assert (status, body["code"]) == (422, "link_target")
    assert (await links.admin.patch(address, {"slug": "other"}))[0] == 422


async def test_the_address_can_be_printed(links: Links) -> None:
    link = await links.add()
    _, _, headers = await links.admin.ask_whole("GET", f"/api/short-links/{link['id']}/qr.png")
    assert headers["Content-Type"] == "image/png"
    status, drawing = await links.admin.get(f"/api/short-links/{link['id']}/qr.svg")
    assert status == 200
    assert "<svg" in drawing


async def test_an_operator_makes_links_for_sites_only(links: Links) -> None:
    operator = await links.console.signed_in(Role.OPERATOR)
    given = {"account_id": links.site_id, "name": "海报", "target": TARGET}
    assert (await operator.post("/api/short-links", given))[0] == 201
    status, body = await operator.post("/api/short-links", {**given, "account_id": 999})
    assert (status, body["code"]) == (404, "account_not_found")
