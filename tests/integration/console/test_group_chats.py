"""Group chats and join ways over HTTP: looks, members, charters, the life of a join way, and hostile input."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from weloop.access.api import Role
from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonObject
from weloop.features.group_chats.api import GroupChatShelf
from weloop.features.group_chats.handlers import HANDLERS
from weloop.features.group_chats.jobs import refresh_group_chats
from weloop.inbox.api import EventHandlers
from weloop.kit.db import run

from .conftest import Browser, Console

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CORP = "ww0123456789abcdef"
_ids = count(1)


def guest(name: str) -> IdentityRef:
    return IdentityRef(IdentityKind.EXTERNAL_CONTACT, CORP, f"wm{name}")


@dataclass
class Desk:
    """An operator's desk: a WeCom account, and events as they come from the log."""

    console: Console
    browser: Browser
    account_id: int

    async def hear(self, *events: Event) -> None:
        """Hand events to all handlers of the feature."""
        handlers = EventHandlers()
        for kinds, handler in HANDLERS:
            handlers.on(kinds, handler)
        async with self.console.units.begin() as unit:
            await handlers.handle(unit, events)

    def event(self, kind: EventKind, data: JsonObject, at: datetime = NOW, who: IdentityRef | None = None) -> Event:
        identity = who.id if who else None
        return Event(next(_ids), self.account_id, kind, at, at, who, identity, data, {}, (), None, "")

    def changed(self, chat_id: str, change: str = "update", **data: Any) -> Event:
        return self.event(EventKind.GROUP_CHAT_CHANGED, {"chat_id": chat_id, "change": change, **data})

    def joined(self, chat_id: str, name: str, at: datetime = NOW, **data: Any) -> Event:
        return self.event(EventKind.GROUP_JOINED, {"chat_id": chat_id, **data}, at, guest(name))

    def left(self, chat_id: str, name: str, joined: datetime = NOW, at: datetime = NOW, **data: Any) -> Event:
        data = {"chat_id": chat_id, "joined": int(joined.timestamp()), **data}
        return self.event(EventKind.GROUP_LEFT, data, at, guest(name))

    def looked(self, chat_id: str, at: datetime = NOW, **result: Any) -> Event:
        found = {"chat_id": chat_id, "gone": False, "fetched_at": at.timestamp(), "name": chat_id, "owner": "lina"}
        data = {"command": "FetchGroupChat", "key": "k", "ref": chat_id, "result": {**found, "staff": 1, **result}}
        return self.event(EventKind.COMMAND_SENT, data)

    async def start(self, chat_id: str) -> dict[str, Any]:
        """A group chat that was found and read."""
        await self.hear(self.changed(chat_id, "create"))
        await self.hear(self.looked(chat_id))
        return (await self.chats(f"?search={chat_id}"))[0]

    async def chats(self, query: str = "") -> list[dict[str, Any]]:
        status, body = await self.browser.get(f"/api/group-chats{query}")
        assert status == 200, body
        items: list[dict[str, Any]] = body["items"]
        return items

    async def commands(self, name: str) -> list[Any]:
        async with self.console.engine.begin() as connection:
            return list(await run(connection, "SELECT * FROM command WHERE name = $1 ORDER BY id", name))

    async def add(self, chats: list[str], **changes: Any) -> dict[str, Any]:
        """A new join way as the API answers it."""
        given = {"name": "技术交流群", "account_id": self.account_id, "chats": chats, **changes}
        status, body = await self.browser.post("/api/join-ways", given)
        assert status == 201, body
        return dict(body)

    async def way(self, way_id: int) -> dict[str, Any]:
        status, body = await self.browser.get(f"/api/join-ways/{way_id}")
        assert status == 200, body
        return dict(body)

    async def answer(self, name: str, kind: EventKind = EventKind.COMMAND_SENT, **data: Any) -> Event:
        """Let the platform answer the last command of this name."""
        command = (await self.commands(name))[-1]
        made = {"config_id": "config-1", "qr_code": "https://wework.qpic.cn/wwpic/sim/0", "file_id": 7}
        if kind is EventKind.COMMAND_SENT and name != "DeleteJoinWay":
            data.setdefault("result", made)
        event = self.event(kind, {"command": name, "key": command.key, "ref": command.ref, **data})
        await self.hear(event)
        return event


@pytest.fixture
async def desk(console: Console) -> Desk:
    browser = await console.signed_in()
    _, body = await browser.post("/api/accounts", {"kind": "wecom", "name": "山屿云", "app_id": CORP})
    async with console.engine.begin() as connection:
        await run(
            connection,
            "INSERT INTO staff (account_id, userid, name, status, contact_enabled, synced_at)"
            " VALUES ($1, 'lina', '李娜', 1, true, $2)",
            body["id"],
            NOW,
        )
    return Desk(console, browser, body["id"])


async def test_a_change_asks_for_one_look_however_often_it_is_told(desk: Desk) -> None:
    first, second = desk.changed("wr1", "create"), desk.changed("wr1", detail="add_member")
    await desk.hear(first, second, first)
    await desk.hear(first)
    [command] = await desk.commands("FetchGroupChat")
    assert (command.body, command.ref, command.delivery) == ({"chat_id": "wr1", "scope": CORP}, "wr1", "at_least_once")
    [chat] = await desk.chats()
    assert (chat["state"], chat["name"], chat["fetched_at"]) == ("unread", "", None)


async def test_the_newest_look_counts_whenever_it_arrives(desk: Desk) -> None:
    await desk.start("wr1")
    await desk.hear(desk.looked("wr1", NOW + timedelta(seconds=9), name="新名字"))
    await desk.hear(desk.looked("wr1", NOW + timedelta(seconds=5), name="旧名字"), desk.looked("wrUNKNOWN"))
    [chat] = await desk.chats()
    assert (chat["name"], chat["owner_name"], chat["staff"], chat["state"]) == ("新名字", "李娜", 1, "normal")


async def test_stays_are_the_same_in_any_order_and_number(desk: Desk) -> None:
    later = NOW + timedelta(hours=1)
    await desk.start("wr1")
    story = [
        desk.joined("wr1", "A", state="code"),
        desk.left("wr1", "A", at=NOW + timedelta(minutes=5), quit_scene=1),
        desk.joined("wr1", "A", later),
        desk.joined("wr1", "B"),
    ]
    await desk.hear(*reversed(story))
    await desk.hear(*story, story[1])
    [chat] = await desk.chats()
    assert {name: chat["counts"][name] for name in ("customers", "joined", "left")} == {
        "customers": 2, "joined": 3, "left": 1,
    }  # fmt: skip
    status, gone = await desk.browser.get(f"/api/group-chats/{chat['id']}/members?present=false")
    assert (status, gone["total"], gone["items"][0]["quit_scene"], gone["items"][0]["state"]) == (200, 1, 1, "code")
    async with desk.console.engine.begin() as connection:
        assert len(await run(connection, "SELECT 1 FROM group_member")) == 3


async def test_what_a_callback_said_of_leaving_is_known_to_the_next_look(desk: Desk) -> None:
    shelf, at = GroupChatShelf(desk.console.units), NOW + timedelta(minutes=3)
    await desk.start("wr1")
    await desk.hear(desk.joined("wr1", "A"), desk.joined("wr1", "B"))
    change = desk.changed("wr1", detail="del_member", members=[guest("A").id], quit_scene=0)
    await desk.hear(replace(change, occurred_at=at))
    known = await shelf.known("wr1")
    assert (known[guest("A").id].quit_at, known[guest("A").id].quit_scene) == (at, 0)
    assert known[guest("B").id].quit_at is None
    await desk.hear(desk.left("wr1", "A", at=at), desk.joined("wr1", "A", NOW + timedelta(hours=1)))
    assert (await shelf.known("wr1"))[guest("A").id].quit_at is None, "the callback was about the first stay"


async def test_days_are_beijing_days_and_quiet_ones_are_told(desk: Desk) -> None:
    chat = await desk.start("wr1")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    late = yesterday.replace(hour=15, minute=59, second=0, microsecond=0)  # 23:59 in Beijing
    await desk.hear(desk.joined("wr1", "A", late), desk.joined("wr1", "B", late + timedelta(minutes=2)))
    status, days = await desk.browser.get(f"/api/group-chats/{chat['id']}/days?days=3")
    assert (status, len(days), sum(day["joined"] for day in days)) == (200, 3, 2)
    assert max(day["joined"] for day in days) == 1


async def test_a_group_chat_without_a_charter_is_flagged(desk: Desk) -> None:
    chat = await desk.start("wr1")
    await desk.start("wr2")
    path = f"/api/group-chats/{chat['id']}/charter"
    assert chat["charter"]["state"] == "missing"
    given: dict[str, Any] = {"kind": "functional", "purpose": "3 月直播", "owner": "lina"}
    states = []
    for ends_on in (None, "2020-01-01", "2099-01-01"):
        status, body = await desk.browser.ask("PUT", path, json={**given, "ends_on": ends_on})
        assert status == 200, body
        states.append(body["charter"]["state"])
        assert [each["chat_id"] for each in await desk.chats(f"?charter={states[-1]}&search=wr1")] == ["wr1"]
    assert states == ["missing", "overdue", "complete"]
    status, body = await desk.browser.get("/api/group-chats?kind=functional")
    assert (status, body["total"], body["without_charter"]) == (200, 1, 1)
    status, body = await desk.browser.ask("PUT", path, json={**given, "owner": "nobody"})
    assert (status, body["code"]) == (422, "staff_unknown")


async def test_a_join_way_from_creation_to_deletion(desk: Desk) -> None:
    await desk.start("wr1")
    way = await desk.add(["wr1"], base_id=2)
    assert (way["status"], way["file_id"], way["base_name"], way["campaign_id"]) == (
        "creating",
        None,
        "技术交流群",
        None,
    )
    [command] = await desk.commands("CreateJoinWay")
    assert (command.delivery, command.body) == (
        "at_most_once",
        {"join_way_id": way["id"], "remark": "技术交流群", "chats": ["wr1"], "auto_create": True,
         "base_name": "技术交流群", "base_id": 2, "state": way["state_code"]},
    )  # fmt: skip
    event = await desk.answer("CreateJoinWay")
    ready = await desk.way(way["id"])
    assert (ready["status"], ready["file_id"]) == ("ready", 7)
    await desk.hear(event, event)
    assert await desk.way(way["id"]) == ready, "delivered twice"
    shelf = GroupChatShelf(desk.console.units)
    assert await shelf.pictures({way["state_code"], "other"}) == {way["state_code"]: 7}

    await desk.hear(desk.joined("wr1", "A", state=way["state_code"]), desk.joined("wr9", "B", state=way["state_code"]))
    counted = await desk.way(way["id"])
    assert counted["counts"] == {"joins": 2, "customers": 2, "present": 2}
    assert [(chat["chat_id"], chat["made"]) for chat in counted["chats"]] == [("wr1", False), ("wr9", True)]

    status, _ = await desk.browser.delete(f"/api/join-ways/{way['id']}")
    assert (status, (await desk.way(way["id"]))["status"]) == (204, "deleting")
    assert await shelf.pictures({way["state_code"]}) == {}, "no welcome carries it any more"
    await desk.answer("DeleteJoinWay")
    assert (await desk.browser.get(f"/api/join-ways/{way['id']}"))[0] == 404


async def test_a_join_way_without_its_picture_asks_again(desk: Desk) -> None:
    await desk.start("wr1")
    way = await desk.add(["wr1"])
    await desk.answer("CreateJoinWay", result={"config_id": "config-1", "qr_code": "", "file_id": None})
    assert (await desk.way(way["id"]))["status"] == "creating"
    [update] = await desk.commands("UpdateJoinWay")
    assert (update.body["config_id"], update.delivery) == ("config-1", "at_least_once")
    await desk.answer("UpdateJoinWay")
    assert (await desk.way(way["id"]))["status"] == "ready"


async def test_a_failure_is_shown_and_retried(desk: Desk) -> None:
    await desk.start("wr1")
    way = await desk.add(["wr1"])
    path = f"/api/join-ways/{way['id']}"
    await desk.answer("CreateJoinWay", EventKind.COMMAND_FAILED, code="platform_rejected", errcode=41091, reason="x")
    failed = await desk.way(way["id"])
    assert (failed["status"], failed["failure"]["params"]["errcode"]) == ("failed", 41091)
    status, retried = await desk.browser.post(f"{path}/retry")
    assert (status, retried["status"]) == (200, "creating")
    await desk.answer("CreateJoinWay")
    assert (await desk.browser.post(f"{path}/retry"))[1]["code"] == "join_way_not_failed"
    status, body = await desk.browser.patch(path, {"name": "新", "version": 1})
    assert (status, body["code"]) == (409, "join_way_changed")
    status, body = await desk.browser.patch(path, {"campaign_id": 5})
    assert (status, body["code"]) == (422, "campaign_unknown")
    _, campaign = await desk.browser.post("/api/campaigns", {"name": "工博会", "kind": "exhibition"})
    place = {"campaign_id": campaign["id"], "mechanism": "take_away"}
    status, body = await desk.browser.patch(path, place)
    assert (status, body["status"]) == (200, "ready"), "the platform need not hear of it"
    assert {name: body[name] for name in place} == place
    status, body = await desk.browser.patch(path, {"name": "新名字"})
    assert (body["campaign_id"], body["mechanism"], body["status"]) == (campaign["id"], "take_away", "creating")
    await desk.browser.delete(path)
    assert (await desk.browser.patch(path, {"name": "x"}))[1]["code"] == "join_way_deleting"


@pytest.mark.parametrize(
    ("sizes", "auto_create", "room"),
    [((1,), False, "open"), ((180,), False, "nearly_full"), ((200,), False, "full"), ((200,), True, "open"),
     ((200, 10), False, "open")],
)  # fmt: skip
async def test_a_join_way_says_when_it_runs_out_of_room(
    desk: Desk, sizes: tuple[int, ...], auto_create: bool, room: str
) -> None:
    for number, size in enumerate(sizes):
        await desk.start(f"wr{number}")
        await desk.hear(desk.looked(f"wr{number}", NOW + timedelta(seconds=1), staff=size))
    way = await desk.add([f"wr{number}" for number in range(len(sizes))], auto_create=auto_create)
    assert way["room"] == room


async def test_hostile_input_is_refused_in_words(desk: Desk) -> None:
    await desk.start("wr1")
    good = {"name": "群", "account_id": desk.account_id, "chats": ["wr1"]}
    for change, code in (
        ({"chats": ["wrNOBODY"]}, "join_way_chat_unknown"),
        ({"chats": []}, "invalid_input"),
        ({"chats": ["wr1"] * 6}, "invalid_input"),
        ({"chats": ["wr\x00"]}, "invalid_input"),
        ({"name": "坏\x07名"}, "invalid_input"),
        ({"base_name": "长" * 41}, "invalid_input"),
        ({"base_id": 0}, "invalid_input"),
        ({"account_id": 999}, "account_not_found"),
        ({"campaign_id": -1}, "invalid_input"),
        ({"unknown": 1}, "invalid_input"),
    ):
        status, body = await desk.browser.post("/api/join-ways", {**good, **change})
        assert (status in (404, 422), body["code"]) == (True, code), change
    _, official = await desk.browser.post(
        "/api/accounts", {"kind": "official_account", "name": "号", "app_id": "wx0123456789abcdef"}
    )
    status, body = await desk.browser.post("/api/join-ways", {**good, "account_id": official["id"]})
    assert (status, body["code"]) == (422, "join_way_needs_wecom")
    status, body = await desk.browser.post("/api/join-ways", {**good, "name": "x" * 1_048_000})
    assert (status, body["code"]) == (422, "invalid_input")
    for path in ("/api/group-chats/9", "/api/group-chats/9/members", "/api/group-chats/9/days", "/api/join-ways/9"):
        assert (await desk.browser.get(path))[0] == 404
    assert (await desk.browser.get("/api/group-chats?search=a%00"))[0] == 422
    assert (await desk.browser.get(f"/api/group-chats/{2**63}"))[0] == 422


async def test_a_welcome_takes_join_ways_of_its_own_account_alone(desk: Desk) -> None:
    await desk.start("wr1")
    way = await desk.add(["wr1"])
    source = {"name": "文末", "account_id": desk.account_id, "users": ["lina"]}

    def welcome(code: str) -> dict[str, Any]:
        return {**source, "welcome": {"text": "您好", "attachments": [{"type": "join_way", "code": code}]}}

    status, made = await desk.browser.post("/api/sources", welcome(way["state_code"]))
    assert status == 201, made
    assert made["welcome"]["attachments"] == [{"type": "join_way", "code": way["state_code"], "name": "技术交流群"}]
    for code in ("nobody", made["state_code"]):
        status, body = await desk.browser.post("/api/sources", welcome(code))
        assert (status, body["code"]) == (422, "join_way_unknown")


async def test_a_connected_account_is_looked_at_once_and_daily(desk: Desk) -> None:
    status, _ = await desk.browser.post(f"/api/accounts/{desk.account_id}/check")
    assert status == 200
    await desk.browser.post(f"/api/accounts/{desk.account_id}/check")
    [command] = await desk.commands("ListGroupChats")
    assert (command.account_id, command.lane) == (desk.account_id, 2)
    await refresh_group_chats(desk.console.units, NOW)
    assert (await desk.browser.post("/api/group-chats/sync"))[1] == {"accounts": 1}
    assert len(await desk.commands("ListGroupChats")) == 1, "the same wish while the first waits"
    found = [desk.changed("wr1", "found", status=1), desk.changed("wr2", "found", status=0)]
    await desk.hear(*found)
    assert {chat["chat_id"]: chat["state"] for chat in await desk.chats()} == {"wr1": "owner_left", "wr2": "normal"}


async def test_who_takes_over_the_group_chats_of_a_removed_account(desk: Desk) -> None:
    await desk.start("wr1")
    await desk.browser.delete(f"/api/accounts/{desk.account_id}")
    _, body = await desk.browser.post("/api/accounts", {"kind": "wecom", "name": "新接入", "app_id": CORP})
    await desk.hear(replace(desk.changed("wr1"), account_id=body["id"]))
    assert [command.account_id for command in await desk.commands("FetchGroupChat")] == [desk.account_id, body["id"]]
    [chat] = await desk.chats()
    assert chat["account_id"] == body["id"]


async def test_an_sdr_reads_and_changes_nothing(desk: Desk) -> None:
    chat = await desk.start("wr1")
    sdr = await desk.console.signed_in(Role.SDR)
    assert (await sdr.get("/api/group-chats"))[1]["total"] == 1
    for method, path in (
        ("POST", "/api/join-ways"),
        ("POST", "/api/group-chats/sync"),
        ("PUT", f"/api/group-chats/{chat['id']}/charter"),
    ):
        assert (await sdr.ask(method, path, json={}))[1]["code"] == "not_allowed"
