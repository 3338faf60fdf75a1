"""Group commit: what gathers while a commit is under way goes together, in batches of bounded size."""

import asyncio
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.events import NewEvent
from weloop.inbox.api import Intake, IntakeLimits, SubjectKeys
from weloop.kit.db import run


async def test_a_burst_is_committed_in_few_batches_of_bounded_size(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Callable[..., NewEvent]
) -> None:
    intake = Intake(engine, keys, IntakeLimits(window=60, batch=10, flushes=1))
    await asyncio.gather(*(intake.add([contact_added(person)]) for person in range(45)), intake.drain())
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT count(*) FROM event GROUP BY recorded_at")
    assert sorted(row[0] for row in rows) == [5, 10, 10, 10, 10]


async def test_drain_returns_when_all_that_was_added_is_durable(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Callable[..., NewEvent]
) -> None:
    intake = Intake(engine, keys, IntakeLimits(window=60, batch=4, flushes=1))
    adding = asyncio.gather(*(intake.add([contact_added(person)]) for person in range(10)))
    await asyncio.sleep(0)
    await intake.drain()
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT count(*) FROM event")
    assert rows[0][0] == 10
    await adding
