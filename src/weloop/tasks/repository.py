"""SQL of staff tasks. Whoever ends one locks its row first; a task ends once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import columns, run
from weloop.kit.pagination import PageRequest

TaskState: TypeAlias = Literal["open", "expired", "ended"]
_COLUMNS = "id, key, account_id, staff, identity_id, title, note, script_id, made_at, due_at, outcome, ended_at"


async def put(connection: AsyncConnection, rows: Collection[tuple[Any, ...]], now: datetime) -> Sequence[Row[Any]]:
    """Put up (key, account_id, staff, identity_id, title, note, due_at, script_id): (id, key) of those that are new."""
    return await run(
        connection,
        """
        INSERT INTO staff_task (key, account_id, staff, identity_id, title, note, due_at, script_id, made_at)
        SELECT u.*, $9 FROM unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::text[], $6::text[],
                                   $7::timestamptz[], $8::bigint[]) AS u
        ON CONFLICT (key) DO NOTHING RETURNING id, key
        """,
        *columns(sorted(rows, key=lambda row: str(row[0])), 8),
        now,
    )


async def end(
    connection: AsyncConnection,
    tasks: Collection[int],
    outcome: str,
    now: datetime,
    holder: tuple[int, str] | None = None,
) -> Sequence[Row[Any]]:
    """End those of these that are open, and of the member if one is told: what they were."""
    return await run(
        connection,
        f"""
        WITH u AS MATERIALIZED (
            SELECT id FROM staff_task WHERE id = ANY ($1::bigint[]) AND outcome IS NULL
                AND ($4::int IS NULL OR (account_id = $4 AND staff = $5)) ORDER BY id FOR UPDATE
        )
        UPDATE staff_task AS t SET outcome = $2, ended_at = $3 FROM u WHERE t.id = u.id
        RETURNING t.{_COLUMNS.replace(", ", ", t.")}
        """,  # noqa: S608 -- names of columns
        sorted(tasks),
        outcome,
        now,
        *(holder or (None, "")),
    )


async def find_due(connection: AsyncConnection, now: datetime, limit: int) -> list[int]:
    """Open tasks that were to be done by now; what another worker ends is left out."""
    rows = await run(
        connection,
        """
        SELECT id FROM staff_task WHERE outcome IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2
        FOR UPDATE SKIP LOCKED
        """,
        now,
        limit,
    )
    return [row.id for row in rows]


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the next open task is to be done by."""
    rows = await run(connection, "SELECT min(due_at) FROM staff_task WHERE outcome IS NULL")
    due: datetime | None = rows[0][0]
    return due


async def find_by_key(connection: AsyncConnection, keys: Collection[str]) -> list[int]:
    """Open tasks of these keys."""
    rows = await run(
        connection, "SELECT id FROM staff_task WHERE key = ANY ($1::text[]) AND outcome IS NULL", sorted(keys)
    )
    return [row.id for row in rows]


async def forget(connection: AsyncConnection, identities: Collection[int]) -> None:
    """Delete the tasks about these: their words may name somebody."""
    await run(connection, "DELETE FROM staff_task WHERE identity_id = ANY ($1::bigint[])", sorted(identities))


async def get(connection: AsyncConnection, task_id: int) -> Row[Any] | None:
    """One task."""
    rows = await run(connection, f"SELECT {_COLUMNS} FROM staff_task WHERE id = $1", task_id)  # noqa: S608 -- names of columns
    return rows[0] if rows else None


async def list_open(connection: AsyncConnection, account_id: int, staff: str, limit: int) -> Sequence[Row[Any]]:
    """A member's open tasks, the most urgent first."""
    return await run(
        connection,
        f"""
        SELECT {_COLUMNS} FROM staff_task WHERE account_id = $1 AND staff = $2 AND outcome IS NULL
        ORDER BY due_at, id LIMIT $3
        """,  # noqa: S608 -- names of columns
        account_id,
        staff,
        limit,
    )


async def count_open(connection: AsyncConnection, account_id: int, staff: str) -> int:
    """How many open tasks a member has."""
    rows = await run(
        connection,
        "SELECT count(*) FROM staff_task WHERE account_id = $1 AND staff = $2 AND outcome IS NULL",
        account_id,
        staff,
    )
    return int(rows[0][0])


async def list_tasks(
    connection: AsyncConnection, state: TaskState, staff: str | None, page: PageRequest
) -> tuple[Sequence[Row[Any]], int]:
    """A page of tasks and how many they are: open ones the most urgent first, ended ones the latest first."""
    where = {
        "open": "outcome IS NULL",
        "expired": "outcome = 'expired'",
        "ended": "outcome IS NOT NULL",
    }[state]
    order = "due_at, id" if state == "open" else "ended_at DESC, id DESC"
    found = f"FROM staff_task WHERE {where} AND ($1::text IS NULL OR staff = $1)"
    rows = await run(
        connection,
        f"SELECT {_COLUMNS} {found} ORDER BY {order} LIMIT $2 OFFSET $3",
        staff,
        page.size,
        page.offset,
    )
    total = await run(connection, f"SELECT count(*)::int AS n {found}", staff)
    return rows, total[0].n
