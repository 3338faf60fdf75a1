"""A step of a journey writes in WeChat customer service, or tells a member, over the real wire; and how it ends."""

from datetime import timedelta
from typing import Any

from weloop.entrypoints.database import open_unit
from weloop.kit.clock import set_world_clock
from wxsim.faults import FaultRule
from wxsim.world.kf import ask_kf, enter_session
from wxsim.world.people import Person

from .test_kf import add_lead, corp_of, kf_of


def heard(product: Any, person: Person) -> list[str]:
    corp, kf = corp_of(product), kf_of(product)
    chat = product.simulator.world.phone(person).chats[f"kf:{corp.corpid}:{kf.open_kfid}"]
    return [each.body["text"] for each in chat.messages if each.side == "them"]


async def ask(product: Any, text: str = "多少钱") -> Person:
    """Somebody writes to customer service."""
    world, corp, kf = product.simulator.world, corp_of(product), kf_of(product)
    person: Person = world.create_person("赵工")
    enter_session(world, corp, kf, person)
    ask_kf(world, corp, kf, person, text)
    await product.quiet()
    return person


async def publish(product: Any, *nodes: dict[str, Any], entry: dict[str, Any] | None = None) -> str:
    account = {"account_id": product.accounts["wecom"]["id"]}
    listed = [{**account, **node} if node["type"] not in ("wait", "delay") else node for node in nodes]
    draft: dict[str, Any] = {"nodes": [*listed, {"id": "end", "type": "end"}]}
    if entry is not None:
        draft["entry"] = entry
    made = await product.call("POST", "/api/journeys", {"name": "客服", "draft": draft})
    path = f"/api/journeys/{made['id']}"
    await product.call("POST", f"{path}/publish", {"revision": made["revision"]})
    return path


async def enter_all(product: Any, path: str) -> int:
    persons = [each["id"] for each in (await product.call("GET", "/api/persons"))["items"]]
    found = await product.call("POST", f"{path}/entries", {"persons": persons, "occasion": "first"})
    return int(found["entered"])


async def wait_for(product: Any, path: str, wanted: dict[str, int], node: int = 0) -> None:
    async def is_so() -> bool:
        return bool((await product.call("GET", f"{path}/counts"))["nodes"][node]["results"] == wanted)

    await product.until(is_so)


WROTE = {"events": [{"kind": "KfMessageReceived"}], "again": "after_end"}


def say(number: int = 0, to: str = "end") -> dict[str, Any]:
    text = "{{person.name|您}}好，价格表已备好"
    return {"id": f"say_{number}", "type": "send_kf_message", "text": text, "next": to}


async def test_who_writes_is_answered_once(product: Any) -> None:
    path = await publish(product, say(), entry=WROTE)
    person = await ask(product)
    await wait_for(product, path, {"enqueued": 1, "sent": 1})
    await product.quiet()
    assert heard(product, person) == ["赵工好，价格表已备好"]


async def test_a_lost_answer_is_not_asked_for_again(product: Any) -> None:
    rule = FaultRule("http", "*/kf/send_msg", value=502, after=True)
    product.simulator.simulator.faults.rules.append(rule)
    path = await publish(product, say(), entry=WROTE)
    person = await ask(product)
    await wait_for(product, path, {"enqueued": 1, "uncertain": 1})
    await product.quiet()
    assert heard(product, person) == ["赵工好，价格表已备好"]


async def test_who_rejects_messages_gets_none_and_the_step_says_so(product: Any) -> None:
    world, corp, kf = product.simulator.world, corp_of(product), kf_of(product)
    person = world.create_person("赵工")
    kf.refused.add(world.external_userid(corp.corpid, person))
    path = await publish(product, say(), entry=WROTE)
    enter_session(world, corp, kf, person)
    ask_kf(world, corp, kf, person, "多少钱")
    await wait_for(product, path, {"enqueued": 1, "undelivered": 1})
    assert heard(product, person) == []
    [failure] = await product.call("GET", f"{path}/failures")
    assert (failure["outcome"], failure["error"]) == ("undelivered", "msg_send_fail 10")


async def test_nobody_else_is_written_to(product: Any) -> None:
    world = product.simulator.world
    await add_lead(product, world.create_person("钱工"))
    path = await publish(product, say())
    assert await enter_all(product, path) == 1
    await wait_for(product, path, {"no_kf_talk": 1})


async def test_two_days_later_the_window_is_closed(product: Any) -> None:
    person = await ask(product)
    path = await publish(product, say())
    async with open_unit(product.database) as unit:
        await set_world_clock(unit.connection, product.simulator.world.clock.now() + timedelta(hours=49), 1.0)
    await enter_all(product, path)
    await wait_for(product, path, {"enqueued": 1, "refused": 1})
    assert heard(product, person) == []
    [failure] = await product.call("GET", f"{path}/failures")
    assert "window_closed" in failure["error"].split()


async def test_the_owner_of_the_lead_is_told_with_a_link(product: Any) -> None:
    world, corp = product.simulator.world, corp_of(product)
    lead = await add_lead(product, world.create_person("赵工"))
    tell = {"id": "tell", "type": "notify_staff", "text": "{{person.name}}看了价格页", "next": "end"}
    path = await publish(product, tell)
    assert await enter_all(product, path) == 1
    await wait_for(product, path, {"enqueued": 1, "sent": 1})
    chats = world.staff_phone(corp, corp.members["linxiao"]).chats.values()
    cards = [each.body for chat in chats for each in chat.messages if each.body.get("title") == "赵工"]
    assert [each["description"] for each in cards] == ["赵工看了价格页"]
    assert f"/leads/{lead['id']}" in cards[0]["url"]


async def test_without_an_owner_somebody_is_told_instead_or_nobody(product: Any) -> None:
    always = {"week": [[[0, 1440]]] * 7, "weight": 1}
    await product.call("PUT", f"/api/staff/duties/{product.accounts['wecom']['id']}/linxiao", always)
    await ask(product)
    tell = {"id": "tell", "type": "notify_staff", "text": "有新留言", "next": "end"}
    path = await publish(product, tell)
    await enter_all(product, path)
    await wait_for(product, path, {"enqueued": 1, "nobody": 1})
    other = await publish(product, {**tell, "instead": "linxiao"})
    await enter_all(product, other)
    await wait_for(product, other, {"enqueued": 1, "sent": 1})
