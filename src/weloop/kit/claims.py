"""The claim loop of inbox, journeys and outbox: work while there is work, else sleep until woken or due."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

IDLE_SECONDS = 5.0
"""Longest sleep without a wake-up: bounds the harm of a lost notification."""
SHORTEST_SECONDS = 0.02
"""Shortest sleep when nothing was taken: what is due then is in another process's hands, or finds no room."""
MAX_BACKOFF_SECONDS = 10.0


@dataclass(slots=True)
class ClaimLoop:
    """``work`` claims one batch, finishes it and answers how many rows it took.

    ``until_due`` answers the machine seconds until the next row falls due (None: nothing waits).
    ``clock`` is set when the world's clock was: the loop looks when its next row falls due, and works if that is now.
    An exception of ``work`` is logged and tried again with backoff: the claim's transaction has rolled back.
    """

    name: str
    work: Callable[[], Awaitable[int]]
    until_due: Callable[[], Awaitable[float | None]]
    wake: asyncio.Event
    clock: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Loop until ``stop``; the batch in hand is finished first."""
        failures = 0
        while not stop.is_set():
            self.wake.clear()
            try:
                taken = await self.work()
                failures = 0
                if not taken:
                    await self._rest(stop)
            except Exception:
                failures += 1
                pause = min(MAX_BACKOFF_SECONDS, 0.1 * 2 ** min(failures, 10))
                log.exception("claims.failed", loop=self.name, failures=failures, pause=pause)
                await self._sleep(pause, stop)

    async def _rest(self, stop: asyncio.Event) -> None:
        """Until woken or due; a clock that jumps is looked at once, without work that is not due."""
        shortest = SHORTEST_SECONDS
        while True:
            self.clock.clear()
            due = await self.until_due()
            pause = IDLE_SECONDS if due is None else min(IDLE_SECONDS, max(due, shortest))
            await self._sleep(pause, stop, self.clock)
            if self.wake.is_set() or stop.is_set() or not self.clock.is_set():
                return
            shortest = 0.0

    async def _sleep(self, seconds: float, *until: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(event.wait()) for event in (self.wake, *until)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
