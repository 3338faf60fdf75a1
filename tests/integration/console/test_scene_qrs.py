"""The life of a scene code in the console: made, changed, renewed, put away; replies; what hostile hands send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from weloop.access.api import Role
from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.features.official_accounts.handlers import HANDLERS
from weloop.kit.db import run

from .conftest import Browser, Console

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
URL = "http://weixin.qq.com/q/02demoDemoDemo"
_ids = count(1)


@dataclass
class Desk:
    """An operator's desk with one official account."""

    console: Console
    browser: Browser
    account_id: int

    async def add(self, **changes: Any) -> dict[str, Any]:
        """A new scene code as the API answers it."""
        status, body = await self.browser.post(
            "/api/scene-qrs", {"name": "展会 A", "account_id": self.account_id, **changes}
        )
        assert status == 201, body
        assert isinstance(body, dict)
        return body

    async def get(self, qr_id: int) -> dict[str, Any]:
        """A scene code as it stands."""
        status, body = await self.browser.get(f"/api/scene-qrs/{qr_id}")
        assert status == 200, body
        assert isinstance(body, dict)
        return body

    async def commands(self, name: str = "CreateSceneQr") -> list[Any]:
        """The commands of one name in the order they were given."""
        async with self.console.engine.begin() as connection:
            sql = "SELECT key, ref, delivery, lane, body, subject_id FROM command WHERE name = $1 ORDER BY id"
            return list(await run(connection, sql, name))

    async def answer(self, kind: EventKind = EventKind.COMMAND_SENT, **data: Any) -> None:
        """Let the platform answer the last making of a code."""
        last = (await self.commands())[-1]
        if kind is EventKind.COMMAND_SENT:
            data.setdefault("result", {"url": URL, "expires_at": 0})
        told = {"command": "CreateSceneQr", "key": last.key, "ref": last.ref, **data}
        await self.hear([Event(next(_ids), self.account_id, kind, NOW, NOW, None, None, told, {}, (), None, "")])

    async def hear(self, events: Sequence[Event]) -> None:
        """Hand events to the handlers as the inbox does."""
        async with self.console.units.begin() as unit:
            for kinds, handler in HANDLERS:
                wanted = [event for event in events if event.kind in kinds]
                if wanted:
                    await handler(unit, wanted)

    def came(self, kind: EventKind, scene: str = "", openid: str = "oDemo_0001", identity: int = 7) -> Event:
        """A follower came, by a code or without."""
        subject = IdentityRef(IdentityKind.FOLLOWER, "wx0123456789abcdef", openid)
        data = {"scene": scene} if scene else {}
        return Event(next(_ids), self.account_id, kind, NOW, NOW, subject, identity, data, {}, (), None, "trace-7")


@pytest.fixture
async def desk(console: Console) -> Desk:
    """A desk, ready to work at."""
    browser = await console.signed_in()
    account = {"kind": "official_account", "name": "山屿云", "app_id": "wx0123456789abcdef"}
    status, body = await browser.post("/api/accounts", account)
    assert status == 201, body
    return Desk(console, browser, body["id"])


async def test_a_new_code_is_being_created_and_is_known_to_reports(desk: Desk) -> None:
    made = await desk.add(days=30, reply=" 您好，资料在这里 ", mechanism="take_away")
    assert (made["status"], made["permanent"], made["days"], made["url"]) == ("creating", False, 30, None)
    assert made["reply"] == "您好，资料在这里"
    assert 8 <= len(made["state_code"]) <= 30
    [command] = await desk.commands()
    assert command.body == {"scene": made["state_code"], "expire_seconds": 2_592_000}
    assert (command.delivery, command.ref) == ("at_least_once", f"{made['id']}:1")
    async with desk.console.engine.begin() as connection:
        [code] = await run(connection, "SELECT kind, name, mechanism FROM state_code")
    assert tuple(code) == ("scene_qr", "展会 A", "take_away")


async def test_the_platform_makes_it_ready_and_its_picture_says_the_address(desk: Desk) -> None:
    made = await desk.add()
    path = f"/api/scene-qrs/{made['id']}/qr"
    status, body = await desk.browser.get(f"{path}.png")
    assert (status, body["code"]) == (409, "scene_qr_no_code")
    await desk.answer()
    ready = await desk.get(made["id"])
    assert (ready["status"], ready["url"], ready["permanent"], ready["expired"]) == ("ready", URL, True, False)
    status, picture, headers = await desk.browser.ask_whole("GET", f"{path}.svg")
    assert (status, headers["Content-Type"]) == (200, "image/svg+xml")
    assert "<svg" in picture
    assert (await desk.browser.get(f"{path}.png?size=99"))[0] == 422


async def test_an_outcome_nobody_waits_for_changes_nothing(desk: Desk) -> None:
    made = await desk.add()
    await desk.answer()
    await desk.answer(EventKind.COMMAND_FAILED, code="platform_rejected", errcode=48001, reason="api unauthorized")
    assert (await desk.get(made["id"]))["status"] == "ready"


async def test_a_failure_is_shown_and_the_code_made_again_with_the_same_scene(desk: Desk) -> None:
    made = await desk.add()
    await desk.answer(EventKind.COMMAND_FAILED, code="platform_rejected", errcode=48001, reason="api unauthorized")
    failed = await desk.get(made["id"])
    assert failed["status"] == "failed"
    assert (failed["failure"]["code"], failed["failure"]["params"]["errcode"]) == ("platform_rejected", 48001)
    status, again = await desk.browser.post(f"/api/scene-qrs/{made['id']}/renew")
    assert (status, again["status"], again["failure"]) == (200, "creating", None)
    first, second = await desk.commands()
    assert first.key != second.key
    assert first.body == second.body
    status, body = await desk.browser.post(f"/api/scene-qrs/{made['id']}/renew")
    assert (status, body["code"]) == (409, "scene_qr_not_renewable")


async def test_a_temporary_code_ends_and_is_renewed(desk: Desk) -> None:
    made = await desk.add(days=1)
    ended = datetime.now(UTC) - timedelta(hours=1)
    await desk.answer(result={"url": URL, "expires_at": int(ended.timestamp())})
    assert (await desk.get(made["id"]))["expired"] is True
    assert (await desk.browser.post(f"/api/scene-qrs/{made['id']}/renew"))[0] == 200


async def test_a_change_needs_no_platform_and_the_version_that_was_read(desk: Desk) -> None:
    made = await desk.add()
    path = f"/api/scene-qrs/{made['id']}"
    status, body = await desk.browser.patch(path, {"name": "展会 B", "reply": "新的回复", "version": 1})
    assert (status, body["name"], body["reply"], body["version"]) == (200, "展会 B", "新的回复", 2)
    status, body = await desk.browser.patch(path, {"name": "展会 C", "version": 1})
    assert (status, body["code"], body["params"]) == (409, "scene_qr_changed", {"version": 2})
    assert len(await desk.commands()) == 1


async def test_who_comes_by_a_code_is_answered_once_however_often_it_is_delivered(desk: Desk) -> None:
    made = await desk.add(reply="这是白皮书")
    await desk.browser.ask("PUT", f"/api/follow-replies/{desk.account_id}", json={"text": "欢迎关注"})
    events = [
        desk.came(EventKind.FOLLOWER_SUBSCRIBED, made["state_code"]),
        desk.came(EventKind.FOLLOWER_SCANNED, made["state_code"], "oDemo_0002", 8),
        desk.came(EventKind.FOLLOWER_SUBSCRIBED, "", "oDemo_0003", 9),
        desk.came(EventKind.FOLLOWER_SCANNED, "of somebody else", "oDemo_0004", 10),
    ]
    await desk.hear(events)
    await desk.hear(events)
    replies = await desk.commands("SendServiceMessage")
    assert [(row.body["openid"], row.body["text"], row.subject_id) for row in replies] == [
        ("oDemo_0001", "这是白皮书", 7),
        ("oDemo_0002", "这是白皮书", 8),
        ("oDemo_0003", "欢迎关注", 9),
    ]
    assert {(row.delivery, row.lane) for row in replies} == {("at_most_once", 0)}
    sent = [
        Event(
            next(_ids), desk.account_id, kind, NOW, NOW, None, row.subject_id,
            {"command": "SendServiceMessage", "key": row.key, "ref": row.ref}, {}, (), None, "",
        )
        for kind, row in zip((EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED), replies[:2], strict=True)
    ]  # fmt: skip
    await desk.hear(sent)
    await desk.hear(sent)
    counts = (await desk.get(made["id"]))["counts"]
    assert counts == {"followed": 1, "followed_today": counts["followed_today"], "scanned": 1, "reply_sent": 1,
                      "reply_failed": 1}  # fmt: skip


async def test_a_code_without_a_reply_leaves_the_word_to_the_account(desk: Desk) -> None:
    made = await desk.add()
    scene = made["state_code"]
    await desk.hear([desk.came(EventKind.FOLLOWER_SUBSCRIBED, scene)])
    assert await desk.commands("SendServiceMessage") == []
    await desk.browser.ask("PUT", f"/api/follow-replies/{desk.account_id}", json={"text": "欢迎关注"})
    await desk.hear([desk.came(kind, scene) for kind in (EventKind.FOLLOWER_SUBSCRIBED, EventKind.FOLLOWER_SCANNED)])
    [reply] = await desk.commands("SendServiceMessage")
    assert (reply.body["text"], reply.ref) == ("欢迎关注", scene)


async def test_a_code_put_away_answers_no_more_but_still_counts(desk: Desk) -> None:
    made = await desk.add(reply="这是白皮书")
    assert (await desk.browser.delete(f"/api/scene-qrs/{made['id']}"))[0] == 204
    assert (await desk.browser.get(f"/api/scene-qrs/{made['id']}"))[0] == 404
    assert (await desk.browser.get("/api/scene-qrs"))[1]["total"] == 0
    await desk.hear([desk.came(EventKind.FOLLOWER_SUBSCRIBED, made["state_code"])])
    assert await desk.commands("SendServiceMessage") == []
    async with desk.console.engine.begin() as connection:
        [row] = await run(connection, "SELECT followed FROM scene_day")
    assert row.followed == 1


async def test_the_list_is_searched_by_name_code_and_account(desk: Desk) -> None:
    made = [await desk.add(name=name) for name in ("展会 A", "展会 B", "门店%")]
    for query, names in {
        "search=展会": ["展会 B", "展会 A"],
        "search=%25": ["门店%"],
        f"search={made[0]['state_code']}": ["展会 A"],
        f"account_id={desk.account_id}": ["门店%", "展会 B", "展会 A"],
        f"account_id={desk.account_id + 1}": [],
    }.items():
        _, page = await desk.browser.get(f"/api/scene-qrs?{query}")
        assert [item["name"] for item in page["items"]] == names, query


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"days": 0}, 422, "invalid_input"),
        ({"days": 31}, 422, "invalid_input"),
        ({"name": ""}, 422, "invalid_input"),
        ({"name": "a\u0000b"}, 422, "invalid_input"),
        ({"reply": "a\u0007b"}, 422, "invalid_input"),
        ({"reply": "字" * 683}, 422, "text_long"),
        ({"account_id": 999}, 404, "account_not_found"),
        ({"account_id": 2**63}, 422, "invalid_input"),
        ({"campaign_id": 999}, 422, "campaign_unknown"),
        ({"mechanism": "gift"}, 422, "invalid_input"),
        ({"unknown": 1}, 422, "invalid_input"),
    ],
)
async def test_what_does_not_fit_is_refused(desk: Desk, changes: dict[str, Any], status: int, code: str) -> None:
    given = {"name": "展会 A", "account_id": desk.account_id, **changes}
    answer, body = await desk.browser.post("/api/scene-qrs", given)
    assert (answer, body["code"]) == (status, code)
    assert await desk.commands() == []


async def test_a_wecom_account_has_no_scene_codes(desk: Desk) -> None:
    _, corp = await desk.browser.post(
        "/api/accounts", {"kind": "wecom", "name": "山屿云", "app_id": "ww0123456789abcdef"}
    )
    for method, path, body in (
        ("POST", "/api/scene-qrs", {"name": "展会", "account_id": corp["id"]}),
        ("PUT", f"/api/follow-replies/{corp['id']}", {"text": "您好"}),
        ("GET", f"/api/follow-replies/{corp['id']}", None),
    ):
        status, answer = await desk.browser.ask(method, path, json=body)
        assert (status, answer["code"]) == (422, "needs_official_account")


async def test_a_seller_may_look_and_not_touch(desk: Desk) -> None:
    made = await desk.add()
    seller = await desk.console.signed_in(Role.SDR)
    assert (await seller.get("/api/scene-qrs"))[1]["total"] == 1
    for method, path in (
        ("POST", "/api/scene-qrs"),
        ("PATCH", f"/api/scene-qrs/{made['id']}"),
        ("DELETE", f"/api/scene-qrs/{made['id']}"),
        ("POST", f"/api/scene-qrs/{made['id']}/renew"),
        ("PUT", f"/api/follow-replies/{desk.account_id}"),
    ):
        status, body = await seller.ask(method, path, json={"name": "x", "account_id": desk.account_id, "text": "x"})
        assert (status, body["code"]) == (403, "not_allowed"), (method, path)
