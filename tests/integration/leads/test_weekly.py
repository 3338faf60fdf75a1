"""The weekly report: its figures are those of the leads, and the card goes out once, on Monday morning."""

import json
from datetime import date, timedelta
from decimal import Decimal

from weloop.campaigns.models import CostRow
from weloop.codes.api import CodeInfo, CodeKind, put_code
from weloop.features.weekly.api import WeekReport, report_week
from weloop.features.weekly.rules import period_of
from weloop.kit.db import run
from weloop.leads import service
from weloop.leads.service import Actor, Chips

from .conftest import Company, beijing

ANYBODY = Actor("api")
MONDAY = date(2026, 11, 23)


async def qualify(company: Company, number: int, chips: Chips) -> None:
    lead = await company.lead(number)
    async with company.units.begin() as unit:
        await service.qualify(unit, await service.get_locked(unit, lead.id, ANYBODY), ANYBODY, chips)
    await company.settle()


async def report(company: Company, monday: date = MONDAY) -> WeekReport:
    async with company.units.begin() as unit:
        return await report_week(unit, period_of(monday, (unit.now + timedelta(hours=8)).date()))


async def campaign(company: Company, name: str, code: str, cost: str) -> int:
    """A campaign with one code, and what it cost on the 24th."""
    async with company.units.begin() as unit:
        rows = await run(
            unit.connection,
            "INSERT INTO campaign (name, kind, created_at, updated_at) VALUES ($1, 'live', $2, $2) RETURNING id",
            name,
            unit.now,
        )
        number: int = rows[0].id
        unit.session.add(
            CostRow(
                campaign_id=number, name="投放", spent_on=date(2026, 11, 24), amount=Decimal(cost), created_at=unit.now
            )
        )
        await put_code(unit, CodeInfo(code, CodeKind.CONTACT_WAY, name, 1, campaign_id=number))
    return number


async def test_a_week_counts_what_happened_in_it(company: Company) -> None:
    live = await campaign(company, "直播", "live1", "300")
    quiet = await campaign(company, "展会", "fair1", "50")
    await company.add(1)
    await company.add(2, "wangqiang", "live1")
    await company.add(3, "lina", "live1")
    await company.at(beijing(26, 11))
    await qualify(company, 2, Chips(need=True))
    await company.at(beijing(30, 10))
    await qualify(company, 1, Chips(need=True, role=True, time=True))

    week = await report(company)
    assert (week.first, week.last, week.running) == (MONDAY, date(2026, 11, 29), False)
    assert (week.now.leads, week.now.qualified, week.now.sql, week.now.cost) == (3, 1, 0, 350)
    assert (week.before.leads, week.before.cost) == (0, 0)
    campaigns = {row.key: (row.name, row.now.leads, row.now.qualified, row.cost) for row in week.campaigns}
    assert campaigns == {
        "0": (None, 1, 0, 0),
        str(live): ("直播", 2, 1, 300),
        str(quiet): ("展会", 0, 0, 50),
    }
    staff = {row.key: (row.name, row.now.leads, row.cost) for row in week.staff}
    assert sum(leads for _, leads, _ in staff.values()) == 3
    assert sum(cost for _, _, cost in staff.values()) == 300, "two leads carry the live's cost"
    assert week.changes == [], "three leads after none may be chance"
    assert week.receivers == ["陈总"]

    running = await report(company, MONDAY + timedelta(days=7))
    assert (running.running, running.now.qualified, running.now.sql) == (True, 1, 1)
    assert running.before.leads == 0, "held against last Monday alone, when nobody had come yet"
    old = await report(company, MONDAY - timedelta(days=14))
    assert (old.now.leads, old.todos) == (0, [])


async def test_many_more_leads_are_a_clear_change_once_the_week_is_over(company: Company) -> None:
    await company.at(beijing(27, 9))
    for number in range(1, 9):
        await company.add(number)
    assert (await report(company)).changes == [], "the week still runs"
    await company.at(beijing(30, 7))
    changes = [(change.what, change.name, change.before, change.now) for change in (await report(company)).changes]
    assert ("leads", None, 0, 8) in changes
    assert ("friends", None, 0, 8) in changes


async def test_the_card_reaches_team_leads_once_on_monday(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(30, 8, 29))
    assert not [card for card in await company.cards() if card[1].startswith("周报")]
    await company.at(beijing(30, 8, 31))
    await company.write("UPDATE timetable SET next_at = $1 WHERE name = 'send_weekly_cards'", beijing(30, 8, 32))
    await company.at(beijing(30, 9))
    assert [card for card in await company.cards() if card[1].startswith("周报")] == [("boss", "周报 11-23 ~ 11-29")]
    [row] = await company.query("SELECT body, expires_at FROM command WHERE key = 'card:1:weekly-2026-11-23'")
    content = row.body["content"] if isinstance(row.body, dict) else json.loads(row.body)["content"]
    assert content["description"].splitlines()[0] == "新线索 1（上周 0）"
    assert len(content["description"].encode()) <= 512
    assert content["url"] == "/h5/open?account=1&to=/weekly/2026-11-23"
    assert row.expires_at == beijing(30, 0) + timedelta(days=1)


async def test_without_team_leads_nobody_gets_one(company: Company) -> None:
    await company.write("UPDATE staff_duty SET is_leader = false")
    await company.at(beijing(30, 9))
    assert not [card for card in await company.cards() if card[1].startswith("周报")]
