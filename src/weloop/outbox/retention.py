"""How long what was sent is kept: commands go with their attempts some days after they have ended.

Nothing sends them again. A command is wanted by an event that is handled for the first time, by a timer or by a person;
what is replayed wants none (``UnitOfWork.replays``), and what an event wanted once it cannot want twice. Of what counts
against caps, marketing counts for a week and what draws from quotas for a month; messages of the service class, which
count as long as their campaign lasts, stay as a number (:class:`~weloop.outbox.models.ServiceCount`). Posts in Moments,
which are few and may count for a year, are kept.
"""

from collections.abc import Sequence
from datetime import datetime

from weloop.kit.db import run
from weloop.kit.pruning import prune
from weloop.kit.unit import UnitOfWork, Units

_COUNT = """
ON CONFLICT (identity_id, campaign_id) DO UPDATE SET n = s.n + excluded.n,
    last_at = greatest(s.last_at, excluded.last_at)
"""
# What waits, is being sent, or waits for a person stays however old it is. What another worker holds is its own.
_PRUNE = f"""
WITH looked AS MATERIALIZED (SELECT id, created_at FROM command WHERE id > $1 ORDER BY id LIMIT $2),
over AS MATERIALIZED (
    SELECT c.id FROM looked JOIN command AS c USING (id)
    WHERE (c.state IN ('sent', 'refused') OR c.state IN ('failed', 'uncertain') AND c.settled_at IS NOT NULL)
        AND coalesce(c.settled_at, c.finished_at) < $3 AND c.name <> 'CreateMomentTask'
    ORDER BY c.id FOR UPDATE OF c SKIP LOCKED
),
attempts AS (DELETE FROM command_attempt AS a USING over WHERE a.command_id = over.id),
gone AS (
    DELETE FROM command AS c USING over WHERE c.id = over.id RETURNING c.subject_id, c.campaign_id, c.counted_at
),
counts AS (
    INSERT INTO service_count AS s (identity_id, campaign_id, n, last_at)
    SELECT subject_id, campaign_id, count(*), max(counted_at) FROM gone
    WHERE counted_at IS NOT NULL AND campaign_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
    {_COUNT}
)
SELECT (SELECT count(*) FROM over)::int AS n,
       CASE WHEN count(*) = $2 AND min(created_at) < $3 THEN max(id) END AS last FROM looked
"""  # noqa: S608 -- a constant


async def prune_commands(units: Units, days: int) -> int:
    """Delete commands that ended so many days ago, with their attempts; answers how many."""
    return await prune(units, _PRUNE, days)


async def keep_counts(
    unit: UnitOfWork,
    identities: Sequence[int] | None,
    campaigns: Sequence[int],
    numbers: Sequence[int],
    moments: Sequence[datetime],
) -> None:
    """Let messages of the service class that are no commands and are kept no more count on: columns of distinct
    identities and campaigns, with how many there were and when the last; None: none."""
    if identities:
        await run(
            unit.connection,
            f"""
            INSERT INTO service_count AS s (identity_id, campaign_id, n, last_at)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::timestamptz[]) ORDER BY 1, 2 {_COUNT}
            """,  # noqa: S608 -- a constant
            identities,
            campaigns,
            numbers,
            moments,
        )
