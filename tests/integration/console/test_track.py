"""The track API over HTTP: keys, origins, limits, what is stored once, and what a browser can never do."""

import asyncio
import base64
import gzip
import io
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from weloop.contracts.errors import Overloaded
from weloop.entrypoints.bootstrap import build_handlers
from weloop.entrypoints.http.track import TrackLimits
from weloop.inbox.api import Dispatcher
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.paths.api import PathBuilder

from .conftest import Browser, Console

ORIGIN = "https://www.shanyu.example"
Body = dict[str, Any]


@dataclass
class Site:
    """A site with its keys, and the outside world that sends to it."""

    console: Console
    admin: Browser
    outside: Browser
    id: int
    public: str
    server: str

    async def send(
        self, path: str, body: Any, key: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send one message with a key as HTTP Basic, the server's by default; an empty one sends none."""
        key = self.server if key is None else key
        basic = {"Authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"} if key else {}
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        return await self.outside.ask("POST", f"/v1/{path}", data=data, headers={**basic, **(headers or {})})

    async def settle(self) -> None:
        """Handle all that came."""
        units, keys = self.console.units, self.console.app.wiring.subject_keys
        dispatcher, builder = Dispatcher(units, keys, build_handlers()), PathBuilder(units)
        while await dispatcher.work() or await builder.work():
            pass

    async def query(self, sql: str) -> list[Any]:
        """Look into the database."""
        async with self.console.engine.begin() as connection:
            return list(await run(connection, sql))

    async def persons(self) -> list[set[str]]:
        """The values of the identities of each person."""
        rows = await self.query("SELECT person_id, value FROM identity")
        return [{row.value for row in rows if row.person_id == person} for person in {row.person_id for row in rows}]


@pytest.fixture
async def site(console: Console) -> Site:
    """One site with a public key for one origin and a server key."""
    admin = await console.signed_in()
    status, made = await admin.post("/api/sites", {"name": "官网"})
    assert status == 201, made
    keys = {}
    for kind, origins in (("public", [ORIGIN]), ("server", [])):
        status, key = await admin.post(
            f"/api/sites/{made['id']}/keys", {"kind": kind, "name": kind, "origins": origins}
        )
        assert status == 201, key
        keys[kind] = key["key"]
    return Site(console, admin, console.browser(), made["id"], keys["public"], keys["server"])


async def test_messages_are_stored_once(site: Site) -> None:
    message = {
        "messageId": "m-1",
        "userId": "42",
        "event": "Demo Booked",
        "properties": {"plan": "pro", "state": "expo"},
    }
    for _ in range(3):
        assert await site.send("track", message) == (200, {"success": True, "stored": 1})
    [row] = await site.query("SELECT kind, account_id, data FROM event")
    assert (row.kind, row.account_id) == ("Tracked", site.id)
    assert row.data == {"name": "Demo Booked", "state": "expo", "properties": {"plan": "pro", "state": "expo"}}


async def test_every_path_of_the_sdks_is_there(site: Site) -> None:
    whole = {"userId": "1", "anonymousId": "b", "event": "e", "groupId": "g", "previousId": "b"}
    for path in ("identify", "track", "page", "screen", "group", "alias", "i", "t", "p", "s", "g", "a"):
        assert (await site.send(path, {**whole, "messageId": path}))[0] == 200, path
    batch = {"batch": [{**whole, "type": "track", "messageId": "in batch"}], "sentAt": "2026-11-25T08:00:00Z"}
    for path in ("batch", "b", "import"):
        assert (await site.send(path, batch))[0] == 200, path
    assert (await site.query("SELECT count(*) AS n FROM event"))[0].n == 13
    await site.settle()
    assert (await site.query("SELECT count(*) AS n FROM inbox_dead"))[0].n == 0
    _, told = await site.admin.get(f"/api/sites/{site.id}")
    assert told["last_event_at"]


async def test_the_key_may_stand_in_the_body(site: Site) -> None:
    """As analytics.js sends it: plain text, so that no browser asks beforehand."""
    body = {"writeKey": site.public, "anonymousId": "b", "event": "e"}
    headers = {"Content-Type": "text/plain", "Origin": ORIGIN}
    status, _, answered = await site.outside.ask_whole("POST", "/v1/t", data=json.dumps(body), headers=headers)
    assert (status, answered["Access-Control-Allow-Origin"], answered["Vary"]) == (200, ORIGIN, "origin")


async def test_browsers_may_ask_for_known_pages_only(site: Site) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    status, _, headers = await site.outside.ask_whole("OPTIONS", "/v1/track", headers={"Origin": ORIGIN, **asking})
    assert (status, headers["Access-Control-Allow-Origin"]) == (204, ORIGIN)
    assert "authorization" in headers["Access-Control-Allow-Headers"]
    status, body, _ = await site.outside.ask_whole("OPTIONS", "/v1/track", headers={"Origin": "https://evil.example"})
    assert (status, body["code"]) == (403, "track_origin")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ORIGIN + ".evil.example", ORIGIN.upper()])
async def test_a_page_elsewhere_may_not_use_the_key(site: Site, origin: str) -> None:
    status, body = await site.send("track", {"anonymousId": "b", "event": "e"}, site.public, {"Origin": origin})
    assert (status, body["code"]) == (403, "track_origin")
    assert await site.query("SELECT 1 FROM event") == []


async def test_a_server_key_in_a_page_is_refused(site: Site) -> None:
    status, body = await site.send("track", {"userId": "1", "event": "e"}, headers={"Origin": ORIGIN})
    assert (status, body["code"]) == (403, "write_key_exposed")


@pytest.mark.parametrize("key", ["", "wls_unknown", "x" * 5_000])
async def test_without_a_key_nothing_is_stored(site: Site, key: str) -> None:
    status, body = await site.send("track", {"userId": "1", "event": "e"}, key)
    assert (status, body["code"]) == (401, "write_key")


async def test_a_revoked_key_is_refused_and_so_are_those_of_a_removed_site(site: Site) -> None:
    _, told = await site.admin.get(f"/api/sites/{site.id}")
    key_id = next(key["id"] for key in told["keys"] if key["kind"] == "public")
    message = {"anonymousId": "b", "userId": "1", "event": "e"}
    assert (await site.send("track", message, site.public))[0] == 200
    status, revoked = await site.admin.delete(f"/api/sites/{site.id}/keys/{key_id}")
    assert status == 200
    assert revoked["revoked_at"]
    await _until_refused(site, message, site.public)
    assert (await site.send("track", message))[0] == 200
    assert (await site.admin.delete(f"/api/sites/{site.id}"))[0] == 204
    await _until_refused(site, message, site.server)


async def _until_refused(site: Site, message: Body, key: str) -> None:
    """The process hears of it at once, by a notification that takes its time."""
    async with asyncio.timeout(60):
        while (await site.send("track", message, key))[0] == 200:
            await asyncio.sleep(0)


async def test_keys_are_told_once_and_kept_as_hashes(site: Site) -> None:
    _, told = await site.admin.get("/api/sites")
    assert {key["hint"] for key in told[0]["keys"]} == {site.public[-4:], site.server[-4:]}
    rows = await site.query("SELECT w::text AS text FROM write_key AS w UNION ALL SELECT a::text FROM audit_entry AS a")
    assert not any(key in row.text for row in rows for key in (site.public, site.server))


async def test_one_bad_message_does_not_cost_the_batch(site: Site) -> None:
    good = {"type": "track", "userId": "1", "event": "e"}
    large = {**good, "properties": {"text": "x" * 33_000}}
    batch = [{**good, "messageId": "1"}, {"type": "track"}, 7, large, {**good, "messageId": "2"}]
    status, body = await site.send("batch", {"batch": batch})
    assert (status, body["stored"]) == (200, 2)
    assert [(each["index"], each["code"]) for each in body["rejected"]] == [
        (1, "track_message"), (2, "track_message"), (3, "track_large")
    ]  # fmt: skip
    status, body = await site.send("batch", {"batch": [{"type": "track"}]})
    assert (status, body["code"]) == (400, "track_message")


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"{", {}, (400, "malformed")),
        (b"[]", {}, (400, "track_message")),
        (b"\xff\xfe", {}, (400, "malformed")),
        (b"[" * 5_000, {}, (400, "malformed")),
        (b'{"userId":"1","event":"e","x":"' + b"x" * 33_000 + b'"}', {}, (413, "track_large")),
        (b"x" * 10_000_000, {}, (413, "track_large")),
        (b"no gzip", {"Content-Encoding": "gzip"}, (400, "malformed")),
        (gzip.compress(b"{}")[:-6], {"Content-Encoding": "gzip"}, (400, "malformed")),
        (gzip.compress(b"x" * 50_000_000), {"Content-Encoding": "gzip"}, (413, "track_large")),
        (b"{}", {"Content-Encoding": "br"}, (400, "malformed")),
    ],
    ids=["cut", "list", "bytes", "deep", "large", "huge", "no gzip", "gzip cut", "gzip bomb", "br"],
)
async def test_hostile_bodies(site: Site, body: bytes, headers: dict[str, str], expected: tuple[int, str]) -> None:
    status, answer = await site.send("track", body, headers=headers)
    assert (status, answer["code"]) == expected
    assert await site.query("SELECT 1 FROM event") == []


async def test_compressed_messages_are_read(site: Site) -> None:
    body = gzip.compress(json.dumps({"userId": "1", "event": "e"}).encode())
    assert (await site.send("track", body, headers={"Content-Encoding": "gzip"}))[0] == 200


async def test_other_methods_and_paths(site: Site) -> None:
    assert (await site.outside.get("/v1/track"))[0] == 405
    status, body = await site.outside.post("/v1/unknown", {})
    assert (status, body["code"]) == (404, "not_found")


async def test_analytics_js_learns_where_to_send(site: Site) -> None:
    status, told = await site.outside.get(f"/v1/projects/{site.public}/settings")
    assert status == 200
    assert told["integrations"]["Segment.io"]["apiHost"] == "weloop.example.com/v1"
    assert (await site.outside.get("/v1/projects/unknown/settings"))[0] == 401


async def test_a_public_key_opens_no_more_than_a_site_needs(site: Site) -> None:
    site.console.app.wiring.track._limits = TrackLimits(rate=0.001, burst=3)  # type: ignore[union-attr]
    message = {"anonymousId": "b", "userId": "1", "event": "e"}
    for _ in range(3):
        assert (await site.send("track", message, site.public))[0] == 200
    status, body, headers = await site.outside.ask_whole("POST", "/v1/track", json={**message, "writeKey": site.public})
    assert (status, body["code"]) == (429, "track_rate")
    assert int(headers["Retry-After"]) > 0
    assert (await site.send("track", message))[0] == 200, "servers of the company are not held back"


async def test_a_full_intake_asks_to_come_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_: object) -> None:
        raise Overloaded("the intake buffer is full")

    monkeypatch.setattr(site.console.app.wiring.track._intake, "add", full)  # type: ignore[union-attr]
    status, body = await site.send("track", {"userId": "1", "event": "e"})
    assert (status, body["code"]) == (503, "overloaded")


VICTIM = {"unionid": "oVictim_123456", "phone": "13800001111", "email": "victim@example.com"}


async def test_a_browser_can_never_become_somebody_else(site: Site) -> None:
    """With the public key, which all can read, no claim of any kind reaches a person that a server has named."""
    await site.send("identify", {"userId": "victim", "anonymousId": "victims-browser", "traits": VICTIM})
    await site.settle()
    [victim] = await site.persons()
    attacks = [
        ("identify", {"anonymousId": "evil", "userId": "victim", "traits": VICTIM}),
        ("alias", {"previousId": "evil", "userId": "victim"}),
        ("alias", {"anonymousId": "evil", "previousId": "victim", "userId": "victim"}),
        ("group", {"anonymousId": "evil", "userId": "victim", "groupId": "g", "traits": VICTIM}),
        ("track", {"anonymousId": "evil", "userId": "victim", "event": "Deal Won", "properties": VICTIM}),
        ("page", {"anonymousId": VICTIM["unionid"], "context": {"traits": VICTIM}}),
        ("track", {"anonymousId": VICTIM["phone"], "event": "e"}),
        ("identify", {"anonymousId": "victim", "traits": VICTIM}),
    ]
    for path, message in attacks:
        assert (await site.send(path, message, site.public, {"Origin": ORIGIN}))[0] == 200, message
    batch = [{"type": path, **message} for path, message in attacks]
    assert (await site.send("batch", {"batch": batch, "writeKey": site.public}, "", {"Origin": ORIGIN}))[0] == 200
    await site.settle()
    assert victim in await site.persons()
    facts = await site.query("SELECT event_id FROM identity_fact")
    assert len(facts) == 4, "those of the server's message alone"
    touched = await site.query(
        "SELECT e.kind FROM event AS e JOIN identity AS i ON i.id = e.identity_id JOIN identity AS v"
        " ON v.person_id = i.person_id WHERE v.value = 'victim' AND v.kind = 'site_user'"
    )
    assert [row.kind for row in touched] == ["Identified"], "no event of the attacker is one of the victim's"


async def test_a_public_message_id_hides_no_message_of_the_server(site: Site) -> None:
    await site.send("track", {"anonymousId": "evil", "event": "e", "messageId": "order-7"}, site.public)
    await site.send("track", {"userId": "1", "event": "Deal Won", "messageId": "order-7"})
    assert len(await site.query("SELECT 1 FROM event")) == 2


async def test_a_shared_browser_joins_no_two_users(site: Site) -> None:
    for number in range(5):
        traits = {"name": f"来宾 {number}", "phone": f"1380000111{number}"}
        await site.send("identify", {"userId": f"guest-{number}", "anonymousId": "kiosk", "traits": traits})
    await site.settle()
    persons = await site.persons()
    assert {frozenset({f"guest-{n}", f"1380000111{n}"}) for n in range(5)} <= {frozenset(each) for each in persons}
    assert {"kiosk"} in persons


async def test_what_names_somebody_stays_sealed(site: Site) -> None:
    traits = {"name": "李林", "phone": "13800001111", "idcard": "110101199001011234"}
    await site.send("identify", {"userId": "1", "traits": traits})
    await site.send("track", {"userId": "1", "event": "Form Sent", "properties": {"phone": "13800001111", "n": 3}})
    await site.send("page", {"userId": "1", "properties": {"url": "https://a.cn/?phone=13800001111", "path": "/a"}})
    rows = await site.query("SELECT data::text AS data FROM event")
    assert not any("13800001111" in row.data or "李林" in row.data for row in rows)
    await site.settle()
    [person] = (await site.admin.get("/api/persons?search=李林"))[1]["items"]
    _, timeline = await site.admin.get(f"/api/persons/{person['id']}/timeline")
    told = {item["kind"]: item["personal"] for item in timeline["items"]}
    assert told["Identified"]["traits"] == traits
    assert told["Tracked"]["properties"] == {"phone": "13800001111"}


async def test_mere_browsers_are_not_listed_among_persons(site: Site) -> None:
    await site.send("page", {"anonymousId": "b-1", "name": "首页"}, site.public)
    await site.send("track", {"userId": "42", "event": "e"})
    await site.settle()
    assert (await site.admin.get("/api/persons"))[1]["total"] == 1
    assert (await site.admin.get("/api/persons?kind=visitor"))[1]["total"] == 1


PATH = """
name: 官网路径
stages:
  - {key: viewed, name: 浏览, module: web, events: [{kind: PageViewed, where: {state: expo}}]}
  - {key: booked, name: 预约, module: web, events: [{kind: Tracked, where: {name: Demo Booked, properties.plan: pro}}]}
hops:
  - {key: book, from: viewed, to: booked, mechanism: 表单, sla: 86400}
qualified: booked
"""


async def test_events_of_a_site_move_a_person_along_a_path(site: Site) -> None:
    """A browser reads, a server books and says whose browser it was; repeats in another order change nothing."""
    status, made = await site.admin.post("/api/paths/import", {"yaml": PATH})
    assert status == 201, made
    await site.settle()
    page = {"anonymousId": "b-1", "messageId": "p", "context": {"campaign": {"state": "expo"}}}
    booked = {"userId": "42", "event": "Demo Booked", "messageId": "t", "properties": {"plan": "pro"}}
    other = {"userId": "42", "event": "Demo Booked", "messageId": "u", "properties": {"plan": "free"}}
    await site.send("track", booked)
    await site.send("page", {**page, "timestamp": (machine_now() - timedelta(days=1)).isoformat()}, site.public)
    await site.settle()
    assert [(row.viewed, row.booked) for row in await _progress(site)] == [(False, True), (True, False)]
    await site.send("identify", {"userId": "42", "anonymousId": "b-1", "messageId": "i"})
    await site.settle()
    before = await _progress(site)
    assert [(row.viewed, row.booked, row.passed, row.state) for row in before] == [(True, True, True, "expo")]
    for key, path, message in (
        (site.server, "identify", {"userId": "42", "anonymousId": "b-1", "messageId": "i"}),
        (site.server, "track", other),
        (site.public, "page", page),
        (site.server, "track", booked),
    ):
        assert (await site.send(path, message, key))[0] == 200
    await site.query(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)"
        " SELECT id, recorded_at, identity_id, 1, recorded_at, true FROM event ON CONFLICT DO NOTHING"
    )
    await site.settle()
    assert await _progress(site) == before


async def test_another_system_lets_people_into_a_journey_once(site: Site) -> None:
    where = {"op": "is", "field": "event.name", "value": "Trial Started"}
    entry = {"events": [{"kind": "Tracked", "account_id": site.id, "where": where}]}
    draft = {"entry": entry, "nodes": [{"id": "end", "type": "end"}]}
    _, made = await site.admin.post("/api/journeys", {"name": "试用", "draft": draft})
    status, live = await site.admin.post(f"/api/journeys/{made['id']}/publish", {"revision": 1})
    assert status == 200, live
    started = {"userId": "42", "event": "Trial Started", "messageId": "t"}
    for message in (started, started, {**started, "userId": "43", "messageId": "u", "event": "Trial Ended"}):
        await site.send("track", message)
    await site.settle()
    _, counts = await site.admin.get(f"/api/journeys/{made['id']}/counts")
    assert counts["entered"] == 1


async def _progress(site: Site) -> list[Any]:
    return await site.query(
        "SELECT reached[1] IS NOT NULL AS viewed, reached[2] IS NOT NULL AS booked, passed[1] IS NOT NULL AS passed,"
        " state FROM path_progress ORDER BY 1, 2"
    )


async def test_websites_are_no_accounts_of_a_platform(site: Site) -> None:
    assert (await site.admin.get("/api/accounts"))[1] == []
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/check")):
        status, body = await site.admin.ask(
            method, f"/api/accounts/{site.id}{path}", json=None if method in ("GET", "DELETE") else {}
        )
        assert (status, body["code"]) == (404, "not_found"), (method, path)
    status, wecom = await site.admin.post(
        "/api/accounts", {"kind": "wecom", "name": "w", "app_id": "ww0123456789abcdef"}
    )
    assert status == 201
    assert (await site.admin.get(f"/api/sites/{wecom['id']}"))[0] == 404
    assert (await site.admin.delete(f"/api/sites/{wecom['id']}"))[0] == 404


async def test_keys_refuse_what_does_not_fit(site: Site) -> None:
    keys = f"/api/sites/{site.id}/keys"
    status, body = await site.admin.post(keys, {"kind": "server", "name": "s", "origins": [ORIGIN]})
    assert (status, body["code"]) == (422, "write_key_origins")
    status, body = await site.admin.post(keys, {"kind": "public", "name": "p", "origins": ["not an origin"]})
    assert (status, body["code"]) == (422, "origin_shape")
    assert (await site.admin.post(keys, {"kind": "secret", "name": "p"}))[0] == 422
    assert (await site.admin.post("/api/sites", {"name": "a\x00b"}))[0] == 422
    assert (await site.admin.patch(f"{keys}/999", {"name": "n"}))[0] == 404
    _, told = await site.admin.get(f"/api/sites/{site.id}")
    key_id = told["keys"][0]["id"]
    assert (await site.admin.delete(f"{keys}/{key_id}"))[0] == 200
    status, body = await site.admin.patch(f"{keys}/{key_id}", {"name": "n"})
    assert (status, body["code"]) == (409, "write_key_revoked")


ARCHIVED = {
    "event": "Staff Message Archived",
    "timestamp": "2026-11-25T02:00:00Z",
    "properties": {"corp_id": "ww1", "staff": "lina", "external_userid": "wmA1", "msgid": "m-1"},
}


async def test_an_archived_message_is_told_by_a_server_only(site: Site) -> None:
    status, answer = await site.send("track", {**ARCHIVED, "anonymousId": "v1"}, site.public, {"Origin": ORIGIN})
    assert (status, answer["code"]) == (403, "write_key_public")
    body = {
        "batch": [
            {**ARCHIVED, "type": "track", "anonymousId": "v1"},
            {"event": "Demo Booked", "anonymousId": "v1", "type": "track"},
        ]
    }
    status, answer = await site.send("batch", body, site.public, {"Origin": ORIGIN})
    assert (status, answer["stored"]) == (200, 1)
    assert [each["code"] for each in answer["rejected"]] == ["write_key_public"]
    for _ in range(2):
        assert (await site.send("track", ARCHIVED))[0] == 200
    await site.settle()
    [row] = await site.query("SELECT data, occurred_at FROM event WHERE kind = 'StaffMessageArchived'")
    assert row.data == {"corp_id": "ww1", "staff": "lina", "message_id": "m-1"}
    assert row.occurred_at.isoformat() == "2026-11-25T02:00:00+00:00"
    assert await site.query("SELECT 1 FROM command") == [], "nobody is asked about a corp that is not connected"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timestamp": None}, "timestamp"),
        ({"properties": None}, "properties.corp_id"),
        ({"properties": {**ARCHIVED["properties"], "text": "您好"}}, "properties.text"),
        ({"properties": {**ARCHIVED["properties"], "staff": "a b"}}, "properties.staff"),
        ({"properties": {**ARCHIVED["properties"], "external_userid": "lina"}}, "properties.external_userid"),
        ({"properties": {**ARCHIVED["properties"], "msgid": 7}}, "properties.msgid"),
        ({"properties": {**ARCHIVED["properties"], "corp_id": "w" * 65}}, "properties.corp_id"),
        ({"timestamp": "gestern"}, "timestamp"),
        ({"timestamp": 1764036000}, "timestamp"),
        ({"timestamp": "2126-11-25T02:00:00Z", "sentAt": "2126-11-25T02:00:00Z"}, "timestamp"),
    ],
)
async def test_an_archived_message_says_who_and_when_and_nothing_else(site: Site, change: Any, field: str) -> None:
    status, answer = await site.send("track", {**ARCHIVED, **change})
    assert (status, answer["code"], answer["params"]["field"]) == (400, "track_message", field)
