"""The menu of an official account: published in versions, checked before the platform sees it, answered when tapped."""

from typing import Any

import pytest

from weloop.access.api import Role
from weloop.contracts.events import Event, EventKind
from weloop.kit.db import run

from .conftest import Console
from .test_scene_qrs import NOW, Desk, _ids

CLICK = {"name": "白皮书", "type": "click", "reply": "在这里：https://m.example.com/wp"}
VIEW = {"name": "官网", "type": "view", "url": "https://www.example.com/"}
MENU = [{"name": "资料", "sub": [CLICK, VIEW]}, VIEW]


@pytest.fixture
async def desk(console: Console) -> Desk:
    """A desk with one official account."""
    browser = await console.signed_in()
    account = {"kind": "official_account", "name": "山屿云", "app_id": "wx0123456789abcdef"}
    _, body = await browser.post("/api/accounts", account)
    return Desk(console, browser, body["id"])


async def publish(desk: Desk, buttons: Any = MENU, **more: Any) -> tuple[int, Any]:
    return await desk.browser.post(f"/api/account-menus/{desk.account_id}", {"buttons": buttons, **more})


async def answer(desk: Desk, kind: EventKind = EventKind.COMMAND_SENT, name: str = "PublishMenu", **data: Any) -> None:
    """Let the platform answer the last command of that name."""
    last = (await desk.commands(name))[-1]
    told = {"command": name, "key": last.key, "ref": last.ref, **data}
    event = Event(next(_ids), desk.account_id, kind, NOW, NOW, None, None, told, {}, (), None, "")
    for _ in range(2):
        await desk.hear([event])


async def test_a_menu_is_published_as_a_version(desk: Desk) -> None:
    status, menu = await publish(desk)
    assert status == 202
    [version] = menu["versions"]
    assert (version["status"], menu["live"]) == ("publishing", None)
    key = version["buttons"][0]["sub"][0]["key"]
    assert len(key) == 12
    [command] = await desk.commands("PublishMenu")
    assert command.body == {
        "buttons": [
            {
                "name": "资料",
                "sub_button": [
                    {"type": "click", "name": "白皮书", "key": key},
                    {"type": "view", "name": "官网", "url": "https://www.example.com/"},
                ],
            },
            {"type": "view", "name": "官网", "url": "https://www.example.com/"},
        ]
    }
    status, body = await publish(desk)
    assert (status, body["code"]) == (409, "menu_publishing")


async def test_the_platform_takes_it_and_is_asked_what_is_live(desk: Desk) -> None:
    _, menu = await publish(desk)
    await answer(desk)
    assert len(await desk.commands("FetchMenu")) == 1
    buttons = [{"name": "官网", "type": "view", "value": "https://www.example.com/", "sub": []}]
    await answer(desk, name="FetchMenu", result={"open": True, "buttons": buttons, "fetched_at": 1_764_000_000})
    await answer(desk, name="FetchMenu", result={"open": False, "buttons": [], "fetched_at": 1_763_000_000})
    path = f"/api/account-menus/{desk.account_id}"
    _, now = await desk.browser.get(path)
    assert (now["versions"][0]["status"], now["live"]["open"], now["live"]["buttons"]) == ("live", True, buttons)
    status, body = await publish(desk, [VIEW], based_on=menu["versions"][0]["id"] + 1)
    assert (status, body["code"]) == (409, "menu_changed")
    assert (await publish(desk, [VIEW], based_on=menu["versions"][0]["id"]))[0] == 202
    await answer(desk)
    _, now = await desk.browser.get(path)
    assert [version["status"] for version in now["versions"]] == ["live", "replaced"]


async def test_a_refused_menu_says_why_and_leaves_the_old_one_live(desk: Desk) -> None:
    await publish(desk)
    await answer(desk)
    await publish(desk, [VIEW])
    refusal = {"code": "platform_rejected", "errcode": 48001, "reason": "api unauthorized"}
    await answer(desk, EventKind.COMMAND_FAILED, **refusal)
    _, now = await desk.browser.get(f"/api/account-menus/{desk.account_id}")
    assert [version["status"] for version in now["versions"]] == ["failed", "live"]
    assert now["versions"][0]["failure"] == {
        "code": "platform_rejected",
        "params": {"errcode": 48001, "reason": "api unauthorized"},
    }
    await answer(desk)
    _, now = await desk.browser.get(f"/api/account-menus/{desk.account_id}")
    assert [version["status"] for version in now["versions"]] == ["live", "replaced"], "a person sent it again"


async def test_a_tap_is_answered_once_and_an_opened_page_is_not(desk: Desk) -> None:
    _, menu = await publish(desk)
    key = menu["versions"][0]["buttons"][0]["sub"][0]["key"]
    taps = [desk.came(EventKind.MENU_CLICKED) for _ in range(3)]
    for tap, data in zip(
        taps,
        ({"type": "click", "key": key}, {"type": "view", "key": VIEW["url"]}, {"type": "click", "key": "other"}),
        strict=True,
    ):
        tap.data.update(data)  # type: ignore[attr-defined]
    await desk.hear(taps)
    await desk.hear(taps)
    [reply] = await desk.commands("SendServiceMessage")
    assert reply.body == {"openid": "oDemo_0001", "text": CLICK["reply"]}


async def test_a_key_that_is_given_stays(desk: Desk) -> None:
    _, menu = await publish(desk, [{**CLICK, "key": "JOIN_GROUP"}])
    assert menu["versions"][0]["buttons"][0]["key"] == "JOIN_GROUP"


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], "invalid_input"),
        ([VIEW] * 4, "invalid_input"),
        ([{"name": "资料", "sub": [VIEW] * 6}], "invalid_input"),
        ([{**VIEW, "name": "六个字的名字"}], "menu_name_long"),
        ([{"name": "资料", "sub": [{**VIEW, "name": "字" * 21}]}], "menu_name_long"),
        ([{"name": "资料"}], "menu_button_empty"),
        ([{**CLICK, "reply": " "}], "menu_no_reply"),
        ([{**CLICK, "reply": "字" * 683}], "text_long"),
        ([{**VIEW, "url": "javascript:alert(1)"}], "menu_url"),
        ([{**VIEW, "url": ""}], "menu_url"),
        ([{**VIEW, "type": "scancode_push"}], "invalid_input"),
        ([{**VIEW, "name": "a\u0000"}], "invalid_input"),
        ([{"name": "资料", "sub": [{**VIEW, "sub": [VIEW]}]}], "invalid_input"),
    ],
)
async def test_what_the_platform_would_refuse_is_refused_here(desk: Desk, buttons: Any, code: str) -> None:
    status, body = await publish(desk, buttons)
    assert (status, body["code"]) == (422, code)
    assert await desk.commands("PublishMenu") == []


async def test_asking_what_is_live_twice_is_one_question(desk: Desk) -> None:
    for _ in range(2):
        status, _ = await desk.browser.post(f"/api/account-menus/{desk.account_id}/fetch")
        assert status == 202
    assert len(await desk.commands("FetchMenu")) == 1


async def test_a_seller_may_look_and_not_touch(desk: Desk) -> None:
    seller = await desk.console.signed_in(Role.SDR)
    assert (await seller.get(f"/api/account-menus/{desk.account_id}"))[0] == 200
    for path in ("", "/fetch"):
        status, body = await seller.post(f"/api/account-menus/{desk.account_id}{path}", {"buttons": MENU})
        assert (status, body["code"]) == (403, "not_allowed")
    async with desk.console.engine.begin() as connection:
        assert not await run(connection, "SELECT 1 FROM account_menu")
