"""A step of a journey has a member send something, over the real wire: nothing goes out before they confirm it."""

from datetime import timedelta
from typing import Any

from wxsim.world.mass_messages import confirm

from .test_broadcasts import MORNING, befriend, gather, heard, set_clock


async def test_a_member_confirms_and_the_step_says_so(product: Any) -> None:
    world = product.simulator.world
    [corp] = world.corps.values()
    [customer] = await befriend(product, "linxiao", 1)
    await gather(product, 1)
    await set_clock(product, MORNING)
    account_id = product.accounts["wecom"]["id"]
    text = "{{person.name|您}}好，周四公开课"
    say = {"id": "say", "type": "send_confirmed", "account_id": account_id, "text": text, "next": "end"}
    draft = {"nodes": [say, {"id": "end", "type": "end"}]}
    made = await product.call("POST", "/api/journeys", {"name": "公开课", "draft": draft})
    path = f"/api/journeys/{made['id']}"
    await product.call("POST", f"{path}/publish", {"revision": made["revision"]})
    persons = [each["id"] for each in (await product.call("GET", "/api/persons"))["items"]]
    assert len(persons) == 2
    entries = {"persons": persons, "occasion": "first"}
    assert (await product.call("POST", f"{path}/entries", entries))["entered"] == 2

    async def results() -> Any:
        return (await product.call("GET", f"{path}/counts"))["nodes"][0]["results"]

    async def is_wished() -> bool:
        return bool(await results() == {"enqueued": 2, "no_friend": 1})

    await product.until(is_wished)
    assert not corp.mass_tasks, "what is wished within an hour is asked together"
    await set_clock(product, MORNING + timedelta(minutes=61))

    async def task() -> Any:
        return next(iter(corp.mass_tasks.values()), None)

    asked = await product.until(task)
    await product.quiet()
    assert heard(product, customer) == []
    assert confirm(world, corp, corp.members["linxiao"], asked.msgid)
    await set_clock(product, MORNING + timedelta(minutes=70))

    async def is_sent() -> bool:
        return bool(await results() == {"enqueued": 2, "no_friend": 1, "sent": 1})

    await product.until(is_sent)
    assert heard(product, customer) == ["客户linxiao0好，周四公开课"]
