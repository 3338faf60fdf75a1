"""The worker lets go by itself what was sent long ago, of every kind, as soon as it runs; what waits stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from .conftest import run_product

PUT = (
    """
    INSERT INTO command (key, name, account_id, body, delivery, lane, due, trace_id, created_at, state, finished_at)
    SELECT state, 'SendServiceMessage', 1, '{}', 'at_most_once', 1, $1::timestamptz, '', $1, state, $1
    FROM unnest(ARRAY ['sent', 'failed']) AS state
    """,
    """
    INSERT INTO mass_wish (key, origin, account_id, staff, identity_id, external_userid, content_id, priority, due,
                           state)
    SELECT state, 'journey:1', 1, 'lina', 1, 'wm1', 1, 1, $1::timestamptz, state
    FROM unnest(ARRAY ['failed', 'uncertain']) AS state
    """,
    """
    WITH made AS (
        INSERT INTO broadcast (name, kind, account_id, audience, content, state, version, created_by, created_at,
                               updated_at, ended_at)
        SELECT state, 'service', 1, '{"kind": "list"}', '{}', state, 1, 1, $1::timestamptz, $1, $1
        FROM unnest(ARRAY ['done', 'stopped']) AS state RETURNING id
    )
    INSERT INTO broadcast_recipient (broadcast_id, person_id, state, at) SELECT id, 1, 'sent', $1::timestamptz FROM made
    """,
    "INSERT INTO message_use (event_id, identity_id, at) VALUES (1, 1, $1), (2, 1, now())",
)
LEFT = """
SELECT (SELECT array_agg(state) FROM command WHERE key IN ('sent', 'failed')),
    (SELECT array_agg(state) FROM mass_wish),
    (SELECT array_agg(b.state) FROM broadcast_recipient JOIN broadcast AS b ON b.id = broadcast_id),
    (SELECT array_agg(event_id) FROM message_use)
"""


async def test_the_worker_lets_go_what_is_old_and_keeps_what_waits(database: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(database)
    for sql in PUT:
        await connection.execute(sql, datetime.now(UTC) - timedelta(days=200))
    await connection.close()
    async with run_product(database, tmp_path) as product:

        async def left() -> list[Any]:
            return list((await product.fetch(LEFT))[0])

        async def only_what_waits() -> bool:
            return await left() == [["failed"], ["uncertain"], ["stopped"], [2]]

        await product.until(only_what_waits)
