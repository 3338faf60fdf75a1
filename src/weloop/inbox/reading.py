"""Reading the log from its beginning, without the personal parts: for whoever folds it anew."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import columns, run

BEGINNING = (datetime(1970, 1, 1, tzinfo=UTC), 0)
"""Before the first event."""

_NEXT = """
SELECT id, account_id, recorded_at, occurred_at, kind, identity_id, data FROM event
WHERE (recorded_at, id) > ($1, $2) AND kind = ANY ($3) AND identity_id IS NOT NULL
ORDER BY recorded_at, id LIMIT $4
"""


async def read_log(
    connection: AsyncConnection, kinds: Collection[str], after: tuple[datetime, int], limit: int
) -> Sequence[Row[Any]]:
    """The next events of these kinds with a subject:
    (id, account_id, recorded_at, occurred_at, kind, identity_id, data).
    """
    return await run(connection, _NEXT, *after, sorted(kinds), limit)


async def read_events_of(
    connection: AsyncConnection, identities: Collection[int], kinds: Collection[str], since: datetime
) -> Sequence[Row[Any]]:
    """Events of these kinds and identities since a moment, without the personal parts:
    (id, account_id, identity_id, kind, occurred_at, recorded_at, data).
    """
    return await run(
        connection,
        """
        SELECT id, account_id, identity_id, kind, occurred_at, recorded_at, data FROM event
        WHERE identity_id = ANY ($1::bigint[]) AND kind = ANY ($2::text[]) AND occurred_at >= $3
        """,
        sorted(identities),
        sorted(kinds),
        since,
    )


async def find_subjects(
    connection: AsyncConnection, kinds: Collection[str], since: datetime, most: int
) -> set[int] | None:
    """The identities of which such events came since a moment; None where the events are more than ``most``."""
    rows = await run(
        connection,
        "SELECT identity_id FROM event WHERE kind = ANY ($1::text[]) AND occurred_at >= $2 LIMIT $3",
        sorted(kinds),
        since,
        most + 1,
    )
    return {row.identity_id for row in rows if row.identity_id is not None} if len(rows) <= most else None


async def read_periods_of(
    connection: AsyncConnection, identities: Collection[int], since: Mapping[str, datetime]
) -> Sequence[Row[Any]]:
    """The same, of each kind since a moment of its own."""
    return await run(
        connection,
        """
        SELECT e.id, e.account_id, e.identity_id, e.kind, e.occurred_at, e.recorded_at, e.data FROM event AS e
        JOIN unnest($2::text[], $3::timestamptz[]) AS u (kind, since) ON u.kind = e.kind
        WHERE e.identity_id = ANY ($1::bigint[]) AND e.kind = ANY ($2::text[]) AND e.occurred_at >= $4
            AND e.occurred_at >= u.since
        """,
        sorted(identities),
        *columns(sorted(since.items()), 2),
        min(since.values()),
    )
