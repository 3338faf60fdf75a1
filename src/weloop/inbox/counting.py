"""Counting in the log, of all accounts at once."""

from collections.abc import Collection
from datetime import datetime

from weloop.contracts.events import EventKind
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork


async def count_subjects(
    unit: UnitOfWork, kinds: Collection[EventKind], since: datetime, until: datetime
) -> dict[int, int]:
    """By account of how many subjects such events came between two moments, each subject once in every 24 hours before
    the later one. Accounts without any are left out.
    """
    rows = await run(
        unit.connection,
        """
        SELECT account_id, count(*)::int AS n
        FROM (
            SELECT DISTINCT account_id, identity_id, floor(extract(epoch FROM $3::timestamptz - occurred_at) / 86400)
            FROM event WHERE kind = ANY ($1::text[]) AND occurred_at > $2 AND occurred_at <= $3
        ) AS each
        GROUP BY account_id
        """,
        sorted(kinds),
        since,
        until,
    )
    return {row.account_id: row.n for row in rows}


async def find_concerned(
    unit: UnitOfWork, kinds: Collection[EventKind], since: datetime, accounts: Collection[int]
) -> set[int]:
    """Those of these accounts of which such events came since a moment."""
    rows = await run(
        unit.connection,
        """
        SELECT a.id FROM unnest($3::int[]) AS a (id) WHERE EXISTS (
            SELECT FROM event WHERE kind = ANY ($1::text[]) AND occurred_at > $2 AND account_id = a.id)
        """,
        sorted(kinds),
        since,
        sorted(accounts),
    )
    return {row.id for row in rows}
