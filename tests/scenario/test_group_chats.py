"""Group chats over the real wire: a scan, the welcome with the group code, full, the next one, leaving, and healing."""

from typing import Any

from wxsim.faults import FaultRule
from wxsim.world.contacts import leave
from wxsim.world.group_chats import INVITED, create_group_chat, dismiss, join, leave_group, rename
from wxsim.world.people import Person
from wxsim.world.scanning import scan


def corp_of(product: Any) -> Any:
    [corp] = product.simulator.world.corps.values()
    return corp


async def start_chat(product: Any, name: str = "设备维护交流1群") -> Any:
    """A member starts a group chat; the product has read it."""
    corp = corp_of(product)
    chat = create_group_chat(product.simulator.world, corp, corp.members["linxiao"], name, ["chenyu"])
    await product.quiet()
    return chat


async def chats_of(product: Any) -> dict[str, Any]:
    listed = await product.call("GET", "/api/group-chats?size=100")
    return {chat["name"]: chat for chat in listed["items"]}


async def make_way(product: Any, chats: list[Any], **changes: object) -> Any:
    """A join way that is ready."""
    body = {
        "name": "技术交流群",
        "account_id": product.accounts["wecom"]["id"],
        "chats": [chat.chat_id for chat in chats],
        "base_name": "设备维护交流",
        "base_id": 2,
        **changes,
    }
    made = await product.call("POST", "/api/join-ways", body)
    await product.quiet()
    return await product.call("GET", f"/api/join-ways/{made['id']}")


async def make_source(product: Any, code: str) -> Any:
    staff = [each["userid"] for each in await product.call("GET", "/api/staff") if each["contact_enabled"]]
    welcome = {"text": "您好，群码在下面", "attachments": [{"type": "join_way", "code": code}]}
    body = {"name": "文末", "account_id": product.accounts["wecom"]["id"], "users": staff[:1], "welcome": welcome}
    made = await product.call("POST", "/api/sources", body)
    await product.quiet()
    return await product.call("GET", f"/api/sources/{made['id']}")


def codes_in_chats(product: Any, person: Person) -> list[str]:
    """Codes that the person can recognize in pictures on their phone."""
    phone = product.simulator.world.phone(person)
    return [
        message.body["code"] for chat in phone.chats.values() for message in chat.messages if "code" in message.body
    ]


async def events_of(product: Any, kind: str) -> list[Any]:
    return list(await product.fetch("SELECT * FROM event WHERE kind = $1 ORDER BY occurred_at, id", kind))


async def test_a_scan_a_welcome_and_the_way_into_a_group_that_fills_and_grows(product: Any) -> None:
    world = product.simulator.world
    chat = await start_chat(product)
    world.limits.group_chat_members = 4  # two of staff and two customers
    way = await make_way(product, [chat])
    assert (way["status"], way["room"]) == ("ready", "open")
    source = await make_source(product, way["state_code"])
    people = [world.create_person(f"客户 {number}") for number in range(3)]
    for person in people:
        scan(world, person, source["qr_code"])
        await product.quiet()
        [code] = codes_in_chats(product, person)
        assert scan(world, person, code).kind == "group_joined"
    await product.quiet()

    chats = await chats_of(product)
    assert {name: each["counts"]["customers"] for name, each in chats.items()} == {
        "设备维护交流1群": 2,
        "设备维护交流2": 1,
    }
    assert {each["members"] for each in chats.values()} == {4, 3}
    way = await product.call("GET", f"/api/join-ways/{way['id']}")
    assert way["counts"] == {"joins": 3, "customers": 3, "present": 3}
    assert [(each["name"], each["made"]) for each in way["chats"]] == [
        ("设备维护交流1群", False),
        ("设备维护交流2", True),
    ]
    joined = await events_of(product, "GroupJoined")
    assert [event["data"] for event in joined].count(None) == 0
    assert len(joined) == world.ledger.counts()["group.joined"] == 3

    first = chats["设备维护交流1群"]
    members = await product.call("GET", f"/api/group-chats/{first['id']}/members")
    assert {each["name"] for each in members["items"]} == {"客户 0", "客户 1"}
    assert {(each["state_name"], each["is_friend"], each["join_scene"]) for each in members["items"]} == {
        ("技术交流群", True, 3)
    }


async def test_leaving_coming_back_and_an_end(product: Any) -> None:
    world, corp = product.simulator.world, corp_of(product)
    chat = await start_chat(product)
    stays, goes = world.create_person("留下的"), world.create_person("走的")
    for person in (stays, goes):
        join(world, corp, chat, person, INVITED, invitor="linxiao")
    await product.quiet()
    leave_group(world, corp, chat, goes, removed=True)
    await product.quiet()
    [found] = (await chats_of(product)).values()
    assert (found["counts"]["customers"], found["counts"]["left"], found["members"]) == (1, 1, 3)
    [inside] = (await product.call("GET", f"/api/group-chats/{found['id']}/members"))["items"]
    assert (inside["name"], inside["is_friend"]) == ("留下的", False)
    gone = await product.call("GET", f"/api/group-chats/{found['id']}/members?present=false")
    assert [(each["quit_scene"], each["invitor_name"]) for each in gone["items"]] == [(1, "林晓")]
    rename(world, corp, chat, "新名字")
    await product.quiet()
    assert set(await chats_of(product)) == {"新名字"}
    dismiss(world, corp, chat)
    await product.quiet()
    assert await chats_of(product) == {}
    ended = await product.call("GET", "/api/group-chats?dismissed=true")
    assert [(each["state"], each["counts"]["customers"]) for each in ended["items"]] == [("dismissed", 0)]
    assert len(await events_of(product, "GroupLeft")) == 2


async def test_doubled_and_reordered_callbacks_count_nobody_twice(product: Any) -> None:
    world, corp = product.simulator.world, corp_of(product)
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("duplicate", "*change_external_chat*", probability=0.7))
    rules.append(FaultRule("reorder", "*change_external_chat*", probability=0.5))
    chat = await start_chat(product)
    people = [world.create_person(f"客户 {number}") for number in range(12)]
    for person in people:
        join(world, corp, chat, person, INVITED)
    for person in people[:5]:
        leave_group(world, corp, chat, person)
    await product.quiet()
    [found] = (await chats_of(product)).values()
    assert (found["counts"]["customers"], found["members"]) == (7, 9)
    inside = {member.person.id for member in chat.members.values() if member.person}
    assert inside == {person.id for person in people[5:]}
    rows = await product.fetch("SELECT count(*) AS n, count(DISTINCT identity_id) AS d FROM group_member")
    assert rows[0]["n"] == rows[0]["d"]
    assert len(await events_of(product, "GroupJoined")) == rows[0]["n"]


async def test_what_no_callback_told_is_healed_by_the_next_and_by_looking(product: Any) -> None:
    world, corp = product.simulator.world, corp_of(product)
    chat = await start_chat(product)
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("drop", "*change_external_chat*"))
    unseen, unheard = (
        world.create_person("没听到的"),
        create_group_chat(world, corp, corp.members["chenyu"], "没听到的群"),
    )
    join(world, corp, chat, unseen, INVITED)
    join(world, corp, unheard, unseen, INVITED)
    await product.quiet()
    assert [each["counts"]["customers"] for each in (await chats_of(product)).values()] == [0]
    rules.clear()
    # The next callback names another one alone; its last version is none that was seen.
    join(world, corp, chat, world.create_person("听到的"), INVITED)
    await product.quiet()
    assert [each["counts"]["customers"] for each in (await chats_of(product)).values()] == [2]
    assert (await product.call("POST", "/api/group-chats/sync"))["accounts"] == 1
    await product.quiet()
    chats = await chats_of(product)
    assert {name: each["counts"]["customers"] for name, each in chats.items()} == {
        "设备维护交流1群": 2,
        "没听到的群": 1,
    }


async def test_group_chats_from_before_are_found_when_the_account_is_connected(product: Any) -> None:
    world, corp = product.simulator.world, corp_of(product)
    product.simulator.simulator.faults.rules.append(FaultRule("drop", "*change_external_chat*"))
    chat = create_group_chat(world, corp, corp.members["linxiao"], "老群")
    join(world, corp, chat, world.create_person("老客户"), INVITED)
    account = product.accounts["wecom"]["id"]
    await product.call("PATCH", f"/api/accounts/{account}", {"enabled": False})
    await product.call("PATCH", f"/api/accounts/{account}", {"enabled": True})
    await product.call("POST", f"/api/accounts/{account}/check")
    await product.quiet()
    assert {name: each["counts"]["customers"] for name, each in (await chats_of(product)).items()} == {"老群": 1}


async def test_a_member_of_a_group_is_one_person_with_the_follower_they_are(product: Any) -> None:
    world, corp = product.simulator.world, corp_of(product)
    chat = await start_chat(product)
    way = await make_way(product, [chat])
    source = await make_source(product, way["state_code"])
    person = world.create_person("周工")
    scan(world, person, source["qr_code"])
    await product.quiet()
    scan(world, person, codes_in_chats(product, person)[0])
    await product.quiet()
    assert (await product.call("GET", "/api/persons"))["total"] == 1
    for userid in ("linxiao", "chenyu", "wangjing", "zhaolei"):
        leave(world, corp, corp.members[userid], person)
    await product.quiet()
    [found] = (await chats_of(product)).values()
    assert found["counts"]["customers"] == 1  # no friend any more, still in the group
