"""All SQL of segments but the rules themselves."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.audience.drawing import Draw
from weloop.kit.db import columns, literal, run

_Touch: TypeAlias = tuple[str, int, datetime | None]
KEEPER = 0x7365_676D_656E_7473
"""Advisory lock of whoever keeps members: one at a time, or what was judged earlier could be written later."""


async def try_keep(connection: AsyncConnection) -> bool:
    """Become the keeper of members until the transaction ends, unless another is."""
    rows = await run(connection, "SELECT pg_try_advisory_xact_lock($1) AS mine", KEEPER)
    return bool(rows[0].mine)


# Nothing is written down of what no segment listens for; "*" concerns every segment.
_LISTENED = """
EXISTS (SELECT 1 FROM segment_mark AS k WHERE k.mark = u.mark)
OR u.mark = '*' AND EXISTS (SELECT 1 FROM segment WHERE archived_at IS NULL)
"""


async def touch_identities(connection: AsyncConnection, touches: Collection[_Touch]) -> bool:
    """Note (mark, identity, due) of what some segment listens for; answers whether there was anything."""
    return await _touch(connection, "identity_id", touches)


async def touch_persons(connection: AsyncConnection, touches: Collection[tuple[str, int]]) -> bool:
    """The same of (mark, person), now."""
    return await _touch(connection, "person_id", [(*each, None) for each in touches])


async def _touch(connection: AsyncConnection, column: str, touches: Collection[_Touch]) -> bool:
    rows = await run(
        connection,
        f"""
        WITH made AS (
            INSERT INTO segment_touch (mark, {column}, due)
            SELECT u.* FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS u (mark, id, due) WHERE {_LISTENED}
            RETURNING 1
        )
        SELECT 1 FROM made LIMIT 1
        """,  # noqa: S608 -- constants
        *columns(sorted(touches, key=itemgetter(0, 1)), 3),
    )
    return bool(rows)


async def find_listened(connection: AsyncConnection, marks: Collection[str]) -> set[str]:
    """Those of these marks that some segment listens for."""
    rows = await run(connection, "SELECT mark FROM segment_mark WHERE mark = ANY ($1::text[])", sorted(marks))
    return {row.mark for row in rows}


async def take_touches(connection: AsyncConnection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Take the oldest touches away whose time has come: (mark, identity_id, person_id)."""
    return await run(
        connection,
        """
        DELETE FROM segment_touch WHERE id IN (
            SELECT id FROM segment_touch WHERE due IS NULL OR due <= $1 ORDER BY id LIMIT $2
        )
        RETURNING mark, identity_id, person_id
        """,
        now,
        limit,
    )


async def find_listening(connection: AsyncConnection, marks: Collection[str]) -> Sequence[Row[Any]]:
    """Segments that are kept and what of these marks they listen for: (id, revision, rule, mark); "*": all."""
    return await run(
        connection,
        """
        SELECT s.id, s.revision, s.rule, k.mark FROM segment AS s
        CROSS JOIN LATERAL (
            SELECT mark FROM segment_mark WHERE segment_id = s.id AND mark = ANY ($1::text[])
            UNION ALL SELECT '*' WHERE '*' = ANY ($1)
        ) AS k
        WHERE s.archived_at IS NULL AND s.state = 'ready'
        """,
        sorted(marks),
    )


async def find_existing(connection: AsyncConnection, persons: Collection[int]) -> set[int]:
    """Those of these persons who are there."""
    rows = await run(connection, "SELECT id FROM person WHERE id = ANY ($1::text::bigint[])", literal(persons))
    return {row.id for row in rows}


async def find_memberships(
    connection: AsyncConnection, segments: Collection[int], persons: Collection[int]
) -> Sequence[Row[Any]]:
    """Who of these persons is a member of which of these segments: (segment_id, person_id)."""
    return await run(
        connection,
        """
        SELECT segment_id, person_id FROM segment_member
        WHERE person_id = ANY ($1::text::bigint[]) AND segment_id = ANY ($2::int[])
        """,
        literal(persons),
        sorted(segments),
    )


# The events of a member speak of one identity. Whose identity is gone gets another one, if there is one left.
_FOLLOW = (
    """
    UPDATE segment_member AS m SET identity_id = o.id
    FROM (SELECT person_id, min(id) AS id FROM identity WHERE person_id = ANY ($1::bigint[]) GROUP BY person_id) AS o
    WHERE m.person_id = o.person_id AND NOT EXISTS (SELECT 1 FROM identity AS i WHERE i.id = m.identity_id)
    """,
    """
    WITH gone AS (
        DELETE FROM segment_member AS m
        USING (
            SELECT o.segment_id, o.person_id, i.person_id AS now
            FROM segment_member AS o LEFT JOIN identity AS i ON i.id = o.identity_id
            WHERE o.person_id = ANY ($1::bigint[])
        ) AS n
        WHERE m.segment_id = n.segment_id AND m.person_id = n.person_id AND n.now IS DISTINCT FROM m.person_id
        RETURNING m.segment_id, m.identity_id, m.since, n.now
    ),
    kept AS (
        INSERT INTO segment_member (segment_id, person_id, identity_id, since)
        SELECT segment_id, now, identity_id, since FROM gone WHERE now IS NOT NULL ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING RETURNING segment_id
    )
    UPDATE segment AS s SET size = s.size + u.n
    FROM (
        SELECT segment_id, sum(n)::int AS n
        FROM (SELECT segment_id, -1 AS n FROM gone UNION ALL SELECT segment_id, 1 FROM kept) AS each
        GROUP BY segment_id
    ) AS u
    WHERE s.id = u.segment_id AND u.n <> 0
    """,
)


async def follow_identities(connection: AsyncConnection, persons: Collection[int]) -> None:
    """Let members follow their identities from these persons; those who are gone whole leave without a word."""
    for statement in _FOLLOW:
        await run(connection, statement, sorted(persons))


_CHANGE = """
WITH wanted AS (
    SELECT * FROM unnest($1::int[], $2::bigint[], $3::bool[]) AS u (segment_id, person_id, entered)
),
gone AS (
    DELETE FROM segment_member AS m USING wanted AS w
    WHERE m.segment_id = w.segment_id AND m.person_id = w.person_id AND NOT w.entered
    RETURNING m.segment_id, m.identity_id
),
come AS (
    INSERT INTO segment_member (segment_id, person_id, identity_id, since)
    SELECT w.segment_id, w.person_id, (SELECT min(i.id) FROM identity AS i WHERE i.person_id = w.person_id), $4
    FROM wanted AS w WHERE w.entered ORDER BY 1, 2
    RETURNING segment_id, identity_id
),
changed AS (SELECT segment_id, identity_id, true AS entered FROM come UNION ALL SELECT *, false FROM gone),
told AS (
    INSERT INTO segment_change (segment_id, identity_id, entered, at)
    SELECT segment_id, identity_id, entered, $4 FROM changed
)
UPDATE segment AS s SET size = s.size + u.n
FROM (SELECT segment_id, sum(CASE WHEN entered THEN 1 ELSE -1 END)::int AS n FROM changed GROUP BY segment_id) AS u
WHERE s.id = u.segment_id
"""


async def change_members(
    connection: AsyncConnection, changes: Collection[tuple[int, int, bool]], now: datetime
) -> None:
    """Let (segment, person) come or leave, and have the log told of it."""
    await run(connection, _CHANGE, *columns(sorted(changes), 3), now)


async def take_changes(connection: AsyncConnection, limit: int) -> Sequence[Row[Any]]:
    """Take the oldest untold changes away, in order: (id, segment_id, identity_id, entered, at)."""
    return await run(
        connection,
        """
        WITH taken AS (
            DELETE FROM segment_change WHERE id IN (SELECT id FROM segment_change ORDER BY id LIMIT $1) RETURNING *
        )
        SELECT id, segment_id, identity_id, entered, at FROM taken ORDER BY id
        """,
        limit,
    )


async def claim_refresh(connection: AsyncConnection, now: datetime) -> Row[Any] | None:
    """The segment whose refresh is due longest, locked."""
    rows = await run(
        connection,
        """
        SELECT id, rule, state, refreshed_at FROM segment
        WHERE archived_at IS NULL AND refresh_at <= $1 ORDER BY refresh_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
        """,
        now,
    )
    return rows[0] if rows else None


# ``{source}`` and ``{condition}`` come from the rule; the arguments behind them are numbered from {n} on.
_REFRESH = """
WITH found AS MATERIALIZED (SELECT p.id AS person_id FROM {source} WHERE {condition}),
diff AS MATERIALIZED (
    SELECT coalesce(f.person_id, m.person_id) AS person_id, m.person_id IS NULL AS entered
    FROM found AS f
    FULL JOIN (SELECT person_id FROM segment_member WHERE segment_id = ${n}::int) AS m USING (person_id)
    WHERE f.person_id IS NULL OR m.person_id IS NULL
),
gone AS (
    DELETE FROM segment_member AS m USING diff AS d
    WHERE m.segment_id = ${n} AND m.person_id = d.person_id AND NOT d.entered RETURNING m.identity_id
),
come AS (
    INSERT INTO segment_member (segment_id, person_id, identity_id, since)
    SELECT ${n}, d.person_id, (SELECT min(i.id) FROM identity AS i WHERE i.person_id = d.person_id), ${now}
    FROM diff AS d WHERE d.entered ORDER BY 2
    RETURNING identity_id
),
told AS (
    INSERT INTO segment_change (segment_id, identity_id, entered, at)
    SELECT ${n}, identity_id, entered, ${now}
    FROM (SELECT identity_id, false AS entered FROM gone UNION ALL SELECT identity_id, true FROM come) AS c
    WHERE ${tell}::bool
)
SELECT (SELECT count(*) FROM found)::int AS size, (SELECT count(*) FROM come)::int AS came,
    (SELECT count(*) FROM gone)::int AS gone
"""


async def refresh_members(
    connection: AsyncConnection,
    segment_id: int,
    rule: tuple[str, str, Sequence[object]],
    now: datetime,
    *,
    tell: bool,
) -> Row[Any]:
    """Judge everybody by (source, condition, arguments): how many members there are, how many came and left."""
    source, condition, arguments = rule
    n = len(arguments) + 1
    statement = _REFRESH.format(source=source, condition=condition, n=n, now=f"{n + 1}::timestamptz", tell=n + 2)
    rows = await run(connection, statement, *arguments, segment_id, now, tell)
    return rows[0]


async def note_refresh(
    connection: AsyncConnection,
    segment_id: int,
    size: int,
    drift: int,
    now: datetime,
    next_at: datetime,
    seconds: float,
    follow_at: datetime | None,
) -> None:
    """Write down what a refresh found; ``follow_at``: when whose periods ran out is looked for, if it can be."""
    await run(
        connection,
        """
        UPDATE segment SET state = 'ready', reason = NULL, size = $2, drift = $3, refreshed_at = $4::timestamptz,
            refresh_at = $5, refresh_seconds = $6, follow_at = $7::timestamptz,
            followed_at = CASE WHEN $7::timestamptz IS NOT NULL THEN $4::timestamptz END
        WHERE id = $1
        """,
        segment_id,
        size,
        drift,
        now,
        next_at,
        seconds,
        follow_at,
    )


async def note_failure(connection: AsyncConnection, segment_id: int, reason: str, next_at: datetime) -> None:
    """Write down that a refresh failed."""
    await run(
        connection,
        "UPDATE segment SET state = 'failed', reason = $2, refresh_at = $3 WHERE id = $1",
        segment_id,
        reason,
        next_at,
    )


async def refresh_readers(connection: AsyncConnection, marks: Collection[str], now: datetime) -> bool:
    """Have all segments judged anew that listen for one of these marks; answers whether there are any."""
    return bool(
        await run(
            connection,
            """
            UPDATE segment SET refresh_at = least(refresh_at, $2) WHERE archived_at IS NULL
            AND id IN (SELECT segment_id FROM segment_mark WHERE mark = ANY ($1::text[])) RETURNING id
            """,
            sorted(marks),
            now,
        )
    )


async def hold_readers(connection: AsyncConnection, marks: Collection[str], until: datetime) -> bool:
    """Judge nobody for segments that listen for one of these marks; answers whether there are any."""
    return bool(
        await run(
            connection,
            """
            UPDATE segment SET state = 'filling', refresh_at = $2 WHERE archived_at IS NULL
            AND id IN (SELECT segment_id FROM segment_mark WHERE mark = ANY ($1::text[])) RETURNING id
            """,
            sorted(marks),
            until,
        )
    )


async def put_marks(connection: AsyncConnection, segment_id: int, marks: Collection[str]) -> None:
    """What a segment listens for, instead of what it did."""
    await run(connection, "DELETE FROM segment_mark WHERE segment_id = $1", segment_id)
    put = "INSERT INTO segment_mark (mark, segment_id) SELECT mark, $2 FROM unnest($1::text[]) AS mark"
    await run(connection, put, sorted(marks), segment_id)


async def find_due(connection: AsyncConnection) -> tuple[bool, datetime | None]:
    """Whether somebody waits to be judged or a change to be told; and when a segment or a touch is due, world time."""
    rows = await run(
        connection,
        """
        SELECT EXISTS (SELECT FROM segment_touch WHERE due IS NULL) OR EXISTS (SELECT FROM segment_change) AS waiting,
            least((SELECT min(least(refresh_at, CASE WHEN state = 'ready' THEN follow_at END)) FROM segment
                   WHERE archived_at IS NULL),
                  (SELECT min(due) FROM segment_touch WHERE due IS NOT NULL)) AS due
        """,
    )
    return rows[0].waiting, rows[0].due


async def find_live(connection: AsyncConnection, segments: Collection[int]) -> set[int]:
    """Those of these segments that are there and not archived."""
    rows = await run(
        connection, "SELECT id FROM segment WHERE id = ANY ($1::int[]) AND archived_at IS NULL", sorted(segments)
    )
    return {row.id for row in rows}


async def list_names(connection: AsyncConnection) -> Sequence[Row[Any]]:
    """Segments that are not archived, by name: (id, name)."""
    return await run(connection, "SELECT id, name FROM segment WHERE archived_at IS NULL ORDER BY name, id")


async def find_names(connection: AsyncConnection, segments: Collection[int]) -> Mapping[int, str]:
    """Names of these segments by id."""
    rows = await run(connection, "SELECT id, name FROM segment WHERE id = ANY ($1::int[])", sorted(segments))
    return {row.id: row.name for row in rows}


async def find_readers(connection: AsyncConnection, mark: str) -> Sequence[Row[Any]]:
    """Segments, not archived, that listen for a mark: (id, name)."""
    return await run(
        connection,
        """
        SELECT s.id, s.name FROM segment_mark AS k JOIN segment AS s ON s.id = k.segment_id
        WHERE k.mark = $1 AND s.archived_at IS NULL ORDER BY s.id
        """,
        mark,
    )


async def lock_references(connection: AsyncConnection) -> None:
    """Let nobody else change which segments name which until the transaction ends: two rules that are made at once
    could go in a circle, or name what is being archived."""
    await run(connection, "SELECT pg_advisory_xact_lock(hashtextextended('segment_references', 0))")


async def list_references(connection: AsyncConnection, prefix: str) -> Mapping[int, set[int]]:
    """By segment which others its rule names, by the marks that begin so."""
    rows = await run(
        connection,
        """
        SELECT segment_id, substr(mark, length($1) + 1)::int AS named FROM segment_mark WHERE starts_with(mark, $1)
        """,
        prefix,
    )
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.segment_id, set()).add(row.named)
    return found


async def list_members(connection: AsyncConnection, segment_id: int, after: int, limit: int) -> Sequence[Row[Any]]:
    """Members with a higher person id, in order: (person_id, identity_id, since)."""
    return await run(
        connection,
        """
        SELECT person_id, identity_id, since FROM segment_member
        WHERE segment_id = $1 AND person_id > $2 ORDER BY person_id LIMIT $3
        """,
        segment_id,
        after,
        limit,
    )


async def drop_members(connection: AsyncConnection, segment_id: int) -> None:
    """Forget the members of a segment, and what the log was not told of them."""
    for table in ("segment_member", "segment_change"):
        await run(connection, f"DELETE FROM {table} WHERE segment_id = $1", segment_id)  # noqa: S608 -- fixed names


async def count_persons(
    connection: AsyncConnection, rule: tuple[str, str, Sequence[object]], sample: int
) -> tuple[int, Sequence[Row[Any]]]:
    """How many persons (source, condition, arguments) finds, and any so many of them: by one look at all."""
    return await _count(connection, "", rule, sample)


async def count_drawn(
    connection: AsyncConnection, drawn: Draw, rule: tuple[str, str, Sequence[object]], sample: int
) -> tuple[int, Sequence[Row[Any]]]:
    """The same of those who were drawn; the source selects from ``drawn``."""
    source, condition, arguments = rule
    n = len(arguments)
    windows = f"""
        drawn AS MATERIALIZED (
            SELECT p.* FROM unnest(${n + 1}::bigint[], ${n + 2}::bigint[]) AS w (first, last)
            JOIN person AS p ON p.id BETWEEN w.first AND w.last
        ),
    """  # noqa: S608 -- numbers of arguments
    return await _count(connection, windows, (source, condition, [*arguments, drawn.begins, drawn.ends]), sample)


async def _count(
    connection: AsyncConnection, before: str, rule: tuple[str, str, Sequence[object]], sample: int
) -> tuple[int, Sequence[Row[Any]]]:
    source, condition, arguments = rule
    [found] = await run(
        connection,
        f"""
        WITH {before} found AS MATERIALIZED (SELECT p.id FROM {source} WHERE {condition})
        SELECT (SELECT count(*)::int FROM found) AS n, ARRAY (SELECT id FROM found LIMIT {sample:d}) AS some
        """,  # noqa: S608 -- the rule's SQL is ours, its values are arguments
        *arguments,
    )
    rows = await run(
        connection,
        "SELECT id, name, company, avatar_url, last_seen_at FROM person WHERE id = ANY ($1::bigint[]) ORDER BY id",
        found.some,
    )
    return found.n, rows


async def find_extent(connection: AsyncConnection, limit: int) -> Row[Any]:
    """Of all persons: (first, last) of their ids, (few) how many there are up to a limit, (about) how many by the
    database's own estimate, 0 or less where it has none.
    """
    [row] = await run(
        connection,
        """
        SELECT min(id) AS first, max(id) AS last,
            (SELECT count(*)::int FROM (SELECT FROM person LIMIT $1) AS those) AS few,
            (SELECT reltuples::bigint FROM pg_class WHERE oid = 'person'::regclass) AS about
        FROM person
        """,
        limit,
    )
    return row


async def set_limits(connection: AsyncConnection, seconds: float) -> None:
    """For the rest of the transaction: how long a statement may take, and how rules over everybody are planned.

    Their hash tables stay in memory. No parallel workers: each would make the sub-selects of the rule for itself, which
    was three times the CPU.
    """
    await run(
        connection,
        """
        SELECT set_config('statement_timeout', $1, true), set_config('work_mem', '128MB', true),
            set_config('max_parallel_workers_per_gather', '0', true)
        """,
        f"{round(seconds * 1000)}ms",
    )
