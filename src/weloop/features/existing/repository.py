"""All SQL of existing people."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.existing.models import ExistingSync
from weloop.kit.db import run


async def list_syncs(session: AsyncSession) -> Sequence[ExistingSync]:
    """All, by account."""
    return (await session.scalars(select(ExistingSync).order_by(ExistingSync.account_id))).all()


async def lock_account(connection: AsyncConnection, account_id: int) -> None:
    """Let one account be begun once at a time, for this transaction."""
    await run(connection, "SELECT pg_advisory_xact_lock(hashtextextended('existing_sync', $1::bigint))", account_id)


async def lock_syncs(session: AsyncSession, accounts: Collection[int]) -> dict[int, ExistingSync]:
    """By account, locked in the order of their ids."""
    query = select(ExistingSync).where(ExistingSync.account_id.in_(accounts)).order_by(ExistingSync.account_id)
    return {row.account_id: row for row in await session.scalars(query.with_for_update())}
