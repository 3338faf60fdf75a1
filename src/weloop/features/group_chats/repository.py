"""All SQL of group chats and their members."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.sql import ColumnElement

from weloop.features.group_chats.models import GroupChatRow
from weloop.features.group_chats.rules import CharterState, ChatKind, ChatState
from weloop.kit.db import columns, run
from weloop.kit.http import like_pattern
from weloop.kit.pagination import Page, PageRequest


@dataclass(frozen=True, slots=True)
class ChatFilter:
    """Which group chats; empty values filter nothing. Dismissed ones are shown only when asked for."""

    search: str = ""
    kind: ChatKind | None = None
    charter: CharterState | None = None
    dismissed: bool = False
    account_id: int | None = None


async def list_chats(session: AsyncSession, page: PageRequest, wanted: ChatFilter, today: date) -> Page[GroupChatRow]:
    """A page of group chats, newest first. Two queries, however many rows."""
    query = _filter(select(GroupChatRow), wanted, today)
    query = query.order_by(GroupChatRow.created_at.desc().nulls_last(), GroupChatRow.id.desc())
    rows = (await session.scalars(query.limit(page.size).offset(page.offset))).all()
    total = await session.scalar(_filter(select(func.count()).select_from(GroupChatRow), wanted, today))
    return Page(rows, total or 0, page.page, page.size)


def _filter(query: Select[Any], wanted: ChatFilter, today: date) -> Select[Any]:
    is_gone = GroupChatRow.state == ChatState.DISMISSED
    query = query.where(is_gone if wanted.dismissed else ~is_gone)
    if wanted.search:
        query = query.where(GroupChatRow.name.ilike(like_pattern(wanted.search), escape="\\"))
    if wanted.kind:
        query = query.where(GroupChatRow.charter_kind == wanted.kind)
    if wanted.account_id is not None:
        query = query.where(GroupChatRow.account_id == wanted.account_id)
    return query.where(*_charter(wanted.charter, today))


def _charter(state: CharterState | None, today: date) -> list[ColumnElement[bool]]:
    """The same judgement as ``rules.judge_charter``."""
    is_missing = or_(
        GroupChatRow.charter_kind.is_(None),
        GroupChatRow.charter_purpose == "",
        GroupChatRow.charter_owner == "",
        (GroupChatRow.charter_kind == ChatKind.FUNCTIONAL) & GroupChatRow.charter_ends_on.is_(None),
    )
    is_over = func.coalesce(GroupChatRow.charter_ends_on < today, False)
    if state is CharterState.MISSING:
        return [is_missing]
    if state is CharterState.OVERDUE:
        return [~is_missing, is_over]
    return [~is_missing, ~is_over] if state is CharterState.COMPLETE else []


async def count_without_charter(session: AsyncSession, today: date) -> int:
    """How many living group chats nobody has said the purpose of."""
    wanted = ChatFilter(charter=CharterState.MISSING)
    return await session.scalar(_filter(select(func.count()).select_from(GroupChatRow), wanted, today)) or 0


async def get_chat(session: AsyncSession, row_id: int, *, lock: bool = False) -> GroupChatRow | None:
    """One group chat."""
    query = select(GroupChatRow).where(GroupChatRow.id == row_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def find_chats(session: AsyncSession, chat_ids: Collection[str]) -> dict[str, GroupChatRow]:
    """Group chats by the platform's id."""
    rows = await session.scalars(select(GroupChatRow).where(GroupChatRow.chat_id.in_(chat_ids)))
    return {row.chat_id: row for row in rows}


async def see_chats(connection: AsyncConnection, rows: Iterable[tuple[str, int, datetime]]) -> None:
    """Make group chats (chat_id, account_id, found_at) known; those known stay as they are."""
    await run(
        connection,
        """
        INSERT INTO group_chat (chat_id, account_id, found_at, state)
        SELECT chat_id, account_id, found_at, 'unread'
        FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS u (chat_id, account_id, found_at)
        ON CONFLICT (chat_id) DO NOTHING
        """,
        *columns(sorted(rows), 3),
    )


async def lock_chats(session: AsyncSession, chat_ids: Collection[str]) -> dict[str, GroupChatRow]:
    """Group chats by the platform's id, locked in the order of their ids."""
    query = select(GroupChatRow).where(GroupChatRow.chat_id.in_(chat_ids)).order_by(GroupChatRow.id)
    return {row.chat_id: row for row in await session.scalars(query.with_for_update())}


async def chats_of_accounts(session: AsyncSession, accounts: Collection[int]) -> Sequence[GroupChatRow]:
    """Living group chats of these accounts."""
    query = select(GroupChatRow).where(GroupChatRow.account_id.in_(accounts), GroupChatRow.state != ChatState.DISMISSED)
    return (await session.scalars(query.order_by(GroupChatRow.id))).all()


async def add_quits(connection: AsyncConnection, rows: Iterable[tuple[str, int, datetime, int | None]]) -> None:
    """Note what callbacks say of leaving: (chat_id, identity_id, at, scene)."""
    by_key = {row[:3]: row for row in rows}
    await run(
        connection,
        """
        INSERT INTO group_quit (chat_id, identity_id, at, scene)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::smallint[]) ON CONFLICT DO NOTHING
        """,
        *columns([by_key[key] for key in sorted(by_key)], 4),
    )


async def load_known(connection: AsyncConnection, chat_id: str) -> Sequence[Row[Any]]:
    """Who is in a group chat: (identity_id, joined_at, quit_at, quit_scene), the last two as a callback said it.

    The newest stay of each counts; a callback belongs to the stay that it ended.
    """
    return await run(
        connection,
        """
        SELECT m.identity_id, m.joined_at, q.at AS quit_at, q.scene AS quit_scene
        FROM (
            SELECT DISTINCT ON (identity_id) identity_id, joined_at, left_at
            FROM group_member WHERE chat_id = $1 ORDER BY identity_id, joined_at DESC
        ) AS m
        LEFT JOIN LATERAL (
            SELECT at, scene FROM group_quit
            WHERE chat_id = $1 AND identity_id = m.identity_id AND at >= m.joined_at ORDER BY at LIMIT 1
        ) AS q ON true
        WHERE m.left_at IS NULL
        """,
        chat_id,
    )


async def add_joins(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Fold GroupJoined: (chat_id, identity_id, joined_at, state, join_scene, invitor)."""
    await run(
        connection,
        """
        INSERT INTO group_member (chat_id, identity_id, joined_at, state, join_scene, invitor)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::text[], $5::smallint[], $6::text[])
        ON CONFLICT (chat_id, identity_id, joined_at) DO UPDATE SET
            state = excluded.state, join_scene = excluded.join_scene, invitor = excluded.invitor
        """,
        *columns(_distinct(rows), 6),
    )


async def add_leaves(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Fold GroupLeft: (chat_id, identity_id, joined_at, left_at, quit_scene). It may come before the joining."""
    await run(
        connection,
        """
        INSERT INTO group_member AS m (chat_id, identity_id, joined_at, left_at, quit_scene)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::smallint[])
        ON CONFLICT (chat_id, identity_id, joined_at) DO UPDATE SET
            left_at = least(m.left_at, excluded.left_at), quit_scene = coalesce(m.quit_scene, excluded.quit_scene)
        """,
        *columns(_distinct(rows), 5),
    )


def _distinct(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One row a key, in one order, so that workers cannot deadlock."""
    by_key = {row[:3]: row for row in rows}
    return [by_key[key] for key in sorted(by_key)]


async def count_members(
    connection: AsyncConnection, chat_ids: Sequence[str], today: datetime
) -> Mapping[str, Row[Any]]:
    """By chat: (customers, joined_today, left_today, joined, left_all). ``today``: its Beijing midnight."""
    rows = await run(
        connection,
        """
        SELECT chat_id, count(*) FILTER (WHERE left_at IS NULL)::int AS customers,
            count(*) FILTER (WHERE joined_at >= $2)::int AS joined_today,
            count(*) FILTER (WHERE left_at >= $2)::int AS left_today,
            count(*)::int AS joined, count(left_at)::int AS left
        FROM group_member WHERE chat_id = ANY ($1::text[]) GROUP BY chat_id
        """,
        list(chat_ids),
        today,
    )
    return {row.chat_id: row for row in rows}


async def list_members(
    connection: AsyncConnection, chat_id: str, present: bool, page: PageRequest
) -> tuple[Sequence[Row[Any]], int]:
    """A page of stays, newest first, and how many there are: of who is in, or of who has left."""
    rows = await run(
        connection,
        """
        SELECT identity_id, joined_at, left_at, state, join_scene, invitor, quit_scene, count(*) OVER ()::int AS total
        FROM group_member WHERE chat_id = $1 AND (left_at IS NULL) = $2
        ORDER BY coalesce(left_at, joined_at) DESC, identity_id LIMIT $3 OFFSET $4
        """,
        chat_id,
        present,
        page.size,
        page.offset,
    )
    return rows, rows[0].total if rows else 0


async def count_days(connection: AsyncConnection, chat_id: str, first: datetime) -> Sequence[Row[Any]]:
    """Joins and leaves by Beijing day since ``first``: (day, joined, left)."""
    return await run(
        connection,
        """
        SELECT ((at AT TIME ZONE 'UTC') + interval '8 hours')::date AS day,
            count(*) FILTER (WHERE came)::int AS joined, count(*) FILTER (WHERE NOT came)::int AS left
        FROM (
            SELECT joined_at AS at, true AS came FROM group_member WHERE chat_id = $1
            UNION ALL SELECT left_at, false FROM group_member WHERE chat_id = $1
        ) AS moves WHERE at >= $2 GROUP BY 1 ORDER BY 1
        """,
        chat_id,
        first,
    )
