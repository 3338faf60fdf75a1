"""All SQL of Moments."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.moments.models import MomentRow
from weloop.kit.db import columns, run
from weloop.kit.http import like_pattern
from weloop.kit.pagination import Page, PageRequest


async def list_moments(session: AsyncSession, page: PageRequest, search: str, state: str | None) -> Page[MomentRow]:
    """A page, newest first; ``search`` looks into texts."""
    query = select(MomentRow)
    if search:
        query = query.where(MomentRow.text.ilike(like_pattern(search), escape="\\"))
    if state:
        query = query.where(MomentRow.state == state)
    total = await session.scalar(select(func.count()).select_from(query.subquery()))
    query = query.order_by(MomentRow.id.desc()).limit(page.size).offset(page.offset)
    return Page((await session.scalars(query)).all(), total or 0, page.page, page.size)


async def get_moment(session: AsyncSession, moment_id: int, *, lock: bool = False) -> MomentRow | None:
    """One post, locked for a change."""
    query = select(MomentRow).where(MomentRow.id == moment_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def lock_moments(session: AsyncSession, moments: Collection[int]) -> dict[int, MomentRow]:
    """Those of these that exist, locked in their order."""
    query = select(MomentRow).where(MomentRow.id.in_(sorted(moments))).order_by(MomentRow.id)
    return {row.id: row for row in await session.scalars(query.with_for_update())}


async def find_parts(connection: AsyncConnection, moments: Collection[int]) -> dict[tuple[int, int], int]:
    """Rests of these posts: by post and part their ids."""
    rows = await run(
        connection, "SELECT id, part_of, part FROM moment WHERE part_of = ANY ($1::bigint[])", sorted(moments)
    )
    return {(row.part_of, row.part): row.id for row in rows}


async def put_members(connection: AsyncConnection, moment_id: int, rows: Iterable[tuple[str, str]]) -> None:
    """How members stand (staff, state); whoever has published stays so."""
    await run(
        connection,
        """
        INSERT INTO moment_member AS m (moment_id, staff, state)
        SELECT $3, u.* FROM unnest($1::text[], $2::text[]) AS u
        ON CONFLICT (moment_id, staff) DO UPDATE SET state = excluded.state WHERE m.state <> 'published'
        """,
        *columns(sorted(rows), 2),
        moment_id,
    )


async def put_figures(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    """What posts brought members (moment_id, staff, visible, likes, comments, read at); what was read later stands."""
    await run(
        connection,
        """
        UPDATE moment_member AS m SET visible = u.visible, likes = u.likes, comments = u.comments, seen_at = u.seen_at
        FROM unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::int[], $6::timestamptz[])
            AS u (moment_id, staff, visible, likes, comments, seen_at)
        WHERE m.moment_id = u.moment_id AND m.staff = u.staff AND coalesce(m.seen_at <= u.seen_at, true)
        """,
        *columns(sorted(rows), 6),
    )


async def list_members(connection: AsyncConnection, moment_id: int) -> Sequence[Row[Any]]:
    """(staff, state, visible, likes, comments, seen_at), those who have not published first."""
    return await run(
        connection,
        """
        SELECT staff, state, visible, likes, comments, seen_at FROM moment_member WHERE moment_id = $1
        ORDER BY state = 'published', staff
        """,
        moment_id,
    )


async def list_published(connection: AsyncConnection, moment_id: int) -> list[str]:
    """Members who have published it."""
    return [row.staff for row in await list_members(connection, moment_id) if row.state == "published"]


async def list_unread(connection: AsyncConnection, moment_id: int, since: datetime) -> list[str]:
    """Members who have published it and of whom nobody has read since then what that brought."""
    rows = await run(
        connection,
        """
        SELECT staff FROM moment_member
        WHERE moment_id = $1 AND state = 'published' AND (seen_at IS NULL OR seen_at < $2) ORDER BY staff
        """,
        moment_id,
        since,
    )
    return [row.staff for row in rows]


async def sum_members(connection: AsyncConnection, moments: Collection[int]) -> dict[int, Row[Any]]:
    """By post (asked, published, visible, likes, comments) over its members."""
    rows = await run(
        connection,
        """
        SELECT moment_id, (count(*) FILTER (WHERE state <> 'invalid'))::int AS asked,
            (count(*) FILTER (WHERE state = 'published'))::int AS published, coalesce(sum(visible), 0)::int AS visible,
            coalesce(sum(likes), 0)::int AS likes, coalesce(sum(comments), 0)::int AS comments
        FROM moment_member WHERE moment_id = ANY ($1::bigint[]) GROUP BY moment_id
        """,
        sorted(moments),
    )
    return {row.moment_id: row for row in rows}
