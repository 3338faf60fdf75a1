"""Every event handled a second time changes nothing: handlers are safe to run twice, and read models can be rebuilt."""

from typing import Any

import aiohttp
import pytest

from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.unit import Units
from weloop.outbox.api import prune_commands
from wxsim.faults import FaultRule
from wxsim.world.articles import publish, write_draft
from wxsim.world.contacts import leave
from wxsim.world.following import follow, tap, unfollow, write
from wxsim.world.group_chats import INVITED, create_group_chat, join, leave_group
from wxsim.world.scanning import scan

TABLES = {
    "identity": "SELECT * FROM identity ORDER BY id",
    "identity_fact": "SELECT * FROM identity_fact ORDER BY key",
    "relation": "SELECT * FROM relation ORDER BY account_id, identity_id, staff",
    "person": "SELECT * FROM person ORDER BY id",
    "source": "SELECT * FROM source ORDER BY id",
    "source_day": "SELECT * FROM source_day ORDER BY source_id, day",
    "source_touch": "SELECT * FROM source_touch ORDER BY event_id",
    "scene_qr": "SELECT * FROM scene_qr ORDER BY id",
    "scene_day": "SELECT * FROM scene_day ORDER BY scene_qr_id, day",
    "scene_touch": "SELECT * FROM scene_touch ORDER BY event_id",
    "account_menu": "SELECT * FROM account_menu ORDER BY id",
    "menu_reply": "SELECT * FROM menu_reply ORDER BY account_id, key",
    "live_menu": "SELECT * FROM live_menu ORDER BY account_id",
    "message_window": "SELECT * FROM message_window ORDER BY identity_id, what",
    "message_use": "SELECT * FROM message_use ORDER BY event_id",
    "group_chat": "SELECT * FROM group_chat ORDER BY id",
    "group_member": "SELECT * FROM group_member ORDER BY chat_id, identity_id, joined_at",
    "group_quit": "SELECT * FROM group_quit ORDER BY chat_id, identity_id, at",
    "join_way": "SELECT * FROM join_way ORDER BY id",
    "site": "SELECT * FROM site ORDER BY account_id",
    "link_opening": "SELECT * FROM link_opening ORDER BY event_id",
    "article": "SELECT * FROM article ORDER BY id",
    "article_feed": "SELECT * FROM article_feed ORDER BY account_id",
    "journey_run": "SELECT * FROM journey_run ORDER BY id",
    "journey_step": "SELECT * FROM journey_step ORDER BY run_id, seq",
    "command": "SELECT id, key, state, attempts FROM command ORDER BY id",
    "people_import": "SELECT * FROM people_import ORDER BY id",
    "people_import_row": "SELECT * FROM people_import_row ORDER BY import_id, number",
    "lead": "SELECT id, person_id, origin_key, stage, staff, moves, is_friend, due_at FROM lead ORDER BY id",
    "lead_task": "SELECT * FROM lead_task ORDER BY id",
    "path_touch": "SELECT * FROM path_touch ORDER BY version_id, event_id, stage",
    "path_progress": "SELECT * FROM path_progress ORDER BY version_id, person_id",
    "path_hop_cell": "SELECT * FROM path_hop_cell WHERE entered <> 0 OR passed <> 0 ORDER BY 1, 2, 3, 4, 5",
}
FOLDED = (
    "identity_fact",
    "relation",
    "person",
    "source_day",
    "source_touch",
    "scene_day",
    "scene_touch",
    "message_window",
    "message_use",
    "group_member",
    "group_quit",
    "link_opening",
    "path_touch",
)
"""What is nothing but a fold of the log."""


async def _live(product: Any) -> None:
    """Some days of a small company: adds, losses, follows, messages, a dead code, doubled callbacks."""
    await product.call("POST", "/api/paths", {"name": "主路径", "template": "b2b"})
    world = product.simulator.world
    [corp], [account] = world.corps.values(), world.accounts.values()
    staff = [each["userid"] for each in await product.call("GET", "/api/staff") if each["contact_enabled"]]
    body = {"name": "展会", "account_id": product.accounts["wecom"]["id"], "users": staff, "skip_verify": True}
    made = await product.call("POST", "/api/sources", {**body, "welcome": {"text": "您好", "attachments": []}})
    await product.quiet()
    code = (await product.call("GET", f"/api/sources/{made['id']}"))["qr_code"]
    product.simulator.simulator.faults.rules.append(FaultRule("duplicate", probability=0.5))
    people = [world.create_person(f"客户 {number}") for number in range(8)]
    for person in people:
        scan(world, person, code)
    for person in people[:5]:
        follow(world, account, person)
        write(world, account, person, "想要报价单")
    await product.quiet()
    leads = (await product.call("GET", "/api/leads"))["items"]
    for lead, act in zip(leads, ("accept", "contacted"), strict=False):
        await product.call("POST", f"/api/leads/{lead['id']}/{act}")
    world.limits.welcome_code_seconds = 0
    scan(world, world.create_person("来晚了"), code)
    for person in people[:2]:
        unfollow(world, account, person)
        for userid in staff:
            leave(world, corp, corp.members[userid], person)
    await product.quiet()
    await _gather(product, people)
    await _visit(product)
    await _follow_by_code(product)
    await import_people(product, "姓名,手机,邮箱\n李林,13800001111,li@example.com\n王五,13800002222,\n")
    write_draft(world, account, "draft", "还没发的文章")
    publish(world, account, write_draft(world, account, "case", "案例"))
    await product.call("POST", "/api/articles/fetch")
    await product.quiet()


async def import_people(product: Any, text: str, placement: str = "pool") -> dict[str, Any]:
    """A file comes in: uploaded, checked, run to its end."""
    form = aiohttp.FormData()
    form.add_field("file", text.encode(), filename="people.csv")
    async with product.http.post(f"{product.url}/api/imports", data=form) as answer:
        assert answer.status == 201, await answer.text()
        made: dict[str, Any] = await answer.json()
    path = f"/api/imports/{made['id']}"
    given = {"account_id": made["account_id"], "fields": made["fields"], "placement": placement}
    await product.call("PUT", f"{path}/mapping", given)

    async def stands_at(state: str) -> bool:
        return bool((await product.call("GET", path))["state"] == state)

    await product.until(lambda: stands_at("checked"))
    await product.call("POST", f"{path}/run")
    await product.until(lambda: stands_at("done"))
    shown: dict[str, Any] = await product.call("GET", path)
    return shown


async def _follow_by_code(product: Any) -> None:
    """A scene code with a reply: one comes by it, and scans it again."""
    account = product.accounts["official_account"]["id"]
    given = {"name": "展台", "account_id": account, "reply": "这是白皮书"}
    made = await product.call("POST", "/api/scene-qrs", given)
    await product.quiet()
    code = (await product.call("GET", f"/api/scene-qrs/{made['id']}"))["url"]
    person = product.simulator.world.create_person("展台来的")
    scan(product.simulator.world, person, code)
    await product.quiet()
    scan(product.simulator.world, person, code)
    await product.quiet()
    button = {"name": "白皮书", "type": "click", "reply": "在这里"}
    await product.call("POST", f"/api/account-menus/{account}", {"buttons": [button]})
    await product.quiet()
    [official_account] = product.simulator.world.accounts.values()
    assert tap(product.simulator.world, official_account, person, "白皮书")
    await product.quiet()


async def _visit(product: Any) -> None:
    """A website: a short link is opened, a page viewed, and its server says who that was."""
    site = await product.call("POST", "/api/sites", {"name": "官网"})
    key = await product.call("POST", f"/api/sites/{site['id']}/keys", {"kind": "server", "name": "服务器"})
    link = {"account_id": site["id"], "name": "海报", "target": "https://www.example.com/"}
    made = await product.call("POST", "/api/short-links", link)
    phone = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}
    address = f"{product.url}/l/{made['slug']}"
    async with product.http.get(address, headers=phone, allow_redirects=False) as answer:
        visitor = answer.headers["Location"].partition("ajs_aid=")[2]
    batch = [
        {"type": "page", "anonymousId": visitor, "name": "案例"},
        {
            "type": "identify",
            "userId": "42",
            "anonymousId": visitor,
            "traits": {"name": "李林", "phone": "13800001111"},
        },
    ]
    assert visitor
    await product.call("POST", "/v1/batch", {"writeKey": key["key"], "batch": batch})
    await product.quiet()


async def _gather(product: Any, people: list[Any]) -> None:
    """A group chat with a code: some come in by it, some are invited, some leave and come back."""
    world = product.simulator.world
    [corp] = world.corps.values()
    chat = create_group_chat(world, corp, corp.members["linxiao"], "交流1群")
    await product.quiet()
    body = {"name": "群码", "account_id": product.accounts["wecom"]["id"], "chats": [chat.chat_id]}
    made = await product.call("POST", "/api/join-ways", body)
    await product.quiet()
    code = (await product.call("GET", f"/api/join-ways/{made['id']}"))["qr_code"]
    for person in people[:5]:
        scan(world, person, code)
    join(world, corp, chat, world.create_person("不是好友"), INVITED)
    await product.quiet()
    for person in people[:2]:
        leave_group(world, corp, chat, person)
    await product.quiet()
    join(world, corp, chat, people[0], INVITED)
    await product.quiet()


async def _tables(product: Any) -> dict[str, list[tuple[Any, ...]]]:
    return {name: [tuple(row) for row in await product.fetch(sql)] for name, sql in TABLES.items()}


async def _handle_all_again(product: Any, *, owed: bool = True) -> None:
    """As if none had been handled; unless that is ``owed``, as a replay, which only folds."""
    await product.fetch(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)"
        " SELECT id, recorded_at, coalesce(identity_id, id), 1, recorded_at, $1 FROM event",
        owed,
    )
    await product.fetch("SELECT pg_notify('live', 'inbox')")
    await product.quiet()


async def test_handling_every_event_twice_changes_nothing(product: Any) -> None:
    await _live(product)
    before = await _tables(product)
    assert all(before.values())
    await _handle_all_again(product)
    after = await _tables(product)
    for name in TABLES:
        assert after[name] == before[name], name


@pytest.mark.parametrize("owed", [True, False])
async def test_what_is_folded_from_the_log_can_be_made_again(product: Any, owed: bool) -> None:
    await _live(product)
    before = await _tables(product)
    await product.fetch(
        "TRUNCATE identity_fact, relation, person, identity, source_touch, source_day, scene_touch, scene_day,"
        " message_window, message_use,"
        " group_member, group_quit"
    )
    await _handle_all_again(product, owed=owed)
    after = await _tables(product)
    for name in FOLDED:
        assert after[name] == before[name], name


async def test_once_what_was_sent_has_gone_a_replay_of_the_whole_log_sends_nothing(product: Any) -> None:
    """Half a year later: neither the keys of commands nor those of occurrences are known any more."""
    await _live(product)
    ended = await product.fetch(
        "UPDATE command SET created_at = created_at - interval '200 days',"
        " finished_at = finished_at - interval '200 days' WHERE state IN ('sent', 'refused') RETURNING 1"
    )
    await product.fetch("DELETE FROM inbox_key")
    engine = create_engine(product.database, size=1)
    assert await prune_commands(Units(engine, WorldClock(), {}), 180) == len(ended) > 20
    await engine.dispose()
    events = "SELECT id, kind FROM event ORDER BY id"
    before, log = await _tables(product), await product.fetch(events)
    calls = dict(product.simulator.simulator.gateway.calls)
    await _handle_all_again(product, owed=False)
    after = await _tables(product)
    for name in TABLES:
        assert after[name] == before[name], name
    assert await product.fetch(events) == log
    assert product.simulator.simulator.gateway.calls == calls
