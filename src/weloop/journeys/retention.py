"""How long traces are kept: the steps of a run go so many days after it has ended. The counts stay."""

from weloop.kit.pruning import prune
from weloop.kit.unit import Units

_PRUNE = """
WITH old AS MATERIALIZED (
    SELECT r.id FROM journey_run AS r
    WHERE r.id > $1 AND r.ended_at < $3
        AND EXISTS (SELECT FROM journey_step AS s WHERE s.run_id = r.id)
    ORDER BY r.id LIMIT $2
),
gone AS (DELETE FROM journey_step AS s USING old WHERE s.run_id = old.id)
SELECT count(*)::int AS n, CASE WHEN count(*) = $2 THEN max(id) END AS last FROM old
"""


async def forget_steps(units: Units, days: int) -> int:
    """Delete the steps of runs that ended longer ago; answers of how many runs."""
    return await prune(units, _PRUNE, days)
