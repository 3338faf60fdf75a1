"""``wxapi.official_account`` against the simulator, over loopback HTTP: each API and the codes it answers."""

import pytest

from wxapi.errors import CallRejected, CredentialRefused, QuotaUsedUp
from wxapi.official_account import OfficialAccountClient, fetch_stable_token, fetch_token, show_url
from wxapi.transport import AiohttpTransport
from wxsim.faults import FaultRule
from wxsim.testing import Running
from wxsim.world.demo import APPID
from wxsim.world.following import follow, unfollow, write
from wxsim.world.people import Person
from wxsim.world.scanning import scan


def follower(sim: Running) -> tuple[Person, str]:
    """Somebody who follows; the person and the openid."""
    person = sim.world.create_person("王工")
    follow(sim.world, sim.world.accounts[APPID], person)
    return person, sim.world.openid(APPID, person)


async def test_tokens_of_both_kinds_live_side_by_side(sim: Running, transport: AiohttpTransport):
    secret = sim.world.accounts[APPID].secret
    base = sim.official_account_base
    stable = await fetch_stable_token(transport, base, APPID, secret)
    older = await fetch_token(transport, base, APPID, secret)
    assert stable.value != older.value
    assert (await fetch_stable_token(transport, base, APPID, secret)).value == stable.value
    assert (await fetch_stable_token(transport, base, APPID, secret, force=True)).value != stable.value


@pytest.mark.parametrize(("appid", "errcode"), [(APPID, (40125, 40001)), ("wx0000000000000000", (40013,))])
async def test_wrong_credentials(sim: Running, transport: AiohttpTransport, appid: str, errcode: tuple[int, ...]):
    for asking in (fetch_stable_token, fetch_token):
        with pytest.raises(CredentialRefused) as refused:
            await asking(transport, sim.official_account_base, appid, "wrong")
        assert refused.value.errcode in errcode


async def test_token_that_dies_early_is_replaced(sim: Running, account: OfficialAccountClient):
    await account.maintenance.list_api_addresses()
    assert sim.simulator.official_accounts.tokens.kill(f"{APPID}#stable")
    assert await account.maintenance.list_api_addresses()


async def test_token_that_expired_is_replaced(sim: Running, account: OfficialAccountClient):
    await account.maintenance.list_api_addresses()
    sim.world.clock.advance(7201)
    assert await account.maintenance.list_callback_addresses()


async def test_caller_that_is_not_in_the_list(sim: Running, account: OfficialAccountClient):
    sim.world.accounts[APPID].trusted_ips = {"203.0.113.9"}
    with pytest.raises(CredentialRefused) as refused:
        await account.maintenance.list_api_addresses()
    assert refused.value.errcode == 40164


async def test_profiles(sim: Running, account: OfficialAccountClient):
    person, openid = follower(sim)
    left, left_openid = follower(sim)
    unfollow(sim.world, sim.world.accounts[APPID], left)
    profile = await account.users.get(openid)
    assert (profile.openid, profile.subscribed) == (openid, True)
    assert profile.unionid == sim.world.unionid("山屿云", person)
    assert profile.subscribed_at == sim.world.clock.unix()
    listed = {each.openid: each for each in await account.users.batch_get([openid, left_openid])}
    assert (listed[openid].subscribed, listed[left_openid].subscribed) == (True, False)
    assert listed[left_openid].unionid == sim.world.unionid("山屿云", left)


async def test_malformed_openid_fails_the_whole_batch(sim: Running, account: OfficialAccountClient):
    _, openid = follower(sim)
    with pytest.raises(CallRejected) as refused:
        await account.users.batch_get([openid, "nonsense"])
    assert refused.value.errcode == 40003


async def test_followers_in_pages(sim: Running, account: OfficialAccountClient):
    openids = {follower(sim)[1] for _ in range(3)}
    page = await account.users.list()
    assert (page.total, set(page.openids)) == (3, openids)
    assert (await account.users.list(page.openids[-1])).openids == ()


async def test_scene_codes(sim: Running, transport: AiohttpTransport, account: OfficialAccountClient):
    code = await account.scene_qrs.create("expo2026_booth7", 3600)
    assert code.expire_seconds == 3600
    permanent = await account.scene_qrs.create_permanent("footer")
    assert permanent.expire_seconds == 0
    person = sim.world.create_person("王工")
    assert scan(sim.world, person, code.url).kind == "followed"
    profile = await account.users.get(sim.world.openid(APPID, person))
    assert (profile.scene, profile.subscribe_scene) == ("expo2026_booth7", "ADD_SCENE_QR_CODE")
    picture = await transport.get(show_url(code.ticket, f"{sim.url}/mp.weixin.qq.com"), {})
    assert picture.status == 200
    assert picture.body.startswith(b"\x89PNG")


async def test_service_message_within_its_window(sim: Running, account: OfficialAccountClient):
    person, openid = follower(sim)
    write(sim.world, sim.world.accounts[APPID], person, "想要报价单")
    await account.service_messages.send_text(openid, "马上为您准备😀")
    chat = sim.world.phone(person).chats[f"account:{APPID}"]
    assert chat.messages[-1].body["text"] == "马上为您准备😀"
    sim.world.clock.advance(48 * 3600 + 1)
    with pytest.raises(CallRejected) as refused:
        await account.service_messages.send_text(openid, "还在吗")
    assert refused.value.errcode == 45015


async def test_quota_is_counted(sim: Running, account: OfficialAccountClient):
    _, openid = follower(sim)
    before = await account.maintenance.get_quota("/cgi-bin/user/info")
    await account.users.get(openid)
    after = await account.maintenance.get_quota("/cgi-bin/user/info")
    assert (after.daily_limit, after.used) == (before.daily_limit, before.used + 1)
    with pytest.raises(CallRejected) as refused:
        await account.maintenance.get_quota("/cgi-bin/nothing")
    assert refused.value.errcode == 76021


async def test_daily_quota_used_up(sim: Running, account: OfficialAccountClient):
    sim.simulator.faults.rules.append(FaultRule("errcode", "*get_api_domain_ip", value=45009))
    with pytest.raises(QuotaUsedUp):
        await account.maintenance.list_api_addresses()


async def test_tags_are_made_renamed_and_put_on_followers(sim: Running, account: OfficialAccountClient):
    _, first = follower(sim)
    _, second = follower(sim)
    tag = await account.tags.create("已留资")
    assert (tag.name, tag.count) == ("已留资", 0)
    with pytest.raises(CallRejected) as taken:
        await account.tags.create("已留资")
    assert taken.value.errcode == 45157
    await account.tags.mark(tag.id, [first, second])
    await account.tags.rename(tag.id, "已留电话")
    [listed] = [each for each in await account.tags.list() if each.id == tag.id]
    assert (listed.name, listed.count) == ("已留电话", 2)
    assert (await account.users.get(first)).tag_ids == (tag.id,)
    await account.tags.unmark(tag.id, [first])
    assert [(await account.users.get(each)).tag_ids for each in (first, second)] == [(), (tag.id,)]
    with pytest.raises(CallRejected) as unknown:
        await account.tags.mark(999, [first])
    assert unknown.value.errcode == 45159
