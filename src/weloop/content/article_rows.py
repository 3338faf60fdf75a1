"""All SQL of articles and their official figures."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.content.models import ArticleFeedRow, ArticleRow
from weloop.kit.db import columns, run


async def get_article(session: AsyncSession, article_id: int, *, lock: bool = False) -> ArticleRow | None:
    """One article, gone or not."""
    query = select(ArticleRow).where(ArticleRow.id == article_id)
    return await session.scalar(query.with_for_update(key_share=True) if lock else query)


async def find_by_address(session: AsyncSession, url_key: str) -> ArticleRow | None:
    """The article with this address, gone or not."""
    return await session.scalar(select(ArticleRow).where(ArticleRow.url_key == url_key).limit(1))


async def find_articles(session: AsyncSession, ids: Collection[int]) -> Sequence[ArticleRow]:
    """Those of these articles that exist, gone or not."""
    if not ids:
        return ()
    return (await session.scalars(select(ArticleRow).where(ArticleRow.id.in_(ids)))).all()


async def list_articles(session: AsyncSession, *, gone: bool = False) -> Sequence[ArticleRow]:
    """All articles, the newest first, drafts before all; ``gone``: with those that are gone."""
    query = select(ArticleRow) if gone else select(ArticleRow).where(~ArticleRow.gone)
    return (
        await session.scalars(query.order_by(ArticleRow.published_at.desc().nulls_first(), ArticleRow.id.desc()))
    ).all()


async def lock_articles(session: AsyncSession, account_id: int) -> Sequence[ArticleRow]:
    """Whatever may be an article of this account, links of no account too, locked in the order of their ids."""
    query = select(ArticleRow).where((ArticleRow.account_id == account_id) | ArticleRow.account_id.is_(None))
    return (await session.scalars(query.order_by(ArticleRow.id).with_for_update())).all()


async def lock_feed(session: AsyncSession, account_id: int) -> ArticleFeedRow | None:
    """How far an account has been fetched; whoever changes its articles holds this lock first."""
    return await session.scalar(select(ArticleFeedRow).where(ArticleFeedRow.account_id == account_id).with_for_update())


async def make_feed(session: AsyncSession, account_id: int, next_day: date) -> ArticleFeedRow | None:
    """The same, made if it is not there."""
    row = insert(ArticleFeedRow).values(account_id=account_id, next_day=next_day)
    await session.execute(row.on_conflict_do_nothing())
    return await lock_feed(session, account_id)


async def list_feeds(session: AsyncSession) -> Sequence[ArticleFeedRow]:
    """All accounts whose articles are fetched."""
    return (await session.scalars(select(ArticleFeedRow).order_by(ArticleFeedRow.account_id))).all()


async def put_reads(
    connection: AsyncConnection, account_id: int, day: date, readers: Mapping[str, int], fetched_at: datetime
) -> None:
    """Keep the figures {msgid: readers} of one day; what was fetched later wins."""
    rows = [(account_id, msgid, day, count, fetched_at) for msgid, count in sorted(readers.items())]
    await run(
        connection,
        """
        INSERT INTO article_read AS r (account_id, msgid, day, readers, fetched_at)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::date[], $4::int[], $5::timestamptz[])
        ON CONFLICT (account_id, msgid, day) DO UPDATE SET readers = excluded.readers, fetched_at = excluded.fetched_at
        WHERE r.fetched_at <= excluded.fetched_at
        """,
        *columns(rows, 5),
    )


async def read_by_day(
    connection: AsyncConnection, first: date | None, last: date | None, ids: Sequence[int] | None
) -> Mapping[tuple[int, date], int]:
    """Readers by article and Beijing day."""
    rows = await run(
        connection,
        """
        SELECT a.id, r.day, r.readers FROM article_read AS r
        JOIN article AS a ON a.account_id = r.account_id AND a.msgid = r.msgid
        WHERE ($1::date IS NULL OR r.day >= $1) AND ($2::date IS NULL OR r.day <= $2)
            AND ($3::bigint[] IS NULL OR a.id = ANY ($3))
        """,
        first,
        last,
        ids,
    )
    return {(row.id, row.day): row.readers for row in rows}


async def sum_by_article(connection: AsyncConnection, first: date | None, last: date | None) -> Mapping[int, int]:
    """Readers by article: the sum of its days."""
    rows = await run(
        connection,
        """
        SELECT a.id, sum(r.readers)::bigint AS readers FROM article_read AS r
        JOIN article AS a ON a.account_id = r.account_id AND a.msgid = r.msgid
        WHERE ($1::date IS NULL OR r.day >= $1) AND ($2::date IS NULL OR r.day <= $2) GROUP BY a.id
        """,
        first,
        last,
    )
    return {row.id: row.readers for row in rows}
