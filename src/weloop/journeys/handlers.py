"""Entering: a contact added by a source starts the source's journey."""

from collections.abc import Sequence

from weloop.contracts.events import Event
from weloop.journeys import repository
from weloop.kit.db import to_json
from weloop.kit.unit import UnitOfWork


async def enter_by_source(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle ContactAdded: one run for each friendship and welcome code, however often the event comes."""
    added = [(event, str(event.data.get("state") or "")) for event in events if event.identity_id is not None]
    wanted = {(event.account_id, state) for event, state in added if state}
    if not wanted:
        return
    journeys = {
        (row.account_id, row.entry_state): row.id for row in await repository.find_entries(unit.connection, wanted)
    }
    runs = {}
    for event, state in added:
        journey_id = journeys.get((event.account_id, state))
        if journey_id is not None:
            code = event.personal.get("welcome_code")
            entry_key = f"{event.identity_id}:{event.data.get('staff')}:{event.occurred_at.timestamp():.0f}"
            runs[journey_id, entry_key] = (
                journey_id,
                entry_key,
                event.account_id,
                event.identity_id,
                unit.now,
                event.occurred_at,
                to_json({"welcome_code": code} if code else {}),
                event.trace_id,
            )
    if runs:
        await repository.enter(unit.connection, runs.values())
        unit.publish("journeys")
