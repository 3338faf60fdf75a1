"""Group commit: what gathers while a commit is under way goes together; a database that is away is waited for."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.errors import Overloaded
from weloop.contracts.events import NewEvent
from weloop.inbox.api import Intake, IntakeLimits, SubjectKeys
from weloop.kit.db import create_engine, run


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


async def test_a_connection_that_broke_is_replaced_without_refusing_anybody(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Callable[..., NewEvent]
) -> None:
    intake = Intake(engine, keys)
    await intake.add([contact_added(1)])
    async with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        await run(connection, others + " AND pid <> pg_backend_pid()")
        await intake.add([contact_added(2)])
        rows = await run(connection, "SELECT count(*) FROM event")
    assert rows[0][0] == 2


async def test_without_a_database_the_platform_is_told_to_try_again(
    keys: SubjectKeys, contact_added: Callable[..., NewEvent]
) -> None:
    nowhere = create_engine("postgresql://weloop@/weloop?host=/nowhere")
    with pytest.raises(Overloaded):
        await Intake(nowhere, keys, IntakeLimits(patience=0)).add([contact_added()])
