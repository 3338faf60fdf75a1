"""A step of a journey invites into a group chat over the real wire: who scans in time goes on; others do not."""

from datetime import timedelta
from typing import Any

from wxsim.world.following import follow, write
from wxsim.world.group_chats import INVITED, join, leave_group
from wxsim.world.mass_messages import confirm
from wxsim.world.scanning import scan

from .test_broadcasts import MORNING, TOMORROW, befriend, set_clock
from .test_group_chats import codes_in_chats, corp_of, make_way, start_chat


async def publish(product: Any, code: str, **changes: object) -> str:
    invite = {
        "id": "invite",
        "type": "invite_to_group",
        "by": "confirmed",
        "account_id": product.accounts["wecom"]["id"],
        "code": code,
        "text": "欢迎进群",
        "within_seconds": 2 * 86_400,
        "joined": "in",
        "otherwise": "out",
    }
    ends = [{"id": name, "type": "end", "outcome": name} for name in ("in", "out")]
    draft = {"nodes": [invite | changes, *ends]}
    made = await product.call("POST", "/api/journeys", {"name": "进群", "draft": draft})
    path = f"/api/journeys/{made['id']}"
    await product.call("POST", f"{path}/publish", {"revision": made["revision"]})
    return path


async def enter_all(product: Any, path: str) -> None:
    persons = [each["id"] for each in (await product.call("GET", "/api/persons"))["items"]]
    await product.call("POST", f"{path}/entries", {"persons": persons, "occasion": "first"})


async def counts(product: Any, path: str) -> tuple[dict[str, int], dict[str, int]]:
    found = await product.call("GET", f"{path}/counts")
    return found["nodes"][0]["results"], found["ended"]


async def wait_for(product: Any, path: str, results: dict[str, int], ended: dict[str, int]) -> None:
    async def is_so() -> bool:
        return await counts(product, path) == (results, ended)

    await product.until(is_so)


async def test_a_member_confirms_and_who_scans_goes_on(product: Any) -> None:
    world, corp = product.simulator.world, corp_of(product)
    way = await make_way(product, [await start_chat(product)])
    comes, stays = await befriend(product, "linxiao", 2)
    await set_clock(product, MORNING)
    path = await publish(product, way["state_code"])
    await enter_all(product, path)
    await wait_for(product, path, {"enqueued": 2}, {})
    await set_clock(product, MORNING + timedelta(minutes=61))

    async def task() -> Any:
        return next(iter(corp.mass_tasks.values()), None)

    asked = await product.until(task)
    assert codes_in_chats(product, comes) == []
    assert confirm(world, corp, corp.members["linxiao"], asked.msgid)
    await set_clock(product, MORNING + timedelta(minutes=70))
    await wait_for(product, path, {"enqueued": 2, "sent": 2}, {})
    [code] = codes_in_chats(product, comes)
    clock = world.clock
    clock.change(stepped=True)
    clock.advance(MORNING.timestamp() + 75 * 60 - clock.time())
    assert scan(world, comes, code).kind == "group_joined"
    await wait_for(product, path, {"enqueued": 2, "sent": 2, "joined": 1}, {"in": 1})
    await set_clock(product, MORNING + timedelta(days=2, minutes=1))
    await wait_for(product, path, {"enqueued": 2, "sent": 2, "joined": 1, "not_joined": 1}, {"in": 1, "out": 1})
    assert len(codes_in_chats(product, stays)) == 1


async def test_who_is_in_the_group_already_gets_no_invitation(product: Any) -> None:
    world, corp = product.simulator.world, corp_of(product)
    chat = await start_chat(product)
    way = await make_way(product, [chat])
    inside, gone, _ = await befriend(product, "linxiao", 3)
    for person in (inside, gone):
        assert join(world, corp, chat, person, INVITED, invitor="linxiao")
    await product.quiet()
    assert leave_group(world, corp, chat, gone)
    await product.quiet()
    await set_clock(product, MORNING)
    path = await publish(product, way["state_code"])
    await enter_all(product, path)
    await wait_for(product, path, {"enqueued": 2, "joined": 1}, {"in": 1})


async def test_a_follower_gets_the_address_of_the_code_and_others_leave_at_once(product: Any) -> None:
    world = product.simulator.world
    [account] = world.accounts.values()
    way = await make_way(product, [await start_chat(product)])
    await befriend(product, "linxiao", 1)
    person = world.create_person("粉丝")
    follow(world, account, person)
    write(world, account, person, "想进群")
    await product.quiet()
    await set_clock(product, TOMORROW)
    by = {"by": "service_message", "account_id": product.accounts["official_account"]["id"]}
    path = await publish(product, way["state_code"], **by)
    await enter_all(product, path)
    await wait_for(product, path, {"enqueued": 1, "sent": 1, "no_follower": 1}, {"out": 1})
    said = [each.body["text"] for each in world.phone(person).chats[f"account:{account.appid}"].messages]
    assert way["qr_code"] in said[-1]


async def test_what_is_not_there_is_not_published(product: Any) -> None:
    way = await make_way(product, [await start_chat(product)])
    invite = {
        "id": "invite",
        "type": "invite_to_group",
        "by": "confirmed",
        "account_id": product.accounts["wecom"]["id"],
        "code": way["state_code"],
        "text": "欢迎进群",
    }
    for changes, code in (({"code": "nowhere"}, "join_way_unknown"), ({"by": "service_message"}, "account_unknown")):
        draft = {"nodes": [{**invite, **changes}]}
        faults = await product.call("POST", "/api/journeys/validation", {"draft": draft})
        assert [each["code"] for each in faults] == [code]
