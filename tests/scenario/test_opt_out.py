"""退订 over the real wire: a word to any account ends all marketing from every account of the person; 订阅 brings it
back; who turns out to be the same person later is stopped as well."""

import itertools
from typing import Any

from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.kit.clock import WorldClock, machine_now
from weloop.kit.db import create_engine
from weloop.kit.unit import Units
from weloop.outbox.api import write_commands
from wxsim.world.following import follow, write
from wxsim.world.kf import ask_kf, enter_session

_keys = itertools.count(1)


async def _open_up(product: Any) -> None:
    """Let neither the hour nor caps matter here: whoever runs this at night sees the same."""
    rules = await product.call("GET", "/api/contact-rules")
    values = {**rules["values"], "marketing_quiet": ["00:00", "00:00"], "marketing_per_week": 14}
    values["marketing_gap_hours"] = 0
    await product.call("PUT", "/api/contact-rules", {"revision": rules["revision"], "values": values})


async def _send(product: Any, person_id: str, occasion: Occasion | None = None) -> str:
    """Send a message by the official account; answers what became of it."""
    [row] = await product.fetch(
        "SELECT id, value FROM identity WHERE person_id = $1 AND kind = 'follower'", int(person_id)
    )
    key = f"news:{next(_keys)}"
    engine = create_engine(product.database, size=1)
    async with Units(engine, WorldClock(), {Command: write_commands}).begin() as unit:
        body = {"openid": row["value"], "text": f"新品 {key}"}
        account, delivery = product.accounts["official_account"]["id"], Delivery.AT_MOST_ONCE
        name = CommandName.SEND_SERVICE_MESSAGE
        unit.enqueue(Command(key, name, account, body, delivery, subject_id=row["id"], occasion=occasion))
    await engine.dispose()

    async def ended() -> Any:
        [found] = await product.fetch("SELECT state, gates FROM command WHERE key = $1", key)
        return found if found["state"] not in ("queued", "sending") or found["gates"] else None

    found = await product.until(ended)
    return str(found["gates"] or found["state"])


def _heard(product: Any, person: Any) -> list[str]:
    phone = product.simulator.world.phone(person)
    return [each.body["text"] for chat in phone.chats.values() for each in chat.messages if each.side == "them"]


async def _standing(product: Any, person_id: str) -> dict[str, Any]:
    standing = await product.call("GET", f"/api/persons/{person_id}/contact")
    assert isinstance(standing, dict)
    return standing


async def test_a_word_ends_marketing_and_another_brings_it_back(product: Any) -> None:
    await _open_up(product)
    world = product.simulator.world
    [account] = world.accounts.values()
    person = world.create_person("周工")
    follow(world, account, person)
    write(world, account, person, "怎么退订短信")
    await product.quiet()
    [item] = (await product.call("GET", "/api/persons"))["items"]
    assert await _send(product, item["id"]) == "sent"

    write(world, account, person, " ＴＤ\n")
    await product.until(lambda: product.fetch("SELECT 1 FROM consent_entry"))
    assert await _send(product, item["id"]) == "opted_out"
    assert await _send(product, item["id"], Occasion(answers=machine_now())) == "sent", "an answer is no marketing"
    standing = await _standing(product, item["id"])
    assert (standing["opted_out"], standing["entries"][0]["word"]) == (True, "td")
    assert standing["entries"][0]["account_name"] == account.name
    [held] = (await product.call("GET", "/api/held-messages"))["items"]
    assert (held["gates"], held["person_id"]) == (["opted_out"], item["id"])
    await product.quiet()
    kinds = [each["kind"] for each in (await product.call("GET", f"/api/persons/{item['id']}/timeline"))["items"]]
    assert {"ConsentWithdrawn", "CommandRefused"} <= set(kinds)

    write(world, account, person, "订阅")
    await product.quiet()
    assert await _send(product, item["id"]) == "sent"
    assert [each["act"] for each in (await _standing(product, item["id"]))["entries"]] == ["opted_in", "opted_out"]
    heard = _heard(product, person)
    confirmed = [text for text in heard if text.startswith("已为您")]
    assert (len(heard), len(confirmed)) == (5, 2), "each word is answered once"
    assert confirmed[0].startswith("已为您退订")


async def test_a_word_to_customer_service_stops_every_account_of_the_person(product: Any) -> None:
    """Said before we know that both are one: the merge carries it."""
    await _open_up(product)
    world = product.simulator.world
    [account], [corp] = world.accounts.values(), world.corps.values()
    [kf] = corp.kf_accounts.values()
    person = world.create_person("吴工")
    enter_session(world, corp, kf, person, "")
    ask_kf(world, corp, kf, person, "退订")
    await product.quiet()
    [answer] = _heard(product, person)
    assert answer.startswith("已为您退订"), "customer service answers the word, once"
    follow(world, account, person)
    write(world, account, person, "请问有样册吗")
    await product.quiet()
    [item] = (await product.call("GET", "/api/persons"))["items"]
    assert set(item["kinds"]) >= {"external_contact", "follower"}
    assert await _send(product, item["id"]) == "opted_out"
    ask_kf(world, corp, kf, person, "订阅")
    await product.quiet()
    assert await _send(product, item["id"]) == "sent"
    assert [text[:5] for text in _heard(product, person) if text.startswith("已为您")] == ["已为您退订", "已为您恢复"]


async def test_a_hold_by_hand_stops_marketing_until_it_is_lifted(product: Any) -> None:
    await _open_up(product)
    world = product.simulator.world
    [account] = world.accounts.values()
    person = world.create_person("郑工")
    follow(world, account, person)
    write(world, account, person, "你好")
    await product.quiet()
    [item] = (await product.call("GET", "/api/persons"))["items"]
    path = f"/api/persons/{item['id']}/contact"
    await product.call("POST", path, {"act": "complaint_opened", "reason": "投诉太频繁"})
    assert await _send(product, item["id"]) == "complaint"
    await product.call("POST", path, {"act": "complaint_closed", "reason": "已致歉"})
    assert await _send(product, item["id"]) == "sent"
