"""Counting openings."""

from collections.abc import Sequence

from weloop.connectors.web.links import repository
from weloop.contracts.events import Event, EventKind
from weloop.kit.unit import UnitOfWork


async def count_openings(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Keep each opening once, by its event."""
    rows = [(each.id, str(each.data.get("link", "")), each.identity_id) for each in events if each.identity_id is not None]
    await repository.add_openings(unit.connection, [(event, slug, who) for event, slug, who in rows if who is not None])
    unit.publish("links")


HANDLERS = ((frozenset({EventKind.LINK_OPENED}), count_openings),)
