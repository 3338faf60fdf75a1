"""All SQL of customer-service accounts."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.kf.models import KfAccountRow
from weloop.kit.db import columns, run


async def see_accounts(connection: AsyncConnection, rows: Collection[tuple[str, int, str]]) -> None:
    """Enter accounts (open_kfid, account_id, name); of a known one a name that is told replaces the old one."""
    await run(
        connection,
        """
        INSERT INTO kf_account AS k (open_kfid, account_id, name)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
        ON CONFLICT (open_kfid) DO UPDATE SET name = excluded.name WHERE excluded.name NOT IN ('', k.name)
        """,
        *columns(sorted(rows), 3),
    )


async def lock_accounts(session: AsyncSession, open_kfids: Collection[str]) -> Mapping[str, KfAccountRow]:
    """Accounts by id, locked in its order."""
    query = select(KfAccountRow).where(KfAccountRow.open_kfid.in_(open_kfids)).order_by(KfAccountRow.open_kfid)
    found: Sequence[KfAccountRow] = (await session.scalars(query.with_for_update())).all()
    return {row.open_kfid: row for row in found}


async def find_cursor(connection: AsyncConnection, open_kfid: str) -> str:
    """Where the last page of an account ended; empty when it is not known."""
    rows = await run(connection, "SELECT cursor FROM kf_account WHERE open_kfid = $1", open_kfid)
    return str(rows[0].cursor) if rows else ""
