"""All SQL of short links."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.connectors.web.links.models import ShortLink
from weloop.kit.db import columns, run
from weloop.kit.http import like_pattern
from weloop.kit.pagination import Page, PageRequest


async def list_links(session: AsyncSession, page: PageRequest, search: str) -> Page[ShortLink]:
    """A page of links that are not deleted, newest first."""
    rows = await session.scalars(
        _filter(select(ShortLink), search).order_by(ShortLink.id.desc()).limit(page.size).offset(page.offset)
    )
    total = await session.scalar(_filter(select(func.count()).select_from(ShortLink), search))
    return Page(rows.all(), total or 0, page.page, page.size)


def _filter(query: Select[Any], search: str) -> Select[Any]:
    query = query.where(ShortLink.deleted_at.is_(None))
    if search:
        pattern = like_pattern(search)
        query = query.where(
            ShortLink.name.ilike(pattern, escape="\\")
            | ShortLink.target.ilike(pattern, escape="\\")
            | (ShortLink.slug == search)
        )
    return query


async def get_link(session: AsyncSession, link_id: int, *, lock: bool = False) -> ShortLink | None:
    """One link that is not deleted."""
    query = select(ShortLink).where(ShortLink.id == link_id, ShortLink.deleted_at.is_(None))
    return await session.scalar(query.with_for_update() if lock else query)


async def is_taken(session: AsyncSession, slug: str) -> bool:
    """Whether a link has or had this slug."""
    return await session.scalar(select(ShortLink.id).where(ShortLink.slug == slug)) is not None


async def all_links(session: AsyncSession) -> Sequence[ShortLink]:
    """All links, deleted ones too."""
    return (await session.scalars(select(ShortLink))).all()


async def add_openings(connection: AsyncConnection, rows: Collection[tuple[int, str, int]]) -> None:
    """Keep openings (event_id, slug, identity_id); known ones stay as they are."""
    await run(
        connection,
        """
        INSERT INTO link_opening (event_id, slug, identity_id)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[]) ON CONFLICT DO NOTHING
        """,
        *columns(sorted(rows), 3),
    )


async def count_openings(connection: AsyncConnection, slugs: Collection[str]) -> dict[str, tuple[int, int]]:
    """(openings, visitors) by slug."""
    rows = await run(
        connection,
        """
        SELECT slug, count(*) AS openings, count(DISTINCT identity_id) AS visitors
        FROM link_opening WHERE slug = ANY ($1::text[]) GROUP BY slug
        """,
        sorted(slugs),
    )
    return {row.slug: (row.openings, row.visitors) for row in rows}
