"""All SQL of imports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.imports.models import PeopleImport
from weloop.kit.db import columns, run, to_json
from weloop.kit.pagination import PageRequest


async def get_import(session: AsyncSession, import_id: int, *, lock: bool = False) -> PeopleImport | None:
    """One import; locked, for who changes it."""
    return await session.get(PeopleImport, import_id, with_for_update=lock or None, populate_existing=lock)


async def list_imports(session: AsyncSession, page: PageRequest) -> tuple[Sequence[PeopleImport], int]:
    """A page of imports, newest first, and how many there are."""
    query = select(PeopleImport).order_by(PeopleImport.id.desc()).offset(page.offset).limit(page.size)
    total = await session.scalar(select(func.count()).select_from(PeopleImport)) or 0
    return (await session.scalars(query)).all(), total


async def find_twin(session: AsyncSession, sha256: str, but: int) -> PeopleImport | None:
    """The newest other import of the same bytes that came in and was not undone."""
    came_in = PeopleImport.state.in_(("running", "done"))
    query = select(PeopleImport).where(PeopleImport.sha256 == sha256, PeopleImport.id != but, came_in)
    return (await session.scalars(query.order_by(PeopleImport.id.desc()).limit(1))).first()


async def claim(session: AsyncSession) -> PeopleImport | None:
    """The oldest import that has work for us, locked; those in another's hands are left out."""
    runs = (PeopleImport.state == "running") & (PeopleImport.place < PeopleImport.batches)
    query = select(PeopleImport).where(PeopleImport.state.in_(("checking", "undoing")) | runs)
    return (await session.scalars(query.order_by(PeopleImport.id).limit(1).with_for_update(skip_locked=True))).first()


async def is_busy(connection: AsyncConnection) -> bool:
    """Whether some import has work for us."""
    return bool(
        await run(
            connection,
            """
            SELECT 1 FROM people_import
            WHERE state IN ('checking', 'undoing') OR (state = 'running' AND place < batches) LIMIT 1
            """,
        )
    )


async def find_in_others(connection: AsyncConnection, import_id: int, identities: Collection[int]) -> set[int]:
    """Those of the identities of which another import has a row, too."""
    rows = await run(
        connection,
        "SELECT DISTINCT identity_id FROM people_import_row WHERE identity_id = ANY ($1::bigint[]) AND import_id <> $2",
        sorted(identities),
        import_id,
    )
    return {row.identity_id for row in rows}


async def insert_batches(connection: AsyncConnection, import_id: int, sealed: Sequence[bytes]) -> None:
    """Keep the rows of a file."""
    await run(
        connection,
        "INSERT INTO people_import_batch (import_id, number, sealed) SELECT $1, * FROM unnest($2::int[], $3::bytea[])",
        import_id,
        *columns(list(enumerate(sealed)), 2),
    )


async def load_batch(connection: AsyncConnection, import_id: int, number: int) -> Row[Any] | None:
    """One batch: (sealed, faults)."""
    rows = await run(
        connection,
        "SELECT sealed, faults FROM people_import_batch WHERE import_id = $1 AND number = $2",
        import_id,
        number,
    )
    return rows[0] if rows else None


async def write_faults(connection: AsyncConnection, import_id: int, faults: Mapping[int, Sequence[object]]) -> None:
    """Keep what is wrong with the rows of batches."""
    await run(
        connection,
        """
        UPDATE people_import_batch AS b SET faults = u.faults
        FROM unnest($2::int[], $3::jsonb[]) AS u (number, faults) WHERE b.import_id = $1 AND b.number = u.number
        """,
        import_id,
        *columns([(number, to_json(found)) for number, found in sorted(faults.items())], 2),
    )


async def insert_rows(connection: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> set[tuple[int, int]]:
    """Note rows that came in (import, number, event, identity, identities); those that are new: (import, number)."""
    # unnest flattens arrays of arrays: the identities of a row travel as JSON.
    found = await run(
        connection,
        """
        INSERT INTO people_import_row (import_id, number, event_id, identity_id, identities)
        SELECT import_id, number, event_id, identity_id, ARRAY (SELECT jsonb_array_elements_text(ids)::bigint)
        FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::jsonb[])
             AS u (import_id, number, event_id, identity_id, ids)
        ON CONFLICT DO NOTHING RETURNING import_id, number
        """,
        *columns([(*row[:4], to_json(row[4])) for row in sorted(rows)], 5),
    )
    return {(row.import_id, row.number) for row in found}


async def write_leads(connection: AsyncConnection, rows: Sequence[tuple[int, int, int | None, str | None]]) -> None:
    """Keep what became of rows as leads: (import, number, lead or None, why not or None)."""
    await run(
        connection,
        """
        UPDATE people_import_row AS r SET lead_id = u.lead_id, no_lead = u.no_lead
        FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::text[]) AS u (import_id, number, lead_id, no_lead)
        WHERE r.import_id = u.import_id AND r.number = u.number
        """,
        *columns(sorted(rows, key=lambda row: row[:2]), 4),
    )


async def next_leads(connection: AsyncConnection, import_id: int, limit: int) -> list[int]:
    """Leads of an import that undoing has not looked at yet."""
    rows = await run(
        connection,
        """
        SELECT lead_id FROM people_import_row WHERE import_id = $1 AND lead_id IS NOT NULL AND kept IS NULL
        ORDER BY number LIMIT $2
        """,
        import_id,
        limit,
    )
    return [row.lead_id for row in rows]


async def settle_leads(
    connection: AsyncConnection, import_id: int, leads: Sequence[int], stays: Collection[int], kept: str
) -> None:
    """Note which of these leads stay, and that the others are gone."""
    await run(
        connection,
        """
        UPDATE people_import_row SET
            kept = CASE WHEN lead_id = ANY ($3::bigint[]) THEN $4 END,
            no_lead = CASE WHEN lead_id = ANY ($3::bigint[]) THEN no_lead ELSE 'withdrawn' END,
            lead_id = CASE WHEN lead_id = ANY ($3::bigint[]) THEN lead_id END
        WHERE import_id = $1 AND lead_id = ANY ($2::bigint[])
        """,
        import_id,
        sorted(leads),
        sorted(stays),
        kept,
    )


async def next_rows(connection: AsyncConnection, import_id: int, after: int, limit: int) -> Sequence[Row[Any]]:
    """Rows that came in, in order: (number, event_id, identity_id, identities)."""
    return await run(
        connection,
        """
        SELECT number, event_id, identity_id, identities FROM people_import_row
        WHERE import_id = $1 AND number > $2 ORDER BY number LIMIT $3
        """,
        import_id,
        after,
        limit,
    )


async def write_kept(connection: AsyncConnection, rows: Sequence[tuple[int, int, str | None]]) -> None:
    """Keep why rows stay: (import, number, reason)."""
    await run(
        connection,
        """
        UPDATE people_import_row AS r SET kept = coalesce(r.kept, u.kept)
        FROM unnest($1::bigint[], $2::int[], $3::text[]) AS u (import_id, number, kept)
        WHERE r.import_id = u.import_id AND r.number = u.number
        """,
        *columns(sorted(rows), 3),
    )


async def count_rows(connection: AsyncConnection, imports: Sequence[int]) -> Mapping[int, Row[Any]]:
    """By import: (done, leads, kept), counted from what came in."""
    rows = await run(
        connection,
        """
        SELECT import_id, count(*)::int AS done, count(lead_id)::int AS leads, count(kept)::int AS kept
        FROM people_import_row WHERE import_id = ANY ($1::bigint[]) GROUP BY import_id
        """,
        sorted(imports),
    )
    return {row.import_id: row for row in rows}


async def count_reasons(connection: AsyncConnection, import_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Why rows made no lead, and why rows were kept: how often each reason."""
    rows = await run(
        connection,
        """
        SELECT no_lead, kept, count(*)::int AS n FROM people_import_row
        WHERE import_id = $1 AND (no_lead IS NOT NULL OR kept IS NOT NULL) GROUP BY no_lead, kept
        """,
        import_id,
    )
    no_lead: dict[str, int] = {}
    kept: dict[str, int] = {}
    for row in rows:
        for reason, counts in ((row.no_lead, no_lead), (row.kept, kept)):
            if reason is not None:
                counts[reason] = counts.get(reason, 0) + row.n
    return no_lead, kept


async def list_kept(connection: AsyncConnection, import_id: int, limit: int) -> Sequence[Row[Any]]:
    """The first rows that undoing left: (number, identities, kept)."""
    return await run(
        connection,
        """
        SELECT number, identities, kept FROM people_import_row
        WHERE import_id = $1 AND kept IS NOT NULL ORDER BY number LIMIT $2
        """,
        import_id,
        limit,
    )


async def count_faults(connection: AsyncConnection, import_id: int) -> tuple[int, dict[str, int]]:
    """Rows with faults, and how often each fault occurs."""
    rows = await run(
        connection,
        """
        SELECT f ->> 2 AS code, count(*)::int AS n, count(DISTINCT f ->> 0)::int AS rows
        FROM people_import_batch AS b, jsonb_array_elements(b.faults) AS f
        WHERE b.import_id = $1 GROUP BY GROUPING SETS ((), (f ->> 2))
        """,
        import_id,
    )
    total = next((row.rows for row in rows if row.code is None), 0)
    return total, {row.code: row.n for row in rows if row.code is not None}


async def forget_old(connection: AsyncConnection, drafts: datetime, done: datetime, now: datetime) -> int:
    """Delete drafts older than one moment, and the rows of imports that ended before another; how many imports."""
    gone = await run(
        connection,
        "DELETE FROM people_import WHERE state IN ('draft', 'checked') AND created_at < $1 RETURNING id",
        drafts,
    )
    old = await run(
        connection,
        """
        UPDATE people_import SET forgotten_at = $2
        WHERE state IN ('done', 'undone') AND ended_at < $1 AND forgotten_at IS NULL RETURNING id
        """,
        done,
        now,
    )
    for table in ("people_import_batch", "people_import_row"):
        await run(connection, f"DELETE FROM {table} WHERE import_id = ANY ($1::bigint[])", [row.id for row in old])  # noqa: S608
    return len(gone) + len(old)
