"""All SQL of the official accounts feature."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.official_accounts.models import FollowReplyRow, LiveMenuRow, MenuRow, SceneQrRow
from weloop.features.official_accounts.rules import Status
from weloop.kit.db import columns, run, to_json
from weloop.kit.http import like_pattern
from weloop.kit.pagination import Page, PageRequest

COUNTS = ("followed", "scanned", "reply_sent", "reply_failed")


async def list_scene_qrs(
    session: AsyncSession, page: PageRequest, search: str, account_id: int | None
) -> Page[SceneQrRow]:
    """A page of scene codes that are not deleted, newest first. Two queries, however many rows."""
    query = _filter(select(SceneQrRow), search, account_id).order_by(SceneQrRow.id.desc())
    rows = (await session.scalars(query.limit(page.size).offset(page.offset))).all()
    total = await session.scalar(_filter(select(func.count()).select_from(SceneQrRow), search, account_id))
    return Page(rows, total or 0, page.page, page.size)


def _filter(query: Select[Any], search: str, account_id: int | None) -> Select[Any]:
    query = query.where(SceneQrRow.status != Status.DELETED)
    if account_id is not None:
        query = query.where(SceneQrRow.account_id == account_id)
    if search:
        pattern = like_pattern(search)
        query = query.where(SceneQrRow.name.ilike(pattern, escape="\\") | (SceneQrRow.state_code == search))
    return query


async def get_scene_qr(session: AsyncSession, qr_id: int, *, lock: bool = False) -> SceneQrRow | None:
    """One scene code that is not deleted."""
    query = select(SceneQrRow).where(SceneQrRow.id == qr_id, SceneQrRow.status != Status.DELETED)
    return await session.scalar(query.with_for_update(key_share=True) if lock else query)


async def lock_scene_qrs(session: AsyncSession, ids: Collection[int]) -> dict[int, SceneQrRow]:
    """Scene codes by id, deleted ones too, locked in the order of their ids."""
    query = select(SceneQrRow).where(SceneQrRow.id.in_(ids)).order_by(SceneQrRow.id).with_for_update(key_share=True)
    return {row.id: row for row in await session.scalars(query)}


async def find_by_states(session: AsyncSession, states: Collection[str]) -> Sequence[SceneQrRow]:
    """Scene codes by state code, deleted ones too: the log speaks of them."""
    if not states:
        return ()
    return (await session.scalars(select(SceneQrRow).where(SceneQrRow.state_code.in_(states)))).all()


async def find_follow_replies(session: AsyncSession, accounts: Collection[int]) -> dict[int, str]:
    """What these accounts answer to new followers."""
    query = select(FollowReplyRow).where(FollowReplyRow.account_id.in_(accounts))
    return {row.account_id: row.text for row in await session.scalars(query)}


async def sum_counts(connection: AsyncConnection, ids: Sequence[int], today: date) -> Mapping[int, Row[Any]]:
    """Counts by scene code."""
    rows = await run(
        connection,
        """
        SELECT scene_qr_id, sum(followed)::int AS followed,
            (sum(followed) FILTER (WHERE day = $2))::int AS followed_today, sum(scanned)::int AS scanned,
            sum(reply_sent)::int AS reply_sent, sum(reply_failed)::int AS reply_failed
        FROM scene_day WHERE scene_qr_id = ANY ($1::bigint[]) GROUP BY scene_qr_id
        """,
        ids,
        today,
    )
    return {row.scene_qr_id: row for row in rows}


async def insert_touches(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> set[int]:
    """Insert touches (event_id, scene_qr_id, identity_id, what); ids of new ones."""
    found = await run(
        connection,
        """
        INSERT INTO scene_touch (event_id, scene_qr_id, identity_id, what)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])
        ON CONFLICT DO NOTHING RETURNING event_id
        """,
        *columns(sorted(rows), 4),
    )
    return {row.event_id for row in found}


async def add_to_days(connection: AsyncConnection, deltas: Mapping[tuple[int, date, str], int]) -> None:
    """Add deltas {(scene_qr_id, day, what): n}; rows in one order, so that workers cannot deadlock."""
    by_day: dict[tuple[int, date], dict[str, int]] = {}
    for (qr_id, day, what), change in deltas.items():
        by_day.setdefault((qr_id, day), {})[what] = change
    rows = [(*key, *(changes.get(name, 0) for name in COUNTS)) for key, changes in sorted(by_day.items())]
    await run(
        connection,
        """
        INSERT INTO scene_day AS d (scene_qr_id, day, followed, scanned, reply_sent, reply_failed)
        SELECT * FROM unnest($1::bigint[], $2::date[], $3::int[], $4::int[], $5::int[], $6::int[])
        ON CONFLICT (scene_qr_id, day) DO UPDATE SET
            followed = d.followed + excluded.followed, scanned = d.scanned + excluded.scanned,
            reply_sent = d.reply_sent + excluded.reply_sent, reply_failed = d.reply_failed + excluded.reply_failed
        """,
        *columns(rows, 6),
    )


VERSIONS = 20


async def list_menus(session: AsyncSession, account_id: int) -> Sequence[MenuRow]:
    """The newest versions of an account's menu, newest first."""
    query = select(MenuRow).where(MenuRow.account_id == account_id).order_by(MenuRow.id.desc()).limit(VERSIONS)
    return (await session.scalars(query)).all()


async def get_live_menu(session: AsyncSession, account_id: int) -> LiveMenuRow | None:
    """The menu that is live, as far as we were told."""
    return await session.get(LiveMenuRow, account_id)


async def lock_account(connection: AsyncConnection, account_id: int) -> None:
    """Let menus of one account be published one after the other, for this transaction."""
    await run(connection, "SELECT pg_advisory_xact_lock(hashtextextended('account_menu', $1::bigint))", account_id)


async def find_menus(session: AsyncSession, ids: Collection[int]) -> dict[int, MenuRow]:
    """Versions by id, locked in the order of their ids."""
    if not ids:
        return {}
    query = select(MenuRow).where(MenuRow.id.in_(ids)).order_by(MenuRow.id).with_for_update()
    return {row.id: row for row in await session.scalars(query)}


async def replace_others(connection: AsyncConnection, account_id: int, menu_id: int) -> None:
    """One version is live: the others are no more."""
    await run(
        connection,
        "UPDATE account_menu SET status = 'replaced' WHERE account_id = $1 AND id <> $2 AND status = 'live'",
        account_id,
        menu_id,
    )


async def put_menu_replies(connection: AsyncConnection, account_id: int, replies: Mapping[str, str]) -> None:
    """Answer taps on these keys from now on."""
    rows = [(account_id, key, text) for key, text in sorted(replies.items())]
    await run(
        connection,
        """
        INSERT INTO menu_reply (account_id, key, text) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])
        ON CONFLICT (account_id, key) DO UPDATE SET text = excluded.text
        """,
        *columns(rows, 3),
    )


async def find_menu_replies(
    connection: AsyncConnection, wanted: Collection[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """What taps on (account, key) are answered with."""
    rows = await run(
        connection,
        """
        SELECT account_id, key, text FROM menu_reply
        JOIN unnest($1::bigint[], $2::text[]) AS u (account_id, key) USING (account_id, key)
        """,
        *columns(sorted(wanted), 2),
    )
    return {(row.account_id, row.key): row.text for row in rows}


async def put_live_menu(
    connection: AsyncConnection, account_id: int, is_open: bool, buttons: Sequence[Any], fetched_at: datetime
) -> None:
    """Note what is live; an older look does not overwrite a newer one."""
    await run(
        connection,
        """
        INSERT INTO live_menu AS m (account_id, open, buttons, fetched_at) VALUES ($1, $2, $3::jsonb, $4)
        ON CONFLICT (account_id) DO UPDATE SET open = $2, buttons = $3::jsonb, fetched_at = $4 WHERE m.fetched_at <= $4
        """,
        account_id,
        is_open,
        to_json(buttons),
        fetched_at,
    )
