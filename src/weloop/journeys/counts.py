"""Counts at nodes: each transaction appends its changes as one row; one worker at a time folds them into the counts.

No row is fought for. What a run did on its way through nodes is one text, its changes: ``0:-here 0:elapsed 1:case_0
4:here``, node and what, which counts one more, or one less behind a minus. Many runs go the same way, and a batch that
touches 500 journeys writes no more rows than one that touches one.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Row

from weloop.journeys.engine import END
from weloop.kit.clock import beijing_date
from weloop.kit.db import columns, literal, run
from weloop.kit.unit import UnitOfWork

JOURNEY = END
"""Stands for the journey itself where a node could stand."""
HERE, ENTERED, GOAL = "here", "entered", "goal"
FOLDED = 500
"""Transactions whose changes are folded at once."""
ENOUGH = 20
"""Of steps that could fail, before their share says anything."""
MUCH = 1_000
"""From here on old tries fade, so that a journey of years still notices today's failures."""


class Deltas:
    """Changes of counts of one transaction: (journey, version, changes) → how often."""

    def __init__(self) -> None:
        self._ways: Counter[tuple[int, int, str]] = Counter()

    def add(self, journey_id: int, version_id: int, node: int, what: str, n: int = 1) -> None:
        """Count."""
        self._ways[journey_id, version_id, f"{node}:{what}"] += n

    def add_way(self, journey_id: int, version_id: int, changes: str) -> None:
        """Count several changes at once."""
        self._ways[journey_id, version_id, changes] += 1

    async def write(self, unit: UnitOfWork) -> None:
        """Append what did not cancel out."""
        rows = [(*key, n) for key, n in self._ways.items() if n]
        if rows:
            await run(
                unit.connection,
                """
                INSERT INTO journey_count_delta (journeys, versions, ways, ns, day)
                VALUES ($1::text::int[], $2::text::int[], $3::text::text[], $4::text::int[], $5)
                """,
                *map(literal, columns(rows, 4)),
                beijing_date(unit.now),
            )


CHANGES = """
SELECT journey_id, version_id, day, split_part(change, ':', 1)::smallint AS node,
    ltrim(split_part(change, ':', 2), '-') AS what, CASE WHEN change LIKE '%:-%' THEN -n ELSE n END AS n
FROM {ways}, unnest(string_to_array(way, ' ')) AS change
"""
"""Changes one by one, of ``ways`` (journey_id, version_id, day, way, n)."""
UNFOLDED = CHANGES.format(
    ways="journey_count_delta, unnest(journeys, versions, ways, ns) AS u (journey_id, version_id, way, n)"
)
"""The same, of all that is not folded yet."""


_FOLD = f"""
WITH mine AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtextextended('journey_counts', 0)) AS free),
taken AS (
    DELETE FROM journey_count_delta WHERE (SELECT free FROM mine) AND id IN (
        SELECT id FROM journey_count_delta ORDER BY id LIMIT $1
    )
    RETURNING journeys, versions, ways, ns, day
),
gone AS MATERIALIZED (
    SELECT journey_id, version_id, day, way, sum(n)::int AS n
    FROM taken, unnest(journeys, versions, ways, ns) AS u (journey_id, version_id, way, n) GROUP BY 1, 2, 3, 4
),
changes AS MATERIALIZED ({CHANGES.format(ways="gone")}),
folded AS (
    INSERT INTO journey_count AS c (version_id, node, what, day, n)
    SELECT version_id, node, what, day, sum(n) FROM changes GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (version_id, node, what, day) DO UPDATE SET n = c.n + excluded.n
)
SELECT journey_id,
    sum(n) FILTER (WHERE what IN ('sent', 'delivered', 'undelivered', 'failed', 'uncertain', 'parked'))::int AS tried,
    sum(n) FILTER (WHERE what IN ('failed', 'parked'))::int AS failed, (SELECT count(*) FROM taken)::int AS taken
FROM changes GROUP BY journey_id
"""  # noqa: S608 -- constants
# What another module keeps does not pause: nobody would know how to let it go on.
# All that is judged comes out of the lock itself: somebody may have stopped the journey meanwhile. A failure of before
# it was let go on may turn out well later; it was not counted, and excuses none.
_JUDGE = """
WITH u AS MATERIALIZED (
    SELECT j.id, j.status, j.key, j.version_id, j.tried + u.tried AS tried, greatest(j.failed + u.failed, 0) AS failed,
        CASE WHEN j.tried > $5 THEN 2 ELSE 1 END AS fade
    FROM unnest($1::int[], $2::int[], $3::int[]) AS u (id, tried, failed)
    JOIN journey AS j USING (id) ORDER BY j.id FOR UPDATE OF j
),
noted AS (
    UPDATE journey AS j SET tried = u.tried / u.fade, failed = u.failed / u.fade,
        status = CASE WHEN over.much THEN 'paused' ELSE u.status END,
        reason = CASE WHEN over.much THEN 'failures' ELSE j.reason END
    FROM u JOIN journey_version AS v ON v.id = u.version_id
    CROSS JOIN LATERAL (SELECT u.status = 'live' AND u.key IS NULL AND u.tried >= $4
        AND u.failed > u.tried * (v.definition ->> 'pause_share')::float8 AS much) AS over
    WHERE j.id = u.id
    RETURNING j.id, over.much
)
SELECT id FROM noted WHERE much ORDER BY id
"""


async def fold(unit: UnitOfWork) -> tuple[int, list[int]]:
    """Fold what waits: how many transactions' changes were taken, and the journeys that now pause because too
    much of them fails.
    """
    rows = await run(unit.connection, _FOLD, FOLDED)
    judged = [(row.journey_id, row.tried or 0, row.failed or 0) for row in rows if row.tried or row.failed]
    paused = []
    if judged:
        found = await run(unit.connection, _JUDGE, *columns(sorted(judged), 3), ENOUGH, MUCH)
        paused = [row.id for row in found]
    return (rows[0].taken if rows else 0), paused


_READ = f"""
SELECT version_id, node, what, sum(n)::bigint AS n FROM (
    SELECT version_id, node, what, n FROM journey_count WHERE version_id = ANY ($1::int[])
    UNION ALL
    SELECT version_id, node, what, n FROM ({UNFOLDED}) AS unfolded WHERE version_id = ANY ($1::int[])
) AS both_of GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3
"""  # noqa: S608 -- constants


async def read_counts(unit: UnitOfWork, versions: Sequence[int]) -> Sequence[Row[Any]]:
    """(version_id, node, what, n) over all days, with what is not folded yet."""
    return await run(unit.connection, _READ, sorted(versions))
