"""Going through the runs of a whole journey in chunks: to end all of them, or to let go those that a pause held."""

from weloop.journeys import repository
from weloop.journeys.counts import Deltas
from weloop.journeys.handlers import end_runs
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

CHUNK = 5_000
END_ALL, RELEASE = "end", "release"


async def begin(unit: UnitOfWork, journey_id: int, what: str) -> None:
    """Have a worker go through the runs of a journey; ending goes before letting go."""
    await run(
        unit.connection,
        """
        INSERT INTO journey_sweep AS s (journey_id, what) VALUES ($1, $2)
        ON CONFLICT (journey_id) DO UPDATE SET after = 0,
            what = CASE WHEN s.what = 'end' THEN s.what ELSE excluded.what END
        """,
        journey_id,
        what,
    )
    unit.publish("journeys")


async def is_ending(unit: UnitOfWork, journey_id: int) -> bool:
    """Whether the runs of a journey are still being ended."""
    return bool(
        await run(unit.connection, "SELECT 1 FROM journey_sweep WHERE journey_id = $1 AND what = 'end'", journey_id)
    )


async def sweep(unit: UnitOfWork) -> int:
    """Do one chunk of one journey; answers how many runs were in it. Nobody is let go while people of the journey are
    still to be moved: they would go on in the version that they shall leave.
    """
    rows = await run(
        unit.connection,
        """
        SELECT journey_id, what, after FROM journey_sweep AS s
        WHERE NOT EXISTS (SELECT FROM journey_move AS m WHERE m.journey_id = s.journey_id)
        ORDER BY 1 LIMIT 1 FOR UPDATE SKIP LOCKED
        """,
    )
    if not rows:
        return 0
    [task] = rows
    found = await run(
        unit.connection,
        """
        SELECT run_id FROM journey_position
        WHERE journey_id = $1 AND run_id > $2 AND ($3 OR hold = 1) ORDER BY run_id LIMIT $4
        """,
        task.journey_id,
        task.after,
        task.what == END_ALL,
        CHUNK,
    )
    if not found:
        await run(unit.connection, "DELETE FROM journey_sweep WHERE journey_id = $1", task.journey_id)
        return 1
    locked = await repository.lock_positions(unit.connection, [row.run_id for row in found])
    if task.what == END_ALL:
        deltas = Deltas()
        await end_runs(unit, locked, "stopped", deltas)
        await deltas.write(unit)
    else:
        await repository.release(unit.connection, [row.run_id for row in locked])
    await run(
        unit.connection,
        "UPDATE journey_sweep SET after = $2 WHERE journey_id = $1",
        task.journey_id,
        found[-1].run_id,
    )
    return len(found)
