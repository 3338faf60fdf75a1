"""Nobody is judged by two at once, and there is room for as many as a platform takes."""

import asyncio
from collections.abc import Collection

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, set_time

from weloop.contracts.commands import Command, CommandName, Delivery
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox.api import judge

MANY = 10_000
"""As many as a list of an official account, or a task of a member, may have."""
SERVERS_LOCKS = 64 * 100
"""Of all transactions together, on a server with PostgreSQL's own settings."""
PERSONS = """
INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
SELECT n, int4send(n::int), 'follower', 'wx', 'o' || n, n, $2, $2 FROM generate_series(1, $1::int) AS n
"""


@pytest.fixture
async def persons(engine: AsyncEngine, units: Units) -> None:
    """Followers, a person each, with the number of their identity."""
    set_time(units, NOON)
    async with engine.begin() as connection:
        await run(connection, PERSONS, MANY, NOON)


async def _judge(unit: UnitOfWork, identities: Collection[int]) -> int:
    """Judge a message to each; answers how many verdicts there are."""
    message = CommandName.SEND_ACCOUNT_MASS_MESSAGE
    judged = [
        (-each, Command(str(each), message, 1, {}, Delivery.AT_MOST_ONCE, subject_id=each)) for each in identities
    ]
    return len(await judge(unit, judged))


@pytest.mark.usefixtures("persons")
async def test_as_many_as_a_platform_takes_are_judged_in_one_transaction(units: Units) -> None:
    async with units.begin() as unit:
        assert await _judge(unit, range(1, MANY + 1)) == MANY
        held = await run(unit.connection, "SELECT 1 FROM pg_locks WHERE pid = pg_backend_pid()")
    assert len(held) < SERVERS_LOCKS / 4


@pytest.mark.usefixtures("persons")
@pytest.mark.parametrize(
    ("first", "second", "waits"),
    [
        ([7], [7], True),
        ([7], [8], False),
        ([7], range(1, MANY + 1), True),
        (range(1, MANY + 1), [7], True),
        (range(1, 200), range(100, 300), True),
        (range(1, 200), range(200, 400), False),
    ],
    ids=["one and the same", "one and another", "one and many", "many and one", "some in both", "none in both"],
)
async def test_whoever_is_judged_is_judged_by_nobody_else(
    units: Units, first: Collection[int], second: Collection[int], waits: bool
) -> None:
    async with units.begin() as unit:
        await _judge(unit, first)
        assert await _is_kept_waiting(units, second) is waits
    assert not await _is_kept_waiting(units, second)


async def _is_kept_waiting(units: Units, identities: Collection[int]) -> bool:
    try:
        async with units.begin() as unit:
            await run(unit.connection, "SET LOCAL lock_timeout = '300ms'")
            await _judge(unit, identities)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "55P03":
            raise
        return True
    return False


@pytest.mark.usefixtures("persons")
async def test_many_and_a_few_at_once_never_wait_in_a_circle(units: Units) -> None:
    async def once(identities: Collection[int]) -> int:
        async with units.begin() as unit:
            return await _judge(unit, identities)

    lots = [range(1, MANY + 1), range(1, 300), range(200, 500), range(1, MANY, 3)] * 2
    assert await asyncio.gather(*map(once, lots)) == [len(lot) for lot in lots]
