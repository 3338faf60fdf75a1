"""The truth: an append-only list of what happened in the world and on the wire."""

from collections import deque
from collections.abc import Iterator

import orjson

from wxsim.clock import WorldClock

Entry = dict[str, object]


class Ledger:
    """Entries are numbered from 1 and never changed: ``{"n", "at", "kind", …}``; ``at`` is world time."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._entries: list[Entry] = []
        self._counts: dict[str, int] = {}

    def follow(self, clock: WorldClock) -> None:
        """Take the times of further entries from another clock."""
        self._clock = clock

    def write(self, kind: str, **data: object) -> int:
        """Append one entry and return its number."""
        number = len(self._entries) + 1
        self._entries.append({"n": number, "at": round(self._clock.time(), 3), "kind": kind, **data})
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return number

    def entries(self, *, after: int = 0, kinds: tuple[str, ...] = ()) -> Iterator[Entry]:
        """Entries behind number ``after`` whose kind equals or begins with one of ``kinds`` (all when empty)."""
        for index in range(after, len(self._entries)):
            entry = self._entries[index]
            if not kinds or str(entry["kind"]).startswith(kinds):
                yield entry

    def last(self, count: int, *, kinds: tuple[str, ...] = ()) -> list[Entry]:
        """The newest entries, newest last."""
        found: deque[Entry] = deque()
        for entry in reversed(self._entries):
            if len(found) == count:
                break
            if not kinds or str(entry["kind"]).startswith(kinds):
                found.appendleft(entry)
        return list(found)

    def lines(self, *, after: int = 0, kinds: tuple[str, ...] = ()) -> Iterator[bytes]:
        """The same as JSON lines."""
        for entry in self.entries(after=after, kinds=kinds):
            yield orjson.dumps(entry) + b"\n"

    def counts(self) -> dict[str, int]:
        """How many entries of each kind."""
        return dict(self._counts)

    def __len__(self) -> int:
        return len(self._entries)
