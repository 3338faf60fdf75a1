"""All SQL of sites and write keys."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.connectors.web.models import Site, WriteKey
from weloop.kit.db import columns, run


async def list_sites(session: AsyncSession, accounts: Collection[int]) -> dict[int, Site]:
    """What is kept of these sites, by account."""
    rows = await session.scalars(select(Site).where(Site.account_id.in_(accounts)))
    return {row.account_id: row for row in rows}


async def list_keys(session: AsyncSession, accounts: Collection[int]) -> Sequence[WriteKey]:
    """The keys of these accounts, revoked ones too, oldest first."""
    return (
        await session.scalars(select(WriteKey).where(WriteKey.account_id.in_(accounts)).order_by(WriteKey.id))
    ).all()


async def list_live_keys(session: AsyncSession) -> Sequence[WriteKey]:
    """All keys that are not revoked."""
    return (await session.scalars(select(WriteKey).where(WriteKey.revoked_at.is_(None)))).all()


async def get_key(session: AsyncSession, account_id: int, key_id: int) -> WriteKey | None:
    """One key of an account."""
    return await session.scalar(
        select(WriteKey).where(WriteKey.account_id == account_id, WriteKey.id == key_id).with_for_update()
    )


async def find_live_key(session: AsyncSession, key_hash: bytes) -> WriteKey | None:
    """The key with this hash, unless it is revoked."""
    return await session.scalar(
        select(WriteKey).where(WriteKey.key_hash == key_hash, WriteKey.revoked_at.is_(None))
    )


async def note_arrivals(connection: AsyncConnection, latest: Mapping[int, datetime]) -> None:
    """Keep when the newest event of each site came."""
    await run(
        connection,
        """
        UPDATE site AS s SET last_event_at = greatest(s.last_event_at, u.at)
        FROM unnest($1::bigint[], $2::timestamptz[]) AS u (account_id, at)
        WHERE s.account_id = u.account_id AND u.at > coalesce(s.last_event_at, '-infinity')
        """,
        *columns(sorted(latest.items()), 2),
    )
