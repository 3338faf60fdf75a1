"""Which handlers an event kind has. Filled at start-up; the order of registration is the order of work."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeAlias

from weloop.contracts.events import Event, EventKind
from weloop.kit.unit import UnitOfWork

EventHandler: TypeAlias = Callable[[UnitOfWork, Sequence[Event]], Awaitable[None]]
"""Handles a batch sorted by (occurred_at, id), in the transaction of ``unit``. Safe to run twice on the same events."""


class EventHandlers:
    """Handlers in order, each with the kinds it wants."""

    def __init__(self) -> None:
        self._handlers: list[tuple[frozenset[EventKind], EventHandler]] = []

    def on(self, kinds: Iterable[EventKind], handler: EventHandler) -> None:
        """Add a handler behind those there are."""
        self._handlers.append((frozenset(kinds), handler))

    async def handle(self, unit: UnitOfWork, events: Sequence[Event]) -> None:
        """Give each handler, in order, the events of its kinds."""
        for kinds, handler in self._handlers:
            wanted = [event for event in events if event.kind in kinds]
            if wanted:
                await handler(unit, wanted)
