"""Callbacks on the wire: registration, three attempts, time-outs, faults, and what the ledger says of them."""

import asyncio

import pytest

CORP = "ww5a1e0000000demo1"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def fates(sim, callback: str = "") -> list[str]:
    return [
        entry["kind"].removeprefix("callback.")
        for entry in sim.world.ledger.entries(kinds=("callback.",))
        if callback in ("", entry["callback"])
    ]


async def add(control, number: int = 1) -> None:
    await control("POST", f"people/p{number:05d}/add_friend", {"corpid": CORP, "userid": "linxiao"})


async def test_a_url_is_checked_before_it_is_saved(control, receiver, sim) -> None:
    settings = {"url": receiver.url, "token": "simToken2026", "aes_key": AES_KEY}
    receiver.receiver_id = "ww-somebody-else"
    path = f"corps/{CORP}/apps/1000002/callback"
    answer = await control("PUT", path, settings, status=400)
    assert answer["error"] == "verification_failed"
    assert sim.world.corps[CORP].apps[1000002].callback is None
    dead = {**settings, "url": "http://127.0.0.1:9/callback"}
    assert (await control("PUT", path, dead, status=400))["error"] == "verification_failed"
    await control("PUT", path, {**dead, "verify": False})
    receiver.receiver_id = CORP
    await control("PUT", path, settings)
    assert sim.world.corps[CORP].apps[1000002].callback.url == receiver.url


@pytest.mark.parametrize(
    "change",
    [{"aes_key": "short"}, {"aes_key": "é" * 43}, {"mode": "loud"}, {"token": ""}, {"url": "x"}, {"url": "ftp://x"}],
)
async def test_bad_settings(control, receiver, change) -> None:
    settings = {"url": receiver.url, "token": "t", "aes_key": AES_KEY, **change}
    await control("PUT", f"corps/{CORP}/apps/1000002/callback", settings, status=400)


async def test_the_second_attempt_carries_the_same_bytes(app_receiver, control, sim) -> None:
    app_receiver.script = [(500, b""), (200, b"")]
    await add(control)
    assert await sim.idle()
    assert len(app_receiver.got) == 2
    assert app_receiver.got[0].body == app_receiver.got[1].body
    assert fates(sim) == ["queued", "attempt_failed", "acknowledged"]


async def test_lost_after_three_attempts(app_receiver, control, sim) -> None:
    app_receiver.script = [(500, b"")] * 3
    await add(control)
    assert await sim.idle()
    assert len(app_receiver.got) == 3
    assert fates(sim) == ["queued", *["attempt_failed"] * 3, "lost"]
    failed = list(sim.world.ledger.entries(kinds=("callback.attempt_failed",)))
    assert [(entry["attempt"], entry["status"]) for entry in failed] == [(1, 500), (2, 500), (3, 500)]


async def test_a_receiver_that_is_down_and_comes_back(app_receiver, control, sim) -> None:
    port = sim.world.corps[CORP].apps[1000002].callback
    away = {"url": "http://127.0.0.1:9/callback", "token": port.token, "aes_key": port.aes_key, "verify": False}
    await control("PUT", f"corps/{CORP}/apps/1000002/callback", away)
    await add(control, 1)
    assert await sim.idle()
    assert fates(sim)[-1] == "lost"
    await control("PUT", f"corps/{CORP}/apps/1000002/callback", {**away, "url": app_receiver.url})
    await add(control, 2)
    assert await sim.idle()
    assert fates(sim)[-1] == "acknowledged"


async def test_silence_is_a_timeout(control, sim) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    sim.world.limits.callback_timeout_seconds = 0.05
    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        settings = {"url": url, "token": "t", "aes_key": AES_KEY, "verify": False}
        await control("PUT", f"corps/{CORP}/apps/1000002/callback", settings)
        await add(control)
        assert await sim.idle()
    failed = list(sim.world.ledger.entries(kinds=("callback.attempt_failed",)))
    assert [entry["problem"] for entry in failed] == ["timeout"] * 3


async def test_the_clock_waits_for_the_receiver(app_receiver, control, sim) -> None:
    seen = asyncio.Event()
    app_receiver.on_callback = lambda callback: seen.set()
    app_receiver.script = [(500, b"")]
    sim.world.limits.callback_retry_seconds = (30,)
    await add(control)
    await seen.wait()
    refused = await control("POST", "clock/advance", {"seconds": 60}, status=409)
    assert refused == {"error": "not_quiescent", "unanswered": 1}
    assert (await control("GET", "clock"))["now"] == 1772413200


async def test_the_stepped_clock_by_call(control, sim) -> None:
    assert (await control("POST", "clock/advance", {"seconds": 86400}))["now"] == 1772413200 + 86400
    await control("PUT", "clock", {"stepped": False, "speed": 60})
    assert (await control("POST", "clock/advance", {"seconds": 1}, status=409))["error"] == "not_stepped"


async def test_drop_and_duplicate(app_receiver, control, sim) -> None:
    await control("PUT", "faults", {"rules": [{"action": "drop", "times": 1}]})
    await add(control, 1)
    assert await sim.idle()
    assert not app_receiver.got
    assert fates(sim) == ["queued", "dropped"]
    await control("PUT", "faults", {"rules": [{"action": "duplicate", "match": "* add_external_contact"}]})
    await add(control, 2)
    assert await sim.idle()
    assert len(app_receiver.got) == 2
    assert app_receiver.got[0].body == app_receiver.got[1].body
    assert fates(sim)[-2:] == ["acknowledged", "acknowledged"]


async def test_reorder_lets_the_next_one_pass(app_receiver, control, sim) -> None:
    sim.simulator.faults.hold_seconds = 60
    await control("PUT", "faults", {"rules": [{"action": "reorder", "times": 1}]})
    await add(control, 1)
    await add(control, 2)
    while len(app_receiver.got) < 2:
        await asyncio.sleep(0)
    people = [sim.world.person_by(callback.fields["ExternalUserID"]).id for callback in app_receiver.got]
    assert people == ["p00002", "p00001"]


async def test_a_held_callback_goes_out_when_none_follows(app_receiver, control, sim) -> None:
    sim.simulator.faults.hold_seconds = 0
    await control("PUT", "faults", {"rules": [{"action": "reorder"}]})
    await add(control, 1)
    assert await sim.idle()
    assert len(app_receiver.got) == 1


async def test_delay(app_receiver, control, sim) -> None:
    await control("PUT", "faults", {"rules": [{"action": "delay", "value": 0.02}]})
    for number in range(1, 6):
        await add(control, number)
    assert await sim.idle()
    assert len(app_receiver.got) == 5


async def test_bad_rules(control) -> None:
    for rule in ({"action": "explode"}, {"action": "drop", "colour": "red"}, {}):
        await control("PUT", "faults", {"rules": [rule]}, status=400)


async def test_calls_go_wrong_as_told(wecom, control, session, sim) -> None:
    rules = [
        {"action": "errcode", "match": "*/cgi-bin/user/get", "value": -1, "times": 1},
        {"action": "errcode", "match": "*/cgi-bin/user/get", "value": 45009, "times": 1},
    ]
    await control("PUT", "faults", {"rules": rules})
    codes = [(await wecom.get("user/get", userid="linxiao"))["errcode"] for _ in range(3)]
    assert codes == [-1, 45009, 0]
    await control("PUT", "faults", {"rules": [{"action": "http", "value": 503, "times": 1}]})
    async with session.get(f"{wecom.base}/cgi-bin/user/get") as answer:
        assert answer.status == 503
    assert [entry["action"] for entry in sim.world.ledger.entries(kinds=("call.spoilt",))] == [
        "errcode",
        "errcode",
        "http",
    ]


async def test_a_spoilt_answer_after_the_effect(wecom, control) -> None:
    body = {"type": 2, "scene": 2, "user": ["linxiao"]}
    rule = {"action": "http", "match": "*add_contact_way", "value": 502, "after": True, "times": 1}
    await control("PUT", "faults", {"rules": [rule]})
    with pytest.raises(AssertionError):
        await wecom.post("externalcontact/add_contact_way", body)
    assert len((await wecom.post("externalcontact/list_contact_way", {}))["contact_way"]) == 1


async def test_a_call_that_hangs_ends_with_its_caller(wecom, control, sim) -> None:
    await control("PUT", "faults", {"rules": [{"action": "timeout", "value": 60, "times": 1}]})
    hanging = asyncio.create_task(wecom.get("user/get", userid="linxiao"))
    while not sim.simulator.faults.rules[0].struck:
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hanging, 0.1)
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 0


async def test_members_write_to_the_app(app_receiver, control, sim) -> None:
    await control("POST", f"corps/{CORP}/members/linxiao/say_to_app", {"agentid": 1000002, "text": "帮助"})
    assert await sim.idle()
    fields = app_receiver.got[0].fields
    assert (fields["FromUserName"], fields["MsgType"], fields["Content"]) == ("linxiao", "text", "帮助")
    assert fields["AgentID"] == "1000002"
    assert fields["MsgId"].isdigit()


async def test_text_cannot_break_out_of_the_document(app_receiver, control, sim) -> None:
    text = "]]></Content><AgentID>9</AgentID><![CDATA["
    await control("POST", f"corps/{CORP}/members/linxiao/say_to_app", {"agentid": 1000002, "text": text})
    assert await sim.idle()
    assert app_receiver.got[0].fields["Content"] == text
    assert app_receiver.got[0].fields["AgentID"] == "1000002"


async def test_an_edit_in_the_client(app_receiver, control, sim) -> None:
    await add(control)
    external = sim.world.external_userid(CORP, sim.world.people["p00001"])
    body = {"external_userid": external, "remark": "周工"}
    await control("POST", f"corps/{CORP}/members/linxiao/edit_customer", body)
    assert await sim.idle()
    kinds = sorted(callback.fields["ChangeType"] for callback in app_receiver.got)
    assert kinds == ["add_external_contact", "edit_external_contact"]


async def test_tags_that_people_keep_call_back(app_receiver, control, sim) -> None:
    await add(control)
    customer = sim.world.external_userid(CORP, sim.world.people["p00001"])
    members = f"corps/{CORP}/members/linxiao"
    made = await control("POST", f"{members}/make_tag", {"group": "来源", "name": "展会"})
    await control("POST", f"{members}/tag_customer", {"external_userid": customer, "tags": ["展会"]})
    assert await sim.idle()
    told = {each.fields["Event"]: each.fields for each in app_receiver.got}
    assert (told["change_external_tag"]["Id"], told["change_external_tag"]["TagType"]) == (made["id"], "tag")
    assert told["change_external_tag"]["ChangeType"] == "create"
    assert told["change_external_contact"]["ChangeType"] == "edit_external_contact"
    assert sim.world.corps[CORP].friendship("linxiao", customer).tag_ids == [made["id"]]


async def test_no_callbacks_when_switched_off(app_receiver, control, sim) -> None:
    await control("PATCH", "switches", {"callbacks": False})
    await add(control)
    assert await sim.idle()
    assert not app_receiver.got
