"""A step of a journey sends a template message over the real wire, and the platform says whether it arrived."""

from typing import Any

import orjson

from wxsim.faults import FaultRule
from wxsim.world.following import follow, unfollow
from wxsim.world.official_accounts import Follower

from .test_broadcasts import MORNING, set_clock

VALUES = {"thing1": "{{event.title|公开课}}", "time2": "2026年10月9日 20:00", "thing3": "{{person.company|点击进入}}"}


def make_followers(product: Any, count: int) -> list[Follower]:
    world = product.simulator.world
    [account] = world.accounts.values()
    return [follow(world, account, world.create_person(f"粉丝{number}")) for number in range(count)]


def cards(product: Any, follower: Follower) -> list[dict[str, str]]:
    chats = product.simulator.world.phone(follower.person).chats.values()
    return [each.body for chat in chats for each in chat.messages if each.kind == "template_card"]


async def wait_for_morning(product: Any) -> None:
    """When marketing may go; for both sides, since what the platform tells carries its time."""
    clock = product.simulator.world.clock
    clock.change(stepped=True)
    clock.advance(MORNING.timestamp() - clock.time())
    clock.change(stepped=False)
    await set_clock(product, MORNING)


async def find_template(product: Any) -> dict[str, Any]:
    """The account was asked when it was connected."""

    async def look() -> Any:
        lists = await product.call("GET", "/api/message-templates")
        return lists[0] if lists else None

    found = await product.until(look)
    assert found["errcode"] == 0
    template: dict[str, Any] = next(each for each in found["templates"] if each["title"] == "活动开始提醒")
    return template


async def publish(product: Any, values: dict[str, str] | None = None) -> str:
    template = await find_template(product)
    say = {
        "id": "say",
        "type": "send_template",
        "account_id": product.accounts["official_account"]["id"],
        "template_id": template["id"],
        "values": VALUES if values is None else values,
        "url": "https://m.example.com/w/9",
        "next": "end",
    }
    draft = {"nodes": [say, {"id": "end", "type": "end"}]}
    made = await product.call("POST", "/api/journeys", {"name": "公开课", "draft": draft})
    path = f"/api/journeys/{made['id']}"
    await product.call("POST", f"{path}/publish", {"revision": made["revision"]})
    return path


async def enter_all(product: Any, path: str, count: int) -> None:
    async def persons() -> Any:
        found = (await product.call("GET", "/api/persons"))["items"]
        return found if len(found) == count else None

    found = await product.until(persons)
    entries = {"persons": [each["id"] for each in found], "occasion": "first"}
    assert (await product.call("POST", f"{path}/entries", entries))["entered"] == count


async def wait_for(product: Any, path: str, wanted: dict[str, int]) -> None:
    async def is_so() -> bool:
        return bool((await product.call("GET", f"{path}/counts"))["nodes"][0]["results"] == wanted)

    await product.until(is_so)


async def test_it_arrives_or_does_not_and_the_step_says_so(product: Any) -> None:
    fine, blocking = make_followers(product, 2)
    await wait_for_morning(product)
    path = await publish(product)
    blocking.blocked = True
    await enter_all(product, path, 2)
    await wait_for(product, path, {"enqueued": 2, "delivered": 1, "undelivered": 1})
    [card] = cards(product, fine)
    assert (card["title"], card["url"]) == ("活动开始提醒", "https://m.example.com/w/9")
    assert [each["value"] for each in orjson.loads(card["rows"])] == ["公开课", "2026年10月9日 20:00", "点击进入"]
    assert not cards(product, blocking)
    failures = await product.call("GET", f"{path}/failures")
    assert [(each["outcome"], each["error"], each["count"]) for each in failures] == [
        ("undelivered", "failed:user block", 1)
    ]


async def test_who_left_meanwhile_is_refused_with_the_platforms_reason(product: Any) -> None:
    world = product.simulator.world
    [gone] = make_followers(product, 1)
    await wait_for_morning(product)
    path = await publish(product)
    await product.quiet()
    world.switches.callbacks = False
    unfollow(world, next(iter(world.accounts.values())), gone.person)
    await enter_all(product, path, 1)
    await wait_for(product, path, {"enqueued": 1, "failed": 1})
    [failure] = await product.call("GET", f"{path}/failures")
    assert "require subscribe" in failure["error"]


async def test_an_answer_that_is_lost_is_not_asked_for_again(product: Any) -> None:
    """The platform took it and nobody heard: it stays uncertain, and the person got it once."""
    [follower] = make_followers(product, 1)
    await wait_for_morning(product)
    path = await publish(product)
    rule = FaultRule("http", "*/message/template/send", value=502, after=True)
    product.simulator.simulator.faults.rules.append(rule)
    await enter_all(product, path, 1)
    await wait_for(product, path, {"enqueued": 1, "uncertain": 1})
    await product.simulator.idle()
    assert len(cards(product, follower)) == 1


async def test_what_is_missing_for_somebody_is_not_sent(product: Any) -> None:
    [follower] = make_followers(product, 1)
    await wait_for_morning(product)
    path = await publish(product, VALUES | {"thing3": "{{person.company}}"})
    await enter_all(product, path, 1)
    await wait_for(product, path, {"variable_missing": 1})
    await product.quiet()
    assert not cards(product, follower)


async def test_a_dry_run_shows_the_words_of_the_template(product: Any) -> None:
    make_followers(product, 1)
    await wait_for_morning(product)
    path = await publish(product)
    [person] = (await product.call("GET", "/api/persons"))["items"]
    body = {"people": "chosen", "persons": [person["id"]], "by_hand": True}
    played = await product.call("POST", f"{path}/dry-run", body)
    [send] = played["people"][0]["passages"][0]["steps"][0]["sends"]
    assert send["body"]["text"] == "活动开始提醒\n活动名称:公开课\n开始时间:2026年10月9日 20:00\n参与方式:点击进入"
    assert send["verdict"]["message_class"] == "marketing"
