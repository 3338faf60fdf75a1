"""Group chats of the simulator: callbacks as documented, codes that fill and grow, the control API and the phone."""

from wxsim.wire.xml import read_xml
from wxsim.world.scanning import scan

CORP = "ww5a1e0000000demo1"
CHATS = f"corps/{CORP}/group-chats"
PATH = "externalcontact/groupchat/"


async def start(control, **more: object) -> dict:
    return await control("POST", CHATS, {"owner": "linxiao", "name": "交流1群", "admins": ["chenyu"], **more})


async def add_way(wecom, chats: list[str], **more: object) -> dict:
    body = {"scene": 2, "remark": "技术群", "chat_id_list": chats, "state": "qr_3", "room_base_name": "交流", **more}
    made = await wecom.post(PATH + "add_join_way", {"auto_create_room": 1, "room_base_id": 2, **body})
    return (await wecom.post(PATH + "get_join_way", {"config_id": made["config_id"]}))["join_way"]


def chat_events(receiver) -> list[dict[str, str]]:
    return [each.fields for each in receiver.got if each.fields["Event"] == "change_external_chat"]


async def test_callbacks_of_a_group_chats_life(sim, control, app_receiver) -> None:
    person = sim.world.create_person("周工")
    external = sim.world.external_userid(CORP, person)
    made = await start(control)
    await sim.idle()
    assert await control("POST", f"{CHATS}/{made['chat_id']}/invite", {"person": person.id}) == {"done": True}
    assert await control("POST", f"{CHATS}/{made['chat_id']}/invite", {"person": person.id}) == {"done": False}
    await sim.idle()
    await control("PATCH", f"{CHATS}/{made['chat_id']}", {"name": "新名字"})
    await sim.idle()
    assert await control("POST", f"people/{person.id}/leave_group", {"corpid": CORP, "chat_id": made["chat_id"]}) == {
        "done": True
    }
    await sim.idle()
    await control("DELETE", f"{CHATS}/{made['chat_id']}")
    await sim.idle()
    created, joined, renamed, left, dismissed = chat_events(app_receiver)
    plain = {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "ChatId", "ChangeType"}
    assert (set(created), created["ChangeType"], created["ChatId"]) == (plain, "create", made["chat_id"])
    assert (joined["UpdateDetail"], joined["JoinScene"], joined["MemChangeCnt"]) == ("add_member", "0", "1")
    assert (left["UpdateDetail"], left["QuitScene"], "JoinScene" in left) == ("del_member", "0", False)
    assert joined["CurMemVer"] == left["LastMemVer"] != joined["LastMemVer"]
    assert (renamed["UpdateDetail"], "CurMemVer" in renamed) == ("change_name", False)
    assert (set(dismissed), dismissed["ChangeType"]) == (plain, "dismiss")
    plain_text = next(each.plain for each in sim.simulator.deliveries.recent if "add_member" in each.plain)
    assert [item.text for item in read_xml(plain_text.encode()).findall("MemChangeList/Item")] == [external]


async def test_an_app_that_does_not_see_the_owner_hears_nothing(sim, control, app_receiver) -> None:
    await control("PATCH", f"corps/{CORP}/apps/1000002", {"visible": ["wangjing"]})
    await start(control)
    await sim.idle()
    assert chat_events(app_receiver) == []


async def test_a_code_fills_its_group_chats_and_the_platform_makes_the_next(sim, control, wecom) -> None:
    sim.world.limits.group_chat_members = 3
    made = await start(control)
    way = await add_way(wecom, [made["chat_id"]])
    people = [sim.world.create_person() for _ in range(3)]
    outcomes = [
        await control("POST", f"people/{person.id}/scan", {"code": way["qr_code"]}) for person in [*people, people[0]]
    ]
    assert [(each["outcome"], each["name"]) for each in outcomes] == [
        ("group_joined", "交流1群"),
        ("group_joined", "交流2"),
        ("group_joined", "交流3"),
        ("already_in_group", "交流1群"),
    ]
    chats = (await control("GET", CHATS))["group_chats"]
    assert [each["name"] for each in chats] == ["交流1群", "交流2", "交流3"]
    assert {each["state"] for chat in chats for each in chat["members"] if each["person"]} == {"qr_3"}
    assert {each["owner"] for each in chats} == {"linxiao"}
    # Off, the code lets nobody in any more.
    change = {"config_id": way["config_id"], "scene": 2, "chat_id_list": [made["chat_id"]], "auto_create_room": 0}
    assert (await wecom.post(PATH + "update_join_way", change))["errcode"] == 0
    sim.world.limits.group_chat_members = 0
    assert scan(sim.world, sim.world.create_person(), way["qr_code"]).kind == "group_full"
    assert sim.world.ledger.counts()["group.full"] == 1


async def test_a_deleted_code_leads_nowhere_and_the_group_chat_stays(sim, control, wecom) -> None:
    made = await start(control)
    way = await add_way(wecom, [made["chat_id"]])
    assert {each["kind"] for each in (await control("GET", "codes"))["codes"]} >= {"join_way"}
    assert (await wecom.post(PATH + "del_join_way", {"config_id": way["config_id"]}))["errcode"] == 0
    assert scan(sim.world, sim.world.create_person(), way["qr_code"]).kind == "unknown_code"
    assert len((await control("GET", CHATS))["group_chats"]) == 1


async def test_a_refused_update_changes_nothing(control, wecom) -> None:
    made = await start(control)
    way = await add_way(wecom, [made["chat_id"]])
    bad = {"config_id": way["config_id"], "scene": 2, "chat_id_list": ["wrNOBODY"], "remark": "新"}
    assert (await wecom.post(PATH + "update_join_way", bad))["errcode"] == 40050
    again = (await wecom.post(PATH + "get_join_way", {"config_id": way["config_id"]}))["join_way"]
    assert again == way


async def test_the_phone_shows_the_group_chat_and_what_is_said_in_it(sim, control, session) -> None:
    person, other = sim.world.create_person("周工"), sim.world.create_person("吴工")
    made = await start(control, people=[person.id, other.id])
    said = {"corpid": CORP, "chat_id": made["chat_id"], "text": "大家好"}
    assert await control("POST", f"people/{person.id}/say", said) == {"done": True}
    [chat] = (await control("GET", f"people/{other.id}/phone"))["chats"]
    assert (chat["title"], chat["kind"], chat["active"]) == ("交流1群(4)", "group", True)
    assert chat["messages"][-1]["body"] == {"text": "大家好", "speaker": "周工"}
    async with session.get(f"{sim.url}/console?person={other.id}&chat={chat['key']}") as answer:
        page = await answer.text()
    assert "周工" in page
    assert 'aria-label="退出群聊 交流1群(4)"' in page
    form = {"chat": chat["key"]}
    async with session.post(f"{sim.url}/console/people/{other.id}/leave_group", data=form) as answer:
        assert "已退出群聊" in await answer.text()
    [chat] = (await control("GET", f"people/{other.id}/phone"))["chats"]
    assert chat["active"] is False
    assert await control("POST", f"people/{other.id}/say", said) == {"done": False}


async def test_a_code_in_a_picture_is_recognized(sim, control, wecom, session) -> None:
    made = await start(control)
    way = await add_way(wecom, [made["chat_id"]])
    async with session.get(way["qr_code"]) as answer:
        picture = await answer.read()
    assert sim.world.recognize(picture) == way["qr_code"].removesuffix(".png")
    assert sim.world.recognize(picture + b"0") == ""


async def test_unknown_group_chats_and_acts_are_404(control) -> None:
    made = await start(control)
    await control("PATCH", f"{CHATS}/wrNOBODY", {"name": "x"}, status=404)
    await control("POST", f"{CHATS}/{made['chat_id']}/sing", {"person": "p00001"}, status=404)
    await control("POST", f"{CHATS}/{made['chat_id']}/invite", {"person": "nobody"}, status=404)
