"""Handling what waits: claim whole subjects, run the handlers, delete the claim, all in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.engine import Row

from weloop.contracts.events import Lane
from weloop.inbox.payload import SubjectKeys
from weloop.inbox.registry import EventHandlers
from weloop.inbox.timeline import to_event
from weloop.kit.claims import NextDue
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.ids import trace
from weloop.kit.unit import UnitOfWork, Units

log = structlog.get_logger(__name__)

BATCH = 500
MAX_ATTEMPTS = 8
"""With backoff from 0.2 s by doubling: about 50 s of trying before an event goes to the dead letters."""

# Subjects are locked before their rows are read, and the rows are locked and returned by one CTE: a subject whose
# events another worker holds is left out whole, and a row that it has finished meanwhile is not seen twice. What
# another worker holds does not count towards the limit, or a second worker would find nothing behind it. OFFSET 0
# keeps the locks above the order: below it, a sort would lock every subject that waits. Subject by subject: a plan made
# while little waits would compare all with all.
_CLAIM = """
WITH mine AS MATERIALIZED (
    SELECT DISTINCT subject FROM (
        SELECT subject
        FROM (SELECT subject FROM inbox_pending WHERE due <= $1 AND lane <= $3
              ORDER BY lane, due, event_id OFFSET 0) AS waiting
        WHERE pg_try_advisory_xact_lock(subject) LIMIT $2
    ) AS free
),
claimed AS MATERIALIZED (
    SELECT p.* FROM mine CROSS JOIN LATERAL (
        SELECT event_id, recorded_at, attempts, owed FROM inbox_pending AS w
        WHERE w.subject = mine.subject AND w.due <= $1 ORDER BY w.event_id LIMIT $2 * 4 FOR UPDATE SKIP LOCKED
    ) AS p
    ORDER BY p.event_id LIMIT $2 * 4
)
"""
# By lane, so that the index tells without reading all that waits.
_NEXT_DUE = """
SELECT min(first.due) FROM generate_series(0, $1) AS l (lane) CROSS JOIN LATERAL (
    SELECT due FROM inbox_pending AS p WHERE p.lane = l.lane ORDER BY due LIMIT 1
) AS first
"""
_CLAIM_ONE = """
WITH claimed AS MATERIALIZED (
    SELECT event_id, recorded_at, attempts, owed FROM inbox_pending
    WHERE event_id = $1 AND pg_try_advisory_xact_lock(subject) FOR UPDATE SKIP LOCKED
)
"""
_LOAD = """
SELECT c.event_id, c.attempts, c.owed, e.recorded_at, e.occurred_at, e.account_id, e.kind, e.identity_id, e.data,
       e.trace_id, p.sealed, k.salt
FROM claimed AS c
JOIN event AS e ON e.recorded_at = c.recorded_at AND e.id = c.event_id
LEFT JOIN event_payload AS p ON p.event_id = c.event_id
LEFT JOIN subject_key AS k ON k.identity_id = e.identity_id
ORDER BY e.occurred_at, c.event_id
"""


async def next_due(unit: UnitOfWork) -> datetime | None:
    """Machine time at which the next event that waits may be tried; None when nothing waits."""
    rows = await run(unit.connection, _NEXT_DUE, int(max(Lane)))
    due: datetime | None = rows[0][0]
    return due


class Dispatcher:
    """The work of one inbox claim loop: events of lanes up to ``lane``, with all else that their subjects wait for."""

    def __init__(self, units: Units, keys: SubjectKeys, handlers: EventHandlers, *, lane: Lane = Lane.BULK) -> None:
        self._units = units
        self._keys = keys
        self._handlers = handlers
        self._lane = lane

    async def work(self) -> int:
        """Handle one batch; answers how many events were taken."""
        rows: Sequence[Row[Any]] = ()
        try:
            async with self._units.begin() as unit:
                rows = await run(unit.connection, _CLAIM + _LOAD, machine_now(), BATCH, int(self._lane))
                await self._handle(unit, rows)
        except Exception:
            if not rows:
                raise
            log.warning("inbox.batch_failed", events=len(rows), exc_info=True)
            await self._handle_singly(rows)
        return len(rows)

    async def next_due(self) -> NextDue:
        """When the next event may be tried."""
        async with self._units.glance() as connection:
            rows = await run(connection, _NEXT_DUE, int(self._lane))
        return NextDue(machine=rows[0][0])

    async def _handle(self, unit: UnitOfWork, rows: Sequence[Row[Any]]) -> None:
        if not rows:
            return
        for owed in (False, True):
            events = [to_event(self._keys, row) for row in rows if row.owed is owed]
            if events:
                unit.replays = not owed
                await self._handlers.handle(unit, events)
                await unit.flush()
        await run(
            unit.connection, "DELETE FROM inbox_pending WHERE event_id = ANY ($1)", [row.event_id for row in rows]
        )

    async def _handle_singly(self, rows: Sequence[Row[Any]]) -> None:
        """One failing event must not hold up the others: try each in a transaction of its own."""
        for row in rows:
            try:
                async with self._units.begin() as unit:
                    claimed = await run(unit.connection, _CLAIM_ONE + _LOAD, row.event_id)
                    trace.set(row.trace_id)
                    await self._handle(unit, claimed)
            except Exception as error:
                log.exception("inbox.event_failed", event_id=row.event_id, kind=row.kind, attempts=row.attempts + 1)
                await self._put_off(row, error)
            finally:
                trace.set("")

    async def _put_off(self, row: Row[Any], error: Exception) -> None:
        attempts = row.attempts + 1
        async with self._units.begin() as unit:
            if attempts < MAX_ATTEMPTS:
                due = machine_now() + timedelta(seconds=0.2 * 2**attempts)
                await run(unit.connection, _RETRY, row.event_id, attempts, due)
            else:
                # The class names the cause without the personal data that a message may quote.
                await run(unit.connection, _BURY, row.event_id, attempts, type(error).__name__, machine_now())
                unit.publish("dead_letters")


_RETRY = "UPDATE inbox_pending SET attempts = $2, due = $3 WHERE event_id = $1"
_BURY = """
WITH gone AS (DELETE FROM inbox_pending WHERE event_id = $1 RETURNING event_id, recorded_at, subject, lane, owed)
INSERT INTO inbox_dead (event_id, recorded_at, subject, lane, attempts, reason, died_at, owed)
SELECT event_id, recorded_at, subject, lane, $2, $3, $4, owed FROM gone
ON CONFLICT (event_id) DO UPDATE SET attempts = $2, reason = $3, died_at = $4,
    owed = inbox_dead.owed OR excluded.owed
"""
