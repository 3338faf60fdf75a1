"""All SQL of the sources feature."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.sources.models import Source
from weloop.features.sources.rules import Status
from weloop.kit.db import columns, run
from weloop.kit.http import like_pattern
from weloop.kit.pagination import Page, PageRequest

COUNTS = ("added", "lost", "welcome_sent", "welcome_failed")


async def list_sources(session: AsyncSession, page: PageRequest, search: str, status: Status | None) -> Page[Source]:
    """A page of sources that are not deleted, newest first. Two queries, however many rows."""
    query = _filter(select(Source), search, status).order_by(Source.id.desc())
    rows = (await session.scalars(query.limit(page.size).offset(page.offset))).all()
    total = await session.scalar(_filter(select(func.count()).select_from(Source), search, status))
    return Page(rows, total or 0, page.page, page.size)


def _filter(query: Select[Any], search: str, status: Status | None) -> Select[Any]:
    query = query.where(Source.status == status if status else Source.status != Status.DELETED)
    if search:
        pattern = like_pattern(search)
        query = query.where(Source.name.ilike(pattern, escape="\\") | (Source.state_code == search))
    return query


async def get_source(session: AsyncSession, source_id: int, *, lock: bool = False) -> Source | None:
    """One source that is not deleted."""
    query = select(Source).where(Source.id == source_id, Source.status != Status.DELETED)
    return await session.scalar(query.with_for_update(key_share=True) if lock else query)


async def lock_sources(session: AsyncSession, ids: Collection[int]) -> dict[int, Source]:
    """Sources by id, deleted ones too, locked in the order of their ids. Their counts may be written meanwhile."""
    query = select(Source).where(Source.id.in_(ids)).order_by(Source.id).with_for_update(key_share=True)
    return {row.id: row for row in await session.scalars(query)}


async def lock_sparing(session: AsyncSession, full: Collection[str]) -> Sequence[Source]:
    """Sources that lead to one of the members or leave somebody out, locked in the order of their ids."""
    concerned = Source.users.overlap(sorted(full)) | (func.cardinality(Source.spared) > 0)
    kept = Source.status.not_in([Status.DELETING, Status.DELETED])
    query = select(Source).where(kept, concerned).order_by(Source.id).with_for_update(key_share=True)
    return (await session.scalars(query)).all()


async def find_by_states(session: AsyncSession, states: Collection[str]) -> Sequence[Source]:
    """Sources by state code, deleted ones too: the log speaks of them."""
    return (await session.scalars(select(Source).where(Source.state_code.in_(states)))).all()


async def list_attachments(connection: AsyncConnection, limit: int) -> list[dict[str, Any]]:
    """Links, pictures and files of the welcomes of sources that exist, each once, newest sources first."""
    rows = await run(
        connection,
        """
        SELECT a.value FROM source AS s, jsonb_array_elements(s.welcome -> 'attachments') AS a
        WHERE s.status NOT IN ('deleting', 'deleted') AND a.value ->> 'type' IN ('link', 'image', 'file')
        GROUP BY a.value ORDER BY max(s.id) DESC LIMIT $1
        """,
        limit,
    )
    return [row.value for row in rows]


async def count_by_status(session: AsyncSession) -> dict[str, int]:
    """How many sources have each status."""
    rows = await session.execute(select(Source.status, func.count()).group_by(Source.status))
    return {row[0]: row[1] for row in rows}


async def sum_counts(connection: AsyncConnection, ids: Sequence[int], today: date) -> Mapping[int, Row[Any]]:
    """Counts by source id: (source_id, added, added_today, lost, welcome_sent, welcome_failed)."""
    rows = await run(
        connection,
        """
        SELECT source_id, sum(added)::int AS added, (sum(added) FILTER (WHERE day = $2))::int AS added_today,
            sum(lost)::int AS lost, sum(welcome_sent)::int AS welcome_sent, sum(welcome_failed)::int AS welcome_failed
        FROM source_day WHERE source_id = ANY ($1::bigint[]) GROUP BY source_id
        """,
        ids,
        today,
    )
    return {row.source_id: row for row in rows}


async def sum_welcomes(connection: AsyncConnection, today: date) -> tuple[int, int]:
    """Welcomes of all sources that went out, ever and today."""
    rows = await run(
        connection,
        """
        SELECT coalesce(sum(welcome_sent), 0)::int, coalesce(sum(welcome_sent) FILTER (WHERE day = $1), 0)::int
        FROM source_day
        """,
        today,
    )
    ever, of_day = tuple(rows[0])
    return ever, of_day


async def insert_touches(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> set[int]:
    """Insert touches (event_id, identity_id, staff, occurred_at, what, named_source_id, source_id); ids of new ones."""
    found = await run(
        connection,
        """
        INSERT INTO source_touch (event_id, identity_id, staff, occurred_at, what, named_source_id, source_id)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[],
                             $7::bigint[])
        ON CONFLICT DO NOTHING RETURNING event_id
        """,
        *columns(sorted(rows, key=lambda row: row[0]), 7),
    )
    return {row.event_id for row in found}


async def load_stories(connection: AsyncConnection, friendships: Collection[tuple[int, str]]) -> Sequence[Row[Any]]:
    """All adds and losses of friendships (identity_id, staff)."""
    return await run(
        connection,
        """
        SELECT t.* FROM unnest($1::bigint[], $2::text[]) AS f (identity_id, staff)
        JOIN source_touch AS t USING (identity_id, staff) WHERE t.what IN ('added', 'lost')
        """,
        *columns(sorted(friendships), 2),
    )


async def set_attribution(connection: AsyncConnection, rows: Iterable[tuple[int, int | None]]) -> None:
    """Let touches (event_id, source_id) count for these sources."""
    await run(
        connection,
        """
        UPDATE source_touch AS t SET source_id = u.source_id
        FROM unnest($1::bigint[], $2::bigint[]) AS u (event_id, source_id) WHERE t.event_id = u.event_id
        """,
        *columns(sorted(rows), 2),
    )


async def add_to_days(connection: AsyncConnection, deltas: Mapping[tuple[int, date, str], int]) -> None:
    """Add deltas {(source_id, day, what): n} to the counts; rows in one order, so that workers cannot deadlock."""
    by_day: dict[tuple[int, date], dict[str, int]] = {}
    for (source_id, day, what), change in deltas.items():
        by_day.setdefault((source_id, day), {})[what] = change
    rows = [(*key, *(changes.get(name, 0) for name in COUNTS)) for key, changes in sorted(by_day.items())]
    await run(
        connection,
        """
        INSERT INTO source_day AS d (source_id, day, added, lost, welcome_sent, welcome_failed)
        SELECT * FROM unnest($1::bigint[], $2::date[], $3::int[], $4::int[], $5::int[], $6::int[])
        ON CONFLICT (source_id, day) DO UPDATE SET
            added = d.added + excluded.added, lost = d.lost + excluded.lost,
            welcome_sent = d.welcome_sent + excluded.welcome_sent,
            welcome_failed = d.welcome_failed + excluded.welcome_failed
        """,
        *columns(rows, 6),
    )
