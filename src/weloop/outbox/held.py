"""What policy held back: refused for good, or put off until a moment."""

from collections.abc import Collection, Sequence
from typing import Any, Literal

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import run
from weloop.kit.pagination import PageRequest
from weloop.kit.unit import UnitOfWork

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
