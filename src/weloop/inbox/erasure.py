"""Erasure: without the salt of its key nobody can open what the log holds of a subject."""

from collections.abc import Collection

from weloop.inbox.payload import ERASED
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork


async def find_waiting(unit: UnitOfWork, subjects: Collection[int], but: str = "") -> set[int]:
    """Those subjects of whom the log holds something not handled yet, other than events of kind ``but``."""
    rows = await run(
        unit.connection,
        """
        SELECT DISTINCT p.subject
        FROM inbox_pending AS p JOIN event AS e ON e.id = p.event_id AND e.recorded_at = p.recorded_at
        WHERE p.subject = ANY ($1::bigint[]) AND e.kind <> $2
        """,
        sorted(subjects),
        but,
    )
    return {row.subject for row in rows}


async def is_waiting(unit: UnitOfWork, kind: str) -> bool:
    """Whether the log holds an event of this kind that has not been handled yet; dead letters wait for a person."""
    return bool(
        await run(
            unit.connection,
            """
            SELECT 1 FROM inbox_pending AS p JOIN event AS e ON e.id = p.event_id AND e.recorded_at = p.recorded_at
            WHERE e.kind = $1 LIMIT 1
            """,
            kind,
        )
    )


async def erase_subjects(unit: UnitOfWork, subjects: Collection[int]) -> None:
    """Delete the keys of subjects. The skeleton of their events stays, and what comes later gets a new key."""
    await run(unit.connection, "DELETE FROM subject_key WHERE identity_id = ANY ($1::bigint[])", sorted(subjects))
    unit.publish(ERASED)
