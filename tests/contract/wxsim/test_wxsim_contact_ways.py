"""Contact ways: body shapes, codes, limits, and what a scan brings."""

import pytest

PATH = "externalcontact/"
PLAIN = {"type": 2, "scene": 2, "user": ["linxiao", "chenyu"], "state": "expo", "remark": "展会A"}
CORP = "ww5a1e0000000demo1"


async def test_add_get_list_update_delete(wecom, sim) -> None:
    made = await wecom.post(PATH + "add_contact_way", {**PLAIN, "party": [3]})
    assert set(made) == {"errcode", "errmsg", "config_id", "qr_code"}
    assert len(made["config_id"]) == 32
    assert made["qr_code"].startswith(f"{sim.url}/q/")
    way = (await wecom.post(PATH + "get_contact_way", {"config_id": made["config_id"]}))["contact_way"]
    assert {"type": 2, "scene": 2, "state": "expo", "remark": "展会A", "skip_verify": True}.items() <= way.items()
    assert way["user"] == ["linxiao", "chenyu"]
    assert way["party"] == [3]
    assert way["qr_code"] == made["qr_code"]
    change = {
        "config_id": made["config_id"],
        "remark": "展会B",
        "skip_verify": False,
        "user": ["wangjing"],
        "party": [],
    }
    assert (await wecom.post(PATH + "update_contact_way", change))["errcode"] == 0
    way = (await wecom.post(PATH + "get_contact_way", {"config_id": made["config_id"]}))["contact_way"]
    assert (way["remark"], way["skip_verify"], way["user"], way["party"]) == ("展会B", False, ["wangjing"], [])
    assert way["state"] == "expo"
    assert (await wecom.post(PATH + "del_contact_way", {"config_id": made["config_id"]}))["errcode"] == 0
    assert (await wecom.post(PATH + "get_contact_way", {"config_id": made["config_id"]}))["errcode"] == 41044


async def test_no_code_for_a_mini_program_button(wecom) -> None:
    made = await wecom.post(PATH + "add_contact_way", {**PLAIN, "scene": 1, "style": 2})
    assert "qr_code" not in made


async def test_lists_come_in_pages(wecom, sim) -> None:
    ids = [(await wecom.post(PATH + "add_contact_way", PLAIN))["config_id"] for _ in range(5)]
    first = await wecom.post(PATH + "list_contact_way", {"limit": 3})
    second = await wecom.post(PATH + "list_contact_way", {"limit": 3, "cursor": first["next_cursor"]})
    assert [row["config_id"] for row in first["contact_way"] + second["contact_way"]] == ids
    assert second["next_cursor"] == ""
    assert (await wecom.post(PATH + "list_contact_way", {"cursor": "nonsense"}))["errcode"] == 50100
    sim.world.clock.advance(91 * 86400)
    wecom.token = sim.simulator.wecom.tokens.issue(f"{CORP}/1000002").token
    assert (await wecom.post(PATH + "list_contact_way", {}))["contact_way"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": None}, 41037),
        ({"scene": None}, 41038),
        ({"type": 3}, 41039),
        ({"scene": 7}, 41040),
        ({"style": 9}, 41042),
        ({"user": []}, 40058),
        ({"type": 1}, 40058),
        ({"user": "linxiao"}, 40058),
        ({"state": "长" * 31}, 40058),
        ({"remark": "长" * 31}, 40058),
        ({"user": ["nobody"]}, 60111),
        ({"user": ["zhouyan"]}, 84074),
        ({"party": [99]}, 40066),
        ({"skip_verify": "yes"}, 40058),
    ],
)
async def test_what_add_refuses(wecom, change, code) -> None:
    assert (await wecom.post(PATH + "add_contact_way", {**PLAIN, **change}))["errcode"] == code


async def test_thirty_characters_are_allowed(wecom) -> None:
    answer = await wecom.post(PATH + "add_contact_way", {**PLAIN, "state": "长" * 30, "remark": "长" * 30})
    assert answer["errcode"] == 0


async def test_members_must_be_active_and_verified(wecom, control) -> None:
    await control("PATCH", f"corps/{CORP}/members/linxiao", {"status": 4})
    assert (await wecom.post(PATH + "add_contact_way", PLAIN))["errcode"] == 41054
    await control("PATCH", f"corps/{CORP}/members/linxiao", {"status": 1, "real_name_verified": False})
    assert (await wecom.post(PATH + "add_contact_way", PLAIN))["errcode"] == 40098


async def test_quota_and_number_of_members(wecom, sim) -> None:
    sim.world.limits.contact_way_members = 1
    assert (await wecom.post(PATH + "add_contact_way", PLAIN))["errcode"] == 41041
    sim.world.limits.contact_way_members = 100
    sim.world.limits.contact_ways = 1
    made = await wecom.post(PATH + "add_contact_way", PLAIN)
    assert (await wecom.post(PATH + "add_contact_way", PLAIN))["errcode"] == 41045
    await wecom.post(PATH + "del_contact_way", {"config_id": made["config_id"]})
    assert (await wecom.post(PATH + "add_contact_way", PLAIN))["errcode"] == 0


async def test_the_app_must_be_allowed_and_see_the_member(wecom, control) -> None:
    await control("PATCH", f"corps/{CORP}/apps/1000002", {"visible": ["chenyu"]})
    assert (await wecom.post(PATH + "add_contact_way", PLAIN))["errcode"] == 60011
    await control("PATCH", f"corps/{CORP}/apps/1000002", {"contact_api": False})
    assert (await wecom.post(PATH + "add_contact_way", PLAIN))["errcode"] == 48002


async def test_bad_config_ids_and_bad_json(wecom) -> None:
    for call in ("get", "update", "del"):
        assert (await wecom.post(PATH + f"{call}_contact_way", {}))["errcode"] == 41043
        assert (await wecom.post(PATH + f"{call}_contact_way", {"config_id": "x"}))["errcode"] == 41044
    answer = await wecom.post(PATH + "add_contact_way", b"{not json")
    assert answer["errcode"] == 41037
    assert answer["errmsg"].startswith("Warning: wrong json format. ")


async def test_a_refused_update_changes_nothing(wecom) -> None:
    made = await wecom.post(PATH + "add_contact_way", PLAIN)
    bad = {"config_id": made["config_id"], "remark": "新", "user": ["zhouyan"]}
    assert (await wecom.post(PATH + "update_contact_way", bad))["errcode"] == 84074
    way = (await wecom.post(PATH + "get_contact_way", {"config_id": made["config_id"]}))["contact_way"]
    assert way["remark"] == "展会A"


async def test_a_scan_makes_friends_and_calls_back(wecom, app_receiver, control, sim) -> None:
    made = await wecom.post(PATH + "add_contact_way", PLAIN)
    outcome = await control("POST", "people/p00001/scan", {"code": made["qr_code"]})
    assert outcome["outcome"] == "friend_added"
    assert await sim.idle()
    fields = app_receiver.got[0].fields
    assert fields["ToUserName"] == CORP
    assert fields["FromUserName"] == "sys"
    assert fields["CreateTime"] == "1772413200"
    assert (fields["MsgType"], fields["Event"]) == ("event", "change_external_contact")
    assert (fields["ChangeType"], fields["UserID"], fields["State"]) == ("add_external_contact", "linxiao", "expo")
    assert fields["ExternalUserID"].startswith("wm")
    assert fields["WelcomeCode"]
    assert b"<AgentID><![CDATA[1000002]]></AgentID>" in app_receiver.got[0].body


async def test_members_take_turns_and_friends_stay(wecom, control, sim) -> None:
    made = await wecom.post(PATH + "add_contact_way", PLAIN)
    scans = [await control("POST", f"people/p0000{n}/scan", {"code": made["qr_code"]}) for n in (1, 2, 3, 1)]
    assert [scan["name"] for scan in scans] == ["林晓", "陈屿", "林晓", "林晓"]
    assert [scan["outcome"] for scan in scans] == ["friend_added"] * 3 + ["already_friends"]
    sim.world.limits.customers_per_member = 2
    full = [await control("POST", f"people/p000{n}/scan", {"code": made["qr_code"]}) for n in (11, 12)]
    assert [(scan["outcome"], scan["name"]) for scan in full] == [("friend_added", "陈屿"), ("nobody_available", "")]


async def test_a_request_waits_for_the_member(wecom, app_receiver, control, sim) -> None:
    made = await wecom.post(PATH + "add_contact_way", {**PLAIN, "skip_verify": False})
    asked = await control("POST", "people/p00001/scan", {"code": made["qr_code"]})
    assert asked["outcome"] == "friend_requested"
    assert await sim.idle()
    assert not app_receiver.got
    external = sim.world.external_userid(CORP, sim.world.people["p00001"])
    await control("POST", f"corps/{CORP}/members/linxiao/accept", {"external_userid": external})
    assert await sim.idle()
    assert app_receiver.got[0].fields["ChangeType"] == "add_external_contact"
    assert app_receiver.got[0].fields["State"] == "expo"


async def test_the_half_event_comes_first_when_switched_on(wecom, app_receiver, control, sim) -> None:
    sim.world.switches.half_event_on_skip_verify = True
    made = await wecom.post(PATH + "add_contact_way", PLAIN)
    await control("POST", "people/p00001/scan", {"code": made["qr_code"]})
    assert await sim.idle()
    half = app_receiver.got[0].fields
    assert half["ChangeType"] == "add_half_external_contact"
    await wecom.post(PATH + "send_welcome_msg", {"welcome_code": half["WelcomeCode"], "text": {"content": "好"}})
    body = {"external_userid": half["ExternalUserID"]}
    await control("POST", f"corps/{CORP}/members/linxiao/accept", body)
    assert await sim.idle()
    whole = app_receiver.got[1].fields
    assert whole["ChangeType"] == "add_external_contact"
    assert "WelcomeCode" not in whole


async def test_a_deleted_way_leads_nowhere(wecom, control) -> None:
    made = await wecom.post(PATH + "add_contact_way", PLAIN)
    await wecom.post(PATH + "del_contact_way", {"config_id": made["config_id"]})
    assert (await control("POST", "people/p00001/scan", {"code": made["qr_code"]}))["outcome"] == "unknown_code"


async def test_an_exclusive_way_finds_a_friend_of_any_member(wecom, control) -> None:
    made = await wecom.post(PATH + "add_contact_way", {**PLAIN, "is_exclusive": True})
    await control("POST", "people/p00001/add_friend", {"corpid": CORP, "userid": "zhaolei"})
    scan = await control("POST", "people/p00001/scan", {"code": made["qr_code"]})
    assert (scan["outcome"], scan["name"]) == ("already_friends", "赵磊")


async def test_escapes_are_refused_when_switched_on(wecom, sim) -> None:
    body = b'{"type": 2, "scene": 2, "user": ["linxiao"], "remark": "\\u5c55"}'
    assert (await wecom.post(PATH + "add_contact_way", body))["errcode"] == 0
    sim.world.switches.refuse_unicode_escapes = True
    assert (await wecom.post(PATH + "add_contact_way", body))["errcode"] == 40033
    harmless = b'{"type": 2, "scene": 2, "user": ["linxiao"], "remark": "\\\\u5c55"}'
    assert (await wecom.post(PATH + "add_contact_way", harmless))["errcode"] == 0


async def test_a_temporary_way_serves_once_and_expires(wecom, control, sim) -> None:
    body = {**PLAIN, "type": 1, "user": ["linxiao"], "is_temp": True, "expires_in": 60}
    one = await wecom.post(PATH + "add_contact_way", body)
    late = await wecom.post(PATH + "add_contact_way", body)
    assert (await control("POST", "people/p00001/scan", {"code": one["qr_code"]}))["outcome"] == "friend_added"
    assert (await control("POST", "people/p00002/scan", {"code": one["qr_code"]}))["outcome"] == "unknown_code"
    sim.world.clock.advance(60)
    assert (await control("POST", "people/p00002/scan", {"code": late["qr_code"]}))["outcome"] == "expired"
    assert (await wecom.post(PATH + "list_contact_way", {}))["contact_way"] == []
