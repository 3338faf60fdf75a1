"""Attributes that events tell: traits of the track API, columns of imported files."""

from collections.abc import Mapping, Sequence

from weloop.audience.attributes import open_attributes, read_told, tell_values
from weloop.contracts.events import Event, EventKind
from weloop.inbox.api import EventHandler
from weloop.kit.unit import UnitOfWork

_TELLING = {EventKind.IDENTIFIED: ("traits", "track"), EventKind.PERSON_IMPORTED: ("attributes", "import")}
"""Where an event tells them, and from where that is."""


async def take_values(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Keep what is told under the key of an attribute and is a value of its type; the rest stays in the log."""
    told = [(event, event.personal.get(_TELLING[event.kind][0])) for event in events]
    if not any(isinstance(given, Mapping) and given for _, given in told):
        return
    attributes = await open_attributes(unit)
    values = [
        each
        for event, given in told
        if isinstance(given, Mapping) and event.identity_id is not None
        for each in read_told(
            attributes,
            given,
            event.identity_id,
            event.occurred_at,
            origin=_TELLING[event.kind][1],
            event_id=event.id,
        )
    ]
    if values:
        await tell_values(unit, values)


HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = ((tuple(_TELLING), take_values),)
"""To be registered with the inbox."""
