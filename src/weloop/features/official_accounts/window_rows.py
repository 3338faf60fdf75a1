"""All SQL of message windows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.official_accounts.models import ServiceMessageRow
from weloop.kit.db import columns, run


async def put_windows(connection: AsyncConnection, moments: Mapping[tuple[int, str], datetime]) -> None:
    """Note when (identity, what) last happened; what came late changes nothing."""
    rows = [(*key, at) for key, at in sorted(moments.items())]
    await run(
        connection,
        """
        INSERT INTO message_window AS w (identity_id, what, opened_at)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[])
        ON CONFLICT (identity_id, what) DO UPDATE SET opened_at = excluded.opened_at
        WHERE w.opened_at < excluded.opened_at
        """,
        *columns(rows, 3),
    )


async def insert_uses(connection: AsyncConnection, rows: Iterable[tuple[int, int, datetime]]) -> None:
    """Note messages (event_id, identity_id, at); known ones are left as they are."""
    await run(
        connection,
        """
        INSERT INTO message_use (event_id, identity_id, at)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) ON CONFLICT DO NOTHING
        """,
        *columns(sorted(rows), 3),
    )


async def load_windows(connection: AsyncConnection, identities: Collection[int]) -> Sequence[Row[Any]]:
    """(identity_id, what, opened_at, used): messages that went out since then, or are on their way."""
    return await run(
        connection,
        """
        SELECT w.identity_id, w.what, w.opened_at, count(u.at)::int AS used FROM message_window AS w
        LEFT JOIN (
            SELECT identity_id, at FROM message_use WHERE identity_id = ANY ($1::bigint[])
            UNION ALL
            SELECT identity_id, created_at FROM service_message
            WHERE identity_id = ANY ($1::bigint[]) AND state = 'sending'
        ) AS u ON u.identity_id = w.identity_id AND u.at >= w.opened_at
        WHERE w.identity_id = ANY ($1::bigint[]) GROUP BY w.identity_id, w.what
        """,
        sorted(identities),
    )


async def load_last(connection: AsyncConnection, identities: Collection[int]) -> Mapping[int, Row[Any]]:
    """The newest message of operators by identity: (identity_id, state, failure, created_at)."""
    rows = await run(
        connection,
        """
        SELECT DISTINCT ON (identity_id) identity_id, state, failure, created_at FROM service_message
        WHERE identity_id = ANY ($1::bigint[]) ORDER BY identity_id, created_at DESC, key
        """,
        sorted(identities),
    )
    return {row.identity_id: row for row in rows}


async def lock_identity(connection: AsyncConnection, identity_id: int) -> None:
    """Let messages to one person be counted one after the other, for this transaction."""
    await run(connection, "SELECT pg_advisory_xact_lock(hashtextextended('service_message', $1::bigint))", identity_id)


async def lock_messages(session: AsyncSession, keys: Collection[str]) -> dict[str, ServiceMessageRow]:
    """Messages by key, locked in the order of their keys."""
    query = select(ServiceMessageRow).where(ServiceMessageRow.key.in_(keys)).order_by(ServiceMessageRow.key)
    return {row.key: row for row in await session.scalars(query.with_for_update())}
