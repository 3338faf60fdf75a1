"""All SQL of verification files."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.verify_files.models import VerifyFile
from weloop.kit.db import run


async def list_files(session: AsyncSession) -> Sequence[VerifyFile]:
    """All, by name."""
    return (await session.scalars(select(VerifyFile).order_by(VerifyFile.name))).all()


async def find_content(connection: AsyncConnection, name: str) -> str | None:
    """What stands in the file of that name; None without one."""
    rows = await run(connection, "SELECT content FROM verify_file WHERE name = $1", name)
    return str(rows[0].content) if rows else None


async def lock_files(connection: AsyncConnection) -> int:
    """Let one file be stored at a time, for this transaction; answers how many there are."""
    await run(connection, "SELECT pg_advisory_xact_lock(hashtextextended('verify_file', 0))")
    rows = await run(connection, "SELECT count(*) AS files FROM verify_file")
    return int(rows[0].files)


async def put_file(connection: AsyncConnection, name: str, content: str, at: datetime, user_id: int) -> None:
    """Store a file, in place of the one of that name."""
    await run(
        connection,
        """
        INSERT INTO verify_file (name, content, changed_at, changed_by) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET
            content = excluded.content, changed_at = excluded.changed_at, changed_by = excluded.changed_by
        """,
        name,
        content,
        at,
        user_id,
    )


async def delete_file(connection: AsyncConnection, name: str) -> bool:
    """Take a file away; whether there was one."""
    return bool(await run(connection, "DELETE FROM verify_file WHERE name = $1 RETURNING name", name))
