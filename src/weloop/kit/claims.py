"""The claim loop of inbox, journeys and outbox: work while there is work, else sleep until woken or due."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from weloop.kit.clock import WorldClock, machine_now

log = structlog.get_logger(__name__)

IDLE_SECONDS = 5.0
"""Longest sleep without a wake-up: bounds the harm of a lost notification."""
SHORTEST_SECONDS = 0.02
"""Shortest sleep when nothing was taken: what is due then is in another process's hands, or finds no room."""
MAX_BACKOFF_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class NextDue:
    """When the next row falls due, in world time and in machine time; None: nothing waits for that clock."""

    world: datetime | None = None
    machine: datetime | None = None

    def seconds(self, clock: WorldClock) -> float:
        """Machine seconds until then, at most 0 when it is due; infinite while nothing waits or the world stands."""
        world = float("inf") if self.world is None else clock.seconds_until(self.world)
        return world if self.machine is None else min(world, (self.machine - machine_now()).total_seconds())


def at_once(waits: bool) -> NextDue:
    """What falls due without a moment: now, or when somebody wakes the loop."""
    return NextDue(machine=machine_now()) if waits else NextDue()


@dataclass(slots=True)
class ClaimLoop:
    """``work`` claims one batch, finishes it and answers how many rows it took.

    ``next_due`` is one question, where an empty claim is a transaction: after a batch or a wake-up it is asked first,
    and ``work`` is called if something is due. When the world's clock was set (``reckon``) its answer is reckoned anew.
    An exception is logged and tried again with backoff: the claim's transaction has rolled back.
    """

    name: str
    work: Callable[[], Awaitable[int]]
    next_due: Callable[[], Awaitable[NextDue]]
    clock: WorldClock
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    reckon: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Loop until ``stop``; the batch in hand is finished first."""
        failures = 0
        while not stop.is_set():
            self.wake.clear()
            try:
                taken = await self.work()
                failures = 0
                await self._rest(stop, 0.0 if taken else SHORTEST_SECONDS)
            except Exception:
                failures += 1
                pause = min(MAX_BACKOFF_SECONDS, 0.1 * 2 ** min(failures, 10))
                log.exception("claims.failed", loop=self.name, failures=failures, pause=pause)
                await self._sleep(pause, stop)

    async def _rest(self, stop: asyncio.Event, shortest: float) -> None:
        """Until something is due, but at least ``shortest`` and at most the longest sleep, whatever wakes us."""
        longest = asyncio.get_running_loop().time() + IDLE_SECONDS
        due = await self.next_due()
        while not stop.is_set():
            self.reckon.clear()
            left = longest - asyncio.get_running_loop().time()
            pause = min(left, max(due.seconds(self.clock), shortest))
            if pause <= 0:
                return
            await self._sleep(pause, stop, self.reckon)
            shortest = 0.0
            if self.wake.is_set():
                self.wake.clear()
                due = await self.next_due()
            elif not self.reckon.is_set():
                return

    async def _sleep(self, seconds: float, *until: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(event.wait()) for event in (self.wake, *until)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
