"""The life of a welcome code, and what a welcome may hold."""

import pytest

CORP = "ww5a1e0000000demo1"
SEND = "externalcontact/send_welcome_msg"
PNG = b"\x89PNG" + b"0" * 100


@pytest.fixture
async def scanned(wecom, control, sim):
    """Person p00001 has just become a friend; answers the friendship."""
    body = {"type": 2, "scene": 2, "user": ["linxiao"], "state": "expo"}
    made = await wecom.post("externalcontact/add_contact_way", body)
    await control("POST", "people/p00001/scan", {"code": made["qr_code"]})
    corp = sim.world.corps[CORP]
    external = sim.world.external_userid(CORP, sim.world.people["p00001"])
    return corp.friendship("linxiao", external)


async def bubbles(control) -> list[dict]:
    phone = await control("GET", "people/p00001/phone")
    return [message for message in phone["chats"][0]["messages"] if message["side"] == "them"]


async def test_delivered_once(wecom, control, scanned, sim) -> None:
    sim.world.clock.advance(19)
    body = {"welcome_code": scanned.welcome.code, "text": {"content": "您好"}}
    assert await wecom.post(SEND, body) == {"errcode": 0, "errmsg": "ok"}
    assert [(each["kind"], each["body"]) for each in await bubbles(control)] == [("text", {"text": "您好"})]
    assert (await wecom.post(SEND, body))["errcode"] == 41051
    delivered = list(sim.world.ledger.entries(kinds=("welcome.delivered",)))
    assert len(delivered) == 1
    assert (delivered[0]["person"], delivered[0]["state"], delivered[0]["after_seconds"]) == ("p00001", "expo", 19)


async def test_dead_after_twenty_seconds(wecom, scanned, sim) -> None:
    sim.world.clock.advance(20.5)
    body = {"welcome_code": scanned.welcome.code, "text": {"content": "您好"}}
    assert (await wecom.post(SEND, body))["errcode"] == 41050
    sim.world.limits.welcome_code_seconds = None
    assert (await wecom.post(SEND, body))["errcode"] == 0


async def test_too_late_once_they_chat(wecom, control, scanned) -> None:
    await control("POST", "people/p00001/say", {"corpid": CORP, "userid": "linxiao", "text": "你好"})
    body = {"welcome_code": scanned.welcome.code, "text": {"content": "您好"}}
    assert (await wecom.post(SEND, body))["errcode"] == 41051


async def test_missing_and_foreign_codes(wecom, scanned) -> None:
    assert (await wecom.post(SEND, {"text": {"content": "x"}}))["errcode"] == 41049
    assert (await wecom.post(SEND, {"welcome_code": "CODE", "text": {"content": "x"}}))["errcode"] == 41050


async def test_no_code_with_a_console_welcome(wecom, app_receiver, control, sim) -> None:
    await control("PATCH", f"corps/{CORP}/members/linxiao", {"console_welcome": "后台欢迎语"})
    made = await wecom.post("externalcontact/add_contact_way", {"type": 1, "scene": 2, "user": ["linxiao"]})
    await control("POST", "people/p00001/scan", {"code": made["qr_code"]})
    assert await sim.idle()
    assert "WelcomeCode" not in app_receiver.got[0].fields
    assert "State" not in app_receiver.got[0].fields
    assert [each["body"]["text"] for each in await bubbles(control)] == ["后台欢迎语"]


async def test_every_kind_of_attachment(wecom, control, scanned) -> None:
    image = (await wecom.upload("media/upload", "图.png", PNG, type="image"))["media_id"]
    file = (await wecom.upload("media/upload", "手册.pdf", b"%PDF-1.7", "application/pdf", type="file"))["media_id"]
    mini = {"title": "选型", "pic_media_id": image, "appid": "wx1", "page": "pages/a"}
    body = {
        "welcome_code": scanned.welcome.code,
        "text": {"content": "资料"},
        "attachments": [
            {"msgtype": "image", "image": {"media_id": image}},
            {"msgtype": "link", "link": {"title": "选型手册", "url": "https://m.example.com/1", "desc": "12页"}},
            {"msgtype": "miniprogram", "miniprogram": mini},
            {"msgtype": "file", "file": {"media_id": file}},
        ],
    }
    assert (await wecom.post(SEND, body))["errcode"] == 0
    shown = await bubbles(control)
    assert [each["kind"] for each in shown] == ["text", "image", "link", "miniprogram", "file"]
    assert shown[4]["body"]["name"] == "手册.pdf"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, 40058),
        ({"text": {"content": "长" * 1334}}, 45002),
        ({"text": "x"}, 40058),
        ({"attachments": [{"msgtype": "link", "link": {"title": "t", "url": "u"}}] * 10}, 41064),
        ({"attachments": [{"msgtype": "voice", "voice": {}}]}, 41065),
        ({"attachments": [{"msgtype": "link", "link": {"title": "t"}}]}, 40058),
        ({"attachments": [{"msgtype": "link", "link": {"title": "长" * 43, "url": "u"}}]}, 40058),
        ({"attachments": [{"msgtype": "link", "link": {"title": "t", "url": "u" * 2049}}]}, 40058),
        ({"attachments": [{"msgtype": "image", "image": {"media_id": "nothing"}}]}, 40007),
        ({"attachments": [{"msgtype": "file", "file": {}}]}, 41006),
        ({"attachments": [{"msgtype": "miniprogram", "miniprogram": {"title": "t"}}]}, 40058),
    ],
)
async def test_what_a_welcome_may_not_hold_and_the_code_survives(wecom, scanned, content, code) -> None:
    assert (await wecom.post(SEND, {"welcome_code": scanned.welcome.code, **content}))["errcode"] == code
    good = {"welcome_code": scanned.welcome.code, "text": {"content": "长" * 1333}}
    assert (await wecom.post(SEND, good))["errcode"] == 0


async def test_media_of_the_wrong_kind_or_age(wecom, scanned, sim) -> None:
    image = (await wecom.upload("media/upload", "a.png", PNG, type="image"))["media_id"]
    wrong = {"welcome_code": scanned.welcome.code, "attachments": [{"msgtype": "file", "file": {"media_id": image}}]}
    assert (await wecom.post(SEND, wrong))["errcode"] == 40007
    sim.world.limits.welcome_code_seconds = None
    sim.world.clock.advance(3 * 86400)
    wecom.token = sim.simulator.wecom.tokens.issue(f"{CORP}/1000002").token
    old = {"welcome_code": scanned.welcome.code, "attachments": [{"msgtype": "image", "image": {"media_id": image}}]}
    assert (await wecom.post(SEND, old))["errcode"] == 40007
