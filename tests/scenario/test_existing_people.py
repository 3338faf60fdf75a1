"""People who were there before: fetched page by page, counted as nobody's new friend, and twice is once."""

from typing import Any

import pytest

from wxsim.faults import FaultRule
from wxsim.world.contacts import add_directly
from wxsim.world.following import note_follower


async def _populate(product: Any, followers: int = 7, friends: int = 3) -> None:
    """Followers whom nobody told us of, and customers whose callbacks were lost."""
    world = product.simulator.world
    [corp], [account] = world.corps.values(), world.accounts.values()
    world.limits.follower_page = 3
    product.simulator.simulator.faults.rules.append(FaultRule("drop"))
    people = [world.create_person(f"老客户 {number}") for number in range(followers)]
    for person in people:
        note_follower(world, account, person, 1_700_000_000, "ADD_SCENE_SEARCH")
    member = corp.members["linxiao"]
    for person in people[:friends]:
        add_directly(world, corp, member, person)
    await product.simulator.idle()
    product.simulator.simulator.faults.rules.clear()


async def _fetch_all(product: Any) -> dict[int, Any]:
    for account in product.accounts.values():
        await product.call("POST", f"/api/existing-people/{account['id']}")
    await product.quiet()
    return {each["account_id"]: each for each in await product.call("GET", "/api/existing-people")}


async def _world(product: Any) -> dict[str, list[tuple[Any, ...]]]:
    tables = {
        "events": "SELECT id FROM event WHERE kind = 'ProfileFetched' ORDER BY id",
        "identity": "SELECT id, person_id, kind, value FROM identity ORDER BY id",
        "relation": "SELECT * FROM relation ORDER BY account_id, identity_id, staff",
        "person": "SELECT id, name, staff, resolved FROM person ORDER BY id",
    }
    return {name: [tuple(row) for row in await product.fetch(sql)] for name, sql in tables.items()}


async def test_who_was_there_before_is_known_once_and_is_nobodys_new_friend(product: Any) -> None:
    path = await product.call("POST", "/api/paths", {"name": "主路径", "template": "b2b"})
    await _populate(product)
    assert (await product.call("GET", "/api/persons"))["total"] == 0
    found = await _fetch_all(product)
    follower_sync = found[product.accounts["official_account"]["id"]]
    customer_sync = found[product.accounts["wecom"]["id"]]
    assert (follower_sync["state"], follower_sync["seen"], follower_sync["total"]) == ("done", 7, 7)
    assert (customer_sync["state"], customer_sync["seen"], customer_sync["failure"]) == ("done", 3, None)
    persons = await product.call("GET", "/api/persons")
    assert persons["total"] == 7, "customers and followers of one unionid are one person each"
    assert sorted(len(item["staff"]) for item in persons["items"]) == [0, 0, 0, 0, 1, 1, 1]

    assert await product.fetch("SELECT 1 FROM event WHERE kind IN ('ContactAdded', 'FollowerSubscribed')") == []
    assert (await product.call("GET", "/api/leads"))["items"] == []
    assert await product.fetch("SELECT 1 FROM path_touch") == []
    assert path["id"]

    before = await _world(product)
    await _fetch_all(product)
    assert await _world(product) == before, "a second run changes nothing"


async def test_a_run_that_failed_is_taken_up_where_it_stood(product: Any) -> None:
    await _populate(product)
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("errcode", "*/user/info/batchget", value=48001))
    account_id = product.accounts["official_account"]["id"]
    found = (await _fetch_all(product))[account_id]
    assert (found["state"], found["failure"]["params"]["errcode"]) == ("failed", 48001)
    rules.clear()
    found = (await _fetch_all(product))[account_id]
    assert (found["state"], found["seen"], found["failure"]) == ("done", 7, None)
    assert (await product.call("GET", "/api/persons"))["total"] == 7


@pytest.mark.parametrize("again", [1, 3])
async def test_pressing_again_while_it_runs_begins_nothing_new(product: Any, again: int) -> None:
    await _populate(product)
    account_id = product.accounts["official_account"]["id"]
    for _ in range(1 + again):
        await product.call("POST", f"/api/existing-people/{account_id}")
    await product.quiet()
    rows = await product.fetch("SELECT count(*) AS n FROM person")
    assert rows[0]["n"] == 7
    async with product.http.post(f"{product.url}/api/existing-people/999") as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, "account_not_found")
