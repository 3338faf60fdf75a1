"""What can go wrong between a scan and a welcome is handled once and visible."""

from dataclasses import replace
from typing import Any

from wxsim.faults import FaultRule
from wxsim.world.contacts import accept, add_directly, leave
from wxsim.world.following import follow, unfollow
from wxsim.world.scanning import scan

WELCOME = "*/externalcontact/send_welcome_msg"


async def _source(product: Any, text: str = "您好") -> dict[str, Any]:
    staff = [each for each in await product.call("GET", "/api/staff") if each["contact_enabled"]]
    body = {
        "name": "展会 A",
        "account_id": product.accounts["wecom"]["id"],
        "users": [staff[0]["userid"]],
        "skip_verify": True,
        "welcome": {"text": text, "attachments": []},
    }
    made = await product.call("POST", "/api/sources", body)
    await product.quiet()
    ready: dict[str, Any] = await product.call("GET", f"/api/sources/{made['id']}")
    assert ready["status"] == "ready"
    return ready


async def _scan(product: Any, source: dict[str, Any], name: str = "周工") -> Any:
    person = product.simulator.world.create_person(name)
    scan(product.simulator.world, person, source["qr_code"])
    await product.quiet()
    return person


def _texts(product: Any, person: Any) -> list[str]:
    phone = product.simulator.world.phone(person)
    return [message.body.get("text", "") for chat in phone.chats.values() for message in chat.messages]


async def _counts(product: Any, source: dict[str, Any]) -> tuple[int, int, int, int]:
    counts = (await product.call("GET", f"/api/sources/{source['id']}"))["counts"]
    return counts["added"], counts["lost"], counts["welcome_sent"], counts["welcome_failed"]


async def _timeline(product: Any) -> list[dict[str, Any]]:
    [person] = (await product.call("GET", "/api/persons"))["items"]
    items: list[dict[str, Any]] = (await product.call("GET", f"/api/persons/{person['id']}/timeline"))["items"]
    return items


async def test_a_source_without_a_welcome_says_nothing(product: Any) -> None:
    source = await _source(product, text="")
    person = await _scan(product, source)
    assert "您好" not in _texts(product, person)
    assert await _counts(product, source) == (1, 0, 0, 0)
    told = {item["kind"] for item in await _timeline(product)}
    assert told - {"LeadCreated", "LeadAssigned"} == {"ContactAdded", "ProfileFetched", "CommandSent"}


async def test_no_code_from_the_platform_is_told_as_such(product: Any) -> None:
    source = await _source(product)
    [corp] = product.simulator.world.corps.values()
    corp.members[source["users"][0]].console_welcome = "后台欢迎语"
    person = await _scan(product, source)
    assert "您好" not in _texts(product, person)
    [skipped] = [item for item in await _timeline(product) if item["kind"] == "WelcomeSkipped"]
    assert skipped["data"]["reason"] == "no_welcome_code"
    assert await _counts(product, source) == (1, 0, 0, 1)


async def test_who_is_confirmed_later_is_welcomed_once_and_nothing_failed(product: Any) -> None:
    world = product.simulator.world
    world.switches.half_event_on_skip_verify = True
    source = await _source(product)
    person = await _scan(product, source)
    [corp] = world.corps.values()
    member = corp.members[source["users"][0]]
    [friendship] = corp.customers_of[member.userid.lower()].values()
    # Events of one second are one run anyway.
    world.clock.change(stepped=True)
    world.clock.advance(2)
    assert accept(world, corp, member, friendship.external_userid) is not None
    await product.quiet()
    assert _texts(product, person).count("您好") == 1
    kinds = [item["kind"] for item in await _timeline(product)]
    assert (kinds.count("ContactAdded"), kinds.count("WelcomeSkipped")) == (2, 0)
    assert await _counts(product, source) == (1, 0, 1, 0)


async def test_a_dead_code_is_a_failure_with_the_platforms_number(product: Any) -> None:
    source = await _source(product)
    product.simulator.world.limits.welcome_code_seconds = 0
    person = await _scan(product, source)
    assert "您好" not in _texts(product, person)
    [failed] = [item for item in await _timeline(product) if item["kind"] == "CommandFailed"]
    assert (failed["data"]["errcode"], failed["data"]["code"]) == (41050, "platform_rejected")
    [letter] = (await product.call("GET", "/api/dead-letters?kind=command"))["items"]
    assert (letter["name"], letter["error"]["errcode"]) == ("SendWelcome", 41050)
    assert await _counts(product, source) == (1, 0, 0, 1)


BAD_LINES = {
    "busy": FaultRule("errcode", WELCOME, value=-1, times=2),
    "bad gateway": FaultRule("http", WELCOME, value=502, times=2),
    "answer lost after it was sent": FaultRule("http", WELCOME, value=500, times=1, after=True),
    "another app is sending": FaultRule("errcode", WELCOME, value=41096, times=1),
}


async def test_a_welcome_comes_once_through_a_bad_line(product: Any) -> None:
    source = await _source(product)
    for number, (name, planned) in enumerate(BAD_LINES.items(), 1):
        rule = replace(planned)  # it counts how often it struck
        product.simulator.simulator.faults.rules[:] = [rule]
        person = await _scan(product, source, name)
        assert _texts(product, person).count("您好") == 1, name
        assert await _counts(product, source) == (number, 0, number, 0), name
        assert rule.struck == rule.times, name


async def test_doubled_and_reordered_callbacks_change_nothing(product: Any) -> None:
    source = await _source(product)
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("duplicate", probability=0.7))
    rules.append(FaultRule("reorder", probability=0.5))
    people = [await _scan(product, source, f"客户 {number}") for number in range(5)]
    assert [_texts(product, person).count("您好") for person in people] == [1] * 5
    assert await _counts(product, source) == (5, 0, 5, 0)
    assert (await product.call("GET", "/api/persons"))["total"] == 5


async def test_a_token_that_dies_early_is_replaced_once(product: Any) -> None:
    source = await _source(product)
    [corp] = product.simulator.world.corps.values()
    [app] = corp.apps.values()
    body = {"owner": f"{corp.corpid}/{app.agentid}", "how": "die"}
    async with product.http.post(f"{product.simulator.url}/sim/tokens", json=body) as answer:
        assert answer.status == 200
    person = await _scan(product, source)
    assert _texts(product, person).count("您好") == 1


async def test_who_leaves_is_counted_and_shown(product: Any) -> None:
    source = await _source(product)
    person = await _scan(product, source)
    [corp] = product.simulator.world.corps.values()
    leave(product.simulator.world, corp, corp.members[source["users"][0]], person)
    await product.quiet()
    assert await _counts(product, source) == (1, 1, 1, 0)
    [row] = (await product.call("GET", "/api/persons"))["items"]
    assert row["staff"] == []
    detail = await product.call("GET", f"/api/persons/{row['id']}")
    assert [relation["ended_by"] for relation in detail["relations"]] == ["person"]


async def test_follower_and_customer_are_one_person_once_both_profiles_are_known(product: Any) -> None:
    source = await _source(product)
    [account] = product.simulator.world.accounts.values()
    person = await _scan(product, source)
    follow(product.simulator.world, account, person)
    await product.quiet()
    [row] = (await product.call("GET", "/api/persons"))["items"]
    assert row["kinds"] == ["external_contact", "follower", "unionid"]
    unfollow(product.simulator.world, account, person)
    await product.quiet()
    assert (await product.call("GET", "/api/persons"))["total"] == 1


async def test_without_a_common_open_platform_they_stay_two_and_are_counted_as_unresolved(product: Any) -> None:
    source = await _source(product)
    [corp] = product.simulator.world.corps.values()
    [account] = product.simulator.world.accounts.values()
    corp.open_platform = None
    person = await _scan(product, source)
    follow(product.simulator.world, account, person)
    await product.quiet()
    page = await product.call("GET", "/api/persons")
    assert (page["total"], page["unresolved"]) == (2, 1)


async def test_a_friend_without_a_code_has_no_source(product: Any) -> None:
    await _source(product)
    [corp] = product.simulator.world.corps.values()
    add_directly(
        product.simulator.world, corp, next(iter(corp.members.values())), product.simulator.world.create_person("吴工")
    )
    await product.quiet()
    [row] = (await product.call("GET", "/api/persons"))["items"]
    assert (row["name"], row["source"], row["state_code"]) == ("吴工", None, None)
