"""The weekly report over HTTP: weeks that are none, the workbook, and who may see it on the phone."""

import io
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from weloop.access.api import Role
from weloop.contracts.accounts import StaffRecord
from weloop.kit.clock import BEIJING, machine_now
from weloop.kit.db import run
from weloop.staff.repository import replace_staff

from .conftest import Console
from .test_h5_door import Door, account, door, enter
from .test_h5_leads import app, desk

__all__ = ["account", "app", "desk", "door"]


def this_monday() -> date:
    today = (machine_now().astimezone(UTC) + BEIJING).date()
    return today - timedelta(days=today.weekday())


async def test_every_role_sees_the_newest_whole_week(console: Console) -> None:
    for role in Role:
        browser = await console.signed_in(role)
        status, body = await browser.get("/api/weekly")
        assert (status, body["first"]) == (200, str(this_monday() - timedelta(days=7)))
        assert (body["running"], body["now"]["leads"], body["staff"]) == (False, 0, [])


@pytest.mark.parametrize("monday", ["2026-11-24", "1999-01-04", "9999-12-27", "the next"])
async def test_no_week_begins_there(console: Console, monday: str) -> None:
    browser = await console.signed_in(Role.LEAD)
    monday = str(this_monday() + timedelta(days=14)) if monday == "the next" else monday
    for path in ("/api/weekly", "/api/weekly/export.xlsx"):
        status, body = await browser.get(f"{path}?monday={monday}")
        assert (status, body["code"]) == (422, "not_a_week")


@pytest.mark.parametrize("monday", ["monday", "2026-13-01", "2026-11-23T05:00", "%00", "=1+1"])
async def test_that_is_no_date(console: Console, monday: str) -> None:
    browser = await console.signed_in(Role.LEAD)
    status, body = await browser.get(f"/api/weekly?monday={monday}")
    assert (status, body["code"]) == (422, "invalid_input")


async def test_the_workbook_holds_the_figures_and_no_formula(console: Console) -> None:
    admin = await console.signed_in(Role.ADMIN)
    body = {"name": '=HYPERLINK("http://evil","点我")', "kind": "live"}
    status, made = await admin.post("/api/campaigns", body)
    assert status == 201, made
    cost = {"name": "场地", "spent_on": str(this_monday()), "amount": 120.5}
    assert (await admin.post(f"/api/campaigns/{made['id']}/costs", cost))[0] == 201
    async with admin.session.get(f"{admin.url}/api/weekly/export.xlsx?monday={this_monday()}") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="weekly-{this_monday()}.xlsx"'
        content = await answer.read()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["总览", "路径", "活动", "文章", "员工"]
    whole: list[Any] = book.get_sheet_by_name("总览").to_python()
    assert ["费用（元）", 120.5, 0.0] in [line[:3] for line in whole]
    [_, row] = book.get_sheet_by_name("活动").to_python()
    assert (row[0], row[7]) == (body["name"], 120.5)
    assert b"<f>" not in content


async def test_on_the_phone_team_leads_alone_see_it(console: Console, door: Door, account: int) -> None:
    phone = await enter(console, door, "lina")
    path = f"/api/h5/weekly/{this_monday()}"
    status, body = await phone.get(path)
    assert (status, body["code"]) == (403, "leaders_only")
    async with console.units.begin() as unit:
        await replace_staff(unit.connection, account, [StaffRecord("lina", "李娜", None, 1, True)], unit.now)
        await run(
            unit.connection,
            "INSERT INTO staff_duty (account_id, userid, weight, is_leader) VALUES ($1, 'lina', 1, true)",
            account,
        )
    status, body = await phone.get(path)
    assert (status, body["running"], body["receivers"]) == (200, True, ["李娜"])
    assert (await phone.get("/api/h5/weekly/2026-11-24"))[0] == 422
