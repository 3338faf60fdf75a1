"""Mass messages of both platforms against the simulator: tasks that members confirm, jobs that a callback ends."""

import pytest

from wxapi.errors import CallRejected, QuotaUsedUp
from wxapi.official_account import OfficialAccountClient
from wxapi.wecom import WecomClient
from wxapi.wecom.mass_messages import NO_FRIEND, QUOTA_USED, SENT, UNSENT
from wxapi.wecom.welcome import link
from wxsim.testing import Running
from wxsim.world import following
from wxsim.world.articles import write_draft
from wxsim.world.contacts import add_directly, answer_customer, leave
from wxsim.world.corps import Member
from wxsim.world.demo import AGENTID, APPID, CORPID
from wxsim.world.mass_messages import confirm
from wxsim.world.people import Person


def befriend(sim: Running, userid: str, name: str = "") -> tuple[Person, str]:
    corp = sim.world.corps[CORPID]
    person = sim.world.create_person(name)
    add_directly(sim.world, corp, corp.members[userid], person)
    return person, sim.world.external_userid(CORPID, person)


def member(sim: Running, userid: str) -> Member:
    return sim.world.corps[CORPID].members[userid]


def chats(sim: Running, person: Person) -> list[str]:
    return [each.body.get("text", "") for chat in sim.world.phone(person).chats.values() for each in chat.messages]


async def refused(call: object) -> int:
    with pytest.raises(CallRejected) as error:
        await call  # type: ignore[misc]
    return error.value.errcode


async def test_a_task_waits_for_each_member(sim: Running, wecom: WecomClient):
    zhao, zhao_id = befriend(sim, "linxiao")
    qian, qian_id = befriend(sim, "chenyu")
    task = await wecom.mass_messages.add(
        [zhao_id, qian_id, "wmSTRANGER"], "本周直播预告", [link("直播", "https://x.cn")]
    )
    assert task.failed == ("wmSTRANGER",)
    rows, cursor = await wecom.mass_messages.members(task.msgid)
    assert (sorted((each.userid, each.confirmed) for each in rows), cursor) == (
        [("chenyu", False), ("linxiao", False)],
        "",
    )
    assert "本周直播预告" not in chats(sim, zhao)
    assert confirm(sim.world, sim.world.corps[CORPID], member(sim, "linxiao"), task.msgid)
    assert not confirm(sim.world, sim.world.corps[CORPID], member(sim, "linxiao"), task.msgid)
    assert chats(sim, zhao)[-2:] == ["本周直播预告", ""]
    assert "本周直播预告" not in chats(sim, qian)
    sent, _ = await wecom.mass_messages.results(task.msgid, "linxiao")
    assert [(each.external_userid, each.status, each.sent_at > 0) for each in sent] == [(zhao_id, SENT, True)]
    waiting, _ = await wecom.mass_messages.results(task.msgid, "chenyu")
    assert [(each.status, each.sent_at) for each in waiting] == [(UNSENT, 0)]


async def test_it_goes_to_the_member_who_chatted_last(sim: Running, wecom: WecomClient):
    person, external = befriend(sim, "linxiao")
    corp = sim.world.corps[CORPID]
    add_directly(sim.world, corp, member(sim, "chenyu"), person)
    friendship = corp.friendship("linxiao", external)
    assert friendship is not None
    sim.simulator.world.clock.advance(5)
    answer_customer(sim.world, corp, friendship, "好的")
    task = await wecom.mass_messages.add([external], "你好")
    assert [each.userid for each in (await wecom.mass_messages.members(task.msgid))[0]] == ["linxiao"]


async def test_who_left_and_who_had_enough_get_nothing(sim: Running, wecom: WecomClient):
    gone, gone_id = befriend(sim, "linxiao")
    _, full_id = befriend(sim, "linxiao")
    corp = sim.world.corps[CORPID]
    sim.world.limits.mass_period_days = 1
    first = await wecom.mass_messages.add([full_id], "一")
    confirm(sim.world, corp, member(sim, "linxiao"), first.msgid)
    second = await wecom.mass_messages.add([gone_id, full_id], "二", sender="linxiao")
    leave(sim.world, corp, member(sim, "linxiao"), gone)
    confirm(sim.world, corp, member(sim, "linxiao"), second.msgid)
    rows, _ = await wecom.mass_messages.results(second.msgid, "linxiao")
    assert {each.external_userid: each.status for each in rows} == {gone_id: NO_FRIEND, full_id: QUOTA_USED}


async def test_reminding_cancelling_and_what_is_refused(sim: Running, wecom: WecomClient):
    _, external = befriend(sim, "linxiao")
    task = await wecom.mass_messages.add([external], "你好")
    for _ in range(3):
        await wecom.mass_messages.remind(task.msgid)
    assert await refused(wecom.mass_messages.remind(task.msgid)) == 41094
    await wecom.mass_messages.cancel(task.msgid)
    assert await refused(wecom.mass_messages.cancel(task.msgid)) == 41093
    assert not confirm(sim.world, sim.world.corps[CORPID], member(sim, "linxiao"), task.msgid)
    assert await refused(wecom.mass_messages.members("msgNOTHING")) == 41047
    assert await refused(wecom.mass_messages.add(["wmSTRANGER"], "你好")) == 41048
    assert await refused(wecom.mass_messages.add(["stranger"], "你好")) == 40096
    assert await refused(wecom.mass_messages.add([external], "字" * 1334)) == 45002
    assert await refused(wecom.mass_messages.add([external], "你好", sender="nobody")) == 60111
    sim.world.limits.mass_recipients = 1
    assert await refused(wecom.mass_messages.add([external, "wmSTRANGER"], "你好")) == 40058
    sim.world.corps[CORPID].apps[AGENTID].contact_api = False
    assert await refused(wecom.mass_messages.cancel(task.msgid)) == 48002


def follow(sim: Running, count: int) -> list[tuple[Person, str]]:
    account = sim.world.accounts[APPID]
    people = [sim.world.create_person() for _ in range(count)]
    return [(person, following.follow(sim.world, account, person).openid) for person in people]


async def test_a_job_to_a_list_once(sim: Running, account: OfficialAccountClient):
    (first, one), (second, two), (_, three) = follow(sim, 3)
    job = await account.mass_messages.send_to([one, two], "text", {"content": "本周四公开课"}, "b-1-1")
    again = await account.mass_messages.send_to([one, two], "text", {"content": "本周四公开课"}, "b-1-1")
    assert (again.msg_id, again.repeated, job.repeated) == (job.msg_id, True, False)
    assert [chats(sim, person).count("本周四公开课") for person in (first, second)] == [1, 1]
    assert await account.mass_messages.status(job.msg_id) == "SEND_SUCCESS"
    text = {"content": "x"}
    assert await refused(account.mass_messages.send_to([one], "text", text, "b-1-2")) == 40130
    assert await refused(account.mass_messages.send_to([one, "oNobody"], "text", text, "b-1-3")) == 40031
    assert await refused(account.mass_messages.send_to([one, three], "text", text, "b" * 33)) == 45067
    assert await refused(account.mass_messages.status("1")) == 40059
    assert await refused(account.mass_messages.delete(job.msg_id)) == 40065


async def test_a_follower_gets_four_a_month(sim: Running, account: OfficialAccountClient):
    (first, one), (_, two) = follow(sim, 2)
    sim.world.accounts[APPID].followers[two].blocked = True
    for number in range(5):
        await account.mass_messages.send_to([one, two], "text", {"content": f"第{number}次"}, f"b-2-{number}")
    jobs = list(sim.world.accounts[APPID].mass_jobs.values())
    assert [(each.total, each.chosen, each.sent, each.failed) for each in jobs] == [(2, 2, 1, 1)] * 4 + [(2, 1, 0, 1)]
    assert "第3次" in chats(sim, first)
    assert "第4次" not in chats(sim, first)


async def test_an_article_to_all_and_to_a_tag(sim: Running, account: OfficialAccountClient):
    (person, one), (other, _) = follow(sim, 2)
    official = sim.world.accounts[APPID]
    official.tags[101] = "试用"
    official.followers[one].tag_ids.append(101)
    draft = write_draft(sim.world, official, "handbook", "制造业私域获客手册")
    job = await account.mass_messages.send_to_tag(101, "mpnews", {"media_id": draft.draft_id}, "b-3-1")
    assert job.msg_data_id
    assert draft.is_published
    assert draft.title in [m.body.get("title") for c in sim.world.phone(person).chats.values() for m in c.messages]
    assert draft.title not in [m.body.get("title") for c in sim.world.phone(other).chats.values() for m in c.messages]
    await account.mass_messages.delete(job.msg_id)
    assert (draft.deleted, await account.mass_messages.status(job.msg_id)) == (True, "DELETE")
    gone = account.mass_messages.send_to_tag(None, "mpnews", {"media_id": draft.draft_id}, "b-3-2")
    assert await refused(gone) == 40007
    assert await refused(account.mass_messages.send_to_tag(9, "text", {"content": "x"}, "b-3-3")) == 40152
    for number in range(4):
        await account.mass_messages.send_to_tag(None, "text", {"content": "x"}, f"b-4-{number}")
    assert await refused(account.mass_messages.send_to_tag(None, "text", {"content": "x"}, "b-4-9")) == 45028
    await account.mass_messages.preview(one, "text", {"content": "先看一眼"})
    assert "先看一眼" in chats(sim, person)
    sim.world.limits.account_mass_per_minute = 1
    with pytest.raises(QuotaUsedUp):
        await account.mass_messages.send_to_tag(101, "text", {"content": "x"}, "b-5-1")
