"""Intake of callbacks: group commit. A caller is answered only after the commit that holds its events.

The platform tries three times within seconds and then forgets, so nothing may be acknowledged before it is durable.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.errors import Overloaded
from weloop.contracts.events import NewEvent
from weloop.inbox.log import append_events
from weloop.inbox.payload import SubjectKeys
from weloop.kit.db import is_away, run_alone

log = structlog.get_logger(__name__)

RETRY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """``window`` seconds from the first event of a batch to its commit; ``batch`` events at most in one commit;
    ``waiting`` events at most in memory, beyond which callers get Overloaded; ``flushes`` commits at once;
    ``patience`` seconds a commit waits for a database that is away: the platform hangs up after five.

    Measured choices: a longer window adds latency and gains no rate; of two commits at once each holds half as much,
    which costs a fifth more CPU per callback.
    """

    window: float = 0.003
    batch: int = 500
    patience: float = 3.0
    waiting: int = 5_000
    flushes: int = 1


class Intake:
    """Collects the events of many callbacks into one commit."""

    def __init__(self, engine: AsyncEngine, keys: SubjectKeys, limits: IntakeLimits | None = None) -> None:
        # One statement is one transaction: no BEGIN and COMMIT of its own to wait for.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._keys = keys
        self._limits = limits or IntakeLimits()
        self._buffer: list[tuple[Sequence[NewEvent], asyncio.Future[None]]] = []
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def add(self, events: Sequence[NewEvent]) -> None:
        """Return once the events are durable; Overloaded when the buffer is full; the database's error if it failed."""
        if not events:
            return
        if self._waiting + len(events) > self._limits.waiting:
            raise Overloaded("the intake buffer is full")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting += len(events)
        self._buffer.append((events, done))
        self._arm()
        await done

    async def drain(self) -> None:
        """Wait until all that was added is durable."""
        while self._running or self._buffer:
            self._kick()
            await asyncio.wait(self._running)

    def _arm(self) -> None:
        """Commit what is there once the window is over, or at once if there is enough of it."""
        if self._waiting >= self._limits.batch:
            self._kick()
        elif self._timer is None and len(self._running) < self._limits.flushes:
            self._timer = asyncio.get_running_loop().call_later(self._limits.window, self._kick)

    def _kick(self) -> None:
        """Begin a commit, unless enough are under way: the one that ends first takes what has gathered meanwhile.

        So batches grow just when the database is busy, and the cost of a statement is shared by more callbacks.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._buffer and len(self._running) < self._limits.flushes:
            task = asyncio.create_task(self._flush(self._take()))
            self._running.add(task)
            task.add_done_callback(self._finish)

    def _take(self) -> list[tuple[Sequence[NewEvent], asyncio.Future[None]]]:
        taken = size = 0
        while taken < len(self._buffer) and size < self._limits.batch:
            size += len(self._buffer[taken][0])
            taken += 1
        batch, self._buffer = self._buffer[:taken], self._buffer[taken:]
        return batch

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._buffer:
            self._arm()

    async def _flush(self, batch: list[tuple[Sequence[NewEvent], asyncio.Future[None]]]) -> None:
        events = [event for group, _ in batch for event in group]
        error: BaseException | None = None
        try:
            await self._append(events)
        except BaseException as raised:
            error = raised
            log.error("intake.failed", events=len(events), error=repr(raised))
        finally:
            self._waiting -= len(events)
            self._settle(batch, error)

    async def _append(self, events: Sequence[NewEvent]) -> None:
        """Append; a database that starts again is waited for. Trying twice does no harm: the log knows its keys."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.patience
        while True:
            try:
                return await self._append_once(events)
            except Exception as error:
                if not is_away(error) or loop.time() >= deadline:
                    raise
                log.warning("intake.waits", events=len(events), error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    async def _append_once(self, events: Sequence[NewEvent]) -> None:
        async with self._engine.connect() as connection:
            try:
                await append_events(connection, self._keys, events, run_alone)
            except BaseException:
                await connection.invalidate()
                raise

    @staticmethod
    def _settle(batch: list[tuple[Sequence[NewEvent], asyncio.Future[None]]], error: BaseException | None) -> None:
        for _, done in batch:
            if done.done():
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(Overloaded("the log could not be written"))
