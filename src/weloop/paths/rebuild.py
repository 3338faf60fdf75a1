"""Folding a new version from the whole log, in batches that survive a kill."""

from weloop.audience.api import refresh_readers
from weloop.contracts.events import EventKind
from weloop.inbox.api import BEGINNING, read_log
from weloop.kit.claims import NextDue, at_once
from weloop.kit.unit import UnitOfWork, Units
from weloop.paths import repository
from weloop.paths.handlers import TOPIC, note_touches
from weloop.paths.progress import fold_identities
from weloop.paths.rules import Definition, path_mark, read_definition

BATCH = 2_000


class PathBuilder:
    """The work of a claim loop: one batch of the log for the next version that is not built."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def work(self) -> int:
        """Fold one batch; answers how many events it held, 0 when nothing is left to build."""
        async with self._units.begin() as unit:
            version = await repository.claim_unbuilt(unit.connection)
            if version is None:
                return 0
            definition = read_definition(version.definition)
            after = BEGINNING if version.seen_at is None else (version.seen_at, version.seen_id)
            events = await read_log(unit.connection, {str(kind) for kind in definition.kinds}, after, BATCH)
            if events:
                occurrences = [(e.id, EventKind(e.kind), e.identity_id, e.occurred_at, e.data) for e in events]
                await note_touches(unit, {version.id: definition}, occurrences)
                last = events[-1]
                await repository.note_seen(unit.connection, version.id, last.recorded_at, last.id, len(events))
            else:
                await _finish(unit, version.id, definition)
                await refresh_readers(unit, [path_mark(version.path_id)])
            unit.publish(TOPIC)
            unit.publish(f"path:{version.path_id}")
        return max(1, len(events))

    async def next_due(self) -> NextDue:
        """At once while a version is not built; nothing falls due later: publishing wakes the loop."""
        async with self._units.glance() as connection:
            return at_once(await repository.is_unbuilt(connection))


async def _finish(unit: UnitOfWork, version_id: int, definition: Definition) -> None:
    """Fold whose identity was not known yet when the log told of it."""
    left = await repository.find_stragglers(unit.connection, version_id, BATCH)
    await fold_identities(unit, {version_id: definition}, left)
    await repository.note_built(unit.connection, version_id)
