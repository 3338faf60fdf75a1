"""``wxapi.wecom`` against the simulator: WeChat customer service, and who agreed to message archive."""

from collections.abc import Mapping

import aiohttp
import pytest

from wxapi.errors import CallRejected, QuotaUsedUp
from wxapi.multipart import FilePart
from wxapi.wecom import WecomClient
from wxapi.wecom.kf import link
from wxapi.wecom.welcome import file, image
from wxsim.testing import Running
from wxsim.world.demo import AGENTID, CORPID
from wxsim.world.kf import KfAccount, answer_kf, ask_kf, enter_session, hide_kf, issue_token
from wxsim.world.scanning import scan


@pytest.fixture
def kf(sim: Running) -> KfAccount:
    return next(iter(sim.world.corps[CORPID].kf_accounts.values()))


async def test_accounts_servicers_and_a_link_that_leads_there(sim: Running, wecom: WecomClient, kf: KfAccount):
    [listed] = await wecom.kf.list_accounts()
    assert (listed.open_kfid, listed.name, listed.managed) == (kf.open_kfid, "山屿云客服", True)
    assert await wecom.kf.list_accounts(offset=1) == ()
    assert [(each.userid, each.status) for each in await wecom.kf.list_servicers(kf.open_kfid)] == [
        ("linxiao", 0),
        ("chenyu", 0),
    ]
    url = await wecom.kf.add_contact_way(kf.open_kfid, "poster_a")
    person = sim.world.create_person("赵工")
    assert scan(sim.world, person, url).kind == "kf_entered"
    [entered] = (await wecom.kf.sync(kf.open_kfid)).items
    assert (entered.msgtype, entered.event["event_type"], entered.event["scene"]) == (
        "event",
        "enter_session",
        "poster_a",
    )
    assert entered.external_userid == sim.world.external_userid(CORPID, person)
    assert entered.open_kfid == kf.open_kfid
    assert entered.event["welcome_code"]


async def test_what_was_said_comes_in_pages_and_a_page_may_be_empty(sim: Running, wecom: WecomClient, kf: KfAccount):
    corp, person = sim.world.corps[CORPID], sim.world.create_person("赵工")
    ask_kf(sim.world, corp, kf, person, "在吗")
    hide_kf(sim.world, kf, 2)
    assert answer_kf(sim.world, corp, kf, corp.members["linxiao"], person, "您好")
    assert not answer_kf(sim.world, corp, kf, corp.members["wangjing"], person, "不是客服")
    token = issue_token(sim.world, kf)
    first = await wecom.kf.sync(kf.open_kfid, token=token, limit=1)
    second = await wecom.kf.sync(kf.open_kfid, first.next_cursor, token, limit=2)
    third = await wecom.kf.sync(kf.open_kfid, second.next_cursor, token)
    assert (len(first.items), first.has_more, len(second.items), second.has_more) == (1, True, 0, True)
    [asked], [answered] = first.items, third.items
    assert (asked.origin, asked.text, asked.servicer) == (3, "在吗", "")
    assert (answered.origin, answered.text, answered.servicer, third.has_more) == (5, "您好", "linxiao", False)
    assert asked.external_userid == answered.external_userid == sim.world.external_userid(CORPID, person)
    assert asked.msgid != answered.msgid
    [customer] = await wecom.kf.get_customers([asked.external_userid, "wmNOBODY"])
    assert (customer.name, customer.unionid) == ("赵工", sim.world.unionid("山屿云", person))
    nothing = await wecom.kf.sync(kf.open_kfid, third.next_cursor)
    assert (nothing.items, nothing.has_more) == ((), False)


async def test_tokens_die_and_messages_are_kept_for_three_days(sim: Running, wecom: WecomClient, kf: KfAccount):
    corp, person = sim.world.corps[CORPID], sim.world.create_person()
    ask_kf(sim.world, corp, kf, person, "旧的")
    token = issue_token(sim.world, kf)
    assert len((await wecom.kf.sync(kf.open_kfid, token=token)).items) == 1
    sim.world.clock.advance(601)
    assert await code_of(wecom.kf.sync(kf.open_kfid, token=token)) == 95007
    sim.world.clock.advance(3 * 86400)
    enter_session(sim.world, corp, kf, person)
    [left] = (await wecom.kf.sync(kf.open_kfid)).items
    assert left.msgtype == "event"
    assert "welcome_code" not in left.event
    sim.world.limits.kf_syncs_without_token_per_minute = 1
    await wecom.kf.sync(kf.open_kfid)
    with pytest.raises(QuotaUsedUp):
        await wecom.kf.sync(kf.open_kfid)


async def code_of(call) -> int:
    with pytest.raises(CallRejected) as error:
        await call
    return error.value.errcode


async def test_what_customer_service_refuses(sim: Running, wecom: WecomClient, kf: KfAccount):
    assert await code_of(wecom.kf.sync("")) == 60251
    assert await code_of(wecom.kf.sync("wkNOBODY")) == 95000
    assert await code_of(wecom.kf.sync(kf.open_kfid, cursor="KFC9999")) == 50100
    assert await code_of(wecom.kf.sync(kf.open_kfid, limit=1001)) == 40058
    assert await code_of(wecom.kf.add_contact_way(kf.open_kfid, "空 格")) == 40058
    kf.managed = False
    assert await code_of(wecom.kf.sync(kf.open_kfid)) == 48007
    sim.world.corps[CORPID].apps[AGENTID].kf_api = False
    assert await code_of(wecom.kf.list_accounts()) == 48002


async def test_a_text_goes_out_while_the_customers_last_message_allows_it(
    sim: Running, wecom: WecomClient, kf: KfAccount
):
    corp, person = sim.world.corps[CORPID], sim.world.create_person("赵工")
    external = sim.world.external_userid(CORPID, person)

    def send(number: int, text: str = "您好"):
        return wecom.kf.send_text(kf.open_kfid, external, text, f"journey_1_{number}")

    assert await code_of(send(0)) == 40096
    enter_session(sim.world, corp, kf, person)
    assert await code_of(send(0)) == 95002
    ask_kf(sim.world, corp, kf, person, "在吗")
    assert await code_of(send(0, "长" * 683)) == 40058
    assert [await send(number) for number in range(5)] == [f"journey_1_{number}" for number in range(5)]
    assert await code_of(send(4)) == 40058
    assert await code_of(send(5)) == 95001
    ask_kf(sim.world, corp, kf, person, "还在吗")
    sim.world.clock.advance(48 * 3600 + 1)
    assert await code_of(send(5)) == 95002
    ask_kf(sim.world, corp, kf, person, "回来了")
    kf.refused.add(external)
    assert await send(6) == "journey_1_6"
    *_, failed = (await wecom.kf.sync(kf.open_kfid)).items
    assert (failed.event["event_type"], failed.event["fail_msgid"], failed.event["fail_type"]) == (
        "msg_send_fail",
        "journey_1_6",
        10,
    )
    chat = sim.world.phone(person).chats[f"kf:{CORPID}:{kf.open_kfid}"]
    assert [each.body["text"] for each in chat.messages if each.side == "them"] == ["您好"] * 5


async def test_what_a_message_may_be(sim: Running, wecom: WecomClient, kf: KfAccount):
    corp, person = sim.world.corps[CORPID], sim.world.create_person("赵工")
    external = sim.world.external_userid(CORPID, person)
    enter_session(sim.world, corp, kf, person)
    ask_kf(sim.world, corp, kf, person, "在吗")
    picture = await wecom.media.upload("image", FilePart("a.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(9)))

    def send(message: Mapping[str, object]):
        return wecom.kf.send(kf.open_kfid, external, message, f"m{len(kf.sent)}")

    assert await code_of(send({"msgtype": "location", "location": {"name": "x"}})) == 40008
    assert await code_of(send(link("价格", "https://e.com", ""))) == 41006
    assert await code_of(send(link("价格", "https://e.com", "gone"))) == 40007
    assert await code_of(send(link("长" * 43, "https://e.com", picture.media_id))) == 40058
    assert await code_of(send(file(picture.media_id))) == 40007
    assert await send(link("价格", "https://e.com", picture.media_id, "十一月")) == "m0"
    assert await send(image(picture.media_id)) == "m1"
    chat = sim.world.phone(person).chats[f"kf:{CORPID}:{kf.open_kfid}"]
    assert [each.kind for each in chat.messages if each.side == "them"] == ["link", "image"]


async def test_who_agreed_to_the_archive(sim: Running, wecom: WecomClient):
    corp, person = sim.world.corps[CORPID], sim.world.create_person()
    external = sim.world.external_userid(CORPID, person)
    assert await wecom.archive.check_single_agree([("linxiao", external)]) == ()
    async with aiohttp.ClientSession() as http:
        said = {"person": person.id, "userid": "linxiao", "status": "Agree", "at": 1_760_000_000}
        async with http.put(f"{sim.url}/sim/corps/{CORPID}/archive-consents", json=said) as answer:
            assert answer.status == 200
        async with http.put(f"{sim.url}/sim/corps/{CORPID}/archive-consents", json={**said, "status": "Ja"}) as answer:
            assert answer.status == 400
    [found] = await wecom.archive.check_single_agree([("linxiao", external), ("chenyu", external)])
    assert (found.userid, found.external_userid, found.status, found.changed_at) == (
        "linxiao",
        external,
        "Agree",
        1_760_000_000,
    )
    assert await code_of(wecom.archive.check_single_agree([])) == 40058
    corp.apps[AGENTID].archive_api = False
    assert await code_of(wecom.archive.check_single_agree([("linxiao", external)])) == 48002
