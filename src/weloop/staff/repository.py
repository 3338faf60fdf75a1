"""All SQL of the staff module."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.contracts.accounts import StaffRecord
from weloop.kit.db import columns, run
from weloop.staff.models import Staff


async def list_staff(session: AsyncSession, account_id: int | None) -> Sequence[Staff]:
    """Members of one account, or of all; those who may add customers first."""
    query = select(Staff).order_by(Staff.contact_enabled.desc(), Staff.account_id, Staff.userid)
    if account_id is not None:
        query = query.where(Staff.account_id == account_id)
    return (await session.scalars(query)).all()


async def replace_staff(
    connection: AsyncConnection, account_id: int, records: Sequence[StaffRecord], now: datetime
) -> None:
    """Let an account's members be exactly these, as of ``now``."""
    by_userid = sorted({record.userid: record for record in records}.values(), key=lambda record: record.userid)
    rows = [(r.userid, r.name, r.department, r.status, r.contact_enabled) for r in by_userid]
    await run(
        connection,
        """
        INSERT INTO staff (account_id, userid, name, department, status, contact_enabled, synced_at)
        SELECT $1, userid, name, department, status, contact_enabled, $2
        FROM unnest($3::text[], $4::text[], $5::text[], $6::int[], $7::bool[])
             AS given (userid, name, department, status, contact_enabled)
        ON CONFLICT (account_id, userid) DO UPDATE SET
            name = excluded.name, department = excluded.department, status = excluded.status,
            contact_enabled = excluded.contact_enabled, synced_at = excluded.synced_at
        """,
        account_id,
        now,
        *columns(rows, 5),
    )
    gone = "DELETE FROM staff WHERE account_id = $1 AND userid <> ALL ($2::text[])"
    await run(connection, gone, account_id, [record.userid for record in by_userid])


async def find_names(session: AsyncSession, account_id: int, userids: Sequence[str]) -> dict[str, str]:
    """Names by userid, of those who are known."""
    query = select(Staff.userid, Staff.name).where(Staff.account_id == account_id, Staff.userid.in_(userids))
    return {row[0]: row[1] for row in await session.execute(query)}


async def count_staff(session: AsyncSession) -> int:
    """How many members are known in all."""
    return await session.scalar(select(func.count()).select_from(Staff)) or 0


async def find_names_of_all(session: AsyncSession, userids: Collection[str]) -> dict[str, str]:
    """Names by userid, of any account."""
    if not userids:
        return {}
    query = select(Staff.userid, Staff.name).where(Staff.userid.in_(userids)).order_by(Staff.account_id.desc())
    return {row[0]: row[1] for row in await session.execute(query)}
