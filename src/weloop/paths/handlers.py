"""What paths make of events: touches of stages, then the progress of the persons concerned."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from weloop.audience.api import touch
from weloop.contracts.events import Event, EventKind, state_of
from weloop.contracts.json import JsonObject
from weloop.kit.unit import UnitOfWork
from weloop.paths import repository
from weloop.paths.progress import fold_identities, fold_persons, touch_rows
from weloop.paths.rules import Definition, path_mark, read_definition, stages_of

TOPIC = "paths"
Occurrence = tuple[int, EventKind, int, datetime, JsonObject]
"""What progress needs of an event: id, kind, identity, moment, data."""


async def follow_events(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Handle events of any kind. An event that is known already changes nothing."""
    definitions = await load_definitions(unit)
    occurrences = [
        (event.id, event.kind, event.identity_id, event.occurred_at, event.data)
        for event in events
        if event.identity_id is not None
    ]
    if definitions and await note_touches(unit, definitions, occurrences):
        unit.publish(TOPIC)


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Fold persons anew between whom identities moved."""
    await fold_persons(unit, await load_definitions(unit), persons)


async def load_definitions(unit: UnitOfWork, ids: Iterable[int] | None = None) -> dict[int, Definition]:
    """The definitions that count, by version."""
    rows = await repository.live_versions(unit.connection, None if ids is None else list(ids))
    return {row.id: read_definition(row.definition) for row in rows}


async def note_touches(unit: UnitOfWork, definitions: dict[int, Definition], occurrences: Sequence[Occurrence]) -> int:
    """Write the touches of these events and fold whom new ones concern; answers how many identities that were."""
    rows: list[tuple[Any, ...]] = []
    for event_id, kind, identity_id, at, data in occurrences:
        texts = (state_of(data), str(data.get("staff") or ""))
        for version, definition in definitions.items():
            rows += touch_rows(version, stages_of(definition, kind, data), event_id, identity_id, at, texts)
    touched = await repository.insert_touches(unit.connection, rows) if rows else set()
    if touched:
        concerned = {version: definitions[version] for version, _ in touched}
        await fold_identities(unit, concerned, {identity for _, identity in touched})
        path_of = await repository.find_paths(unit.connection, concerned)
        await touch(unit, ((path_mark(path_of[version]), identity) for version, identity in touched))
    return len(touched)
