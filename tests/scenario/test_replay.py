"""Every event handled a second time changes nothing: handlers are safe to run twice, and read models can be rebuilt."""

from typing import Any

from wxsim.faults import FaultRule
from wxsim.world.contacts import leave
from wxsim.world.following import follow, unfollow, write
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
    "group_chat": "SELECT * FROM group_chat ORDER BY id",
    "group_member": "SELECT * FROM group_member ORDER BY chat_id, identity_id, joined_at",
    "group_quit": "SELECT * FROM group_quit ORDER BY chat_id, identity_id, at",
    "join_way": "SELECT * FROM join_way ORDER BY id",
    "journey_run": "SELECT * FROM journey_run ORDER BY id",
    "journey_step": "SELECT * FROM journey_step ORDER BY run_id, node",
    "command": "SELECT id, key, state, attempts FROM command ORDER BY id",
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
    "group_member",
    "group_quit",
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
    world.limits.welcome_code_seconds = 0
    scan(world, world.create_person("来晚了"), code)
    for person in people[:2]:
        unfollow(world, account, person)
        for userid in staff:
            leave(world, corp, corp.members[userid], person)
    await product.quiet()
    await _gather(product, people)


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


async def _handle_all_again(product: Any) -> None:
    await product.fetch(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due)"
        " SELECT id, recorded_at, coalesce(identity_id, id), 1, recorded_at FROM event"
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


async def test_what_is_folded_from_the_log_can_be_made_again(product: Any) -> None:
    await _live(product)
    before = await _tables(product)
    await product.fetch(
        "TRUNCATE identity_fact, relation, person, identity, source_touch, source_day, group_member, group_quit"
    )
    await _handle_all_again(product)
    after = await _tables(product)
    for name in FOLDED:
        assert after[name] == before[name], name
