"""Customers, members, departments, tags, app messages, media."""

import pytest

CORP = "ww5a1e0000000demo1"
PATH = "externalcontact/"
PNG = b"\x89PNG" + b"0" * 100


@pytest.fixture
async def customer(wecom, control, sim) -> str:
    """external_userid of p00001, a customer of linxiao by a contact way."""
    body = {"type": 2, "scene": 2, "user": ["linxiao"], "state": "expo"}
    made = await wecom.post(PATH + "add_contact_way", body)
    await control("POST", "people/p00001/scan", {"code": made["qr_code"]})
    return sim.world.external_userid(CORP, sim.world.people["p00001"])


async def test_who_may_have_customers(wecom) -> None:
    answer = await wecom.get(PATH + "get_follow_user_list")
    assert answer == {"errcode": 0, "errmsg": "ok", "follow_user": ["linxiao", "chenyu", "wangjing", "zhaolei"]}


async def test_list(wecom, customer, sim) -> None:
    assert (await wecom.get(PATH + "list", userid="linxiao"))["external_userid"] == [customer]
    assert (await wecom.get(PATH + "list", userid="LinXiao"))["external_userid"] == [customer]
    assert (await wecom.get(PATH + "list", userid="chenyu"))["errcode"] == 84061
    sim.world.switches.empty_list_is_84061 = False
    assert (await wecom.get(PATH + "list", userid="chenyu"))["external_userid"] == []
    assert (await wecom.get(PATH + "list", userid="zhouyan"))["errcode"] == 84074
    assert (await wecom.get(PATH + "list", userid="nobody"))["errcode"] == 60111


async def test_get(wecom, customer, sim, control) -> None:
    answer = await wecom.get(PATH + "get", external_userid=customer)
    contact, follower = answer["external_contact"], answer["follow_user"][0]
    person = sim.world.people["p00001"]
    assert contact["external_userid"] == customer
    assert (contact["name"], contact["type"], contact["gender"]) == (person.name, 1, person.gender)
    assert contact["unionid"] == sim.world.unionid("山屿云", person)
    assert (follower["userid"], follower["state"], follower["add_way"]) == ("linxiao", "expo", 1)
    assert (follower["createtime"], follower["oper_userid"], follower["tags"]) == (1772413200, customer, [])
    assert answer["next_cursor"] == ""
    await control("PATCH", f"corps/{CORP}", {"open_platform": None})
    assert "unionid" not in (await wecom.get(PATH + "get", external_userid=customer))["external_contact"]


async def test_get_refuses(wecom) -> None:
    assert (await wecom.get(PATH + "get"))["errcode"] == 41035
    assert (await wecom.get(PATH + "get", external_userid="zz1"))["errcode"] == 40096
    assert (await wecom.get(PATH + "get", external_userid="wmUNKNOWN"))["errcode"] == 84061


async def test_batch(wecom, customer, control, sim) -> None:
    for number in range(2, 6):
        await control("POST", f"people/p0000{number}/add_friend", {"corpid": CORP, "userid": "chenyu"})
    body = {"userid_list": ["linxiao", "chenyu"], "limit": 3}
    first = await wecom.post(PATH + "batch/get_by_user", body)
    second = await wecom.post(PATH + "batch/get_by_user", {**body, "cursor": first["next_cursor"]})
    rows = first["external_contact_list"] + second["external_contact_list"]
    assert [row["follow_info"]["userid"] for row in rows] == ["linxiao"] + ["chenyu"] * 4
    assert rows[0]["external_contact"]["external_userid"] == customer
    assert rows[0]["follow_info"]["tag_id"] == []
    assert second["next_cursor"] == ""
    for bad in ({"userid_list": []}, {"userid_list": ["linxiao"], "limit": 101}):
        assert (await wecom.post(PATH + "batch/get_by_user", bad))["errcode"] == 40058
    assert (await wecom.post(PATH + "batch/get_by_user", {"userid_list": ["nobody"]}))["errcode"] == 60111


async def test_remark_is_kept_and_not_called_back(wecom, customer, app_receiver, sim) -> None:
    body = {"userid": "linxiao", "external_userid": customer, "remark": "周工", "remark_mobiles": ["13800000001"]}
    assert (await wecom.post(PATH + "remark", body))["errcode"] == 0
    follower = (await wecom.get(PATH + "get", external_userid=customer))["follow_user"][0]
    assert (follower["remark"], follower["remark_mobiles"]) == ("周工", ["13800000001"])
    assert await sim.idle()
    assert not app_receiver.got
    sim.world.switches.own_changes_call_back = True
    await wecom.post(PATH + "remark", {**body, "remark_mobiles": [""]})
    assert await sim.idle()
    assert app_receiver.got[0].fields["ChangeType"] == "edit_external_contact"
    follower = (await wecom.get(PATH + "get", external_userid=customer))["follow_user"][0]
    assert follower["remark_mobiles"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"remark": ""}, 40058),
        ({"remark": "长" * 21}, 40058),
        ({"description": "长" * 151}, 40058),
        ({"remark_mobiles": ["1"] * 6}, 40058),
        ({"userid": "chenyu"}, 84061),
        ({"userid": "nobody"}, 60111),
        ({"external_userid": "x"}, 40096),
    ],
)
async def test_what_remark_refuses(wecom, customer, change, code) -> None:
    body = {"userid": "linxiao", "external_userid": customer, "remark": "周工", **change}
    assert (await wecom.post(PATH + "remark", body))["errcode"] == code


async def test_tags_live_and_die(wecom, customer, app_receiver, sim) -> None:
    body = {"group_name": "来源", "tag": [{"name": "知乎"}, {"name": "展会", "order": 2}]}
    group = (await wecom.post(PATH + "add_corp_tag", body))["tag_group"]
    assert set(group) == {"group_id", "group_name", "create_time", "order", "tag"}
    zhihu, expo = (tag["id"] for tag in group["tag"])
    assert group["tag"][1] == {"id": expo, "name": "展会", "create_time": 1772413200, "order": 2}
    assert (await wecom.post(PATH + "add_corp_tag", {"group_name": "来源", "tag": [{"name": "知乎"}]}))[
        "errcode"
    ] == 40071
    mark = {"userid": "linxiao", "external_userid": customer, "add_tag": [zhihu, expo]}
    assert (await wecom.post(PATH + "mark_tag", mark))["errcode"] == 0
    tags = (await wecom.get(PATH + "get", external_userid=customer))["follow_user"][0]["tags"]
    assert tags[0] == {"group_name": "来源", "tag_name": "知乎", "tag_id": zhihu, "type": 1}
    assert (await wecom.post(PATH + "edit_corp_tag", {"id": zhihu, "name": "知乎问答"}))["errcode"] == 0
    assert (await wecom.post(PATH + "del_corp_tag", {"tag_id": [expo]}))["errcode"] == 0
    tags = (await wecom.get(PATH + "get", external_userid=customer))["follow_user"][0]["tags"]
    assert [tag["tag_name"] for tag in tags] == ["知乎问答"]
    listed = (await wecom.post(PATH + "get_corp_tag_list", {}))["tag_group"]
    assert [tag["name"] for tag in listed[0]["tag"]] == ["知乎问答"]
    asked = (await wecom.post(PATH + "get_corp_tag_list", {"tag_id": [expo]}))["tag_group"]
    assert asked[0]["tag"][0]["deleted"]
    await wecom.post(PATH + "del_corp_tag", {"tag_id": [zhihu]})
    assert (await wecom.post(PATH + "get_corp_tag_list", {}))["tag_group"] == []
    assert await sim.idle()
    assert not app_receiver.got


async def test_what_tags_refuse(wecom, customer, control, session, sim) -> None:
    body = {"group_name": "来源", "tag": [{"name": "知乎"}]}
    tag = (await wecom.post(PATH + "add_corp_tag", body))["tag_group"]["tag"][0]["id"]
    mark = {"userid": "linxiao", "external_userid": customer}
    assert (await wecom.post(PATH + "mark_tag", mark))["errcode"] == 40058
    assert (await wecom.post(PATH + "mark_tag", {**mark, "add_tag": ["et1"]}))["errcode"] == 40068
    assert (await wecom.post(PATH + "add_corp_tag", {"group_name": "来源", "tag": []}))["errcode"] == 40058
    long = {"group_name": "来源", "tag": [{"name": "长" * 31}]}
    assert (await wecom.post(PATH + "add_corp_tag", long))["errcode"] == 40072
    assert (await wecom.post(PATH + "del_corp_tag", {}))["errcode"] == 40058
    sim.world.limits.corp_tags = 1
    more = {"group_name": "来源", "tag": [{"name": "展会"}]}
    assert (await wecom.post(PATH + "add_corp_tag", more))["errcode"] == 40126
    sim.world.corps[CORP].tag(tag)[1].agentid = 9
    assert (await wecom.post(PATH + "edit_corp_tag", {"id": tag, "name": "x"}))["errcode"] == 81011


async def test_members_and_departments(wecom) -> None:
    member = await wecom.get("user/get", userid="linxiao")
    assert (member["name"], member["department"], member["status"]) == ("林晓", [3], 1)
    assert "mobile" not in member
    names = (await wecom.get("user/simplelist", department_id="3"))["userlist"]
    assert [each["userid"] for each in names] == ["linxiao", "chenyu", "wangjing", "zhaolei"]
    assert len((await wecom.get("user/list", department_id="3"))["userlist"]) == 4
    departments = (await wecom.get("department/list"))["department"]
    assert [(each["id"], each["parentid"]) for each in departments] == [(1, 0), (2, 1), (3, 1)]
    assert len((await wecom.post("user/list_id", {}))["dept_user"]) == 5
    assert (await wecom.get("user/get", userid="x"))["errcode"] == 60111
    assert (await wecom.get("user/list", department_id="9"))["errcode"] == 60003
    assert (await wecom.get("department/get", id="9"))["errcode"] == 60123


async def test_messages_to_staff(wecom, control) -> None:
    body = {"touser": "linxiao|ghost", "msgtype": "text", "agentid": 1000002, "text": {"content": "新线索"}}
    answer = await wecom.post("message/send", body)
    assert (answer["errcode"], answer["invaliduser"]) == (0, "ghost")
    assert answer["msgid"]
    phone = await control("GET", f"corps/{CORP}/members/linxiao/phone")
    assert phone["chats"][0]["messages"][0]["body"] == {"text": "新线索"}
    assert (await wecom.post("message/send", {**body, "touser": "ghost"}))["errcode"] == 81013
    assert (await wecom.post("message/send", {**body, "touser": ""}))["errcode"] == 82001
    assert (await wecom.post("message/send", {**body, "agentid": 7}))["errcode"] == 301002
    assert (await wecom.post("message/send", {**body, "msgtype": "poem"}))["errcode"] == 40008
    assert (await wecom.post("message/send", {**body, "text": {"content": "长" * 683}}))["errcode"] == 45002
    assert (await wecom.post("message/send", {**body, "touser": "@all"}))["errcode"] == 0


async def test_too_many_messages_to_one_member_vanish(wecom, control, sim) -> None:
    sim.world.limits.app_messages_per_member_minute = 2
    body = {"touser": "linxiao", "msgtype": "text", "agentid": 1000002, "text": {"content": "新线索"}}
    codes = [(await wecom.post("message/send", body))["errcode"] for _ in range(4)]
    assert codes == [0] * 4
    phone = await control("GET", f"corps/{CORP}/members/linxiao/phone")
    assert len(phone["chats"][0]["messages"]) == 2


async def test_media(wecom, sim, session) -> None:
    made = await wecom.upload("media/upload", "图.png", PNG, type="image")
    assert (made["errcode"], made["errmsg"], made["type"], made["created_at"]) == (0, "", "image", "1772413200")
    query = {"access_token": wecom.token, "media_id": made["media_id"]}
    async with session.get(f"{wecom.base}/cgi-bin/media/get", params=query) as answer:
        assert await answer.read() == PNG
        assert answer.content_type == "image/png"
        assert "Content-Disposition" in answer.headers
    assert (await wecom.upload("media/upload", "a.png", PNG, type="song"))["errcode"] == 40004
    assert (await wecom.upload("media/upload", "a.png", b"GIF89a0000", type="image"))["errcode"] == 40123
    assert (await wecom.upload("media/upload", "a.png", b"12345", type="file"))["errcode"] == 44001
    sim.world.limits.file_bytes = 50
    assert (await wecom.upload("media/upload", "a.bin", PNG, type="file"))["errcode"] == 45001
    assert (await wecom.upload("media/uploadimg", "a.png", PNG))["url"].startswith(sim.url)
    assert (await wecom.get("media/get", media_id="x"))["errcode"] == 40007


async def test_leaving_and_removing(wecom, customer, app_receiver, control, sim) -> None:
    await control("POST", "people/p00001/delete_friend", {"corpid": CORP, "userid": "linxiao"})
    assert (await wecom.get(PATH + "get", external_userid=customer))["errcode"] == 0
    await control("POST", f"corps/{CORP}/members/linxiao/delete_customer", {"external_userid": customer})
    assert (await wecom.get(PATH + "get", external_userid=customer))["errcode"] == 84061
    assert await sim.idle()
    kinds = sorted(callback.fields["ChangeType"] for callback in app_receiver.got)
    assert kinds == ["del_external_contact", "del_follow_user"]
