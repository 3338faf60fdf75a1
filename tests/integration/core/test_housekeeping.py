"""Housekeeping of the log: partitions ahead of time, in one time zone everywhere, and forgetting old keys."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.events import NewEvent
from weloop.inbox.api import keep_log
from weloop.inbox.jobs import KEY_LIFE
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.unit import Units

Make = Callable[..., NewEvent]

_BOUNDS = """
SELECT pg_get_expr(c.relpartbound, c.oid) FROM pg_class AS c JOIN pg_inherits AS i ON i.inhrelid = c.oid
WHERE i.inhparent = 'event'::regclass
"""
_MOVE = """
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'Asia/Shanghai'); END $$
"""

_AGE_FIRST = """
UPDATE inbox_key SET recorded_at = recorded_at - $1::interval
WHERE recorded_at = (SELECT min(recorded_at) FROM inbox_key)
"""


async def _bounds(engine: AsyncEngine) -> set[str]:
    async with engine.begin() as connection:
        await run(connection, "SET LOCAL timezone = 'UTC'")
        return {row[0] for row in await run(connection, _BOUNDS)}


async def _count(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await run(connection, "SELECT count(*) FROM event"))[0][0])


async def test_months_have_the_same_bounds_whatever_the_servers_time_zone(engine: AsyncEngine, units: Units) -> None:
    now = machine_now()
    await keep_log(units, now)
    before = await _bounds(engine)
    async with engine.begin() as connection:
        await run(connection, _MOVE)
    await engine.dispose()
    await keep_log(units, now)
    assert await _bounds(engine) == before
    await keep_log(units, now + timedelta(days=31))
    after = await _bounds(engine)
    assert before < after
    assert all("-01 00:00:00+00" in bound for bound in after - {"DEFAULT"})


async def test_a_month_that_has_events_already_keeps_them(
    engine: AsyncEngine, units: Units, contact_added: Make
) -> None:
    async with units.begin() as unit:
        unit.append(contact_added())
    await keep_log(units, machine_now())
    async with units.begin() as unit:
        unit.append(contact_added())
    assert await _count(engine) == 2


async def test_old_occurrences_are_forgotten_and_younger_ones_known(
    engine: AsyncEngine, units: Units, contact_added: Make
) -> None:
    for dedupe in ("old", "young"):
        async with units.begin() as unit:
            unit.append(contact_added(dedupe=dedupe))
    async with engine.begin() as connection:
        await run(connection, _AGE_FIRST, KEY_LIFE)
    await keep_log(units, machine_now())
    async with units.begin() as unit:
        for dedupe in ("old", "young"):
            unit.append(contact_added(dedupe=dedupe))
    assert await _count(engine) == 3
