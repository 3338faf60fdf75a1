"""Cards on the staff phone: buttons that call back, codes that work once, pages that know who opened them."""

from urllib.parse import parse_qs, urlsplit

import pytest

from wxsim.world.contacts import add_directly

CORP, AGENT = "ww5a1e0000000demo1", 1000002
CHAT = f"app:{CORP}:{AGENT}"
BACK = "http://127.0.0.1:8710/h5/enter"


def lead_card(task_id: str = "lead-7", **changes) -> dict:
    card = {
        "card_type": "button_interaction",
        "task_id": task_id,
        "source": {"desc": "微环"},
        "main_title": {"title": "新线索：赵工", "desc": "轴承厂案例"},
        "horizontal_content_list": [{"keyname": "公司", "value": "江北轴承"}],
        "button_list": [
            {"text": "接单", "style": 1, "key": "accept"},
            {"text": "详情", "style": 2, "type": 1, "url": "http://127.0.0.1:8710/h5/open?to=/leads/7"},
        ],
    }
    return {"touser": "linxiao|CHENYU", "msgtype": "template_card", "agentid": AGENT, "template_card": card | changes}


def bubble(sim, userid: str = "linxiao") -> dict:
    corp = sim.world.corps[CORP]
    return sim.world.staff_phone(corp, corp.members[userid]).chats[CHAT].messages[-1].body


def press_body(task_id: str = "lead-7", key: str = "accept") -> dict:
    return {"agentid": AGENT, "task_id": task_id, "key": key}


async def press(control, userid: str = "linxiao", **changes) -> bool:
    answer = await control("POST", f"corps/{CORP}/members/{userid}/press", press_body() | changes)
    return bool(answer["done"])


async def test_a_button_calls_back_with_a_code_that_replaces_it_once(sim, wecom, app_receiver, control) -> None:
    sent = await wecom.post("message/send", lead_card())
    assert sent["errcode"] == 0
    assert sent["response_code"]
    assert await press(control)
    await sim.idle()
    event = app_receiver.got[-1].fields
    assert (event["Event"], event["EventKey"], event["TaskId"]) == ("template_card_event", "accept", "lead-7")
    assert (event["FromUserName"], event["CardType"]) == ("linxiao", "button_interaction")
    change = {"userids": ["linxiao"], "agentid": AGENT, "button": {"replace_name": "已接单 · 林晓 09:00"}}
    change["response_code"] = event["ResponseCode"]
    assert (await wecom.post("message/update_template_card", change))["invaliduser"] == []
    assert bubble(sim)["replaced"] == "已接单 · 林晓 09:00"
    assert not bubble(sim, "chenyu")["replaced"], "the card of another member stays"
    assert (await wecom.post("message/update_template_card", change))["errcode"] == 60140
    assert not await press(control), "there is no button any more"
    other = change | {"userids": ["chenyu", "nobody"], "response_code": sent["response_code"]}
    assert (await wecom.post("message/update_template_card", other))["invaliduser"] == ["nobody"]
    assert bubble(sim, "chenyu")["replaced"]


async def test_a_response_code_dies(sim, wecom, clock) -> None:
    sent = await wecom.post("message/send", lead_card())
    clock.advance(72 * 3600)
    change = {"userids": ["linxiao"], "agentid": AGENT, "button": {"replace_name": "x"}}
    wecom.token = (await wecom.get("gettoken", corpid=CORP, corpsecret=sim.world.corps[CORP].apps[AGENT].secret))[
        "access_token"
    ]
    change["response_code"] = sent["response_code"]
    assert (await wecom.post("message/update_template_card", change))["errcode"] == 60140


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"task_id": ""}, 40058),
        ({"task_id": "two words"}, 40058),
        ({"task_id": "x" * 129}, 40058),
        ({"card_type": "poem"}, 40008),
        ({"card_type": "text_notice"}, 40058),
        ({"main_title": {}}, 40058),
        ({"button_list": []}, 40058),
        ({"button_list": [{"text": "a", "key": str(n)} for n in range(7)]}, 40058),
        ({"button_list": [{"text": "a", "key": "k" * 1025}]}, 40058),
        ({"button_list": [{"text": "a", "type": 1}]}, 40058),
        ({"horizontal_content_list": [{"keyname": "a", "value": "b"}] * 7}, 40058),
    ],
)
async def test_cards_that_are_refused(wecom, changes, errcode) -> None:
    assert (await wecom.post("message/send", lead_card(**changes)))["errcode"] == errcode


async def test_a_task_id_is_used_once(wecom) -> None:
    assert (await wecom.post("message/send", lead_card()))["errcode"] == 0
    assert (await wecom.post("message/send", lead_card()))["errcode"] == 40058
    assert (await wecom.post("message/send", lead_card("lead-8")))["errcode"] == 0


async def test_a_notice_has_no_code(wecom) -> None:
    action = {"type": 1, "url": "http://127.0.0.1:8710/h5/open"}
    sent = await wecom.post("message/send", lead_card(card_type="text_notice", card_action=action))
    assert sent["errcode"] == 0
    assert "response_code" not in sent


async def test_buttons_that_are_not_there(sim, wecom, control) -> None:
    await wecom.post("message/send", lead_card())
    assert not await press(control, key="other")
    assert not await press(control, task_id="lead-9")
    assert not await press(control, userid="wangjing"), "the card was not sent to this member"
    await control("POST", f"corps/{CORP}/members/linxiao/press", press_body() | {"agentid": 7}, status=404)


@pytest.fixture
def authorize(session, sim):
    async def ask(status: int, **changes: str):
        query = {
            "appid": CORP,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": "s1",
            "agentid": str(AGENT),
        }
        url = f"{sim.url}/open.weixin.qq.com/connect/oauth2/authorize"
        async with session.get(url, params=query | changes, allow_redirects=False) as answer:
            assert answer.status == status
            return answer.headers.get("Location", ""), await answer.text()

    return ask


async def test_a_page_learns_who_opened_it(authorize, wecom, clock) -> None:
    location, _ = await authorize(302, device=f"{CORP}/chenyu")
    assert location.startswith(BACK + "?code=")
    query = parse_qs(urlsplit(location).query)
    assert query["state"] == ["s1"]
    code = query["code"][0]
    assert (await wecom.get("auth/getuserinfo", code=code))["userid"] == "chenyu"
    assert (await wecom.get("auth/getuserinfo", code=code))["errcode"] == 40029, "a code works once"
    late, _ = await authorize(302, device=f"{CORP}/chenyu")
    clock.advance(300)
    stale = parse_qs(urlsplit(late).query)["code"][0]
    assert (await wecom.get("auth/getuserinfo", code=stale))["errcode"] == 40029


async def test_a_bare_browser_is_asked(authorize) -> None:
    _, page = await authorize(200)
    assert f'data-device="{CORP}/linxiao"' in page
    assert "authorize.js" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"appid": "ww0"}, "40013"),
        ({"agentid": "7"}, "40056"),
        ({"redirect_uri": "javascript:alert(1)"}, "50001"),
        ({"scope": "all"}, "scope"),
        ({"state": "a b"}, "state"),
        ({"device": f"{CORP}/nobody"}, "50002"),
        ({"device": "ww1/linxiao"}, "50002"),
    ],
)
async def test_authorizations_that_are_refused(authorize, changes, words) -> None:
    _, page = await authorize(200, **changes)
    assert words in page


async def test_only_trusted_domains_are_led_back_to(authorize, control) -> None:
    await control("PATCH", f"corps/{CORP}/apps/{AGENT}", {"trusted_domains": ["crm.example.com"]})
    _, page = await authorize(200, device=f"{CORP}/linxiao")
    assert "50001" in page
    await authorize(302, device=f"{CORP}/linxiao", redirect_uri="https://crm.example.com/h5/enter")


async def test_tickets_differ_and_stay(wecom) -> None:
    corp = await wecom.get("get_jsapi_ticket")
    app = await wecom.get("ticket/get", type="agent_config")
    assert corp["ticket"] != app["ticket"]
    assert (await wecom.get("get_jsapi_ticket"))["ticket"] == corp["ticket"]
    assert 0 < app["expires_in"] <= 7200


async def test_the_phone_shows_the_card_and_opens_its_page(session, sim, wecom) -> None:
    hostile = [{"text": "<b>x", "type": 1, "url": "javascript:alert(1)"}, {"text": "接单", "key": 'a"b'}]
    await wecom.post("message/send", lead_card("lead-9", button_list=hostile))
    await wecom.post("message/send", lead_card())
    place = {"staff": f"{CORP}/linxiao", "chat": CHAT}
    async with session.get(f"{sim.url}/console", params=place) as answer:
        html = await answer.text()
    assert "新线索：赵工" in html
    assert "江北轴承" in html
    assert "javascript:" not in html
    assert "page=http" in html
    form = {"chat": CHAT, "agentid": str(AGENT), "task_id": "lead-7", "key": "accept"}
    async with session.post(f"{sim.url}/console/staff/{CORP}/linxiao/press", data=form) as answer:
        assert 'aria-busy="true"' in await answer.text()
    opened = "http://127.0.0.1:8710/h5/open?to=/leads/7"
    async with session.get(f"{sim.url}/console", params=place | {"page": opened}) as answer:
        policy, html = answer.headers["Content-Security-Policy"], await answer.text()
    assert "frame-src 'self' http://127.0.0.1:8710" in policy
    assert f'name="phone:{CORP}/linxiao"' in html
    for bad in ("javascript:alert(1)", "http://a.example; script-src *", "http://u@a.example/", "//x"):
        async with session.get(f"{sim.url}/console", params=place | {"page": bad}) as answer:
            assert "frame-src" not in answer.headers["Content-Security-Policy"], bad
            assert "<iframe" not in await answer.text()


async def test_who_confirms_a_mass_message_sees_all_of_it(session, sim, wecom) -> None:
    corp = sim.world.corps[CORP]
    friend = add_directly(sim.world, corp, corp.members["linxiao"], sim.world.create_person())
    link = {"msgtype": "link", "link": {"title": "白皮书<b>", "url": "https://example.com/paper"}}
    unsafe = {"msgtype": "link", "link": {"title": "别点", "url": "javascript:alert(1)"}}
    body = {"sender": "linxiao", "external_userid": [friend.external_userid], "attachments": [link, unsafe]}
    assert (await wecom.post("externalcontact/add_msg_template", body))["errcode"] == 0
    place = {"staff": f"{CORP}/linxiao", "chat": f"mass:{CORP}"}
    async with session.get(f"{sim.url}/console", params=place) as answer:
        page = await answer.text()
    assert '<a class="more" href="https://example.com/paper"' in page
    assert "链接 白皮书&lt;b&gt;" in page
    assert "链接 别点" in page
    assert "javascript:" not in page
    async with session.get(f"{sim.url}/console", params={"staff": f"{CORP}/linxiao"}) as answer:
        assert "待确认群发：[附件]" in await answer.text()
