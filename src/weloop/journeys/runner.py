"""The work of one journey claim loop: claim due runs, advance them, write all of it in one transaction."""

from weloop.journeys import repository
from weloop.journeys.engine import Run, advance
from weloop.kit.db import from_json
from weloop.kit.unit import Units

BATCH = 500


class JourneyRunner:
    """Runs what is due."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def work(self) -> int:
        """Advance one batch; answers how many runs were taken."""
        async with self._units.begin() as unit:
            rows = await repository.claim(unit.connection, unit.now, BATCH)
            runs, steps = [], []
            for row in rows:
                run = Run(
                    row.id,
                    row.account_id,
                    row.identity_id,
                    row.node,
                    row.entered_at,
                    from_json(row.context),
                    row.trace_id,
                )
                moved = advance(run, from_json(row.nodes), unit.now)
                runs.append((row.id, moved.node, moved.state, moved.due))
                steps += [(row.id, step.node, step.result) for step in moved.steps]
                for command in moved.commands:
                    unit.enqueue(command)
            if rows:
                await repository.save(unit.connection, runs, steps, unit.now)
        return len(rows)

    async def until_due(self) -> float | None:
        """Machine seconds until the next run falls due."""
        async with self._units.begin() as unit:
            due = await repository.next_due(unit.connection)
        return None if due is None else self._units.clock.seconds_until(due)
