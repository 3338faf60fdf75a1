"""All SQL of journeys."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.contracts.json import JsonObject
from weloop.kit.db import columns, run, to_json


async def put_journey(
    connection: AsyncConnection, key: str, account_id: int, state: str, nodes: Sequence[JsonObject], now: datetime
) -> None:
    """Insert or replace the journey of this key. Runs under way go on with what they read at their next claim."""
    await run(
        connection,
        """
        INSERT INTO journey (key, account_id, entry_state, nodes, active, updated_at)
        VALUES ($1, $2, $3, $4::jsonb, true, $5)
        ON CONFLICT (key) DO UPDATE SET
            account_id = $2, entry_state = $3, nodes = $4::jsonb, active = true, updated_at = $5
        """,
        key,
        account_id,
        state,
        to_json(nodes),
        now,
    )


async def stop_journey(connection: AsyncConnection, key: str, now: datetime) -> None:
    """Let nobody enter any more."""
    await run(connection, "UPDATE journey SET active = false, updated_at = $2 WHERE key = $1", key, now)


async def find_entries(connection: AsyncConnection, wanted: Collection[tuple[int, str]]) -> Sequence[Row[Any]]:
    """Active journeys for (account_id, state): (id, account_id, entry_state)."""
    return await run(
        connection,
        """
        SELECT j.id, j.account_id, j.entry_state
        FROM journey AS j JOIN unnest($1::int[], $2::text[]) AS u (account_id, entry_state)
            USING (account_id, entry_state)
        WHERE j.active
        """,
        *columns(sorted(wanted), 2),
    )


HALF = ":half"
"""End of the entry key of who was not confirmed yet."""
_ENTER = """
INSERT INTO journey_run (journey_id, entry_key, account_id, identity_id, due, entered_at, context, trace_id)
SELECT journey_id, entry_key, account_id, identity_id, due, entered_at, context, trace_id
FROM unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[],
            $8::text[], $9::text[])
    AS u (journey_id, entry_key, account_id, identity_id, due, entered_at, context, trace_id, friendship)
WHERE NOT ($10 AND EXISTS (
    SELECT 1 FROM journey_run AS r
    WHERE r.identity_id = u.identity_id AND r.journey_id = u.journey_id
        AND starts_with(r.entry_key, u.friendship) AND right(r.entry_key, length($11)) = $11
))
ON CONFLICT DO NOTHING
"""


async def enter(connection: AsyncConnection, rows: Collection[tuple[Any, ...]], *, unless_half: bool = False) -> None:
    """Start runs; those known are left as they are. ``unless_half``: only where the friendship had no half run.

    Rows: (journey_id, entry_key, account_id, identity_id, due, entered_at, context, trace_id, friendship); the
    friendship begins the entry key.
    """
    if rows:
        await run(connection, _ENTER, *columns(sorted(rows), 9), unless_half, HALF)


# Every column that may change comes out of the locking CTE itself: reading the table again would show the version
# before the lock, and some steps would run twice.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id, journey_id, account_id, identity_id, node, entered_at, context, trace_id
    FROM journey_run WHERE state < 2 AND due <= $1 ORDER BY due, id LIMIT $2 FOR UPDATE SKIP LOCKED
)
SELECT due.*, j.nodes, j.entry_state FROM due JOIN journey AS j ON j.id = due.journey_id
"""


async def claim(connection: AsyncConnection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Lock due runs with the nodes of their journeys."""
    return await run(connection, _CLAIM, now, limit)


async def save(
    connection: AsyncConnection, runs: Iterable[tuple[Any, ...]], steps: Iterable[tuple[Any, ...]], now: datetime
) -> None:
    """Write runs (id, node, state, due) and steps (run_id, node, result). What has ended forgets its context."""
    await run(
        connection,
        """
        UPDATE journey_run AS r SET node = u.node, state = u.state, due = u.due,
            context = CASE WHEN u.state = 2 THEN '{}'::jsonb ELSE r.context END
        FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::timestamptz[]) AS u (id, node, state, due)
        WHERE r.id = u.id
        """,
        *columns(list(runs), 4),
    )
    await run(
        connection,
        """
        INSERT INTO journey_step (run_id, node, result, at)
        SELECT u.*, $4::timestamptz FROM unnest($1::bigint[], $2::smallint[], $3::text[]) AS u
        """,
        *columns(list(steps), 3),
        now,
    )


async def next_due(connection: AsyncConnection) -> datetime | None:
    """World time at which the next run falls due."""
    rows = await run(connection, "SELECT min(due) FROM journey_run WHERE state < 2")
    due: datetime | None = rows[0][0]
    return due
