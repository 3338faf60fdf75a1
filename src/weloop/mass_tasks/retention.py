"""How long is kept what members were asked for: wishes go some days after their task is over, their numbers stay."""

from typing import Any

from sqlalchemy.engine import Row

from weloop.kit.pruning import prune
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox.api import keep_counts

# What waits, lies on a phone or is uncertain stays however old it is.
_PRUNE = """
WITH looked AS MATERIALIZED (
    SELECT id, coalesce(asked_at, due) AS at FROM mass_wish WHERE id > $1 ORDER BY id LIMIT $2
),
over AS MATERIALIZED (
    SELECT w.id FROM looked JOIN mass_wish AS w USING (id) LEFT JOIN mass_task AS t ON t.id = w.task_id
    WHERE looked.at < $3 AND w.state IN ('sent', 'failed')
        AND (t.id IS NULL OR t.state NOT IN ('creating', 'open', 'uncertain') AND t.look_at IS NULL)
    ORDER BY w.id FOR UPDATE OF w SKIP LOCKED
),
gone AS (DELETE FROM mass_wish AS w USING over WHERE w.id = over.id RETURNING w.*),
sums AS (
    INSERT INTO mass_task_sum AS s (task_id, origin, customers, sent, failed)
    SELECT task_id, origin, count(*), count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'failed')
    FROM gone WHERE task_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (task_id, origin) DO UPDATE SET customers = s.customers + excluded.customers,
        sent = s.sent + excluded.sent, failed = s.failed + excluded.failed
),
counts AS (
    SELECT identity_id, campaign_id, count(*)::int AS n, max(asked_at) AS last_at FROM gone
    WHERE state = 'sent' AND message_class = 'service' GROUP BY 1, 2
)
SELECT (SELECT count(*) FROM over)::int AS n,
    (SELECT CASE WHEN count(*) = $2 AND min(at) < $3 THEN max(id) END FROM looked) AS last,
    array_agg(identity_id) AS identities, array_agg(campaign_id) AS campaigns, array_agg(counts.n) AS numbers,
    array_agg(last_at) AS moments
FROM counts
"""


async def prune_wishes(units: Units, days: int) -> int:
    """Delete wishes whose task was over so many days ago; answers how many."""

    async def keep(unit: UnitOfWork, chunk: Row[Any]) -> None:
        await keep_counts(unit, chunk.identities, chunk.campaigns, chunk.numbers, chunk.moments)

    return await prune(units, _PRUNE, days, keep)
