"""How long traces are kept: the steps of a run go so many days after it has ended. The counts stay."""

from datetime import timedelta

from weloop.kit.db import run
from weloop.kit.unit import Units

CHUNK = 5_000


async def forget_steps(units: Units, days: int) -> int:
    """Delete the steps of runs that ended longer ago, some at a time; answers of how many runs."""
    after = forgotten = 0
    while True:
        async with units.begin() as unit:
            rows = await run(
                unit.connection,
                """
                WITH old AS MATERIALIZED (
                    SELECT r.id FROM journey_run AS r
                    WHERE r.id > $1 AND r.ended_at < $2
                        AND EXISTS (SELECT FROM journey_step AS s WHERE s.run_id = r.id)
                    ORDER BY r.id LIMIT $3
                ),
                gone AS (DELETE FROM journey_step AS s USING old WHERE s.run_id = old.id)
                SELECT count(*)::int AS n, coalesce(max(id), 0) AS last FROM old
                """,
                after,
                unit.now - timedelta(days=days),
                CHUNK,
            )
        forgotten += int(rows[0].n)
        if rows[0].n < CHUNK:
            return forgotten
        after = rows[0].last
