"""Customer service in the simulator: callbacks as documented, the control API, and the console's buttons."""

CORP = "ww5a1e0000000demo1"
KF = f"corps/{CORP}/kf"


async def test_callbacks_say_only_where_something_is(sim, control, app_receiver, wecom) -> None:
    person = sim.world.create_person("周工")
    made = await control("POST", KF, {"name": "售前", "servicers": ["wangjing"]})
    account = made["open_kfid"]
    await control("POST", f"{KF}/{account}/enter", {"person": person.id, "scene": "poster"})
    await control("POST", f"{KF}/{account}/ask", {"person": person.id, "text": "在吗"})
    answered = {"person": person.id, "userid": "wangjing", "text": "您好"}
    assert await control("POST", f"{KF}/{account}/answer", answered) == {"done": True}
    assert await control("POST", f"{KF}/{account}/answer", {**answered, "userid": "linxiao"}) == {"done": False}
    await sim.idle()
    got = [each.fields for each in app_receiver.got if each.fields["Event"] == "kf_msg_or_event"]
    assert len(got) == 3
    assert set(got[0]) == {"ToUserName", "CreateTime", "MsgType", "Event", "Token", "OpenKfId"}
    assert {each["OpenKfId"] for each in got} == {account}
    body = {"open_kfid": account, "token": got[0]["Token"]}
    page = await wecom.post("kf/sync_msg", body)
    assert [item["origin"] for item in page["msg_list"]] == [4, 3, 5]
    assert "open_kfid" not in page["msg_list"][0]
    await control("PATCH", f"{KF}/{account}", {"managed": False})
    assert (await wecom.post("kf/sync_msg", body))["errcode"] == 48007
    listed = (await control("GET", KF))["accounts"]
    assert [(each["name"], each["managed"], each["entries"]) for each in listed] == [
        ("山屿云客服", True, 0),
        ("售前", False, 3),
    ]
    await control("POST", f"{KF}/wkNOBODY/ask", {"person": person.id}, status=404)
    await control("POST", f"{KF}/{account}/dance", {"person": person.id}, status=404)


async def test_a_customer_asks_and_a_servicer_answers_in_the_console(session, sim) -> None:
    corp, person = sim.world.corps[CORP], sim.world.create_person("周工")
    [account] = corp.kf_accounts.values()
    key = f"kf:{CORP}:{account.open_kfid}"

    async def press(path: str, **form: str) -> str:
        async with session.post(f"{sim.url}/console/{path}", data=form) as answer:
            assert answer.status == 200
            return await answer.text()

    async with session.get(f"{sim.url}/console?person={person.id}") as answer:
        assert "联系客服" in await answer.text()
    assert "正在咨询" in await press(f"people/{person.id}/ask_kf", chat=key)
    await press(f"people/{person.id}/say", chat=key, text="报价多少")
    shown = f"{key}:{sim.world.external_userid(CORP, person)}"
    page = await press(f"staff/{CORP}/linxiao/say", chat=shown, text="马上发您")
    assert "报价多少" in page
    assert "马上发您" in page
    assert [each.item["origin"] for each in account.entries if each.item] == [4, 3, 5]
    phone = sim.world.phone(person).chats[key]
    assert phone.messages[-1].body["text"] == "马上发您"
    assert "没有送达" in await press(f"staff/{CORP}/wangjing/say", chat=shown, text="我不是客服")
    async with session.post(f"{sim.url}/console/people/{person.id}/ask_kf", data={"chat": "kf:x:y"}) as answer:
        assert answer.status == 404
