"""What policy held back: refused for good, or put off until a moment."""

from collections.abc import Collection, Sequence
from typing import Any, Literal

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.contracts.events import Lane
from weloop.kit.db import run
from weloop.kit.pagination import PageRequest
from weloop.kit.unit import UnitOfWork
from weloop.outbox.policy import OF_ALL, Gate

_SHARED = sorted(OF_ALL | {Gate.QUOTA})
"""Gates before which whoever comes next in a queue would stand as well."""
_STATES = {
    "refused": ("state = 'refused'", "finished_at DESC, id DESC"),
    "waiting": ("state = 'queued' AND gates IS NOT NULL", "due, id"),
}


async def list_held(
    connection: AsyncConnection, state: Literal["refused", "waiting"], page: PageRequest
) -> tuple[Sequence[Row[Any]], int]:
    """A page, and how many there are."""
    where, order = _STATES[state]
    rows = await run(
        connection,
        f"""
        SELECT id, name, account_id, subject_id, queue, gates, created_at, due FROM command WHERE {where}
        ORDER BY {order} LIMIT $1 OFFSET $2
        """,  # noqa: S608 -- constants
        page.size,
        page.offset,
    )
    total = await run(connection, f"SELECT count(*)::int AS n FROM command WHERE {where}")  # noqa: S608 -- a constant
    return rows, total[0].n


async def find_held(unit: UnitOfWork, keys: Collection[str]) -> dict[str, Row[Any]]:
    """Those of these commands that policy refused or put off, by key: (state, gates, due)."""
    rows = await run(
        unit.connection,
        "SELECT key, state, gates, due FROM command WHERE key = ANY ($1::text[]) AND gates IS NOT NULL",
        sorted(keys),
    )
    return {row.key: row for row in rows}


async def count_ahead(unit: UnitOfWork, queue: str, most: int) -> int:
    """How many of the bulk lane's queue would leave before what joins it now, up to ``most``: all that wait but those
    whom something of their own puts off."""
    rows = await run(
        unit.connection,
        f"""
        SELECT count(*)::int AS n FROM (
            SELECT FROM command WHERE state = 'queued' AND lane = {int(Lane.BULK)} AND queue = $1
                AND (due <= $2 OR string_to_array(coalesce(gates, ''), ' ') <@ $3::text[]) LIMIT $4
        ) AS ahead
        """,  # noqa: S608 -- a constant
        queue,
        unit.now,
        _SHARED,
        most,
    )
    return int(rows[0].n)
