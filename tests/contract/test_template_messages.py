"""Template messages and subscription notices against the simulator: lists, what is refused, what is used up."""

import orjson
import pytest

from wxapi.errors import CallRejected
from wxapi.official_account import OfficialAccountClient
from wxsim.testing import Running
from wxsim.world.demo import APPID
from wxsim.world.following import follow, unfollow
from wxsim.world.message_templates import add_template, answer_popup, withdraw
from wxsim.world.official_accounts import Follower

VALUES = {"thing1": "私域获客公开课", "time2": "2026年10月9日 20:00", "thing3": "点击进入"}


def follower(sim: Running) -> Follower:
    account, person = sim.world.accounts[APPID], sim.world.create_person("王工")
    follow(sim.world, account, person)
    return account.followers[sim.world.openid(APPID, person)]


def cards(sim: Running, follower: Follower) -> list[dict[str, str]]:
    chat = sim.world.phone(follower.person).chats[f"account:{APPID}"]
    return [each.body for each in chat.messages if each.kind == "template_card"]


async def test_a_message_is_shown_with_its_places(sim: Running, account: OfficialAccountClient) -> None:
    template = next(each for each in await account.template_messages.list() if each.title == "活动开始提醒")
    assert "开始时间:{{time2.DATA}}" in template.content
    to = follower(sim)
    sent = await account.template_messages.send(
        to.openid, template.template_id, VALUES, url="https://m.example.com/w/9", client_id="journey:1:2"
    )
    assert sent.isdigit()
    [card] = cards(sim, to)
    assert (card["title"], card["url"]) == ("活动开始提醒", "https://m.example.com/w/9")
    assert orjson.loads(card["rows"])[1] == {"name": "开始时间", "value": "2026年10月9日 20:00"}


async def test_a_client_id_counts_once_within_ten_minutes(sim: Running, account: OfficialAccountClient) -> None:
    template = (await account.template_messages.list())[0].template_id
    to, other = follower(sim), follower(sim)

    async def send(openid: str, client_id: str = "one") -> str:
        return await account.template_messages.send(openid, template, VALUES, url=None, client_id=client_id)

    first = await send(to.openid)
    assert await send(to.openid) == first
    assert await send(other.openid) != first
    assert len(cards(sim, to)) == 1
    sim.world.clock.advance(601)
    assert await send(to.openid) != first
    assert len(cards(sim, to)) == 2


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"thing1": "超过二十个字的内容会被判为不符合模板参数规则哦"}, 47003),
        ({"thing1": ""}, 47003),
        ({"time2": "明天晚上"}, 47003),
    ],
)
async def test_values_that_break_a_rule(
    sim: Running, account: OfficialAccountClient, changes: dict[str, str], errcode: int
) -> None:
    template = (await account.template_messages.list())[0].template_id
    to = follower(sim)
    with pytest.raises(CallRejected) as refused:
        await account.template_messages.send(to.openid, template, VALUES | changes, url=None, client_id="one")
    assert refused.value.errcode == errcode
    assert next(iter(changes)) in str(refused.value.errmsg)
    assert not cards(sim, to)


async def test_who_is_no_follower_and_what_is_no_template(sim: Running, account: OfficialAccountClient) -> None:
    template = (await account.template_messages.list())[0].template_id
    gone = follower(sim)
    unfollow(sim.world, sim.world.accounts[APPID], gone.person)

    async def refusal(openid: str, template_id: str) -> int:
        with pytest.raises(CallRejected) as refused:
            await account.template_messages.send(openid, template_id, VALUES, url=None, client_id="one")
        return refused.value.errcode

    assert await refusal(gone.openid, template) == 43004
    assert await refusal(follower(sim).openid, "nothing") == 40037
    sim.world.accounts[APPID].kind = "subscription"
    assert await refusal(follower(sim).openid, template) == 48001


async def test_a_notice_uses_an_acceptance_up(sim: Running, account: OfficialAccountClient) -> None:
    [template] = await account.subscription_notices.list()
    assert (template.title, template.long) == ("直播开始通知", False)
    assert template.template_id not in {each.template_id for each in await account.template_messages.list()}
    to, of = follower(sim), sim.world.accounts[APPID]
    values = {"thing1": "新品发布", "date2": "2026-10-09 20:00"}

    async def send(template_id: str = template.template_id, **changes: str) -> int:
        try:
            await account.subscription_notices.send(to.openid, template_id, values | changes, page=None)
        except CallRejected as error:
            return error.errcode
        return 0

    assert await send() == 43101
    answer_popup(sim.world, of, to, of.templates[template.template_id], False)
    assert await send() == 43101
    for _ in range(2):
        answer_popup(sim.world, of, to, of.templates[template.template_id], True)
    assert [await send(), await send(date2="下周"), await send(), await send()] == [0, 47003, 0, 43101]
    assert [each["title"] for each in cards(sim, to)] == ["直播开始通知"] * 2
    answer_popup(sim.world, of, to, of.templates[template.template_id], True)
    withdraw(sim.world, of, to, of.templates[template.template_id])
    assert await send() == 43101
    assert await send((await account.template_messages.list())[0].template_id) == 40037


async def test_a_long_acceptance_holds_until_it_is_withdrawn(sim: Running, account: OfficialAccountClient) -> None:
    to, of = follower(sim), sim.world.accounts[APPID]
    template = add_template(sim.world, of, "停水通知", "区域:{{thing1.DATA}}\n", kind="long")
    answer_popup(sim.world, of, to, template, True)
    for _ in range(2):
        await account.subscription_notices.send(to.openid, template.template_id, {"thing1": "东区"}, page=None)
    assert len(cards(sim, to)) == 2
