"""All SQL of paths."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.kit.db import columns, run
from weloop.paths.models import Path, PathVersion

LOCKS = 0x7061_7468_0000_0001
"""Keeps the locks of persons here apart from those that the log takes on subjects."""
FOLDED = ("path_touch", "path_progress", "path_hop_cell", "path_hop_time")


async def list_paths(session: AsyncSession) -> Sequence[tuple[Path, PathVersion]]:
    """Paths that are not archived, oldest first, with the versions that count."""
    query = select(Path, PathVersion).join(PathVersion, PathVersion.id == Path.version_id)
    return [(row[0], row[1]) for row in await session.execute(query.where(~Path.archived).order_by(Path.id))]


async def get_path(session: AsyncSession, path_id: int, *, lock: bool = False) -> Path | None:
    """One path, archived or not."""
    query = select(Path).where(Path.id == path_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def get_version(session: AsyncSession, version_id: int | None) -> PathVersion | None:
    """One version."""
    return await session.get(PathVersion, version_id) if version_id is not None else None


async def list_versions(session: AsyncSession, path_id: int) -> Sequence[PathVersion]:
    """All versions of a path, newest first."""
    query = select(PathVersion).where(PathVersion.path_id == path_id).order_by(PathVersion.number.desc())
    return (await session.scalars(query)).all()


async def live_versions(connection: AsyncConnection, ids: Collection[int] | None = None) -> Sequence[Row[Any]]:
    """Versions that count, of paths that are not archived: (id, path_id, definition)."""
    return await run(
        connection,
        """
        SELECT v.id, v.path_id, v.definition FROM path AS p JOIN path_version AS v ON v.id = p.version_id
        WHERE NOT p.archived AND ($1::bigint[] IS NULL OR v.id = ANY ($1)) ORDER BY v.id
        """,
        None if ids is None else sorted(ids),
    )


async def find_counting(connection: AsyncConnection, paths: Collection[int]) -> Sequence[Row[Any]]:
    """The versions that count of these paths, archived or not: (id, path_id, definition)."""
    return await run(
        connection,
        """
        SELECT v.id, v.path_id, v.definition FROM path AS p JOIN path_version AS v ON v.id = p.version_id
        WHERE p.id = ANY ($1::bigint[])
        """,
        sorted(paths),
    )


async def find_paths(connection: AsyncConnection, versions: Collection[int]) -> dict[int, int]:
    """The path of each of these versions."""
    rows = await run(connection, "SELECT id, path_id FROM path_version WHERE id = ANY ($1::bigint[])", sorted(versions))
    return {row.id: row.path_id for row in rows}


async def find_members(
    connection: AsyncConnection, versions: Collection[int], persons: Collection[int]
) -> Sequence[Row[Any]]:
    """Which of the persons are on which of the versions: (version_id, person_id)."""
    return await run(
        connection,
        """
        SELECT version_id, person_id FROM path_progress
        WHERE version_id = ANY ($1::bigint[]) AND person_id = ANY ($2::bigint[])
        """,
        sorted(versions),
        sorted(persons),
    )


async def insert_touches(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> set[tuple[int, int]]:
    """Insert (version_id, event_id, stage, identity_id, occurred_at, state, staff); (version, identity) of new ones."""
    found = await run(
        connection,
        """
        INSERT INTO path_touch (version_id, event_id, stage, identity_id, occurred_at, state, staff)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::timestamptz[], $6::text[],
                             $7::text[])
        ON CONFLICT DO NOTHING RETURNING version_id, identity_id
        """,
        *columns(sorted(rows, key=lambda row: row[:3]), 7),
    )
    return {(row.version_id, row.identity_id) for row in found}


async def lock_persons(connection: AsyncConnection, persons: Collection[int]) -> None:
    """Let nobody else fold these persons until this transaction ends; in one order, or two would wait in a circle."""
    await run(
        connection,
        "SELECT pg_advisory_xact_lock(person # $2) FROM (SELECT unnest($1::bigint[]) AS person ORDER BY 1) AS p",
        sorted(persons),
        LOCKS,
    )


async def load_touches(
    connection: AsyncConnection, versions: Collection[int], identities: Collection[int]
) -> Sequence[Row[Any]]:
    """All touches of these identities on these versions."""
    return await run(
        connection,
        """
        SELECT version_id, identity_id, occurred_at, event_id, stage, state, staff FROM path_touch
        WHERE version_id = ANY ($1::bigint[]) AND identity_id = ANY ($2::bigint[])
        """,
        sorted(versions),
        sorted(identities),
    )


async def load_progress(
    connection: AsyncConnection, versions: Collection[int], persons: Collection[int]
) -> Sequence[Row[Any]]:
    """What was folded before."""
    return await run(
        connection,
        """
        SELECT version_id, person_id, reached, passed, state, staff FROM path_progress
        WHERE version_id = ANY ($1::bigint[]) AND person_id = ANY ($2::bigint[])
        """,
        sorted(versions),
        sorted(persons),
    )


async def write_progress(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write (version_id, person_id, reached, passed, state, staff); moments as text of a PostgreSQL array."""
    await run(
        connection,
        """
        INSERT INTO path_progress (version_id, person_id, reached, passed, state, staff)
        SELECT version_id, person_id, reached::timestamptz[], passed::timestamptz[], state, staff
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
            AS u (version_id, person_id, reached, passed, state, staff)
        ON CONFLICT (version_id, person_id) DO UPDATE SET
            reached = excluded.reached, passed = excluded.passed, state = excluded.state, staff = excluded.staff
        """,
        *columns(sorted(rows, key=lambda row: row[:2]), 6),
    )


async def drop_progress(connection: AsyncConnection, rows: Iterable[tuple[int, int]]) -> None:
    """Forget (version_id, person_id): the person has no touch any more."""
    await run(
        connection,
        """
        DELETE FROM path_progress AS p USING unnest($1::bigint[], $2::bigint[]) AS u (version_id, person_id)
        WHERE p.version_id = u.version_id AND p.person_id = u.person_id
        """,
        *columns(sorted(rows), 2),
    )


async def add_to_cells(connection: AsyncConnection, deltas: Mapping[tuple[Any, ...], tuple[int, int]]) -> None:
    """Add {(version_id, entry_day, hop, state, staff): (entered, passed)}, in one order of the keys."""
    await run(
        connection,
        """
        INSERT INTO path_hop_cell AS c (version_id, entry_day, hop, state, staff, entered, passed)
        SELECT * FROM unnest($1::bigint[], $2::date[], $3::smallint[], $4::text[], $5::text[], $6::int[], $7::int[])
        ON CONFLICT (version_id, entry_day, hop, state, staff) DO UPDATE SET
            entered = c.entered + excluded.entered, passed = c.passed + excluded.passed
        """,
        *columns([(*key, *change) for key, change in sorted(deltas.items())], 7),
    )


async def add_to_times(connection: AsyncConnection, deltas: Mapping[tuple[Any, ...], int]) -> None:
    """Add {(version_id, entry_day, hop, bucket): n}, in one order of the keys."""
    await run(
        connection,
        """
        INSERT INTO path_hop_time AS t (version_id, entry_day, hop, bucket, passed)
        SELECT * FROM unnest($1::bigint[], $2::date[], $3::smallint[], $4::smallint[], $5::int[])
        ON CONFLICT (version_id, entry_day, hop, bucket) DO UPDATE SET passed = t.passed + excluded.passed
        """,
        *columns([(*key, change) for key, change in sorted(deltas.items())], 5),
    )


async def claim_unbuilt(connection: AsyncConnection) -> Row[Any] | None:
    """Lock the next version that counts and is not built: (id, path_id, definition, seen_at, seen_id)."""
    rows = await run(
        connection,
        """
        SELECT v.id, v.path_id, v.definition, v.seen_at, v.seen_id
        FROM path_version AS v JOIN path AS p ON p.version_id = v.id
        WHERE NOT v.built AND NOT p.archived ORDER BY v.id LIMIT 1 FOR UPDATE OF v SKIP LOCKED
        """,
    )
    return rows[0] if rows else None


async def is_unbuilt(connection: AsyncConnection) -> bool:
    """Whether some version that counts is not built."""
    return bool(
        await run(
            connection,
            """
            SELECT 1 FROM path_version AS v JOIN path AS p ON p.version_id = v.id
            WHERE NOT v.built AND NOT p.archived LIMIT 1
            """,
        )
    )


async def note_seen(connection: AsyncConnection, version_id: int, at: datetime, event_id: int, count: int) -> None:
    """Remember how far the log was folded."""
    await run(
        connection,
        "UPDATE path_version SET seen_at = $2, seen_id = $3, seen_events = seen_events + $4 WHERE id = $1",
        version_id,
        at,
        event_id,
        count,
    )


async def note_built(connection: AsyncConnection, version_id: int) -> None:
    """The version is as if it had been there from the first event on."""
    await run(connection, "UPDATE path_version SET built = true WHERE id = $1", version_id)


async def find_stragglers(connection: AsyncConnection, version_id: int, limit: int) -> Sequence[int]:
    """Identities with touches after the given place whose persons may not be folded yet."""
    rows = await run(
        connection,
        """
        SELECT DISTINCT t.identity_id FROM path_touch AS t
        WHERE t.version_id = $1 AND NOT EXISTS (
            SELECT 1 FROM path_progress AS p WHERE p.version_id = $1 AND p.person_id = t.identity_id
        ) ORDER BY t.identity_id LIMIT $2
        """,
        version_id,
        limit,
    )
    return [row.identity_id for row in rows]


async def forget_version(connection: AsyncConnection, version_id: int) -> None:
    """Delete what was folded for a version that counts no more; its definition stays."""
    for table in FOLDED:
        await run(connection, f"DELETE FROM {table} WHERE version_id = $1", version_id)  # noqa: S608 -- fixed names


async def sum_cells(connection: AsyncConnection, version_id: int, first: date, last: date) -> Sequence[Row[Any]]:
    """Counts of entries within the days: in all, by state, by member, by week (Monday): (hop, by, key, …)."""
    return await run(
        connection,
        """
        WITH cell AS (
            SELECT hop, state, staff, date_trunc('week', entry_day::timestamp)::date::text AS week,
                sum(entered) AS entered, sum(passed) AS passed
            FROM path_hop_cell WHERE version_id = $1 AND entry_day BETWEEN $2 AND $3
            GROUP BY hop, state, staff, week
        )
        SELECT hop,
            CASE WHEN GROUPING(state) = 0 THEN 'source' WHEN GROUPING(staff) = 0 THEN 'owner'
                 WHEN GROUPING(week) = 0 THEN 'cohort' ELSE 'all' END AS by,
            coalesce(state, staff, week, '') AS key, sum(entered)::bigint AS entered, sum(passed)::bigint AS passed
        FROM cell GROUP BY GROUPING SETS ((hop), (hop, state), (hop, staff), (hop, week))
        """,
        version_id,
        first,
        last,
    )


async def sum_times(connection: AsyncConnection, version_id: int, first: date, last: date) -> Sequence[Row[Any]]:
    """Durations of who entered within the days: (hop, bucket, n)."""
    return await run(
        connection,
        """
        SELECT hop, bucket, sum(passed)::bigint AS n FROM path_hop_time
        WHERE version_id = $1 AND entry_day BETWEEN $2 AND $3 GROUP BY hop, bucket HAVING sum(passed) > 0
        """,
        version_id,
        first,
        last,
    )


async def list_hop_persons(
    connection: AsyncConnection,
    version_id: int,
    place: tuple[int, int],
    period: tuple[datetime, datetime],
    wanted: tuple[bool | None, str | None, str | None],
    page: tuple[int, int],
) -> Sequence[Row[Any]]:
    """Persons who entered a hop within a period, newest first: (person_id, entered_at, passed_at, state, staff, total).

    ``place``: (stage it leaves, hop), from 0; ``wanted``: (passed or not, state, member), None: any; ``page``:
    (limit, offset). ``total`` counts all of them.
    """
    stage, hop = place
    return await run(
        connection,
        """
        SELECT person_id, reached[$2] AS entered_at, passed[$3] AS passed_at, state, staff, count(*) OVER () AS total
        FROM path_progress
        WHERE version_id = $1 AND reached[$2] >= $4 AND reached[$2] < $5
            AND ($6::bool IS NULL OR (passed[$3] IS NOT NULL) = $6)
            AND ($7::text IS NULL OR state = $7) AND ($8::text IS NULL OR staff = $8)
        ORDER BY reached[$2] DESC, person_id LIMIT $9 OFFSET $10
        """,
        version_id,
        stage + 1,
        hop + 1,
        *period,
        *wanted,
        *page,
    )
