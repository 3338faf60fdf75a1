"""How long the lists of broadcasts are kept: some days after the end the recipients go, and their numbers stay."""

from datetime import timedelta

from weloop.features.broadcasts.runner import TOPIC
from weloop.kit.db import run
from weloop.kit.pruning import CHUNK
from weloop.kit.unit import Units
from weloop.outbox.api import keep_counts

_COUNT = """
WITH over AS MATERIALIZED (
    SELECT id FROM broadcast
    WHERE state IN ('done', 'ended', 'failed') AND ended_at < $2 AND removed_at IS NULL
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
),
jobs AS (UPDATE broadcast_job AS j SET persons = '[]' FROM over WHERE j.broadcast_id = over.id)
UPDATE broadcast AS b SET removed_at = $1, final_counts = (
    SELECT coalesce(jsonb_object_agg(state, n), '{}') FROM (
        SELECT state, count(*) AS n FROM broadcast_recipient WHERE broadcast_id = b.id GROUP BY state
    ) AS steps
)
FROM over WHERE b.id = over.id RETURNING b.id
"""
_DELETE = """
WITH over AS MATERIALIZED (
    SELECT r.broadcast_id, r.person_id, b.campaign_id FROM broadcast AS b CROSS JOIN LATERAL (
        SELECT broadcast_id, person_id FROM broadcast_recipient WHERE broadcast_id = b.id
        ORDER BY person_id LIMIT $1 FOR UPDATE SKIP LOCKED
    ) AS r WHERE b.removed_at IS NOT NULL LIMIT $1
),
gone AS (
    DELETE FROM broadcast_recipient AS r USING over
    WHERE r.broadcast_id = over.broadcast_id AND r.person_id = over.person_id
    RETURNING r.identity_id, over.campaign_id, r.message_class, r.state, r.at
),
counts AS (
    SELECT identity_id, campaign_id, count(*)::int AS n, max(at) AS last_at FROM gone
    WHERE message_class = 'service' AND state IN ('queued', 'sent', 'uncertain') GROUP BY 1, 2
)
SELECT (SELECT count(*) FROM over)::int AS n, array_agg(identity_id) AS identities, array_agg(campaign_id) AS campaigns,
    array_agg(counts.n) AS numbers, array_agg(last_at) AS moments
FROM counts
"""


async def prune_recipients(units: Units, days: int) -> int:
    """Delete the recipients of broadcasts that ended so many days ago; answers how many.

    A broadcast keeps its numbers before the first of them goes: killed in between, the rest goes the next time.
    """
    while True:
        async with units.begin() as unit:
            if not await run(unit.connection, _COUNT, unit.now, unit.now - timedelta(days=days)):
                break
            unit.publish(TOPIC)
    gone = 0
    while True:
        async with units.begin() as unit:
            [chunk] = await run(unit.connection, _DELETE, CHUNK)
            await keep_counts(unit, chunk.identities, chunk.campaigns, chunk.numbers, chunk.moments)
        gone += int(chunk.n)
        if not chunk.n:
            return gone
