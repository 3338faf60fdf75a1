"""Pages beside a chat: the scripts they load, signatures that are truly checked, messages that truly arrive."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from wxsim.world.contacts import add_directly, leave

CORP, AGENT = "ww5a1e0000000demo1", 1000002
PAGE = "http://127.0.0.1:8710/h5/sidebar"
CALLS = ["getContext", "getCurExternalContact", "getCurExternalChat", "sendChatMessage"]
Ask = Callable[..., Awaitable[dict[str, Any]]]


def sign(ticket: str, page: str) -> dict[str, object]:
    plain = f"jsapi_ticket={ticket}&noncestr=n1&timestamp=1760000000&url={page}"
    signature = hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()
    return {"nonceStr": "n1", "timestamp": 1760000000, "signature": signature}


@pytest.fixture
async def agent(wecom) -> dict[str, object]:
    ticket = (await wecom.get("ticket/get", type="agent_config"))["ticket"]
    return {"corpid": CORP, "agentid": AGENT, "jsApiList": CALLS, **sign(ticket, PAGE)}


@pytest.fixture
def external(sim) -> str:
    corp = sim.world.corps[CORP]
    return add_directly(sim.world, corp, corp.members["linxiao"], sim.world.people["p00002"]).external_userid


@pytest.fixture
def ask(session, sim, agent, external) -> Ask:
    async def call(name: str, **given: Any) -> dict[str, Any]:
        body = {"name": name, "params": {}, "page": PAGE, "chat": f"customer:{external}", "agent": agent, **given}
        url = f"{sim.url}/console/staff/{CORP}/{body.pop('userid', 'linxiao')}/page-call"
        async with session.post(url, json=body) as answer:
            assert answer.status == 200
            return await answer.json()

    return call


async def test_both_scripts_come_from_their_hosts(session, sim) -> None:
    for address in ("res.wx.qq.com/open/js/jweixin-1.2.0.js", "open.work.weixin.qq.com/wwopen/js/jwxwork-1.0.0.js"):
        async with session.get(f"{sim.url}/{address}") as answer:
            assert answer.status == 200
            assert answer.content_type == "text/javascript"
    async with session.get(f"{sim.url}/res.wx.qq.com/open/js/other.js") as answer:
        assert answer.status == 404


async def test_the_corps_signature_is_checked(ask, wecom) -> None:
    ticket = (await wecom.get("get_jsapi_ticket"))["ticket"]
    assert (await ask("config", config={"appId": CORP, **sign(ticket, PAGE)}))["err_msg"] == "config:ok"
    for wrong in (
        {"appId": "ww1", **sign(ticket, PAGE)},
        {"appId": CORP, **sign(ticket, PAGE + "?x")},
        {"appId": CORP, **sign("other", PAGE)},
        {"appId": CORP},
        None,
    ):
        assert (await ask("config", config=wrong))["errCode"] == 40093


async def test_the_apps_signature_is_checked_with_every_call(ask, agent, wecom, sim, external) -> None:
    assert (await ask("agentConfig"))["err_msg"] == "agentConfig:ok"
    corp_ticket = (await wecom.get("get_jsapi_ticket"))["ticket"]
    for wrong in ({**agent, **sign(corp_ticket, PAGE)}, {**agent, "agentid": 7}, {**agent, "signature": ""}, None):
        assert (await ask("agentConfig", agent=wrong))["errCode"] == 40093
        sent = await ask("sendChatMessage", agent=wrong, params={"msgtype": "text", "text": {"content": "漏"}})
        assert sent["errCode"] == 40093
    assert (await ask("agentConfig", page=PAGE + "?tab=2"))["errCode"] == 40093
    sim.world.corps[CORP].apps[AGENT].trusted_domains = {"crm.example.com"}
    assert (await ask("agentConfig"))["errCode"] == 50001
    phone = sim.world.phone(sim.world.people["p00002"])
    assert all(message.body.get("text") != "漏" for chat in phone.chats.values() for message in chat.messages)


async def test_a_message_arrives_on_both_phones(ask, sim, external, wecom) -> None:
    assert (await ask("getContext"))["entry"] == "single_chat_tools"
    assert (await ask("getCurExternalContact"))["userId"] == external
    sent = await ask("sendChatMessage", params={"msgtype": "text", "text": {"content": "您好"}, "enterChat": True})
    assert sent["err_msg"] == "sendChatMessage:ok"
    news = {"link": "https://example.com/a", "title": "案例", "desc": "12 页", "imgUrl": ""}
    assert (await ask("sendChatMessage", params={"msgtype": "news", "news": news}))["err_msg"] == "sendChatMessage:ok"
    corp = sim.world.corps[CORP]
    customer = sim.world.phone(sim.world.people["p00002"]).chats[f"staff:{CORP}:linxiao"].messages[-2:]
    member = sim.world.staff_phone(corp, corp.members["linxiao"]).chats[f"customer:{external}"].messages[-2:]
    assert [(each.side, each.kind) for each in customer] == [("them", "text"), ("them", "link")]
    assert [(each.side, each.kind) for each in member] == [("me", "text"), ("me", "link")]
    assert customer[0].body["text"] == "您好"
    assert customer[1].body["url"] == "https://example.com/a"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"msgtype": "voice", "voice": {"mediaid": "m"}},
        {"msgtype": "text", "text": {"content": ""}},
        {"msgtype": "text", "text": 7},
        {"msgtype": "file", "file": {"mediaid": "unknown"}},
        {"msgtype": "news", "news": {"title": "x"}},
    ],
)
async def test_a_message_that_cannot_be_sent_fails(ask, params) -> None:
    assert (await ask("sendChatMessage", params=params))["err_msg"].startswith("sendChatMessage:fail")


async def test_nobody_is_there_without_a_chat_a_friend_or_a_permission(ask, agent, sim) -> None:
    assert (await ask("getContext", chat=""))["entry"] == "normal"
    for given in ({"chat": ""}, {"chat": "customer:wmSomebodyElse"}, {"userid": "chenyu"}):
        assert (await ask("getCurExternalContact", **given))["err_msg"].startswith("getCurExternalContact:fail")
    few = {**agent, "jsApiList": ["getContext"]}
    assert (await ask("getCurExternalContact", agent=few))["err_msg"] == "getCurExternalContact:fail no permission"
    assert (await ask("constructor"))["err_msg"] == "constructor:fail no permission"
    corp = sim.world.corps[CORP]
    leave(sim.world, corp, corp.members["linxiao"], sim.world.people["p00002"])
    sent = await ask("sendChatMessage", params={"msgtype": "text", "text": {"content": "您好"}})
    assert sent["err_msg"].startswith("sendChatMessage:fail")


async def test_another_site_cannot_call(session, sim) -> None:
    url = f"{sim.url}/console/staff/{CORP}/linxiao/page-call"
    async with session.post(url, json={"name": "getContext"}, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403


async def test_the_apps_ticket_is_given_for_its_type_alone(wecom) -> None:
    for kind in ("", "jsapi", "agent_config "):
        assert (await wecom.get("ticket/get", type=kind))["errcode"] == 40058
    first, again = [await wecom.get("ticket/get", type="agent_config") for _ in range(2)]
    assert first["ticket"] == again["ticket"]
