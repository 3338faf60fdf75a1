"""How long traces are kept, and how long versions listen: the steps of a run go so many days after it has ended, and
what a version waits for when nobody can come to it any more. The counts stay.
"""

from datetime import datetime, timedelta

from weloop.kit.db import run
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

HEARD_LATE = timedelta(days=7)
"""So long after the last goal of a version could be reached, an event that occurred in time may still come."""
# Nobody comes into a version after the next one is published or its journey is stopped: its goals end that much later.
_FORGET_TRIGGERS = """
DELETE FROM journey_trigger AS t USING journey_version AS v JOIN journey AS j ON j.id = v.journey_id
WHERE v.id = t.version_id AND t.what <> 'entry' AND (j.version_id <> v.id OR j.status = 'stopped')
    AND coalesce(
        (SELECT min(published_at) FROM journey_version AS n WHERE n.journey_id = v.journey_id AND n.number > v.number),
        j.updated_at
    ) + make_interval(secs => coalesce((v.definition #>> '{goal,within_seconds}')::float8, 0)) < $1
    AND NOT EXISTS (SELECT FROM journey_position AS p WHERE p.version_id = v.id)
    AND NOT EXISTS (SELECT FROM journey_move AS m WHERE m.to_version = v.id)
"""


async def forget_steps(units: Units, days: int) -> int:
    """Delete the steps of runs that ended longer ago; answers of how many runs."""
    return await prune(units, _PRUNE, days)


async def forget_triggers(units: Units, _now: datetime) -> None:
    """Let versions listen no more that nobody enters, in which nobody is, and whose goals nobody can reach: every event
    is asked of all that listen.
    """
    async with units.begin() as unit:
        await run(unit.connection, _FORGET_TRIGGERS, unit.now - HEARD_LATE)
