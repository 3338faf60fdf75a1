"""All SQL of webhooks."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.connectors.web.webhooks.models import Webhook
from weloop.kit.db import columns, run


async def list_webhooks(session: AsyncSession) -> Sequence[Webhook]:
    """All webhooks, oldest first."""
    return (await session.scalars(select(Webhook).order_by(Webhook.id))).all()


async def get_webhook(session: AsyncSession, webhook_id: int, *, lock: bool = False) -> Webhook | None:
    """One webhook."""
    query = select(Webhook).where(Webhook.id == webhook_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def note_outcomes(connection: AsyncConnection, rows: Sequence[tuple[int, str | None]], now: datetime) -> None:
    """Keep how the last deliveries went: (webhook id, why it failed; None: it went well), ids distinct."""
    await run(
        connection,
        """
        UPDATE webhook AS w SET
            delivered_at = CASE WHEN u.failure IS NULL THEN $3 ELSE w.delivered_at END,
            failing_since = CASE WHEN u.failure IS NULL THEN NULL ELSE coalesce(w.failing_since, $3) END,
            failure = u.failure
        FROM unnest($1::bigint[], $2::text[]) AS u (id, failure) WHERE w.id = u.id
        """,
        *columns(sorted(rows, key=lambda row: row[0]), 2),
        now,
    )


async def find_accounts(connection: AsyncConnection, webhooks: Collection[int]) -> dict[int, int]:
    """The account of each of these webhooks; those that are gone are left out."""
    rows = await run(
        connection, "SELECT id, account_id FROM webhook WHERE id = ANY ($1::bigint[])", sorted(webhooks)
    )
    return {row.id: row.account_id for row in rows}
