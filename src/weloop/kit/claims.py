"""The claim loop of inbox, journeys and outbox: work while there is work, else sleep until woken or due."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

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
    An exception of ``work`` is logged and tried again with backoff: the claim's transaction has rolled back.
    """

    name: str
    work: Callable[[], Awaitable[int]]
    until_due: Callable[[], Awaitable[float | None]]
    wake: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Loop until ``stop``; the batch in hand is finished first."""
        failures = 0
        while not stop.is_set():
            self.wake.clear()
            try:
                taken = await self.work()
                failures = 0
                pause = 0.0 if taken else await self._pause()
            except Exception:
                failures += 1
                pause = min(MAX_BACKOFF_SECONDS, 0.1 * 2 ** min(failures, 10))
                log.exception("claims.failed", loop=self.name, failures=failures, pause=pause)
            if pause:
                await self._sleep(pause, stop)

    async def _pause(self) -> float:
        due = await self.until_due()
        return IDLE_SECONDS if due is None else min(IDLE_SECONDS, max(due, SHORTEST_SECONDS))

    async def _sleep(self, seconds: float, stop: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(self.wake.wait()), asyncio.ensure_future(stop.wait())]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
