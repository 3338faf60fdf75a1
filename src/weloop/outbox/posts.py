"""What members were asked to post in Moments, which counts against what they may post next."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import run, to_json
from weloop.kit.unit import UnitOfWork


async def lock_posts(connection: AsyncConnection, accounts: Collection[int]) -> None:
    """Let posts in Moments of these accounts be judged one claim after the other, for this transaction."""
    await run(
        connection,
        "SELECT pg_advisory_xact_lock(hashtextextended('moment', account)) FROM unnest($1::bigint[]) AS account",
        sorted(accounts),
    )


async def load_posts(connection: AsyncConnection, accounts: Collection[int], since: datetime) -> Sequence[Row[Any]]:
    """Posts in Moments that members were asked for after a moment: (id, account_id, counted_at, occasion)."""
    return await run(
        connection,
        """
        SELECT id, account_id, counted_at, occasion FROM command
        WHERE name = 'CreateMomentTask' AND account_id = ANY ($1::int[]) AND counted_at > $2
        """,
        sorted(accounts),
        since,
    )


async def keep_members(unit: UnitOfWork, key: str, members: Collection[str]) -> None:
    """A post, by the key of its command, counts for no other members than these: who has not published it and cannot
    any more may post again."""
    await run(
        unit.connection,
        "UPDATE command SET occasion = jsonb_set(occasion, '{post,members}', $2::jsonb) WHERE key = $1",
        key,
        to_json(sorted(members)),
    )
