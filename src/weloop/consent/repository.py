"""All SQL of consent."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.consent.models import ContactRulesRow
from weloop.kit.db import columns, run


async def add_entries(connection: AsyncConnection, rows: Iterable[Sequence[Any]]) -> set[int]:
    """Add entries (identity_id, act, at, account_id, event_id, word, user_id, reason); the same of an event once.

    Answers the events whose entries are new.
    """
    added = await run(
        connection,
        """
        INSERT INTO consent_entry (identity_id, act, at, account_id, event_id, word, user_id, reason)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::int[], $5::bigint[], $6::text[],
                             $7::int[], $8::text[])
        ON CONFLICT DO NOTHING RETURNING event_id
        """,
        *columns(list(rows), 8),
    )
    return {row.event_id for row in added}


async def add_sign_ups(connection: AsyncConnection, rows: Collection[tuple[int, int, datetime, int]]) -> None:
    """Note (identity_id, campaign_id, at, event_id), distinct in the first two; the earliest stands."""
    await run(
        connection,
        """
        INSERT INTO sign_up AS s (identity_id, campaign_id, at, event_id)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::bigint[])
        ON CONFLICT (identity_id, campaign_id) DO UPDATE SET at = excluded.at, event_id = excluded.event_id
        WHERE (excluded.at, excluded.event_id) < (s.at, s.event_id)
        """,
        *columns(sorted(rows), 4),
    )


async def add_talks(
    connection: AsyncConnection, rows: Collection[tuple[int, datetime | None, datetime | None]]
) -> None:
    """Note (identity_id, spoke_at, closed_at), one row each; the latest of each stands."""
    await run(
        connection,
        """
        INSERT INTO sales_talk AS t (identity_id, spoke_at, closed_at)
        SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[])
        ON CONFLICT (identity_id) DO UPDATE SET spoke_at = greatest(t.spoke_at, excluded.spoke_at),
            closed_at = greatest(t.closed_at, excluded.closed_at)
        """,
        *columns(sorted(rows, key=lambda row: row[0]), 3),
    )


async def load_records(connection: AsyncConnection, identities: Collection[int]) -> Sequence[Row[Any]]:
    """All that is on record of identities, in one answer: (identity_id, what, at, number).

    ``what`` is an act of the ledger (number: its id), ``sign_up`` (the campaign), or ``talk`` (at None: it is over).
    """
    return await run(
        connection,
        """
        SELECT identity_id, act AS what, at, id AS number FROM consent_entry WHERE identity_id = ANY ($1::bigint[])
        UNION ALL
        SELECT identity_id, 'sign_up', at, campaign_id FROM sign_up WHERE identity_id = ANY ($1::bigint[])
        UNION ALL
        SELECT identity_id, 'talk', spoke_at, 0 FROM sales_talk WHERE identity_id = ANY ($1::bigint[])
            AND spoke_at IS NOT NULL AND (closed_at IS NULL OR closed_at < spoke_at)
        """,
        sorted(identities),
    )


async def list_complaints(connection: AsyncConnection, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Complaints that were opened between two moments, once for each identity of the person: (identity_id, at)."""
    return await run(
        connection,
        "SELECT identity_id, at FROM consent_entry WHERE act = 'complaint_opened' AND at > $1 AND at <= $2",
        since,
        until,
    )


async def list_suspects(connection: AsyncConnection, since: datetime) -> list[int]:
    """Identities of which an opt-out, a complaint, or a sales talk since a moment was ever noted."""
    rows = await run(
        connection,
        """
        SELECT identity_id FROM consent_entry WHERE act IN ('opted_out', 'complaint_opened')
        UNION SELECT identity_id FROM sales_talk WHERE spoke_at > $1
        """,
        since,
    )
    return [row.identity_id for row in rows]


def still(identities: int, entries: int) -> str:
    """Condition for a statement of others: that no more stands in the ledger of identities (the argument of this
    number) than so many entries (of that number)."""
    return (
        f"(SELECT count(*) FROM consent_entry WHERE identity_id = ANY (${identities}::bigint[])) = ${entries}::bigint"  # noqa: S608
    )


async def list_entries(connection: AsyncConnection, identities: Collection[int]) -> Sequence[Row[Any]]:
    """The ledger of one person, newest first; what one act by hand wrote for several identities once."""
    return await run(
        connection,
        """
        SELECT min(id) AS id, act, at, account_id, word, user_id, reason FROM consent_entry
        WHERE identity_id = ANY ($1::bigint[]) GROUP BY act, at, account_id, word, user_id, reason
        ORDER BY at DESC, id DESC LIMIT 100
        """,
        sorted(identities),
    )


async def forget(connection: AsyncConnection, identities: Collection[int]) -> None:
    """Delete what is known of identities but their wish not to be written to."""
    ids = sorted(identities)
    await run(connection, "UPDATE consent_entry SET reason = NULL WHERE identity_id = ANY ($1::bigint[])", ids)
    await run(connection, "DELETE FROM sign_up WHERE identity_id = ANY ($1::bigint[])", ids)
    await run(connection, "DELETE FROM sales_talk WHERE identity_id = ANY ($1::bigint[])", ids)


async def lock_ledger(connection: AsyncConnection, person_id: int) -> None:
    """Let notes about one person be entered one after the other, for this transaction."""
    await run(connection, "SELECT pg_advisory_xact_lock(hashtextextended('consent', $1::bigint))", person_id)


async def lock_rules(connection: AsyncConnection) -> None:
    """Let the rules be changed by one after the other, for this transaction."""
    await run(connection, "SELECT pg_advisory_xact_lock(hashtextextended('contact_rules', 0))")


async def get_changed(connection: AsyncConnection) -> dict[str, Any]:
    """What the installation changed of the shipped rules."""
    rows = await run(connection, "SELECT changed FROM contact_rules")
    return dict(rows[0].changed) if rows else {}


async def get_rules(session: AsyncSession) -> ContactRulesRow | None:
    """The row of the rules, if anybody ever changed one."""
    return await session.scalar(select(ContactRulesRow))
