"""Callbacks of official accounts in the three modes, and passive replies."""

import pytest

from wxsim.wire.crypto import CallbackCipher, sign

APPID = "wx5a1e0000000demo2"
TOKEN = "simToken2026"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


async def chat(control) -> list[dict]:
    return (await control("GET", "people/p00001/phone"))["chats"][0]["messages"]


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_message_in_every_mode(listen_to_account, control, sim, mode) -> None:
    receiver = await listen_to_account(mode)
    openid = (await control("POST", "people/p00001/follow", {"appid": APPID}))["openid"]
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "想要报价单"})
    assert await sim.idle()
    follow, message = sorted(receiver.got, key=lambda each: each.fields["MsgType"])
    assert (follow.fields["Event"], follow.fields["EventKey"]) == ("subscribe", "")
    assert "MsgId" not in follow.fields
    assert message.fields["ToUserName"] == sim.world.accounts[APPID].original_id
    assert (message.fields["FromUserName"], message.fields["Content"]) == (openid, "想要报价单")
    assert message.fields["MsgId"].isdigit()
    query = message.query
    assert query["signature"] == sign(TOKEN, query["timestamp"], query["nonce"])
    assert query["openid"] == openid
    assert ("msg_signature" in query, query.get("encrypt_type")) == (
        (False, None) if mode == "plain" else (True, "aes")
    )
    assert (b"<Content>" in message.body) == (mode != "safe")
    assert (b"<Encrypt>" in message.body) == (mode != "plain")


async def test_scenes(listen_to_account, account, control, sim) -> None:
    receiver = await listen_to_account("safe")
    body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "expo"}}}
    code = await account.post("qrcode/create", body)
    scans = [(await control("POST", "people/p00001/scan", {"code": code["url"]}))["outcome"] for _ in range(2)]
    assert scans == ["followed", "scanned"]
    await control("POST", "people/p00001/unfollow", {"appid": APPID})
    assert await sim.idle()
    events = {each.fields["Event"]: each.fields for each in receiver.got}
    assert events["subscribe"]["EventKey"] == "qrscene_expo"
    assert events["subscribe"]["Ticket"] == events["SCAN"]["Ticket"] == code["ticket"]
    assert events["SCAN"]["EventKey"] == "expo"
    assert "unsubscribe" in events
    openid = sim.world.openid(APPID, sim.world.people["p00001"])
    assert (await account.get("user/info", openid=openid))["subscribe"] == 0


async def test_a_follower_by_scene_carries_it(account, control, sim) -> None:
    body = {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 7}}}
    code = await account.post("qrcode/create", body)
    await control("POST", "people/p00001/scan", {"code": code["url"]})
    profile = await account.get("user/info", openid=sim.world.openid(APPID, sim.world.people["p00001"]))
    assert (profile["subscribe_scene"], profile["qr_scene"], profile["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", 7, "")


async def test_a_temporary_code_expires(account, control, sim) -> None:
    body = {"expire_seconds": 60, "action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 7}}}
    code = await account.post("qrcode/create", body)
    sim.world.clock.advance(60)
    assert (await control("POST", "people/p00001/scan", {"code": code["url"]}))["outcome"] == "expired"


async def test_the_plain_code_only_follows(listen_to_account, control, sim) -> None:
    receiver = await listen_to_account("plain")
    url = sim.world.accounts[APPID].code_url
    scans = [(await control("POST", "people/p00001/scan", {"code": url}))["outcome"] for _ in range(2)]
    assert scans == ["followed", "scanned"]
    assert await sim.idle()
    assert [each.fields["Event"] for each in receiver.got] == ["subscribe"]


async def test_a_passive_reply_is_shown(listen_to_account, control, sim) -> None:
    receiver = await listen_to_account("plain")
    openid = (await control("POST", "people/p00001/follow", {"appid": APPID}))["openid"]
    assert await sim.idle()
    ids = f"<ToUserName>{openid}</ToUserName><FromUserName>{sim.world.accounts[APPID].original_id}</FromUserName>"
    news = (
        f"<xml>{ids}<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles><item><Title>白皮书</Title>"
        "<Description>点开</Description><PicUrl></PicUrl><Url>https://m.example.com</Url></item></Articles></xml>"
    )
    receiver.script = [(200, news.encode())]
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "资料"})
    assert await sim.idle()
    assert (await chat(control))[-1]["kind"] == "link"
    transfer = f"<xml>{ids}<MsgType>transfer_customer_service</MsgType></xml>"
    receiver.script = [(200, transfer.encode())]
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "人工"})
    assert await sim.idle()
    assert (await chat(control))[-1]["body"]["text"] == "人工"


async def test_an_encrypted_reply_in_safe_mode(listen_to_account, control, sim) -> None:
    receiver = await listen_to_account("safe")
    openid = (await control("POST", "people/p00001/follow", {"appid": APPID}))["openid"]
    assert await sim.idle()
    plain = (
        f"<xml><ToUserName>{openid}</ToUserName><FromUserName>{sim.world.accounts[APPID].original_id}</FromUserName>"
        "<MsgType>text</MsgType><Content>收到</Content></xml>"
    )
    sealed = CallbackCipher(AES_KEY, APPID).encrypt(plain.encode())
    signature = sign(TOKEN, "1760000003", "13572468", sealed)
    reply = (
        f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signature}</MsgSignature>"
        "<TimeStamp>1760000003</TimeStamp><Nonce>13572468</Nonce></xml>"
    )
    receiver.script = [(200, reply.encode())]
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "你好"})
    assert await sim.idle()
    assert (await chat(control))[-1]["body"]["text"] == "收到"
    receiver.script = [(200, plain.encode())]
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "你好"})
    assert await sim.idle()
    assert (await chat(control))[-1]["body"]["text"] == "该公众号提供的服务出现故障，请稍后再试"


@pytest.mark.parametrize("reply", [b"OK", b"<xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>", b"<xml></xml>"])
async def test_a_malformed_reply_shows_the_fault_notice(listen_to_account, control, sim, reply) -> None:
    receiver = await listen_to_account("plain")
    await control("POST", "people/p00001/follow", {"appid": APPID})
    assert await sim.idle()
    receiver.script = [(200, reply)]
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "你好"})
    assert await sim.idle()
    assert (await chat(control))[-1]["body"]["text"].startswith("该公众号提供的服务出现故障")
    assert len(receiver.got) == 2


async def test_a_tap_on_a_menu_message(listen_to_account, control, sim) -> None:
    receiver = await listen_to_account("plain")
    await control("POST", "people/p00001/follow", {"appid": APPID})
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "报价", "menu_id": "201"})
    assert await sim.idle()
    message = next(each for each in receiver.got if each.fields["MsgType"] == "text")
    assert message.fields["bizmsgmenuid"] == "201"


async def test_callback_check(account, listen_to_account) -> None:
    body = {"action": "all", "check_operator": "DEFAULT"}
    assert (await account.post("callback/check", body))["errcode"] == 40201
    await listen_to_account("plain")
    assert set(await account.post("callback/check", body)) == {"dns", "ping"}
    assert (await account.post("callback/check", {"action": "x"}))["errcode"] == 40202
