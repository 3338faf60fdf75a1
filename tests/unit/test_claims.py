"""The claim loop works when something is due, and asks before it claims."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from weloop.kit import claims
from weloop.kit.claims import ClaimLoop, NextDue, at_once
from weloop.kit.clock import WorldClock, machine_now

DAY = datetime(2026, 3, 2, tzinfo=UTC)


class Table:
    """Rows that wait, and how often somebody claimed or asked."""

    def __init__(self) -> None:
        self.clock = WorldClock(DAY, machine_now(), 0.0)
        self.loop = ClaimLoop("test", self.work, self.next_due, self.clock)
        self.due: list[datetime] = []
        self.claims = self.questions = 0
        self.is_locked = False

    async def work(self) -> int:
        self.claims += 1
        taken = [] if self.is_locked else [at for at in self.due if at <= self.clock.now()]
        self.due = [at for at in self.due if at not in taken]
        return len(taken)

    async def next_due(self) -> NextDue:
        self.questions += 1
        return NextDue(min(self.due, default=None))

    async def settle(self) -> tuple[int, int]:
        """Let the loop come to rest, also where this process did not run for a while."""
        await asyncio.sleep(0.05)
        for _ in range(50):
            await asyncio.sleep(0)
        return self.claims, self.questions


@pytest.fixture(autouse=True)
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stands still for a while must not find that it has to look again."""
    monkeypatch.setattr(claims, "IDLE_SECONDS", 3600.0)


@asynccontextmanager
async def running(table: Table) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(table.loop.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def test_whoever_wakes_the_loop_for_nothing_costs_a_question() -> None:
    table = Table()
    async with running(table):
        assert await table.settle() == (1, 1)
        table.loop.wake.set()
        assert await table.settle() == (1, 2)
        table.due = [DAY]
        table.loop.wake.set()
        assert await table.settle() == (2, 4), "what is due is claimed, and no empty claim follows"


async def test_a_clock_that_moves_is_reckoned_without_a_question() -> None:
    table = Table()
    table.due = [DAY + timedelta(hours=1)]
    async with running(table):
        assert await table.settle() == (1, 1)
        for minutes, expected in ((30, (1, 1)), (61, (2, 2))):
            table.clock.virtual_origin = DAY + timedelta(minutes=minutes)
            table.loop.reckon.set()
            assert await table.settle() == expected


async def test_rows_in_another_hand_are_not_claimed_without_a_pause() -> None:
    table = Table()
    table.due, table.is_locked = [DAY], True
    async with running(table):
        begin = asyncio.get_running_loop().time()
        claimed, _ = await table.settle()
        passed = asyncio.get_running_loop().time() - begin
        assert 1 <= claimed <= 2 + passed / claims.SHORTEST_SECONDS, "a pause between two claims that found nothing"


async def test_a_lost_wake_up_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "IDLE_SECONDS", 0.02)
    table = Table()
    async with running(table):
        table.due = [DAY]
        async with asyncio.timeout(60):
            while table.due:
                await asyncio.sleep(0.01)


async def test_what_fails_is_tried_again() -> None:
    table = Table()
    failures = [ValueError("the first time")]

    async def work() -> int:
        if failures:
            raise failures.pop()
        return await table.work()

    table.loop.work, table.due = work, [DAY]
    async with running(table), asyncio.timeout(60):
        while table.due:
            await asyncio.sleep(0.01)


def test_seconds_until_the_earlier_of_two_clocks() -> None:
    clock = WorldClock(DAY, machine_now(), 2.0)
    assert NextDue().seconds(clock) == float("inf")
    assert 29 < NextDue(DAY + timedelta(minutes=1)).seconds(clock) <= 30
    assert NextDue(DAY + timedelta(minutes=1), machine_now()).seconds(clock) <= 0
    assert at_once(True).seconds(clock) <= 0
    assert at_once(False).seconds(clock) == float("inf")
