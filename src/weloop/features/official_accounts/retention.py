"""How long is kept what used up windows: they last two days."""

from weloop.kit.pruning import prune
from weloop.kit.unit import Units

_PRUNE = """
WITH looked AS MATERIALIZED (
    SELECT event_id, at FROM message_use WHERE event_id > $1 ORDER BY event_id LIMIT $2
),
gone AS (
    DELETE FROM message_use AS u USING looked WHERE u.event_id = looked.event_id AND looked.at < $3 RETURNING 1
)
SELECT (SELECT count(*) FROM gone)::int AS n,
    CASE WHEN count(*) = $2 AND min(at) < $3 THEN max(event_id) END AS last FROM looked
"""


async def prune_uses(units: Units, days: int) -> int:
    """Delete notes of messages that went out so many days ago; answers how many."""
    return await prune(units, _PRUNE, days)
