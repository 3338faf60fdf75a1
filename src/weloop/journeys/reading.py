"""Lists of journeys and runs, and the trace of one run: a constant number of questions."""

from collections.abc import Collection, Sequence
from typing import Any, Literal, TypeAlias

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.journeys.counts import UNFOLDED
from weloop.journeys.repository import STEP_VERSION
from weloop.kit.db import run
from weloop.kit.http import like_operator, like_pattern
from weloop.kit.pagination import PageRequest

RunState: TypeAlias = Literal["open", "parked", "ended"]
ListedStatus: TypeAlias = Literal["draft", "live", "paused", "stopped", "archived"]

# Who entered less who ended is who is inside, of all versions together: people may be moved between them.
_JOURNEYS = f"""
WITH listed AS MATERIALIZED (
    SELECT j.*, v.number, v.published_at
    FROM journey AS j LEFT JOIN journey_version AS v ON v.id = j.version_id
    WHERE {{wanted}} ORDER BY j.id DESC LIMIT {{limit}} OFFSET {{offset}}
),
told AS (
    SELECT v.journey_id, c.what, c.n FROM listed JOIN journey_version AS v ON v.journey_id = listed.id
    JOIN journey_count AS c ON c.version_id = v.id AND c.node = -1
    UNION ALL
    SELECT journey_id, what, n FROM ({UNFOLDED}) AS unfolded
    WHERE node = -1 AND journey_id IN (SELECT id FROM listed)
),
totals AS (
    SELECT journey_id, coalesce(sum(n) FILTER (WHERE what = 'entered'), 0)::bigint AS entered,
        coalesce(sum(n) FILTER (WHERE what = 'goal'), 0)::bigint AS goal,
        coalesce(sum(n) FILTER (WHERE starts_with(what, 'ended_')), 0)::bigint AS ended
    FROM told GROUP BY 1
)
SELECT j.id, j.name, j.status, j.reason, j.revision, j.created_at, j.updated_at, j.archived_at, j.number,
    j.published_at, j.tried, j.failed, coalesce(t.entered, 0) AS entered, coalesce(t.goal, 0) AS goal,
    coalesce(t.entered - t.ended, 0) AS inside,
    (SELECT count(*) FROM journey_position AS p WHERE p.journey_id = j.id AND p.hold = 2)::int AS parked
FROM listed AS j LEFT JOIN totals AS t ON t.journey_id = j.id ORDER BY j.id DESC
"""  # noqa: S608 -- a constant
_FOUND = """
FROM journey_run AS r LEFT JOIN journey_position AS p ON p.run_id = r.id
WHERE r.journey_id = $1 AND ($2::bigint[] IS NULL OR r.identity_id = ANY ($2))
    AND CASE $3::text WHEN 'open' THEN r.ended_at IS NULL WHEN 'ended' THEN r.ended_at IS NOT NULL
        WHEN 'parked' THEN p.hold = 2 ELSE true END
"""


async def list_journeys(
    connection: AsyncConnection, search: str, status: ListedStatus | None, page: PageRequest
) -> tuple[Sequence[Row[Any]], int]:
    """A page of the journeys that people made, newest first, and how many they are; archived ones on demand alone."""
    wanted = f"""j.key IS NULL AND j.name {like_operator(search)} $1
        AND CASE $2::text WHEN 'archived' THEN j.archived_at IS NOT NULL
            ELSE j.archived_at IS NULL AND ($2 IS NULL OR j.status = $2) END"""
    asked = (like_pattern(search), status)
    query = _JOURNEYS.format(wanted=wanted, limit="$3", offset="$4")
    rows = await run(connection, query, *asked, page.size, page.offset)
    count = f"SELECT count(*)::int AS n FROM journey AS j WHERE {wanted}"  # noqa: S608 -- our own conditions
    return rows, (await run(connection, count, *asked))[0].n


async def get_journey(connection: AsyncConnection, journey_id: int) -> Row[Any]:
    """One journey as the list has it."""
    [row] = await run(connection, _JOURNEYS.format(wanted="j.id = $1", limit=1, offset=0), journey_id)
    return row


async def list_versions(connection: AsyncConnection, journey_id: int) -> Sequence[Row[Any]]:
    """All versions of a journey, newest first."""
    return await run(
        connection,
        "SELECT id, number, published_at, definition FROM journey_version WHERE journey_id = $1 ORDER BY number DESC",
        journey_id,
    )


async def get_version(connection: AsyncConnection, version_id: int) -> Row[Any]:
    """One version."""
    rows = await run(
        connection, "SELECT id, number, published_at, definition FROM journey_version WHERE id = $1", version_id
    )
    return rows[0]


async def list_runs(
    connection: AsyncConnection,
    journey_id: int,
    identities: Collection[int] | None,
    state: RunState | None,
    page: PageRequest,
) -> tuple[Sequence[Row[Any]], int]:
    """A page of runs, newest first, and how many they are."""
    wanted = (journey_id, None if identities is None else sorted(identities), state)
    rows = await run(
        connection,
        f"""
        SELECT r.id, r.version_id, r.identity_id, r.entered_at, r.ended_at, r.outcome, r.goal_at, p.node, p.due, p.hold,
            p.error {_FOUND} ORDER BY r.id DESC LIMIT $4 OFFSET $5
        """,
        *wanted,
        page.size,
        page.offset,
    )
    total = await run(connection, f"SELECT count(*)::int AS n {_FOUND}", *wanted)
    return rows, total[0].n


async def get_run(connection: AsyncConnection, run_id: int) -> Row[Any] | None:
    """One run, with where it stands."""
    rows = await run(
        connection,
        """
        SELECT r.id, r.journey_id, r.version_id, r.identity_id, r.entry_event, r.entered_at, r.ended_at, r.outcome,
            r.goal_at, p.node, p.due, p.hold, p.error, p.tries, v.definition, v.number
        FROM journey_run AS r JOIN journey_version AS v ON v.id = r.version_id
        JOIN journey AS j ON j.id = r.journey_id AND j.key IS NULL
        LEFT JOIN journey_position AS p ON p.run_id = r.id
        WHERE r.id = $1
        """,
        run_id,
    )
    return rows[0] if rows else None


async def list_parked(connection: AsyncConnection, page: PageRequest) -> tuple[Sequence[Row[Any]], int]:
    """A page of the parked runs of all journeys, the latest first, and how many they are: (id, journey_id, name, kept
    (another module keeps the journey), number, node (its id), type, identity_id, error, since).
    """
    rows = await run(
        connection,
        """
        SELECT p.run_id AS id, p.journey_id, j.name, j.key IS NOT NULL AS kept, v.number,
            v.definition #>> ARRAY['nodes', p.node::text, 'id'] AS node,
            v.definition #>> ARRAY['nodes', p.node::text, 'type'] AS type, p.identity_id, p.error, p.due AS since
        FROM (
            SELECT * FROM journey_position WHERE hold = 2 ORDER BY run_id DESC LIMIT $1 OFFSET $2
        ) AS p JOIN journey AS j ON j.id = p.journey_id JOIN journey_version AS v ON v.id = p.version_id
        ORDER BY p.run_id DESC
        """,
        page.size,
        page.offset,
    )
    total = await run(connection, "SELECT count(*)::int AS n FROM journey_position WHERE hold = 2")
    return rows, total[0].n


async def list_steps(connection: AsyncConnection, run_id: int) -> Sequence[Row[Any]]:
    """What the nodes of a run did, in order: (seq, node, result, outcome, detail, at)."""
    return await run(
        connection,
        "SELECT seq, node, result, outcome, detail, at FROM journey_step WHERE run_id = $1 ORDER BY seq",
        run_id,
    )


NEWEST = 2_000
"""Runs that are looked through for failures."""


async def list_failures(connection: AsyncConnection, journey_id: int) -> Sequence[Row[Any]]:
    """Failures among the newest runs by version, node and reason, the most frequent first:
    (version_id, node, outcome, error, n, at, run_id).
    """
    return await run(
        connection,
        f"""
        WITH r AS MATERIALIZED (SELECT id, version_id FROM journey_run WHERE journey_id = $1 ORDER BY id DESC LIMIT $2)
        SELECT {STEP_VERSION} AS version_id, s.node, coalesce(s.outcome, s.result) AS outcome,
            s.detail ->> 'error' AS error, count(*)::int AS n, max(s.at) AS at, max(s.run_id) AS run_id
        FROM r JOIN journey_step AS s ON s.run_id = r.id
        WHERE s.result = 'failed' OR s.outcome IN ('failed', 'uncertain', 'refused', 'undelivered')
        GROUP BY 1, 2, 3, 4 ORDER BY n DESC, at DESC LIMIT 50
        """,  # noqa: S608 -- our own words
        journey_id,
        NEWEST,
    )
