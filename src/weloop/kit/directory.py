"""Copies of small tables in the process, by key: hot paths ask the database nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

from weloop.contracts.errors import Overloaded
from weloop.kit.db import is_away

KeyT = TypeVar("KeyT")
EntryT = TypeVar("EntryT")

FRESH_SECONDS = 60.0
"""Read again after this time even if no change was heard of."""
MISS_SECONDS = 1.0
"""An unknown key makes us read again at most this often: an entry may be newer than our copy."""


class Directory(Generic[KeyT, EntryT]):
    """All entries by key. Subscribe :meth:`on_topic` to the live listener."""

    def __init__(self, topics: Collection[str], load: Callable[[], Awaitable[Mapping[KeyT, EntryT]]]) -> None:
        self._topics = frozenset({*topics, "*"})
        self._load = load
        self._entries: Mapping[KeyT, EntryT] = {}
        self._changes = 0
        self._copy_of = -1
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    def on_topic(self, topic: str) -> None:
        """Forget the copy when the table changed, or may have."""
        if topic in self._topics:
            self._changes += 1

    async def find(self, key: KeyT) -> EntryT | None:
        """The entry with this key; Overloaded when the table must be read and the database is away."""
        found = (await self.all()).get(key)
        if found is None and not self._is_fresh(MISS_SECONDS):
            await self._read(MISS_SECONDS)
            found = self._entries.get(key)
        return found

    async def all(self) -> Mapping[KeyT, EntryT]:
        """Every entry; Overloaded as above."""
        if not self._is_fresh(FRESH_SECONDS):
            await self._read(FRESH_SECONDS)
        return self._entries

    def _is_fresh(self, seconds: float) -> bool:
        return self._copy_of == self._changes and time.monotonic() - self._read_at <= seconds

    async def _read(self, seconds: float) -> None:
        async with self._reading:
            if self._is_fresh(seconds):
                return
            # Noted before reading: a change heard of meanwhile makes the copy stale again.
            changes, read_at = self._changes, time.monotonic()
            try:
                self._entries = await self._load()
            except Exception as error:
                if not is_away(error):
                    raise
                raise Overloaded("the database is away") from error
            self._copy_of, self._read_at = changes, read_at
