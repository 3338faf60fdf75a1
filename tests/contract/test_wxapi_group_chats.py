"""``wxapi.wecom`` against the simulator: group chats and join ways, and the codes they answer."""

import pytest

from wxapi.errors import CallRejected
from wxapi.wecom import JoinWayPlan, WecomClient
from wxsim.testing import Running
from wxsim.world.demo import CORPID
from wxsim.world.group_chats import BY_CODE, INVITED, GroupChat, create_group_chat, dismiss, join


@pytest.fixture
def chat(sim: Running) -> GroupChat:
    corp = sim.world.corps[CORPID]
    return create_group_chat(sim.world, corp, corp.members["linxiao"], "交流1群", ["chenyu"])


async def test_list_comes_in_pages_and_by_owner(sim: Running, wecom: WecomClient, chat: GroupChat):
    corp = sim.world.corps[CORPID]
    made = [create_group_chat(sim.world, corp, corp.members["wangjing"], f"群{number}") for number in range(4)]
    first = await wecom.group_chats.list(limit=3)
    second = await wecom.group_chats.list(first.next_cursor, limit=3)
    listed = [each.chat_id for each in first.chats + second.chats]
    assert listed == [chat.chat_id, *(each.chat_id for each in made)]
    assert second.next_cursor == ""
    assert [each.chat_id for each in (await wecom.group_chats.list(owners=["linxiao"])).chats] == [chat.chat_id]
    corp.members["linxiao"].status = 5
    left = await wecom.group_chats.list(status=1)
    assert [(each.chat_id, each.status) for each in left.chats] == [(chat.chat_id, 1)]


async def test_get_tells_everybody(sim: Running, wecom: WecomClient, chat: GroupChat):
    corp, person = sim.world.corps[CORPID], sim.world.create_person("赵工")
    join(sim.world, corp, chat, person, BY_CODE, state="group_qr_3")
    found = await wecom.group_chats.get(chat.chat_id, names=True)
    assert (found.name, found.owner, found.admins, found.version) == ("交流1群", "linxiao", ("chenyu",), chat.version)
    owner, admin, guest = found.members
    assert (owner.userid, owner.type, owner.name, admin.invitor) == ("linxiao", 1, "林晓", "linxiao")
    assert (guest.userid, guest.type, guest.name) == (sim.world.external_userid(CORPID, person), 2, "赵工")
    assert (guest.join_scene, guest.state, guest.invitor) == (3, "group_qr_3", "")
    assert guest.unionid == sim.world.unionid("山屿云", person)
    assert (await wecom.group_chats.get(chat.chat_id)).members[2].name == ""
    before = found.version
    join(sim.world, corp, chat, sim.world.create_person(), INVITED)
    assert (await wecom.group_chats.get(chat.chat_id)).version not in ("", before)


async def test_what_reading_refuses(sim: Running, wecom: WecomClient, chat: GroupChat):
    corp = sim.world.corps[CORPID]

    async def refused(chat_id: str) -> int:
        with pytest.raises(CallRejected) as error:
            await wecom.group_chats.get(chat_id)
        return error.value.errcode

    assert await refused("wrNOBODY") == 40050
    corp.apps[1000002].visible = {"wangjing"}
    assert await refused(chat.chat_id) == 60011
    corp.apps[1000002].visible = None
    dismiss(sim.world, corp, chat)
    assert await refused(chat.chat_id) == 49008
    sim.world.limits.listed_members = 1
    with pytest.raises(CallRejected) as error:
        await wecom.group_chats.list()
    assert error.value.errcode == 81017
    corp.apps[1000002].contact_api = False
    assert await refused(chat.chat_id) == 48002


async def test_join_way_from_making_to_deleting(sim: Running, wecom: WecomClient, chat: GroupChat):
    plan = JoinWayPlan((chat.chat_id,), "group_qr_3", "技术群", True, "设备技术群", 3)
    config_id = await wecom.join_ways.add(plan)
    way = await wecom.join_ways.get(config_id)
    assert (way.config_id, way.plan) == (config_id, plan)
    assert way.qr_code.startswith(f"{sim.url}/q/")
    await wecom.join_ways.update(config_id, JoinWayPlan((chat.chat_id,), "group_qr_3", "新", False))
    changed = await wecom.join_ways.get(config_id)
    assert (changed.plan.remark, changed.plan.auto_create, changed.qr_code) == ("新", False, way.qr_code)
    await wecom.join_ways.delete(config_id)
    with pytest.raises(CallRejected) as error:
        await wecom.join_ways.get(config_id)
    assert error.value.errcode == 41044


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"chats": ()}, 40058),
        ({"chats": ("wrNOBODY",)}, 40050),
        ({"scene": 3}, 41040),
        ({"state": "长" * 31}, 40058),
        ({"base_name": "长" * 41}, 40058),
    ],
)
async def test_what_add_refuses(wecom: WecomClient, chat: GroupChat, change: dict[str, object], errcode: int):
    plan = {"chats": (chat.chat_id,), "state": "s", **change}
    with pytest.raises(CallRejected) as error:
        await wecom.join_ways.add(JoinWayPlan(**plan))  # type: ignore[arg-type]
    assert error.value.errcode == errcode


async def test_more_than_five_group_chats_and_the_shared_quota(sim: Running, wecom: WecomClient, chat: GroupChat):
    for chats, most, errcode in (((chat.chat_id,) * 6, 500_000, 41091), ((chat.chat_id,), 0, 41045)):
        sim.world.limits.contact_ways = most
        with pytest.raises(CallRejected) as error:
            await wecom.join_ways.add(JoinWayPlan(chats, "s"))
        assert error.value.errcode == errcode
