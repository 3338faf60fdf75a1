"""Dead letters of the log: events whose handlers kept failing."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.engine import Row

from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork


async def list_dead(unit: UnitOfWork, *, limit: int, offset: int) -> Sequence[Row[Any]]:
    """Latest first: (id, name, account_id, identity_id, reason, attempts, since)."""
    return await run(
        unit.connection,
        """
        SELECT d.event_id AS id, e.kind AS name, e.account_id, e.identity_id, d.reason, d.attempts, d.died_at AS since
        FROM inbox_dead AS d JOIN event AS e ON e.recorded_at = d.recorded_at AND e.id = d.event_id
        ORDER BY d.died_at DESC, d.event_id DESC LIMIT $1 OFFSET $2
        """,
        limit,
        offset,
    )


async def count_dead(unit: UnitOfWork) -> int:
    """How many there are."""
    rows = await run(unit.connection, "SELECT count(*) FROM inbox_dead")
    return int(rows[0][0])


async def replay_dead(unit: UnitOfWork, events: Collection[int]) -> int:
    """Give dead events to their handlers again, with what they are owed; answers how many there were."""
    rows = await run(
        unit.connection,
        """
        WITH back AS (
            DELETE FROM inbox_dead WHERE event_id = ANY ($1) RETURNING event_id, recorded_at, subject, lane, owed
        )
        INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)
        SELECT event_id, recorded_at, subject, lane, $2, owed FROM back ORDER BY event_id
        ON CONFLICT (event_id) DO UPDATE SET owed = inbox_pending.owed OR excluded.owed RETURNING event_id
        """,
        sorted(events),
        machine_now(),
    )
    unit.publish("inbox")
    return len(rows)


async def discard_dead(unit: UnitOfWork, events: Collection[int]) -> int:
    """Give up on dead events. They stay in the log, unhandled; answers how many there were."""
    rows = await run(
        unit.connection, "DELETE FROM inbox_dead WHERE event_id = ANY ($1) RETURNING event_id", sorted(events)
    )
    return len(rows)
