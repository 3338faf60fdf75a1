"""Tags of a WeCom corp and an official account over the real wire."""

import asyncio
from typing import Any

from wxsim.faults import FaultRule
from wxsim.world.contacts import add_directly
from wxsim.world.corp_tags import delete_tag, make_tag, mark_in_client, rename_tag
from wxsim.world.following import follow, unfollow


async def _tags(product: Any) -> dict[str, Any]:
    return {each["name"]: each for each in await product.call("GET", "/api/tags")}


async def _make(product: Any, name: str, kind: str, group: str = "") -> Any:
    body = {"name": name, "group": group, "account_id": product.accounts[kind]["id"]}
    made = await product.call("POST", "/api/tags", body)
    assert (made["state"], made["is_pending"]) == ("creating", True)
    await product.quiet()
    return (await _tags(product))[name]


def _corp(product: Any) -> Any:
    [corp] = product.simulator.world.corps.values()
    return corp


async def _customer(product: Any, *members: str) -> tuple[Any, str]:
    """A friend of these members, and the id of the person."""
    world, corp = product.simulator.world, _corp(product)
    person = world.create_person("林女士")
    for member in members:
        add_directly(world, corp, corp.members[member], person)
    await product.quiet()
    [item] = (await product.call("GET", "/api/persons?search=林女士"))["items"]
    return person, item["id"]


async def _mark(product: Any, tag: Any, persons: list[str], on: bool = True) -> Any:
    return await product.call("POST", "/api/tags/marks", {"tags": [tag["id"]], "persons": persons, "on": on})


async def _notes(product: Any, person: str) -> Any:
    return (await product.call("GET", f"/api/persons/{person}/notes"))["tags"]


async def test_a_corp_tag_is_made_and_marks_every_members_customer(product: Any) -> None:
    tag = await _make(product, "高意向", "wecom", "意向")
    assert (tag["state"], tag["group"], tag["kind"]) == ("ready", "意向", "wecom")
    person, person_id = await _customer(product, "linxiao", "chenyu")
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("errcode", "*/externalcontact/mark_tag", value=-1))  # busy: nothing is marked yet
    assert await _mark(product, tag, [person_id, "4711"]) == {"done": 0, "waiting": 1, "unreached": 0}
    assert [mark["on"] for each in await _notes(product, person_id) for mark in each["marks"]] == [True, True]
    rules.clear()
    await product.quiet()
    corp = _corp(product)
    external = product.simulator.world.external_userid(corp.corpid, person)
    platform_ids = [corp.friendship(member, external).tag_ids for member in ("linxiao", "chenyu")]
    assert len(platform_ids[0]) == 1
    assert platform_ids[0] == platform_ids[1]
    [noted] = await _notes(product, person_id)
    assert (noted["name"], noted["staff"], noted["marks"]) == ("高意向", sorted(["linxiao", "chenyu"]), [])
    assert (await _tags(product))["高意向"]["persons"] == 1
    told = await product.fetch("SELECT count(*)::int AS n FROM event WHERE kind = 'PersonTagged'")
    assert told[0]["n"] == 1, "one person, however many members have them as a friend"
    assert await _mark(product, tag, [person_id]) == {"done": 1, "waiting": 0, "unreached": 0}
    found = await product.call("GET", f"/api/persons?tag={tag['id']}")
    assert [item["id"] for item in found["items"]] == [person_id]

    await _mark(product, tag, [person_id], on=False)
    await product.quiet()
    assert corp.friendship("linxiao", external).tag_ids == []
    assert await _notes(product, person_id) == []
    assert (await product.call("GET", f"/api/persons?tag={tag['id']}"))["total"] == 0


async def test_what_members_and_administrators_do_in_the_client_comes_back(product: Any) -> None:
    world, corp = product.simulator.world, _corp(product)
    person, person_id = await _customer(product, "linxiao")
    made = make_tag(world, corp, "来源", "展会")
    await product.quiet()
    tag = (await _tags(product))["展会"]
    friendship = corp.friendship("linxiao", world.external_userid(corp.corpid, person))
    mark_in_client(world, corp, friendship, [made])
    await product.quiet()
    assert [each["name"] for each in await _notes(product, person_id)] == ["展会"]
    rename_tag(world, corp, made, "上海展会")
    await product.quiet()
    assert (await _tags(product))["上海展会"]["id"] == tag["id"]
    # Two changes of a customer within a second tell of themselves in the same words: the second is taken for a repeat.
    await asyncio.sleep(1.1)
    mark_in_client(world, corp, friendship, [])
    await product.quiet()
    assert await _notes(product, person_id) == []
    mark_in_client(world, corp, friendship, [made])
    delete_tag(world, corp, made)
    await product.quiet()
    assert await _tags(product) == {}
    assert await _notes(product, person_id) == []
    body = {"tags": [tag["id"]], "persons": [person_id], "on": True}
    async with product.http.post(f"{product.url}/api/tags/marks", json=body) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, "tag_not_found")


async def test_a_tag_of_others_cannot_be_renamed_and_says_why(product: Any) -> None:
    make_tag(product.simulator.world, _corp(product), "来源", "展会")
    await product.quiet()
    tag = (await _tags(product))["展会"]
    await product.call("PUT", f"/api/tags/{tag['id']}", {"name": "会展", "group": "来源"})
    await product.quiet()
    shown = (await _tags(product))["展会"]
    assert shown["failure"]["params"]["errcode"] == 81011
    assert shown["state"] == "ready"


async def test_a_lost_answer_makes_no_second_tag(product: Any) -> None:
    product.simulator.simulator.faults.rules.append(FaultRule("timeout", "*/add_corp_tag", times=1))
    tag = await _make(product, "高意向", "wecom", "意向")
    assert tag["state"] == "ready"
    assert sum(len(group.tags) for group in _corp(product).tag_groups.values()) == 1


async def test_followers_are_marked_fifty_at_a_time_and_who_is_refused_says_so(product: Any) -> None:
    world = product.simulator.world
    [account] = world.accounts.values()
    people = [world.create_person(f"粉丝 {number}") for number in range(60)]
    for person in people:
        follow(world, account, person)
    await product.quiet()
    tag = await _make(product, "已留资", "official_account")
    ids = [item["id"] for item in (await product.call("GET", "/api/persons?size=100"))["items"]]
    full = next(iter(account.followers.values()))
    full.tag_ids = [*range(1000, 1020)]
    assert (await _mark(product, tag, ids))["waiting"] == 60
    await product.quiet()
    shown = (await _tags(product))["已留资"]
    assert (shown["persons"], shown["waiting"], shown["failed"]) == (59, 0, 1)
    calls = await product.fetch("SELECT count(*)::int AS n FROM command WHERE name = 'MarkFollowers'")
    assert calls[0]["n"] == 2

    unfollow(world, account, people[-1])
    await product.quiet()
    assert (await _tags(product))["已留资"]["persons"] == 58, "who leaves takes the platform's marks along"


async def test_marks_that_were_there_before_come_with_the_people(product: Any) -> None:
    world, corp = product.simulator.world, _corp(product)
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("drop"))
    person = world.create_person("老客户")
    friendship = add_directly(world, corp, corp.members["linxiao"], person)
    mark_in_client(world, corp, friendship, [make_tag(world, corp, "来源", "展会")])
    await product.simulator.idle()
    rules.clear()
    await product.call("POST", f"/api/existing-people/{product.accounts['wecom']['id']}")
    await product.quiet()
    [item] = (await product.call("GET", "/api/persons"))["items"]
    assert [each["name"] for each in await _notes(product, item["id"])] == ["展会"], "its name was asked for"


async def test_what_no_platform_would_take_is_refused_at_once(product: Any) -> None:
    for kind, group, code in (
        ("wecom", "", "tag_group"),
        ("official_account", "意向", "tag_group"),
        ("wecom", "长" * 31, "tag_name_long"),
    ):
        body = {"name": "高意向", "group": group, "account_id": product.accounts[kind]["id"]}
        async with product.http.post(f"{product.url}/api/tags", json=body) as answer:
            assert (answer.status, (await answer.json())["code"]) == (422, code), group
