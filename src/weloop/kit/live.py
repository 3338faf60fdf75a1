"""Live topics over LISTEN/NOTIFY: one listening connection per process, messages say only that a topic changed.

A topic may carry details behind a space; only who asked for the details of that topic sees them, before all others.

Publishing is :meth:`weloop.kit.unit.UnitOfWork.publish`: it rides in the transaction.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import asyncpg
import structlog

CHANNEL = "live"
log = structlog.get_logger(__name__)

Callback: TypeAlias = Callable[[str], None]


class Listener:
    """Calls back with each changed topic; with ``*`` after a connection was lost: anything may have changed."""

    def __init__(self, dsn: str, *, retry_seconds: float = 1.0) -> None:
        self._dsn = dsn
        self._retry_seconds = retry_seconds
        self._callbacks: list[Callback] = []
        self._details: dict[str, Callback] = {}

    def on_details(self, topic: str, callback: Callback) -> None:
        """Hand the details of a topic to somebody, before the topic is told."""
        self._details[topic] = callback

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Add a callback; the answer takes it away again. Callbacks must not block."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until ``stop``; connect again when the connection is lost."""
        while not stop.is_set():
            try:
                await self._listen(stop)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("live.lost", error=str(error))
                await _wait(stop, self._retry_seconds)

    async def _listen(self, stop: asyncio.Event) -> None:
        lost = asyncio.Event()
        connection = await asyncpg.connect(self._dsn, timeout=10)
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._on_notify)
            self._call("*")
            await _first(stop.wait(), lost.wait())
        finally:
            if not connection.is_closed():
                connection.terminate()

    def _on_notify(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        topic, _, details = str(payload).partition(" ")
        if details and topic in self._details:
            self._details[topic](details)
        self._call(topic)

    def _call(self, topic: str) -> None:
        for callback in tuple(self._callbacks):
            callback(topic)


async def _first(*waits: Any) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
