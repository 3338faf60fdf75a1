"""The life of a source: made, changed, failed, retried and deleted through commands, one on its way at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import sqlalchemy
from aiohttp import web

from weloop.contracts.events import Event, EventKind
from weloop.contracts.json import JsonObject
from weloop.features.sources.handlers import handle_outcomes
from weloop.kit.db import run

from .conftest import Browser, Console

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
_ids = count(1)


@dataclass
class Desk:
    """An operator's desk: a WeCom account with two members, and what the platform answers."""

    console: Console
    browser: Browser
    account_id: int

    async def add(self, **changes: Any) -> dict[str, Any]:
        """A new source as the API answers it."""
        given = {"name": "展会 A", "account_id": self.account_id, "users": ["lina", "zhao"], **changes}
        status, body = await self.browser.post("/api/sources", given)
        assert status == 201, body
        assert isinstance(body, dict)
        return body

    async def get(self, source_id: int) -> dict[str, Any]:
        """A source as it stands."""
        status, body = await self.browser.get(f"/api/sources/{source_id}")
        assert status == 200, body
        assert isinstance(body, dict)
        return body

    async def commands(self) -> list[Any]:
        """All commands in the order they were given."""
        async with self.console.engine.begin() as connection:
            rows = await run(connection, "SELECT name, key, ref, delivery, body FROM command ORDER BY id")
        return [(row.name, row.key, row.ref, row.delivery, row.body) for row in rows]

    async def answer(self, kind: EventKind = EventKind.COMMAND_SENT, number: int = -1, **data: Any) -> Event:
        """Let the platform answer one of the commands, the last one by default."""
        name, key, ref, _, _ = (await self.commands())[number]
        if name == "CreateContactWay" and kind is EventKind.COMMAND_SENT and "result" not in data:
            data["result"] = {"config_id": f"config-{key}", "qr_code": "https://wework.qpic.cn/wwpic/sim/0"}
        event = outcome(kind, self.account_id, {"command": name, "key": key, "ref": ref, **data})
        await self.hear(event)
        return event

    async def hear(self, *events: Event) -> None:
        """Hand events to the handler."""
        async with self.console.units.begin() as unit:
            await handle_outcomes(unit, events)

    async def rules(self) -> dict[str, bool]:
        """Welcome rules: key → active."""
        async with self.console.engine.begin() as connection:
            return {
                row.key: row.active
                for row in await run(connection, "SELECT key, status = 'live' AS active FROM journey")
            }


def outcome(kind: EventKind, account_id: int, data: JsonObject) -> Event:
    """An event about a command."""
    return Event(next(_ids), account_id, kind, NOW, NOW, None, None, data, {}, (), None, "")


@pytest.fixture
async def desk(console: Console) -> Desk:
    """A desk, ready to work at."""
    browser = await console.signed_in()
    account = {"kind": "wecom", "name": "山屿云", "app_id": "ww0123456789abcdef"}
    _, body = await browser.post("/api/accounts", account)
    async with console.engine.begin() as connection:
        await run(
            connection,
            """
            INSERT INTO staff (account_id, userid, name, status, contact_enabled, synced_at)
            SELECT $1, userid, userid, 1, true, $2 FROM unnest($3::text[]) userid
            """,
            body["id"],
            NOW,
            ["lina", "zhao", *(f"u{n}" for n in range(101))],
        )
    return Desk(console, browser, body["id"])


async def test_a_new_source_is_being_created(desk: Desk) -> None:
    welcome = {"text": "您好", "attachments": [{"type": "link", "title": "手册", "url": "https://m.example.com/1"}]}
    source = await desk.add(welcome=welcome)
    assert (source["status"], source["version"], source["qr_code"], source["failure"]) == ("creating", 1, None, None)
    assert 8 <= len(source["state_code"]) <= 30
    assert source["counts"] == dict.fromkeys(("added", "added_today", "lost", "welcome_sent", "welcome_failed"), 0)
    [(name, key, ref, delivery, body)] = await desk.commands()
    assert (name, ref, delivery) == ("CreateContactWay", f"{source['id']}:1", "at_most_once")
    assert key == f"source:{source['id']}:create:1"
    assert body == {
        "source_id": source["id"],
        "state": source["state_code"],
        "remark": "展会 A",
        "users": ["lina", "zhao"],
        "skip_verify": True,
    }
    assert await desk.rules() == {f"source:{source['id']}": True}, "who scans at once is welcomed already"


async def test_the_platform_makes_it_ready(desk: Desk) -> None:
    source = await desk.add()
    event = await desk.answer()
    ready = await desk.get(source["id"])
    assert (ready["status"], ready["qr_code"]) == ("ready", "https://wework.qpic.cn/wwpic/sim/0")
    await desk.hear(event)
    await desk.hear(event, event)
    assert await desk.get(source["id"]) == ready, "delivered twice"
    assert len(await desk.commands()) == 1


async def test_a_failure_is_shown_and_retried(desk: Desk) -> None:
    source = await desk.add()
    await desk.answer(EventKind.COMMAND_FAILED, code="platform_rejected", errcode=84074, reason="no permission")
    failed = await desk.get(source["id"])
    assert failed["status"] == "failed"
    assert failed["failure"] == {
        "code": "platform_rejected",
        "params": {"errcode": 84074, "reason": "no permission"},
        "step": "create",
        "key": f"source:{source['id']}:create:1",
    }
    status, retried = await desk.browser.post(f"/api/sources/{source['id']}/retry")
    assert (status, retried["status"], retried["failure"]) == (200, "creating", None)
    assert [command[1].split(":", 2)[2] for command in await desk.commands()] == ["create:1", "create:2"]
    await desk.answer()
    assert (await desk.get(source["id"]))["status"] == "ready"
    assert (await desk.browser.post(f"/api/sources/{source['id']}/retry"))[1]["code"] == "source_not_failed"


async def test_nobody_knows_is_a_failure_until_a_person_decides(desk: Desk) -> None:
    source = await desk.add()
    await desk.answer(EventKind.COMMAND_UNCERTAIN)
    failure = (await desk.get(source["id"]))["failure"]
    assert (failure["code"], failure["params"], failure["step"]) == ("platform_uncertain", {}, "create")
    await desk.answer(EventKind.COMMAND_SENT)
    assert (await desk.get(source["id"]))["status"] == "ready", "the command was repeated by hand"


async def test_what_changes_while_it_is_created_follows(desk: Desk) -> None:
    source = await desk.add()
    path = f"/api/sources/{source['id']}"
    status, changed = await desk.browser.patch(path, {"users": ["zhao"], "version": 1})
    assert (status, changed["version"], changed["status"]) == (200, 2, "creating")
    assert len(await desk.commands()) == 1, "one command at a time"
    await desk.answer()
    name, _, ref, delivery, body = (await desk.commands())[-1]
    assert (name, ref, delivery) == ("UpdateContactWay", f"{source['id']}:2", "at_least_once")
    assert body["users"] == ["zhao"]
    assert body["config_id"].startswith("config-")
    await desk.answer()
    assert (await desk.get(source["id"]))["status"] == "ready"


async def test_a_late_answer_of_an_older_command_changes_nothing(desk: Desk) -> None:
    source = await desk.add()
    first = await desk.answer(EventKind.COMMAND_FAILED, code="platform_rejected", errcode=1, reason="x")
    await desk.browser.post(f"/api/sources/{source['id']}/retry")
    await desk.hear(first)
    assert (await desk.get(source["id"]))["status"] == "creating"


async def test_an_update_that_fails_is_overtaken_by_a_newer_wish(desk: Desk) -> None:
    source = await desk.add()
    await desk.answer()
    path = f"/api/sources/{source['id']}"
    await desk.browser.patch(path, {"users": ["lina"]})
    await desk.browser.patch(path, {"users": ["zhao"]})
    await desk.answer(EventKind.COMMAND_FAILED, code="platform_rejected", errcode=41054, reason="not active")
    assert (await desk.get(source["id"]))["status"] == "creating"
    assert (await desk.commands())[-1][4]["users"] == ["zhao"]


async def test_a_new_welcome_works_without_the_platform(desk: Desk) -> None:
    source = await desk.add(welcome={"text": "old"})
    await desk.answer()
    path = f"/api/sources/{source['id']}"
    _, changed = await desk.browser.patch(path, {"welcome": {"text": "new"}})
    assert (changed["status"], changed["welcome"]["text"]) == ("ready", "new")
    assert len(await desk.commands()) == 1
    await desk.browser.patch(path, {"welcome": {"text": ""}})
    assert await desk.rules() == {f"source:{source['id']}": False}


async def test_two_who_change_the_same_source_notice_each_other(desk: Desk) -> None:
    source = await desk.add()
    path = f"/api/sources/{source['id']}"
    await desk.browser.patch(path, {"name": "first", "version": 1})
    status, body = await desk.browser.patch(path, {"name": "second", "version": 1})
    assert (status, body["code"], body["params"]) == (409, "source_changed", {"version": 2})


async def test_deleting_waits_for_the_platform(desk: Desk) -> None:
    source = await desk.add(welcome={"text": "hi"})
    await desk.answer()
    path = f"/api/sources/{source['id']}"
    assert (await desk.browser.delete(path))[0] == 204
    assert (await desk.get(source["id"]))["status"] == "deleting"
    assert await desk.rules() == {f"source:{source['id']}": True}, "until then its code works and is welcomed"
    assert (await desk.browser.patch(path, {"name": "x"}))[1]["code"] == "source_deleting"
    assert (await desk.browser.delete(path))[0] == 204, "deleting twice is no error"
    await desk.answer()
    assert (await desk.browser.get(path))[0] == 404
    assert await desk.rules() == {f"source:{source['id']}": False}
    assert [command[0] for command in await desk.commands()] == ["CreateContactWay", "DeleteContactWay"]


async def test_deleting_while_it_is_created(desk: Desk) -> None:
    source = await desk.add()
    await desk.browser.delete(f"/api/sources/{source['id']}")
    assert len(await desk.commands()) == 1
    await desk.answer()
    assert (await desk.commands())[-1][0] == "DeleteContactWay"
    await desk.answer()
    assert (await desk.browser.get(f"/api/sources/{source['id']}"))[0] == 404


@pytest.mark.parametrize("kind", [EventKind.COMMAND_FAILED, EventKind.COMMAND_UNCERTAIN])
async def test_what_was_never_made_is_deleted_at_once(desk: Desk, kind: EventKind) -> None:
    source = await desk.add(welcome={"text": "hi"})
    await desk.browser.delete(f"/api/sources/{source['id']}")
    await desk.answer(kind, code="platform_rejected")
    assert (await desk.browser.get(f"/api/sources/{source['id']}"))[0] == 404
    failed = await desk.add()
    await desk.answer(kind, code="platform_rejected")
    await desk.browser.delete(f"/api/sources/{failed['id']}")
    assert (await desk.browser.get(f"/api/sources/{failed['id']}"))[0] == 404
    assert not any((await desk.rules()).values())


async def test_a_deletion_that_fails_is_shown(desk: Desk) -> None:
    source = await desk.add()
    await desk.answer()
    path = f"/api/sources/{source['id']}"
    await desk.browser.delete(path)
    await desk.answer(EventKind.COMMAND_FAILED, code="platform_rejected", errcode=48002, reason="api forbidden")
    assert (await desk.get(source["id"]))["status"] == "failed"
    await desk.browser.delete(path)
    await desk.answer(EventKind.COMMAND_FAILED, code="platform_rejected", errcode=41044, reason="no such config_id")
    assert (await desk.browser.get(path))[0] == 404, "what the platform does not know is gone"


async def test_what_the_platform_would_refuse_is_refused_here(desk: Desk) -> None:
    _, official = await desk.browser.post(
        "/api/accounts", {"kind": "official_account", "name": "服务号", "app_id": "wx0123456789abcdef"}
    )
    link = {"type": "link", "title": "长" * 43, "url": "https://m.example.com"}
    for changes, code in (
        ({"users": ["lina", "stranger"]}, "staff_unknown"),
        ({"users": [f"u{n}" for n in range(101)]}, "source_members"),
        ({"account_id": official["id"]}, "source_needs_wecom"),
        ({"account_id": 999}, "account_not_found"),
        ({"welcome": {"text": "长" * 1334}}, "text_long"),
        ({"welcome": {"attachments": [link]}}, "text_long"),
        ({"welcome": {"attachments": [{"type": "file", "file_id": 999}]}}, "file_unknown"),
        ({"welcome": {"attachments": [{**link, "title": "x"}] * 10}}, "invalid_input"),
        ({"welcome": {"attachments": [{"type": "video", "file_id": 1}]}}, "invalid_input"),
        ({"users": []}, "invalid_input"),
    ):
        given = {"name": "x", "account_id": desk.account_id, "users": ["lina"], **changes}
        _, body = await desk.browser.post("/api/sources", given)
        assert body["code"] == code, changes
    assert await desk.commands() == []


async def test_pages_searches_and_filters(desk: Desk) -> None:
    for name in ("展会 A", "展会 B", "100%_off", "官网"):
        await desk.add(name=name)
    await desk.answer(number=0)

    async def names(query: str) -> tuple[list[str], int]:
        _, page = await desk.browser.get(f"/api/sources?{query}")
        return [item["name"] for item in page["items"]], page["total"]

    assert await names("") == (["官网", "100%_off", "展会 B", "展会 A"], 4)
    assert await names("size=2&page=2") == (["展会 B", "展会 A"], 4)
    assert await names("size=2&page=9") == ([], 4)
    assert await names("search=展会") == (["展会 B", "展会 A"], 2)
    assert await names("search=%25") == (["100%_off"], 1)
    assert await names("search=_") == (["100%_off"], 1)
    assert await names("status=ready") == (["展会 A"], 1)
    code = (await desk.browser.get("/api/sources?search=官网"))[1]["items"][0]["state_code"]
    assert await names(f"search={code}") == (["官网"], 1)


async def test_a_list_takes_as_many_queries_for_many_as_for_one(desk: Desk) -> None:
    statements: list[str] = []
    engine = desk.console.units.engine.sync_engine
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    async def measure() -> int:
        statements.clear()
        assert (await desk.browser.get("/api/sources?size=100"))[0] == 200
        return len(statements)

    await desk.add()
    one = await measure()
    for _ in range(10):
        await desk.add()
    assert await measure() == one
    assert one <= 6


@asynccontextmanager
async def platform_answers(content: bytes, content_type: str, status: int = 200) -> AsyncIterator[str]:
    """An address at which the platform answers this."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=content, content_type=content_type, status=status)

    app = web.Application()
    app.router.add_get("/q/1", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/q/1"
    finally:
        await runner.cleanup()


async def test_the_picture_of_a_page_is_drawn(desk: Desk) -> None:
    source = await desk.add()
    path = f"/api/sources/{source['id']}"
    assert (await desk.browser.get(f"{path}/qr.png"))[1]["code"] == "source_no_code"
    async with platform_answers(b"<html>scan me", "text/html") as address:
        await desk.answer(result={"config_id": "c1", "qr_code": address})
        async with desk.browser.session.get(f"{desk.browser.url}{path}/qr.png?size=500") as answer:
            assert answer.headers["Content-Type"] == "image/png"
            content = await answer.read()
        width = int.from_bytes(content[16:20], "big")
        assert content.startswith(b"\x89PNG")
        assert width >= 500
        _, drawing = await desk.browser.get(f"{path}/qr.svg")
        assert "<svg" in drawing


async def test_a_picture_of_the_platform_is_handed_on(desk: Desk) -> None:
    source = await desk.add()
    path = f"/api/sources/{source['id']}"
    async with platform_answers(PNG, "image/png") as address:
        await desk.answer(result={"config_id": "c1", "qr_code": address})
        async with desk.browser.session.get(f"{desk.browser.url}{path}/qr.png") as answer:
            assert await answer.read() == PNG
        assert (await desk.browser.get(f"{path}/qr.svg"))[1]["code"] == "code_picture_only"
    assert (await desk.browser.get(f"{path}/qr.png"))[0] == 200, "fetched once"


async def test_a_picture_that_cannot_be_had_says_so(desk: Desk) -> None:
    source = await desk.add()
    path = f"/api/sources/{source['id']}/qr.png"
    async with platform_answers(b"", "text/plain", 503) as address:
        await desk.answer(result={"config_id": "c1", "qr_code": address})
        status, body = await desk.browser.get(path)
        assert (status, body["code"]) == (502, "platform_retryable")
    assert (await desk.browser.get(path))[1]["code"] == "platform_retryable"
    other = await desk.add()
    await desk.answer(result={"config_id": "c2", "qr_code": "http://192.168.0.1/x"})
    path = f"/api/sources/{other['id']}/qr.png"
    assert (await desk.browser.get(path))[1]["code"] == "code_picture_address"
