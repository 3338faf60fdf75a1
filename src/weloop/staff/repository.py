"""All SQL of the staff module."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.contracts.accounts import StaffRecord
from weloop.kit.db import columns, run, to_json
from weloop.staff.models import PersonalAccount, SpecialDay, Staff

if TYPE_CHECKING:
    from weloop.staff.duties import Duty


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


async def load_duties(connection: AsyncConnection, account_id: int | None) -> Sequence[Row[Any]]:
    """Members with their duties or the defaults, in the order of their ids."""
    return await run(
        connection,
        """
        SELECT s.account_id, s.userid, s.name, s.contact_enabled, d.week, coalesce(d.weight, 1) AS weight, d.daily_cap,
            d.backup, coalesce(d.is_leader, false) AS is_leader, d.away_until, d.friend_limit, d.friends,
            coalesce(d.friends_added, 0) AS friends_added, d.counted_at
        FROM staff AS s LEFT JOIN staff_duty AS d USING (account_id, userid)
        WHERE $1::bigint IS NULL OR s.account_id = $1 ORDER BY s.account_id, s.userid
        """,
        account_id,
    )


async def put_duty(connection: AsyncConnection, duty: "Duty", week: list[Any] | None) -> None:
    """Write one duty; what was counted stays."""
    await run(
        connection,
        """
        INSERT INTO staff_duty (account_id, userid, week, weight, daily_cap, backup, is_leader, away_until,
            friend_limit)
        VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (account_id, userid) DO UPDATE SET
            week = excluded.week, weight = excluded.weight, daily_cap = excluded.daily_cap, backup = excluded.backup,
            is_leader = excluded.is_leader, away_until = excluded.away_until, friend_limit = excluded.friend_limit
        """,
        duty.account_id,
        duty.userid,
        None if week is None else to_json(week),
        duty.weight,
        duty.daily_cap,
        duty.backup,
        duty.is_leader,
        duty.shift.away_until,
        duty.friend_limit or None,
    )


async def load_special_days(session: AsyncSession) -> dict[date, bool]:
    """Days that are not like their weekday."""
    return {row.day: row.working for row in await session.scalars(select(SpecialDay).order_by(SpecialDay.day))}


async def replace_special_days(connection: AsyncConnection, days: Mapping[date, bool]) -> None:
    """Let exactly these days be special."""
    await run(connection, "DELETE FROM special_day")
    await run(
        connection,
        "INSERT INTO special_day (day, working) SELECT * FROM unnest($1::date[], $2::bool[])",
        *columns(sorted(days.items()), 2),
    )


async def note_friends(
    connection: AsyncConnection, counts: Mapping[tuple[int, str], tuple[int, int]], now: datetime
) -> None:
    """Keep how many customers members have, and how many they added lately; who is not named has none."""
    await run(
        connection,
        """
        INSERT INTO staff_duty (account_id, userid, friends, friends_added, counted_at)
        SELECT s.account_id, s.userid, coalesce(c.friends, 0), coalesce(c.added, 0), $5
        FROM staff AS s
        LEFT JOIN unnest($1::bigint[], $2::text[], $3::int[], $4::int[]) AS c (account_id, userid, friends, added)
            USING (account_id, userid)
        ORDER BY s.account_id, s.userid
        ON CONFLICT (account_id, userid) DO UPDATE SET
            friends = excluded.friends, friends_added = excluded.friends_added, counted_at = excluded.counted_at
        """,
        *columns([(*key, *value) for key, value in sorted(counts.items())], 4),
        now,
    )


async def list_personal(session: AsyncSession) -> Sequence[PersonalAccount]:
    """All personal accounts, by name."""
    return (await session.scalars(select(PersonalAccount).order_by(PersonalAccount.name, PersonalAccount.id))).all()


async def get_personal(session: AsyncSession, personal_id: int) -> PersonalAccount | None:
    """One, locked for who changes it."""
    return await session.get(PersonalAccount, personal_id, with_for_update=True, populate_existing=True)


async def list_personal_counts(connection: AsyncConnection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """What was typed: (personal_id, day, friends), by day."""
    return await run(
        connection,
        "SELECT personal_id, day, friends FROM personal_count WHERE personal_id = ANY ($1::bigint[]) ORDER BY day",
        sorted(ids),
    )


async def put_personal_count(
    connection: AsyncConnection, personal_id: int, day: date, friends: int, user_id: int | None, now: datetime
) -> None:
    """Keep the count of one day; the later word counts."""
    await run(
        connection,
        """
        INSERT INTO personal_count (personal_id, day, friends, user_id, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (personal_id, day) DO UPDATE SET
            friends = excluded.friends, user_id = excluded.user_id, at = excluded.at
        """,
        personal_id,
        day,
        friends,
        user_id,
        now,
    )
