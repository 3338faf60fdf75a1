"""Unit of work: one transaction, and what shall be written at its end in batches."""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from weloop.kit.clock import WorldClock
from weloop.kit.db import run


class UnitOfWork:
    """One transaction. ``session`` is for everyday reads and writes, ``connection`` for SQL in batches.

    Both are of the same transaction. What was enqueued or appended is written by :meth:`flush`, before the commit.
    """

    def __init__(self, connection: AsyncConnection, now: datetime, writers: "Writers") -> None:
        self.connection = connection
        self.session = AsyncSession(bind=connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        self.now = now
        self.replays = False
        """What is handled was handled before: it is folded once more, and nothing is appended or leaves for it."""
        self._writers = writers
        self._collected: defaultdict[type, list[Any]] = defaultdict(list)
        self._topics: set[str] = set()

    def enqueue(self, command: object) -> None:
        """Put a ``Command`` into the outbox with this transaction."""
        self._collected[type(command)].append(command)

    def append(self, event: object) -> None:
        """Put a ``NewEvent`` into the log with this transaction."""
        self._collected[type(event)].append(event)

    def publish(self, topic: str) -> None:
        """Tell open pages and waiting loops that a topic changed, once this transaction commits."""
        self._topics.add(topic)

    async def flush(self) -> None:
        """Write what was collected. Writers may collect more; a writer that never ends would be a bug of its module."""
        await self.session.flush()
        while self._collected:
            collected, self._collected = self._collected, defaultdict(list)
            for kind, items in collected.items():
                await self._writers[kind](self, items)
        if self._topics:
            topics, self._topics = sorted(self._topics), set()
            await run(self.connection, "SELECT pg_notify('live', topic) FROM unnest($1::text[]) topic", topics)


Writer: TypeAlias = Callable[[UnitOfWork, Sequence[Any]], Awaitable[None]]
Writers: TypeAlias = Mapping[type, Writer]


class Units:
    """Opens units of work on one engine. The entry points own it; nobody commits below them."""

    def __init__(self, engine: AsyncEngine, clock: WorldClock, writers: Writers) -> None:
        self.engine = engine
        self.clock = clock
        self._writers = writers
        self._bare = engine.execution_options(isolation_level="AUTOCOMMIT")

    def glance(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection for one question: it opens no transaction, which would be two more ways to the database."""
        return self._bare.connect()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """Open one; commit when the block ends well, roll back when it raises."""
        async with self.engine.begin() as connection:
            unit = UnitOfWork(connection, self.clock.now(), self._writers)
            try:
                yield unit
                await unit.flush()
            finally:
                await unit.session.close()
