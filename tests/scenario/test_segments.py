"""A segment over the real wire: who scans a code is a member, once, and enters the journey that listens for it."""

from typing import Any

from wxsim.faults import FaultRule
from wxsim.world.following import unfollow
from wxsim.world.scanning import scan


async def test_who_scans_a_code_enters_a_segment_and_by_it_a_journey(product: Any) -> None:
    account_id = product.accounts["official_account"]["id"]
    code = await product.call("POST", "/api/scene-qrs", {"name": "展台", "account_id": account_id, "reply": "您好"})
    await product.quiet()
    code = await product.call("GET", f"/api/scene-qrs/{code['id']}")
    came = {"op": "source", "codes": [code["state_code"]]}
    gone = {"op": "event", "kind": "FollowerUnsubscribed"}
    rule = {"op": "all", "terms": [came, {"op": "none", "terms": [gone]}]}
    segment = await product.call("POST", "/api/segments", {"name": "展台观众", "rule": rule})
    path = f"/api/segments/{segment['id']}"
    journey = await publish(product, segment["id"])

    product.simulator.simulator.faults.rules.append(FaultRule("duplicate"))
    person = product.simulator.world.create_person("周工")
    scan(product.simulator.world, person, code["url"])
    await product.quiet()

    async def is_in() -> bool:
        counts = await product.call("GET", f"/api/journeys/{journey}/counts")
        return bool(counts["entered"])

    await product.until(is_in)
    members = (await product.call("GET", f"{path}/members"))["items"]
    [known] = (await product.call("GET", "/api/persons"))["items"]
    assert [each["person_id"] for each in members] == [known["id"]]
    counted = await product.call("POST", "/api/segments/count", {"rule": rule})
    assert (counted["count"], [each["id"] for each in counted["sample"]]) == (1, [known["id"]])
    assert (counted["low"], counted["high"], counted["exact"]) == (1, 1, True)
    assert await product.call("POST", "/api/segments/estimate", {"rule": rule}) == counted

    [account] = product.simulator.world.accounts.values()
    unfollow(product.simulator.world, account, person)
    await product.quiet()

    async def is_out() -> bool:
        left = await product.fetch("SELECT id FROM event WHERE kind = 'SegmentLeft'")
        return bool(left) and (await product.call("GET", path))["size"] == 0

    await product.until(is_out)
    await product.quiet()
    told = await product.fetch("SELECT kind FROM event WHERE kind LIKE 'Segment%' ORDER BY id")
    assert [row["kind"] for row in told] == ["SegmentEntered", "SegmentLeft"]
    assert (await product.call("GET", f"/api/journeys/{journey}/counts"))["entered"] == 1


async def publish(product: Any, segment_id: int) -> int:
    """A journey that people enter who come into a segment."""
    where = {"op": "is", "field": "event.segment_id", "value": segment_id}
    draft = {
        "entry": {"events": [{"kind": "SegmentEntered", "where": where}]},
        "nodes": [{"id": "end", "type": "end"}],
    }
    made = await product.call("POST", "/api/journeys", {"name": "展台跟进", "draft": draft})
    await product.call("POST", f"/api/journeys/{made['id']}/publish", {"revision": made["revision"]})
    return int(made["id"])
