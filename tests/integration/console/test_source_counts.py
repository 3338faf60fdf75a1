"""Counts of sources: each event counts once, in any order of arrival, and a replay gives the same."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from weloop.contracts.events import Event, EventKind
from weloop.features.sources.handlers import HANDLERS
from weloop.kit.db import run

from .conftest import Browser, Console

# 23:59 in Beijing, so that one minute later it is the next day there.
START = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
ACCOUNT = 1


def event(number: int, kind: EventKind, identity: int | None, minute: int, **data: Any) -> Event:
    """An event of the log."""
    at = START + timedelta(minutes=minute)
    return Event(number, ACCOUNT, kind, at, at, None, identity, data, {}, (), None, "")


def story(state: str, other: str) -> list[Event]:
    """What happened: two sources, four strangers."""
    added, removed, lost = EventKind.CONTACT_ADDED, EventKind.CONTACT_REMOVED, EventKind.CONTACT_LOST
    sent, failed = EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED
    return [
        event(1, added, 101, 0, staff="lina", state=state, half=True),
        event(2, added, 101, 1, staff="lina", state=state, half=False),
        event(3, added, 102, 1, staff="lina", state=state),
        event(4, added, 103, 1, staff="lina", state=other),
        event(5, added, 104, 1, staff="lina"),
        event(6, added, 101, 2, staff="zhao", state=state),
        event(7, lost, 102, 3, staff="lina"),
        event(8, removed, 102, 4, staff="lina"),
        event(9, lost, 104, 4, staff="lina"),
        event(10, added, 102, 5, staff="lina", state=other),
        event(11, sent, 101, 1, command="SendWelcome", key="welcome:1:0", ref=state),
        event(12, failed, 102, 1, command="SendWelcome", key="welcome:2:0", ref=state, code="platform_rejected"),
        event(13, EventKind.WELCOME_SKIPPED, 103, 1, ref=other, reason="no_welcome_code"),
        event(14, sent, 104, 1, command="FetchProfile", key="profile:1", ref=""),
        event(15, added, 105, 1, staff="lina", state="of somebody else"),
    ]


async def hear(console: Console, events: Sequence[Event]) -> None:
    """Hand events to the handlers as the inbox does: sorted, in one transaction."""
    ordered = sorted(events, key=lambda item: (item.occurred_at, item.id))
    async with console.units.begin() as unit:
        for kinds, handler in HANDLERS:
            wanted = [item for item in ordered if item.kind in kinds]
            if wanted:
                await handler(unit, wanted)


async def count(console: Console) -> dict[tuple[str, str], tuple[int, ...]]:
    """Counts by (source name, Beijing day)."""
    async with console.engine.begin() as connection:
        rows = await run(
            connection,
            """
            SELECT name, day::text, added, lost, welcome_sent, welcome_failed
            FROM source_day JOIN source ON id = source_id
            """,
        )
    return {(row[0], row[1]): tuple(row[2:]) for row in rows if any(row[2:])}


EXPECTED = {
    ("A", "2026-11-22"): (1, 0, 0, 0),
    ("A", "2026-11-23"): (2, 1, 1, 1),
    ("B", "2026-11-23"): (2, 0, 0, 1),
}


@pytest.fixture
async def browser(console: Console) -> Browser:
    """An operator with two sources, A and B."""
    browser = await console.signed_in()
    async with console.engine.begin() as connection:
        for name in ("A", "B"):
            await run(
                connection,
                """
                INSERT INTO source (name, account_id, state_code, users, welcome, status, created_at, updated_at)
                VALUES ($1, $2, 'state-' || $1, '{lina}', '{"text": "", "attachments": []}', 'ready', $3, $3)
                """,
                name,
                ACCOUNT,
                START,
            )
    return browser


async def test_each_event_counts_once(console: Console, browser: Browser) -> None:
    events = story("state-A", "state-B")
    await hear(console, events)
    assert await count(console) == EXPECTED
    await hear(console, events)
    assert await count(console) == EXPECTED, "delivered twice"


async def test_two_workers_on_the_same_days_do_not_wait_in_a_circle(console: Console, browser: Browser) -> None:
    """Adds of one source with welcomes of the other, and the other way round, side by side."""

    def batch(number: int, add: str, welcome: str) -> list[Event]:
        added = event(number, EventKind.CONTACT_ADDED, number, 0, staff="lina", state=add)
        return [added, event(number + 1, EventKind.WELCOME_SKIPPED, number, 0, ref=welcome)]

    for number in range(0, 120, 4):
        one, other = batch(1000 + number, "state-A", "state-B"), batch(1002 + number, "state-B", "state-A")
        await asyncio.gather(hear(console, one), hear(console, other))
    assert await count(console) == {("A", "2026-11-22"): (30, 0, 0, 30), ("B", "2026-11-22"): (30, 0, 0, 30)}


async def test_two_apps_of_one_corp_count_a_friendship_once(console: Console, browser: Browser) -> None:
    added = event(1, EventKind.CONTACT_ADDED, 101, 0, staff="lina", state="state-A")
    await hear(console, [replace(added, id=1, account_id=ACCOUNT + 1), replace(added, id=2)])
    assert await count(console) == {("A", "2026-11-22"): (1, 0, 0, 0)}


@pytest.mark.parametrize("seed", range(5))
async def test_any_order_and_any_batches_give_the_same(console: Console, browser: Browser, seed: int) -> None:
    events = story("state-A", "state-B")
    chance = random.Random(seed)
    chance.shuffle(events)
    while events:
        size = chance.randint(1, 4)
        await hear(console, events[:size])
        events = events[size:]
    assert await count(console) == EXPECTED


async def test_a_replay_rebuilds_them(console: Console, browser: Browser) -> None:
    events = story("state-A", "state-B")
    await hear(console, events)
    async with console.engine.begin() as connection:
        await run(connection, "TRUNCATE source_touch, source_day")
    await hear(console, events)
    assert await count(console) == EXPECTED


async def test_they_stand_on_the_page(console: Console, browser: Browser) -> None:
    await hear(console, story("state-A", "state-B"))
    _, page = await browser.get("/api/sources?search=A")
    counts = page["items"][0]["counts"]
    today = datetime.now(UTC) + timedelta(hours=8)
    added_today = 2 if f"{today:%Y-%m-%d}" == "2026-11-23" else 0
    assert counts == {"added": 3, "added_today": added_today, "lost": 1, "welcome_sent": 1, "welcome_failed": 1}


async def test_the_overview_ticks_its_checklist(console: Console, browser: Browser) -> None:
    status, page = await browser.get("/api/overview")
    assert status == 200
    assert (page["now"]["friends"], page["now"]["leads"], page["now"]["cost_per_sql"]) == (0, 0, None)
    assert (page["ticker"], page["todos"], page["path_id"]) == ([], [], None)
    done = {item["key"]: item["done"] for item in page["checklist"]}
    assert done == {
        "official_account": False,
        "wecom": False,
        "staff": False,
        "source": True,
        "person": False,
        "welcome": False,
    }
    await hear(console, story("state-A", "state-B"))
    _, page = await browser.get("/api/overview")
    assert {item["key"]: item["done"] for item in page["checklist"]}["welcome"] is True
