"""All SQL of examinations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.doctor.models import AccountExamination
from weloop.kit.db import run


@dataclass(slots=True)
class Arrivals:
    """What reached one callback address since it was last written down."""

    received_at: datetime
    verified_at: datetime | None = None
    refused_at: datetime | None = None
    refused_status: int | None = None


async def list_examinations(session: AsyncSession) -> Sequence[AccountExamination]:
    """All, by account."""
    return (await session.scalars(select(AccountExamination).order_by(AccountExamination.account_id))).all()


async def lock_examination(session: AsyncSession, connection: AsyncConnection, account_id: int) -> AccountExamination:
    """The row of an account, made if there is none."""
    await run(connection, "INSERT INTO account_examination (account_id) VALUES ($1) ON CONFLICT DO NOTHING", account_id)
    query = select(AccountExamination).where(AccountExamination.account_id == account_id).with_for_update()
    return (await session.scalars(query)).one()


async def note_sidebar(
    connection: AsyncConnection, account_id: int, userid: str, now: datetime, since: datetime
) -> bool:
    """Write down who opened the sidebar, unless somebody did at ``since`` or later; whether it was written."""
    rows = await run(
        connection,
        """
        INSERT INTO account_examination AS e (account_id, sidebar_at, sidebar_by) VALUES ($1, $2, $3)
        ON CONFLICT (account_id) DO UPDATE SET sidebar_at = $2, sidebar_by = $3
        WHERE e.sidebar_at IS NULL OR e.sidebar_at < $4
        RETURNING account_id
        """,
        account_id,
        now,
        userid,
        since,
    )
    return bool(rows)


async def load_arrivals(connection: AsyncConnection, accounts: Collection[int]) -> Sequence[Row[Any]]:
    """What came to these accounts last: (account_id, verified_at, refused_at)."""
    return await run(
        connection,
        """
        SELECT account_id, verified_at, refused_at FROM account_examination
        WHERE account_id = ANY ($1::bigint[]) ORDER BY account_id
        """,
        sorted(accounts),
    )


async def note_arrivals(connection: AsyncConnection, arrivals: Mapping[int, Arrivals]) -> None:
    """Write down what came; what another process saw later stays."""
    accounts = sorted(arrivals)
    rows = [arrivals[account] for account in accounts]
    await run(
        connection,
        """
        INSERT INTO account_examination AS e (account_id, received_at, verified_at, refused_at, refused_status)
        SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::int[])
        ON CONFLICT (account_id) DO UPDATE SET
            received_at = greatest(e.received_at, excluded.received_at),
            verified_at = greatest(e.verified_at, excluded.verified_at),
            refused_status = CASE WHEN excluded.refused_at >= coalesce(e.refused_at, excluded.refused_at)
                THEN excluded.refused_status ELSE e.refused_status END,
            refused_at = greatest(e.refused_at, excluded.refused_at)
        """,
        accounts,
        [row.received_at for row in rows],
        [row.verified_at for row in rows],
        [row.refused_at for row in rows],
        [row.refused_status for row in rows],
    )
