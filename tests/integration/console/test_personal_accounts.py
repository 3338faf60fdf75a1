"""Personal accounts: rows that somebody keeps by hand; no code and no lead ever goes to them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from weloop.access.api import Role
from weloop.contracts.accounts import StaffRecord
from weloop.kit.clock import set_world_clock
from weloop.kit.db import run
from weloop.staff.api import ask_for_friends
from weloop.staff.repository import replace_staff

from .conftest import Browser, Console
from .test_h5_door import Door, account, app, door, enter

__all__ = ["account", "app", "door"]

PATH = "/api/staff/personal-accounts"
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
EVIL = '<img src=x onerror=alert(1)> =1+1 "号"'


async def set_clock(console: Console, moment: datetime) -> None:
    async with console.engine.begin() as connection:
        await set_world_clock(connection, moment, 0.0)
        await console.units.clock.refresh(connection)


@pytest.fixture
async def editor(console: Console, account: int) -> Browser:
    """An operator; a company with two members, on a Wednesday noon in Beijing."""
    await set_clock(console, NOON)
    async with console.units.begin() as unit:
        members = [StaffRecord("lina", "李娜", None, 1, True), StaffRecord("wang", "王强", None, 1, True)]
        await replace_staff(unit.connection, account, members, unit.now)
    return await console.signed_in(Role.OPERATOR)


async def add(editor: Browser, account: int, **values: Any) -> dict[str, Any]:
    body = {"name": "李娜微信", "wechat_id": "lina_shanyu", "account_id": account, "userid": "lina", **values}
    status, made = await editor.post(PATH, body)
    assert status == 201, made
    found: dict[str, Any] = made
    return found


async def put(browser: Browser, path: str, body: Any) -> tuple[int, Any]:
    return await browser.ask("PUT", path, json=body)


async def show(browser: Browser) -> list[dict[str, Any]]:
    status, body = await browser.get(PATH)
    assert status == 200
    found: list[dict[str, Any]] = body
    return found


async def test_it_is_kept_counted_and_put_away(console: Console, editor: Browser, account: int) -> None:
    made = await add(editor, account)
    assert (made["holder"], made["friend_limit"], made["is_due"], made["full_on"]) == ("李娜", 10000, True, None)
    one = f"{PATH}/{made['id']}"
    assert (await put(editor, f"{one}/counts/2026-09-25", {"friends": 7000}))[0] == 200
    status, shown = await put(editor, f"{one}/counts/2026-11-24", {"friends": 8000})
    assert status == 200
    # 1,000 in 60 days: the 2,000 that fit take 120.
    assert (shown["full_on"], shown["is_due"], shown["is_full"]) == ("2027-03-24", False, False)
    assert date(2026, 11, 24) + timedelta(days=120) == date(2027, 3, 24)
    status, shown = await put(editor, f"{one}/counts/2026-11-24", {"friends": 9000})
    assert (shown["counts"][-1], len(shown["counts"])) == ({"day": "2026-11-24", "friends": 9000}, 2), "corrected"
    assert shown["is_full"]
    body = {"name": EVIL, "wechat_id": "", "friend_limit": 5000}
    status, shown = await put(editor, one, body)
    assert (status, shown["name"], shown["holder"], shown["friend_limit"]) == (200, EVIL, None, 5000)
    for _ in range(2):
        status, shown = await put(editor, f"{one}/archived", {"archived": True})
        assert (status, shown["archived_at"] is not None, shown["is_due"]) == (200, True, False)
    status, refused = await put(editor, f"{one}/counts/2026-11-25", {"friends": 1})
    assert (status, refused["code"]) == (409, "personal_archived")
    assert (await put(editor, f"{one}/archived", {"archived": False}))[1]["archived_at"] is None
    async with console.engine.begin() as connection:
        acts = [
            row.act for row in await run(connection, "SELECT act FROM audit_entry WHERE act ~ 'personal' ORDER BY id")
        ]
    reported = "personal_friends_reported"
    assert acts == [
        "personal_account_added", reported, reported, reported, "personal_account_changed",
        "personal_account_archived", "personal_account_restored",
    ]  # fmt: skip


async def test_a_wechat_id_is_noted_once(editor: Browser, account: int) -> None:
    first = await add(editor, account)
    status, body = await editor.post(PATH, {"name": "又一个", "wechat_id": " LINA_shanyu "})
    assert (status, body["code"]) == (409, "personal_known")
    await put(editor, f"{PATH}/{first['id']}/archived", {"archived": True})
    await add(editor, account, name="又一个")
    status, body = await put(editor, f"{PATH}/{first['id']}/archived", {"archived": False})
    assert (status, body["code"]) == (409, "personal_known")
    await add(editor, account, name="没有号", wechat_id="")
    await add(editor, account, name="也没有号", wechat_id="")
    assert len(await show(editor)) == 4


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": ""}, "invalid_input"),
        ({"name": "a\u0000b"}, "invalid_input"),
        ({"name": "号", "userid": "lina"}, "invalid_input"),
        ({"name": "号", "account_id": 1, "userid": "nobody"}, "staff_unknown"),
        ({"name": "号", "friend_limit": 0}, "invalid_input"),
        ({"name": "号", "wechat_id": "x" * 101}, "invalid_input"),
    ],
)
async def test_what_cannot_be_is_refused(editor: Browser, body: dict[str, Any], code: str) -> None:
    status, refused = await editor.post(PATH, body)
    assert (status, refused["code"]) == (422, code)
    assert await show(editor) == []


@pytest.mark.parametrize(
    ("day", "friends", "code"),
    [
        ("2026-11-26", 1, "personal_day"),
        ("2010-12-31", 1, "personal_day"),
        ("2026-02-30", 1, "invalid_input"),
        ("2026-11-25", -1, "invalid_input"),
        ("2026-11-25", 1_000_001, "invalid_input"),
        ("2026-11-25", 1.5, "invalid_input"),
    ],
)
async def test_no_such_count(editor: Browser, account: int, day: str, friends: float, code: str) -> None:
    made = await add(editor, account)
    status, refused = await put(editor, f"{PATH}/{made['id']}/counts/{day}", {"friends": friends})
    assert (status, refused["code"]) == (422, code)
    assert (await show(editor))[0]["counts"] == []


async def test_sales_people_see_them_and_change_nothing(console: Console, editor: Browser, account: int) -> None:
    made = await add(editor, account)
    sdr = await console.signed_in(Role.SDR)
    assert [each["id"] for each in await show(sdr)] == [made["id"]]
    for method, path, body in (
        ("POST", PATH, {"name": "号"}),
        ("PUT", f"{PATH}/{made['id']}", {"name": "号"}),
        ("PUT", f"{PATH}/{made['id']}/archived", {"archived": True}),
        ("PUT", f"{PATH}/{made['id']}/counts/2026-11-25", {"friends": 1}),
    ):
        assert (await sdr.ask(method, path, json=body))[0] == 403


async def test_holders_are_asked_once_a_month(console: Console, editor: Browser, account: int) -> None:
    made = await add(editor, account)
    await add(editor, account, name="客服号", wechat_id="")
    await add(editor, account, name="王强微信", wechat_id="", userid="wang")
    away = await add(editor, account, name="旧号", wechat_id="")
    await put(editor, f"{PATH}/{away['id']}/archived", {"archived": True})
    await add(editor, account, name="没人", wechat_id="", account_id=None, userid=None)
    await put(editor, f"{PATH}/{made['id']}/counts/2026-11-24", {"friends": 8000})

    async def ask(moment: datetime) -> list[tuple[str, str]]:
        await set_clock(console, moment)
        async with console.units.begin() as unit:
            await ask_for_friends(unit)
        async with console.engine.begin() as connection:
            rows = await run(connection, "SELECT key, body FROM command WHERE key ~ 'personal-' ORDER BY id")
        return [(row.key, row.body["content"]["description"].split("\n")[0]) for row in rows]

    november = [
        (f"card:{account}:personal-2026-11-lina", "个人号：客服号"),
        (f"card:{account}:personal-2026-11-wang", "个人号：王强微信"),
    ]
    assert await ask(NOON) == november
    assert await ask(NOON + timedelta(hours=1)) == november, "once a month"
    asked = await ask(datetime(2026, 12, 1, 0, 30, tzinfo=UTC))
    assert asked[2] == (f"card:{account}:personal-2026-12-lina", "个人号：客服号、李娜微信")


async def test_on_the_phone_a_holder_reports_their_own(
    console: Console, editor: Browser, door: Door, account: int
) -> None:
    own = await add(editor, account)
    other = await add(editor, account, name="王强微信", wechat_id="", userid="wang")
    phone = await enter(console, door, "lina", "?to=/personal-accounts")
    assert (await phone.get("/api/h5/personal-accounts"))[1] == [
        {"id": own["id"], "name": "李娜微信", "day": None, "friends": None, "is_due": True}
    ]
    status, body = await put(phone, f"/api/h5/personal-accounts/{own['id']}/friends", {"friends": 8123})
    assert (status, body[0]["day"], body[0]["friends"]) == (200, "2026-11-25", 8123)
    status, body = await put(phone, f"/api/h5/personal-accounts/{other['id']}/friends", {"friends": 1})
    assert (status, body["code"]) == (404, "personal_not_found")
    assert {each["name"]: len(each["counts"]) for each in await show(editor)} == {"李娜微信": 1, "王强微信": 0}
