"""All SQL of join ways, and what came through them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.group_chats.models import JoinWayRow
from weloop.features.group_chats.rules import Status
from weloop.kit.db import run
from weloop.kit.http import like_pattern
from weloop.kit.pagination import Page, PageRequest


async def list_ways(session: AsyncSession, page: PageRequest, search: str, status: Status | None) -> Page[JoinWayRow]:
    """A page of join ways that are not deleted, newest first. Two queries, however many rows."""
    query = _filter(select(JoinWayRow), search, status).order_by(JoinWayRow.id.desc())
    rows = (await session.scalars(query.limit(page.size).offset(page.offset))).all()
    total = await session.scalar(_filter(select(func.count()).select_from(JoinWayRow), search, status))
    return Page(rows, total or 0, page.page, page.size)


def _filter(query: Select[Any], search: str, status: Status | None) -> Select[Any]:
    query = query.where(JoinWayRow.status == status if status else JoinWayRow.status != Status.DELETED)
    if search:
        pattern = like_pattern(search)
        query = query.where(JoinWayRow.name.ilike(pattern, escape="\\") | (JoinWayRow.state_code == search))
    return query


async def get_way(session: AsyncSession, way_id: int, *, lock: bool = False) -> JoinWayRow | None:
    """One join way that is not deleted."""
    query = select(JoinWayRow).where(JoinWayRow.id == way_id, JoinWayRow.status != Status.DELETED)
    return await session.scalar(query.with_for_update() if lock else query)


async def lock_ways(session: AsyncSession, ids: Collection[int]) -> dict[int, JoinWayRow]:
    """Join ways by id, deleted ones too, locked in the order of their ids."""
    query = select(JoinWayRow).where(JoinWayRow.id.in_(ids)).order_by(JoinWayRow.id).with_for_update()
    return {row.id: row for row in await session.scalars(query)}


async def find_pictures(session: AsyncSession, states: Collection[str]) -> dict[str, int]:
    """Stored pictures by state code, of join ways that have a code at the platform."""
    query = select(JoinWayRow.state_code, JoinWayRow.file_id).where(
        JoinWayRow.state_code.in_(states),
        JoinWayRow.status.not_in((Status.DELETING, Status.DELETED)),
        JoinWayRow.file_id.is_not(None),
    )
    return {state: file_id for state, file_id in await session.execute(query) if file_id is not None}


async def find_addresses(session: AsyncSession, states: Collection[str]) -> dict[str, str]:
    """Addresses of the platform's pictures by state code, of the same join ways."""
    query = select(JoinWayRow.state_code, JoinWayRow.qr_code).where(
        JoinWayRow.state_code.in_(states),
        JoinWayRow.status.not_in((Status.DELETING, Status.DELETED)),
        JoinWayRow.qr_code.is_not(None),
    )
    return {state: address for state, address in await session.execute(query) if address}


async def find_inside(
    connection: AsyncConnection, identities: Collection[int], states: Collection[str]
) -> Mapping[int, Sequence[str]]:
    """By identity the state codes of those of these join ways that lead to a group chat in which it is now."""
    rows = await run(
        connection,
        """
        SELECT m.identity_id, array_agg(DISTINCT w.state_code) AS states
        FROM group_member AS m
        JOIN join_way AS w ON w.state_code = ANY ($2::text[]) AND (m.chat_id = ANY (w.chats) OR m.state = w.state_code)
        WHERE m.identity_id = ANY ($1::bigint[]) AND m.left_at IS NULL GROUP BY m.identity_id
        """,
        sorted(identities),
        sorted(states),
    )
    return {row.identity_id: row.states for row in rows}


async def count_joins(connection: AsyncConnection, states: Sequence[str]) -> Mapping[str, Row[Any]]:
    """By state code: (joins, customers, present, chats [chat_id ..]).

    ``joins`` counts every coming in by the code, ``customers`` each person once, ``present`` those who are still in.
    """
    rows = await run(
        connection,
        """
        SELECT state, count(*)::int AS joins, count(DISTINCT identity_id)::int AS customers,
            count(DISTINCT identity_id) FILTER (WHERE left_at IS NULL)::int AS present,
            array_agg(DISTINCT chat_id) AS chats
        FROM group_member WHERE state = ANY ($1::text[]) AND state <> '' GROUP BY state
        """,
        list(states),
    )
    return {row.state: row for row in rows}
