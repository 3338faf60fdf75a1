"""Official accounts: tokens, followers, scene codes, customer-service messages, quotas."""

import pytest

APPID = "wx5a1e0000000demo2"
CUSTOM = "message/custom/send"
PNG = b"\x89PNG" + b"0" * 100


def text_to(openid: str, content: str = "您好") -> dict:
    return {"touser": openid, "msgtype": "text", "text": {"content": content}}


@pytest.fixture
async def openid(control) -> str:
    """p00001, who has just followed."""
    return (await control("POST", "people/p00001/follow", {"appid": APPID}))["openid"]


@pytest.fixture
def secret(sim) -> str:
    return sim.world.accounts[APPID].secret


async def test_a_plain_token_is_new_every_time_and_the_old_one_lingers(account, sim, secret) -> None:
    query = {"grant_type": "client_credential", "appid": APPID, "secret": secret}
    account.token = ""
    first, second = [(await account.get("token", **query))["access_token"] for _ in range(2)]
    assert first != second
    account.token = first
    assert "total" in await account.get("user/get")
    sim.world.clock.advance(300)
    assert (await account.get("user/get"))["errcode"] == 42001
    account.token = second
    assert "total" in await account.get("user/get")


async def test_a_stable_token_stays_and_says_what_is_left(account, sim, secret) -> None:
    body = {"grant_type": "client_credential", "appid": APPID, "secret": secret}
    sim.world.clock.advance(1000)
    assert await account.post("stable_token", body) == {"access_token": account.token, "expires_in": 6200}
    sim.world.clock.advance(5900)
    renewed = await account.post("stable_token", body)
    assert renewed["access_token"] != account.token
    assert "total" in await account.get("user/get")


async def test_a_forced_refresh_kills_at_once_and_is_rare(account, sim, secret) -> None:
    body = {"grant_type": "client_credential", "appid": APPID, "secret": secret, "force_refresh": True}
    await account.post("stable_token", body)
    assert (await account.get("user/get"))["errcode"] == 40001
    assert (await account.post("stable_token", body))["errcode"] == 45011
    for _ in range(19):
        sim.world.clock.advance(30)
        assert "access_token" in await account.post("stable_token", body)
    sim.world.clock.advance(30)
    assert (await account.post("stable_token", body))["errcode"] == 45009


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wx0"}, 40013),
        ({"secret": "x"}, 40125),
    ],
)
async def test_wrong_credentials(account, secret, change, code) -> None:
    body = {"grant_type": "client_credential", "appid": APPID, "secret": secret, **change}
    answer = await account.post("stable_token", body)
    assert answer["errcode"] == code
    assert set(answer) == {"errcode", "errmsg"}
    mark = answer["errmsg"].partition(" rid: ")[2].split("-")
    assert [len(each) for each in mark] == [8, 8, 8]
    assert (await account.get("token", **body))["errcode"] == code


async def test_addresses_and_methods(account, control, secret) -> None:
    assert (await account.get("stable_token"))["errcode"] == 43002
    assert (await account.post("user/get", {}))["errcode"] == 43001
    assert (await account.get("nothing"))["errcode"] == 40066
    assert (await account.post(CUSTOM, b""))["errcode"] == 44002
    assert (await account.post(CUSTOM, b"{"))["errcode"] == 47001
    await control("PATCH", f"official-accounts/{APPID}", {"trusted_ips": []})
    answer = await account.get("user/get")
    assert answer["errcode"] == 40164
    assert answer["errmsg"].startswith("invalid ip 127.0.0.1, not in whitelist rid: ")
    account.token = ""
    assert (await account.get("user/get"))["errcode"] == 41001


async def test_followers_and_profiles(account, control, openid, sim) -> None:
    for number in (2, 3):
        await control("POST", f"people/p0000{number}/follow", {"appid": APPID})
    first = await account.get("user/get")
    assert (first["total"], first["count"]) == (3, 3)
    assert first["data"]["openid"][0] == openid
    assert first["next_openid"] == first["data"]["openid"][-1]
    assert await account.get("user/get", next_openid=first["next_openid"]) == {
        "total": 3,
        "count": 0,
        "next_openid": "",
    }
    sim.world.limits.follower_page = 2
    page = await account.get("user/get")
    assert (await account.get("user/get", next_openid=page["next_openid"]))["count"] == 1
    profile = await account.get("user/info", openid=openid)
    assert profile == {
        "subscribe": 1,
        "openid": openid,
        "language": "",
        "subscribe_time": 1772413200,
        "unionid": sim.world.unionid("山屿云", sim.world.people["p00001"]),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": "",
    }
    assert "nickname" not in profile


async def test_unionid_only_when_bound_and_gone_followers(account, control, openid) -> None:
    await control("PATCH", f"official-accounts/{APPID}", {"open_platform": None})
    await control("POST", "people/p00001/unfollow", {"appid": APPID})
    body = {"user_list": [{"openid": openid, "lang": "zh_CN"}]}
    answer = await account.post("user/info/batchget", body)
    assert answer == {"user_info_list": [{"subscribe": 0, "openid": openid}]}
    assert (await account.get("user/info", openid="oNobody"))["errcode"] == 40003
    assert (await account.post("user/info/batchget", {"user_list": body["user_list"] * 101}))["errcode"] == 40032


async def test_the_same_person_in_both_platforms(account, wecom, control, openid) -> None:
    friend = await control("POST", "people/p00001/add_friend", {"corpid": "ww5a1e0000000demo1", "userid": "chenyu"})
    contact = await wecom.get("externalcontact/get", external_userid=friend["external_userid"])
    profile = await account.get("user/info", openid=openid)
    assert contact["external_contact"]["unionid"] == profile["unionid"]


async def test_remarks(account, control, openid) -> None:
    path = "user/info/updateremark"
    assert (await account.post(path, {"openid": openid, "remark": "华东-王工"}))["errcode"] == 0
    assert (await account.get("user/info", openid=openid))["remark"] == "华东-王工"
    assert (await account.post(path, {"openid": openid, "remark": "长" * 10}))["errcode"] == 40092
    await control("POST", "people/p00001/unfollow", {"appid": APPID})
    assert (await account.post(path, {"openid": openid, "remark": "x"}))["errcode"] == 43004


async def test_three_messages_in_a_minute_after_following(account, control, openid, sim) -> None:
    codes = [(await account.post(CUSTOM, text_to(openid)))["errcode"] for _ in range(4)]
    assert codes == [0, 0, 0, 45047]
    sim.world.clock.advance(60)
    assert (await account.post(CUSTOM, text_to(openid)))["errcode"] == 45015
    phone = await control("GET", "people/p00001/phone")
    assert [each["side"] for each in phone["chats"][0]["messages"]] == ["notice", "them", "them", "them"]


async def test_five_messages_in_48_hours_after_a_message(account, control, openid, sim) -> None:
    sim.world.clock.advance(60)
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "想要报价单"})
    sim.world.clock.advance(47 * 3600)
    account.token = sim.simulator.official_accounts.tokens.issue(APPID).token
    codes = [(await account.post(CUSTOM, text_to(openid)))["errcode"] for _ in range(6)]
    assert codes == [0] * 5 + [45047]
    await control("POST", "people/p00001/say", {"appid": APPID, "text": "在吗"})
    assert (await account.post(CUSTOM, text_to(openid)))["errcode"] == 0
    sim.world.clock.advance(48 * 3600)
    account.token = sim.simulator.official_accounts.tokens.issue(APPID).token
    assert (await account.post(CUSTOM, text_to(openid)))["errcode"] == 45015


async def test_who_cannot_be_written_to(account, control, openid, sim) -> None:
    assert (await account.post(CUSTOM, text_to("oNobody")))["errcode"] == 40003
    await control("POST", "people/p00001/block", {"appid": APPID})
    assert (await account.post(CUSTOM, text_to(openid)))["errcode"] == 48002
    await control("POST", "people/p00001/unfollow", {"appid": APPID})
    assert (await account.post(CUSTOM, text_to(openid)))["errcode"] == 43004
    await control("PATCH", f"official-accounts/{APPID}", {"verified": False})
    assert (await account.post(CUSTOM, text_to(openid)))["errcode"] == 48001


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "poem"}, 40008),
        ({"msgtype": "text", "text": {"content": ""}}, 44002),
        ({"msgtype": "text", "text": {"content": "长" * 683}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "x"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{"title": "a"}, {"title": "b"}]}}, 45008),
        ({"msgtype": "msgmenu", "msgmenu": {"list": []}}, 40035),
        ({"msgtype": "text", "text": "x"}, 47001),
    ],
)
async def test_what_messages_may_not_be(account, openid, message, code) -> None:
    assert (await account.post(CUSTOM, {"touser": openid, **message}))["errcode"] == code


async def test_kinds_of_messages(account, control, openid, sim) -> None:
    sim.world.limits.event_window_count = None
    await control("POST", "people/p00001/unfollow", {"appid": APPID})
    await control("POST", "people/p00001/follow", {"appid": APPID})
    image = await account.upload("media/upload", "图.png", PNG, type="image")
    assert (image["type"], image["created_at"]) == ("image", 1772413200)
    thumb = await account.upload("media/upload", "t.jpg", b"\xff\xd8xx", "image/jpeg", type="thumb")
    page = {"title": "报价", "appid": "wx1", "pagepath": "p", "thumb_media_id": thumb["thumb_media_id"]}
    menu = {"head_content": "先看哪项", "list": [{"id": "201", "content": "报价"}], "tail_content": ""}
    for message in (
        {"msgtype": "image", "image": {"media_id": image["media_id"]}},
        {"msgtype": "news", "news": {"articles": [{"title": "a", "url": "https://m.example.com"}]}},
        {"msgtype": "miniprogrampage", "miniprogrampage": page},
        {"msgtype": "msgmenu", "msgmenu": menu},
    ):
        assert await account.post(CUSTOM, {"touser": openid, **message}) == {"errcode": 0, "errmsg": "ok"}
    phone = await control("GET", "people/p00001/phone")
    kinds = [each["kind"] for each in phone["chats"][0]["messages"] if each["side"] == "them"]
    assert kinds == ["image", "link", "miniprogram", "menu"]


async def test_scene_codes(account, session, sim) -> None:
    body = {"expire_seconds": 600, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "expo"}}}
    temporary = await account.post("qrcode/create", body)
    assert set(temporary) == {"ticket", "expire_seconds", "url"}
    assert temporary["url"].startswith("http://weixin.qq.com/q/02")
    forever = {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 7}}}
    assert set(await account.post("qrcode/create", forever)) == {"ticket", "url"}
    shown = f"{sim.url}/mp.weixin.qq.com/cgi-bin/showqrcode"
    async with session.get(shown, params={"ticket": temporary["ticket"]}) as answer:
        assert answer.status == 200
        assert answer.content_type.startswith("image/")
    async with session.get(shown, params={"ticket": "x"}) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"action_name": "QR_X"}, 40052),
        ({"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 0}}}, 40053),
        ({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100001}}}, 40053),
        ({"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x" * 65}}}, 40053),
        ({"action_name": "QR_STR_SCENE", "action_info": {"scene": {}}}, 40053),
        (
            {
                "action_name": "QR_STR_SCENE",
                "expire_seconds": 2592001,
                "action_info": {"scene": {"scene_str": "x"}},
            },
            40053,
        ),
    ],
)
async def test_what_scene_codes_refuse(account, body, code) -> None:
    assert (await account.post("qrcode/create", body))["errcode"] == code


async def test_scene_codes_are_for_verified_service_accounts(account, control) -> None:
    body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "x"}}}
    await control("PATCH", f"official-accounts/{APPID}", {"kind": "subscription"})
    assert (await account.post("qrcode/create", body))["errcode"] == 48001


async def test_quotas_by_day(account, sim, secret) -> None:
    for _ in range(500):
        sim.simulator.quotas.take_day(f"{APPID} /cgi-bin/user/get", None, sim.world.clock.time())
    assert (await account.get("user/get"))["errcode"] == 45009
    quota = await account.post("openapi/quota/get", {"cgi_path": "/cgi-bin/user/get"})
    assert quota["quota"] == {"daily_limit": 500, "used": 500, "remain": 0}
    assert (await account.post("openapi/quota/get", {"cgi_path": "/sns/userinfo"}))["errcode"] == 76021
    assert (await account.post("clear_quota", {"appid": APPID}))["errcode"] == 0
    assert "total" in await account.get("user/get")
    body = {"appid": APPID, "appsecret": secret}
    codes = [(await account.post("clear_quota/v2", body))["errcode"] for _ in range(10)]
    assert codes == [0] * 9 + [48006]
    sim.world.clock.advance(15 * 3600)
    account.token = sim.simulator.official_accounts.tokens.issue(APPID).token
    quota = await account.post("openapi/quota/get", {"cgi_path": "/cgi-bin/user/get"})
    assert quota["quota"]["used"] == 0


async def test_a_limit_per_minute(account, control) -> None:
    await control("PATCH", "limits", {"account_calls_per_minute": 1})
    assert "total" in await account.get("user/get")
    assert (await account.get("user/get"))["errcode"] == 45011


async def test_tags(account, openid) -> None:
    assert await account.post("tags/create", {"tag": {"name": "已留资"}}) == {"tag": {"id": 101, "name": "已留资"}}
    assert (await account.post("tags/create", {"tag": {"name": "已留资"}}))["errcode"] == 45157
    mark = {"openid_list": [openid], "tagid": 101}
    assert (await account.post("tags/members/batchtagging", mark))["errcode"] == 0
    assert (await account.get("tags/get"))["tags"] == [{"id": 101, "name": "已留资", "count": 1}]
    assert (await account.post("tags/getidlist", {"openid": openid}))["tagid_list"] == [101]
    bad = await account.post("tags/members/batchtagging", {"openid_list": [openid, "oBad"], "tagid": 101})
    assert (bad["errcode"], bad["fail_openid_list"]) == (45171, ["oBad"])
    await account.post("tags/delete", {"tag": {"id": 101}})
    assert (await account.get("user/info", openid=openid))["tagid_list"] == []
