"""SQL of following time: whose periods ran out since the last look."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import run


async def claim_followed(connection: AsyncConnection, now: datetime) -> Sequence[Row[Any]]:
    """Segments of which a look is due, locked: (id, revision, rule, followed_at)."""
    return await run(
        connection,
        """
        SELECT id, revision, rule, followed_at FROM segment
        WHERE archived_at IS NULL AND state = 'ready' AND follow_at <= $1 ORDER BY id FOR UPDATE SKIP LOCKED
        """,
        now,
    )


async def find_passed(connection: AsyncConnection, select: str, arguments: Sequence[object], limit: int) -> set[int]:
    """Any so many persons of a select of ``person_id``."""
    rows = await run(connection, f"SELECT person_id FROM ({select}) AS u LIMIT {limit:d}", *arguments)  # noqa: S608
    return {row.person_id for row in rows}


async def note_followed(
    connection: AsyncConnection,
    segments: Collection[int],
    crowded: Collection[int],
    now: datetime,
    next_at: datetime,
    most_share: int,
) -> None:
    """That time was followed until now for these segments. Of the crowded everybody is judged anew, as soon as that
    takes no more than one part in ``most_share`` of the time.
    """
    await run(
        connection,
        """
        UPDATE segment SET followed_at = $3::timestamptz, follow_at = $4,
            refresh_at = CASE WHEN id = ANY ($2::int[]) THEN least(
                refresh_at, greatest($3::timestamptz, refreshed_at + make_interval(secs => refresh_seconds * $5::int))
            )
                ELSE refresh_at END
        WHERE id = ANY ($1::int[])
        """,
        sorted(segments),
        sorted(crowded),
        now,
        next_at,
        most_share,
    )
