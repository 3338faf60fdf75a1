"""Entering: a contact added by a source starts the source's journey."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from weloop.contracts.events import Event
from weloop.journeys import repository
from weloop.kit.db import to_json
from weloop.kit.unit import UnitOfWork

Rows: TypeAlias = dict[tuple[int, str], tuple[Any, ...]]
"""Runs to start, by journey and entry key."""


async def enter_by_source(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle ContactAdded: one run for each friendship, however often the event comes.

    Who is confirmed later makes two events: first the half one with the code, then the whole one without it.
    """
    added = [(event, str(event.data.get("state") or "")) for event in events if event.identity_id is not None]
    wanted = {(event.account_id, state) for event, state in added if state}
    if not wanted:
        return
    journeys = {
        (row.account_id, row.entry_state): row.id for row in await repository.find_entries(unit.connection, wanted)
    }
    begun: Rows = {}
    confirmed: Rows = {}
    for event, state in added:
        journey_id = journeys.get((event.account_id, state))
        if journey_id is not None:
            is_begun = event.data.get("half") or event.personal.get("welcome_code")
            row = _row(journey_id, event, unit.now)
            (begun if is_begun else confirmed)[row[0], row[1]] = row
    # In this order: both may be in one batch.
    await repository.enter(unit.connection, begun.values())
    await repository.enter(unit.connection, confirmed.values(), unless_half=True)
    if begun or confirmed:
        unit.publish("journeys")


def _row(journey_id: int, event: Event, now: datetime) -> tuple[Any, ...]:
    """In the form of ``repository.enter``."""
    code = event.personal.get("welcome_code")
    friendship = f"{event.identity_id}:{event.data.get('staff')}:"
    ending = repository.HALF if event.data.get("half") else ""
    return (
        journey_id,
        f"{friendship}{event.occurred_at.timestamp():.0f}{ending}",
        event.account_id,
        event.identity_id,
        now,
        # Not the moment the platform names: its clock and ours may differ by more than a welcome code lives.
        now,
        to_json({"welcome_code": code} if code else {}),
        event.trace_id,
        friendship,
    )
