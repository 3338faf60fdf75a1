"""The doctor's routes: the machine, hostile ids, what is shown before anything was asked, and notes of callbacks."""

import asyncio
import contextlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from weloop.access.api import Role
from weloop.contracts.accounts import CheckResult, StaffRecord
from weloop.features.doctor.api import CallbackNotes
from weloop.kit.db import run

from .conftest import Console, Platform
from .test_accounts import add

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def by_check(report: dict[str, Any]) -> dict[str, Any]:
    return {finding["check"]: finding for finding in report["findings"]}


async def test_the_machine_is_examined_in_both_languages(console: Console) -> None:
    browser = await console.signed_in()
    status, found = await browser.get("/api/doctor/machine")
    assert status == 200
    database = next(finding for finding in found if finding["check"] == "database")
    assert (database["state"], database["title"]) == ("good", {"zh": "数据库", "en": "Database"})
    assert "postgresql://" not in str(found), "no address with a password"


async def test_before_an_examination_only_callbacks_are_known(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    await browser.post("/api/sites", {"name": "官网"})
    [report] = (await browser.get("/api/doctor/accounts"))[1]
    assert (report["account_id"], report["examined_at"]) == (account["id"], None)
    found = {finding["check"]: finding["outcome"] for finding in report["findings"]}
    assert found == {"callback": "never", "sidebar": "never"}
    assert report["findings"][0]["copy_text"] == account["callback_url"]


async def test_hostile_ids_and_bodies(console: Console) -> None:
    browser = await console.signed_in()
    site = (await browser.post("/api/sites", {"name": "官网"}))[1]["id"]
    for path in ("/api/doctor/accounts/{}", "/api/doctor/accounts/{}/callback-watch"):
        for account_id, expected in ((999, 404), (site, 404), (2**63, 422), (-1, 422), ("x", 422), ("%00", 422)):
            status, body = await browser.post(path.format(account_id))
            assert status == expected, (path, account_id, body)
    large = io.BytesIO(b"x" * 10_000_000)
    with contextlib.suppress(aiohttp.ClientError):  # nobody reads it: the connection ends while it is sent
        assert (await browser.ask("POST", "/api/doctor/accounts", data=large))[0] in (200, 413)
    assert (await browser.get("/api/doctor/accounts"))[1] == []


async def test_a_disabled_account_is_left_alone(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    await browser.patch(f"/api/accounts/{account['id']}", {"enabled": False})
    assert (await browser.post("/api/doctor/accounts"))[1] == []
    status, body = await browser.post(f"/api/doctor/accounts/{account['id']}")
    assert (status, body["code"]) == (409, "account_disabled")
    assert (await browser.post(f"/api/doctor/accounts/{account['id']}/callback-watch"))[0] == 404


async def test_what_the_platform_says_is_shown_as_text_and_no_secret_is(console: Console, platform: Platform) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    hostile = "<b>{errcode}</b> {0} %s from ip: 203.0.113.7'--"
    platform.check = CheckResult("platform_rejected", hostile, 12345)
    [report] = (await browser.post("/api/doctor/accounts"))[1]
    found = by_check(report)["credentials"]
    assert (found["state"], found["errcode"]) == ("problem", 12345)
    assert hostile in found["cause"]["zh"]
    platform.check = CheckResult()
    platform.staff = [StaffRecord("lina", "李娜", None, 1, contact_enabled=True)]
    [report] = (await browser.post(f"/api/doctor/accounts/{account['id']}"))[1]
    assert by_check(report)["visible_range"]["cause"]["en"] == "The app sees members: 1; may have customers: 1."
    assert "s3cret" not in str(report)


@pytest.mark.parametrize("role", [Role.LEAD, Role.OPERATOR, Role.SDR])
async def test_only_administrators_see_it(console: Console, role: Role) -> None:
    browser = await console.signed_in(role)
    for method, path in (("GET", "machine"), ("GET", "accounts"), ("POST", "accounts")):
        status, body = await browser.ask(method, f"/api/doctor/{path}")
        assert (status, body["code"]) == (403, "not_allowed")


async def test_notes_of_two_processes_end_in_the_latest_and_twice_is_once(console: Console) -> None:
    first, second = CallbackNotes(console.units), CallbackNotes(console.units)
    first.note(2, NOON + timedelta(seconds=5), refused=401)
    first.note(1, NOON)
    second.note(1, NOON + timedelta(seconds=9))
    second.note(2, NOON + timedelta(seconds=3), refused=400)
    second.note(2, NOON + timedelta(seconds=4))
    for notes in (first, second, second):
        await notes.write()
    async with console.engine.begin() as connection:
        rows = await run(
            connection,
            "SELECT account_id, received_at, verified_at, refused_at, refused_status FROM account_examination"
            " ORDER BY account_id",
        )
    latest = NOON + timedelta(seconds=9)
    assert [tuple(row) for row in rows] == [
        (1, latest, latest, None, None),
        (2, NOON + timedelta(seconds=5), NOON + timedelta(seconds=4), NOON + timedelta(seconds=5), 401),
    ]


async def test_an_administrator_ends_a_brake_with_a_reason_and_nobody_else_does(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    path = f"/api/doctor/accounts/{account['id']}/brakes/leaving/lift"
    async with console.engine.begin() as connection:
        sql = "INSERT INTO account_trouble VALUES ($1, $2, '', 0, '', $3, $3, 12, 2.5)"
        for what in ("leaving", "credential"):
            await run(connection, sql, account["id"], what, datetime.now(UTC))
    assert (await browser.post(path.replace("leaving", "complaining"), {"reason": "已核实"}))[0] == 404
    assert (await browser.post(path.replace("leaving", "credential"), {"reason": "已核实"}))[0] == 422
    for account_id, expected in ((999, 404), (2**63, 422), (-1, 422), ("x", 422)):
        wrong = f"/api/doctor/accounts/{account_id}/brakes/leaving/lift"
        assert (await browser.post(wrong, {"reason": "已核实"}))[0] == expected, account_id
    for body in (None, {}, {"reason": None}, {"reason": " \n"}, {"reason": "a" * 1001}, {"reason": "\0"}, [], "reason"):
        assert (await browser.post(path, body))[0] == 422, body
    for role in set(Role) - {Role.ADMIN}:
        other = await console.signed_in(role)
        assert (await other.post(path, {"reason": "已核实"}))[0] == 403, role
    [listed] = (await browser.get("/api/accounts"))[1]
    assert [each["off_until"] for each in listed["troubles"]] == [None, None]

    statuses = await asyncio.gather(*(browser.post(path, {"reason": " 已核实 "}) for _ in range(4)))
    assert sorted(status for status, _ in statuses) == [204, 404, 404, 404], "pressed by several at once"
    [listed] = (await browser.get("/api/accounts"))[1]
    shown = {each["what"]: each for each in listed["troubles"]}
    assert (shown["leaving"]["lately"], shown["leaving"]["usual"]) == (12, 2.5)
    assert shown["leaving"]["off_until"] is not None
    assert shown["credential"]["off_until"] is None
    acts = [each for each in (await browser.get("/api/audit"))[1]["items"] if each["act"] == "brake_lifted"]
    assert [each["detail"] for each in acts] == [{"what": "leaving", "reason": "已核实"}]
