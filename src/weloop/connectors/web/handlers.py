"""What sites do with their own events."""

from collections.abc import Sequence
from datetime import datetime

from weloop.connectors.web import repository
from weloop.connectors.web.links.handlers import HANDLERS as LINK_HANDLERS
from weloop.connectors.web.webhooks.handlers import HANDLERS as WEBHOOK_HANDLERS
from weloop.contracts.events import Event, EventKind
from weloop.kit.unit import UnitOfWork

ARRIVING = frozenset(
    {
        EventKind.TRACKED,
        EventKind.PAGE_VIEWED,
        EventKind.IDENTIFIED,
        EventKind.LINK_OPENED,
        EventKind.STAFF_MESSAGE_ARCHIVED,
    }
)


async def note_arrivals(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Keep when the newest event of each site came."""
    latest: dict[int, datetime] = {}
    for event in events:
        latest[event.account_id] = max(event.recorded_at, latest.get(event.account_id, event.recorded_at))
    await repository.note_arrivals(unit.connection, latest)
    unit.publish("sites")


HANDLERS = ((ARRIVING, note_arrivals), *LINK_HANDLERS, *WEBHOOK_HANDLERS)
