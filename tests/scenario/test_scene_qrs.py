"""Scene codes over the real wire: who follows by one reads its reply on the phone, once; reports know the code."""

from typing import Any

from wxsim.faults import FaultRule
from wxsim.world.following import follow
from wxsim.world.scanning import scan


async def _make(product: Any, **changes: object) -> Any:
    account = product.accounts["official_account"]["id"]
    made = await product.call("POST", "/api/scene-qrs", {"name": "展台", "account_id": account, **changes})
    await product.quiet()
    return await product.call("GET", f"/api/scene-qrs/{made['id']}")


def _read(product: Any, person: Any) -> list[str]:
    phone = product.simulator.world.phone(person)
    return [
        message.body["text"] for chat in phone.chats.values() for message in chat.messages if message.side == "them"
    ]


async def test_who_comes_by_a_code_reads_its_reply_once_though_told_twice(product: Any) -> None:
    path = await product.call("POST", "/api/paths", {"name": "主路径", "template": "b2b"})
    code = await _make(product, reply="这是白皮书：https://m.example.com/wp", days=30)
    assert (code["status"], code["permanent"]) == ("ready", False)
    product.simulator.simulator.faults.rules.append(FaultRule("duplicate"))
    person = product.simulator.world.create_person("周工")
    scan(product.simulator.world, person, code["url"])
    await product.quiet()
    assert _read(product, person) == ["这是白皮书：https://m.example.com/wp"]
    counts = (await product.call("GET", f"/api/scene-qrs/{code['id']}"))["counts"]
    assert (counts["followed"], counts["scanned"], counts["reply_sent"], counts["reply_failed"]) == (1, 0, 1, 0)

    [item] = (await product.call("GET", "/api/persons"))["items"]
    assert item["source"] == {"id": code["id"], "name": "展台", "kind": "scene_qr"}
    timeline = (await product.call("GET", f"/api/persons/{item['id']}/timeline"))["items"]
    sent = [event for event in timeline if event["data"].get("command") == "SendServiceMessage"]
    assert [(event["kind"], event["data"]["ref"]) for event in sent] == [("CommandSent", code["state_code"])]
    assert path["id"]


async def test_a_scan_of_a_follower_is_answered_and_an_account_greets_the_others(product: Any) -> None:
    world = product.simulator.world
    [account] = world.accounts.values()
    account_id = product.accounts["official_account"]["id"]
    await product.call("PUT", f"/api/follow-replies/{account_id}", {"text": "欢迎关注山屿云"})
    code = await _make(product, reply="这是白皮书")
    person = world.create_person("周工")
    follow(world, account, person)
    await product.quiet()
    scan(world, person, code["url"])
    await product.quiet()
    assert _read(product, person) == ["欢迎关注山屿云", "这是白皮书"]
    counts = (await product.call("GET", f"/api/scene-qrs/{code['id']}"))["counts"]
    assert (counts["followed"], counts["scanned"], counts["reply_sent"]) == (0, 1, 1)


async def test_a_refused_reply_is_counted_and_stands_among_the_failures(product: Any) -> None:
    code = await _make(product, reply="这是白皮书")
    product.simulator.simulator.faults.rules.append(FaultRule("errcode", "*/custom/send", value=45015))
    person = product.simulator.world.create_person("周工")
    scan(product.simulator.world, person, code["url"])
    await product.quiet()
    counts = (await product.call("GET", f"/api/scene-qrs/{code['id']}"))["counts"]
    assert (counts["reply_sent"], counts["reply_failed"]) == (0, 1)
    [letter] = (await product.call("GET", "/api/dead-letters"))["items"]
    assert (letter["name"], letter["error"]["errcode"]) == ("SendServiceMessage", 45015)
