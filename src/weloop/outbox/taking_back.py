"""Taking back commands that have not left."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import run


async def withdraw(connection: AsyncConnection, keys: Collection[str]) -> list[str]:
    """Delete commands that are queued and were never half done; the keys of those that were."""
    rows = await run(
        connection,
        """
        WITH gone AS (
            DELETE FROM command WHERE key = ANY ($1::text[]) AND state = 'queued' AND NOT unsure RETURNING id, key
        ),
        attempts AS (
            DELETE FROM command_attempt AS a USING gone WHERE a.command_id = gone.id
        )
        SELECT key FROM gone
        """,
        sorted(keys),
    )
    return [row.key for row in rows]


async def has_open(connection: AsyncConnection, keys: Collection[str]) -> bool:
    """Whether any of these is being sent, or is queued and was never half done."""
    rows = await run(
        connection,
        """
        SELECT EXISTS (
            SELECT FROM command WHERE key = ANY ($1::text[]) AND (state = 'sending' OR state = 'queued' AND NOT unsure)
        ) AS open
        """,
        sorted(keys),
    )
    return bool(rows[0].open)
