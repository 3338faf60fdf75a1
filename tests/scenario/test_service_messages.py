"""A message from the person's page over the real wire: within the window, once, counted, and refused outside."""

from typing import Any

import aiohttp

from weloop.access.api import Passwords, Role, create_user
from weloop.entrypoints.database import open_unit
from wxsim.faults import FaultRule
from wxsim.world.following import follow, unfollow, write


async def _ask(product: Any, person: str, body: dict[str, Any]) -> tuple[int, Any]:
    async with product.http.post(f"{product.url}/api/service-messages/{person}", json=body) as answer:
        return answer.status, await answer.json()


def _heard(product: Any, person: Any) -> list[str]:
    phone = product.simulator.world.phone(person)
    return [
        message.body["text"] for chat in phone.chats.values() for message in chat.messages if message.side == "them"
    ]


async def _come(product: Any) -> tuple[Any, Any, str, dict[str, Any]]:
    """Somebody follows and writes: account and person of the world, the person's id, the body of a message."""
    world = product.simulator.world
    [account] = world.accounts.values()
    person = world.create_person("周工")
    follow(world, account, person)
    write(world, account, person, "想要报价单")
    await product.quiet()
    [item] = (await product.call("GET", "/api/persons"))["items"]
    body = {"account_id": product.accounts["official_account"]["id"], "text": "您好，马上发您", "draft": "draft-0001"}
    return account, person, item["id"], body


async def test_a_message_is_sent_once_and_the_window_counts_down(product: Any) -> None:
    account, person, person_id, body = await _come(product)
    [window] = await product.call("GET", f"/api/service-messages/{person_id}")
    assert (window["follows"], window["left"], window["most"], window["last"]) == (True, 5, 5, None)
    for states in (["sending"], ["sending", "sent"]):  # meanwhile it may have left
        status, windows = await _ask(product, person_id, body)
        assert (status, windows[0]["left"], windows[0]["last"]["state"] in states) == (202, 4, True)
    await product.quiet()
    assert _heard(product, person) == ["您好，马上发您"]
    [window] = await product.call("GET", f"/api/service-messages/{person_id}")
    assert (window["left"], window["last"]["state"]) == (4, "sent")
    timeline = (await product.call("GET", f"/api/persons/{person_id}/timeline"))["items"]
    assert [
        each["data"]["command"]
        for each in timeline
        if each["kind"] == "CommandSent" and each["data"]["command"] == "SendServiceMessage"
    ]
    audit = (await product.call("GET", "/api/audit"))["items"]
    assert audit[0]["act"] == "service_message_written"

    for number in range(2, 6):
        assert (await _ask(product, person_id, {**body, "draft": f"draft-000{number}"}))[0] == 202
    status, problem = await _ask(product, person_id, {**body, "draft": "draft-0009"})
    assert (status, problem["code"], problem["params"]) == (409, "window_used_up", {"max": 5})
    await product.quiet()
    assert len(_heard(product, person)) == 5, "the simulator counts as we do"

    unfollow(product.simulator.world, account, person)
    await product.quiet()
    status, problem = await _ask(product, person_id, {**body, "draft": "draft-0010"})
    assert (status, problem["code"]) == (409, "follower_gone")


async def test_a_refusal_is_shown_and_uses_nothing_up(product: Any) -> None:
    _, person, person_id, body = await _come(product)
    product.simulator.simulator.faults.rules.append(FaultRule("errcode", "*/custom/send", value=45015))
    assert (await _ask(product, person_id, body))[0] == 202
    await product.quiet()
    [window] = await product.call("GET", f"/api/service-messages/{person_id}")
    assert (window["left"], window["last"]["state"]) == (5, "failed")
    assert window["last"]["failure"]["params"]["errcode"] == 45015
    assert _heard(product, person) == []


async def test_what_hostile_hands_send_is_refused(product: Any) -> None:
    _, _, person_id, body = await _come(product)
    for changes, status, code in (
        ({"text": ""}, 422, "invalid_input"),
        ({"text": "  "}, 422, "message_empty"),
        ({"text": "a\u0000b"}, 422, "invalid_input"),
        ({"text": "字" * 683}, 422, "text_long"),
        ({"draft": "../../x"}, 422, "invalid_input"),
        ({"account_id": 999}, 404, "follower_unknown"),
    ):
        answer, problem = await _ask(product, person_id, {**body, **changes})
        assert (answer, problem["code"]) == (status, code), changes
    for unknown, told in (("999", (404, "person_not_found")), ("9" * 19, (422, "invalid_input"))):
        answer, problem = await _ask(product, unknown, body)
        assert (answer, problem["code"]) == told
    assert not await product.fetch("SELECT 1 FROM command WHERE name = 'SendServiceMessage'")

    async with open_unit(product.database) as unit:
        await create_user(unit, "seller", "销售", Role.SDR, await Passwords().hash("correct horse battery"))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as seller:
        login = {"login": "seller", "password": "correct horse battery"}
        async with seller.post(f"{product.url}/api/session", json=login) as answer:
            csrf = (await answer.json())["csrf"]
        async with seller.post(
            f"{product.url}/api/service-messages/{person_id}", json=body, headers={"X-CSRF-Token": csrf}
        ) as answer:
            assert (answer.status, (await answer.json())["code"]) == (403, "not_allowed")
