"""The work of one journey claim loop: claim due runs, advance them, write all of it in one transaction."""

from typing import Any

from sqlalchemy.engine import Row

from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.json import JsonObject
from weloop.journeys import repository
from weloop.journeys.engine import ENQUEUED, Advance, Run, Step, advance
from weloop.kit.unit import UnitOfWork, Units

BATCH = 500


class JourneyRunner:
    """Runs what is due."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def work(self) -> int:
        """Advance one batch; answers how many runs were taken."""
        async with self._units.begin() as unit:
            rows = await repository.claim(unit.connection, unit.now, BATCH)
            moves = [(run, advance(run, nodes, unit.now)) for run, nodes in map(_run, rows)]
            for run, moved in moves:
                _collect(unit, run, moved)
            if moves:
                await repository.save(
                    unit.connection,
                    [(run.id, moved.node, moved.state, moved.due) for run, moved in moves],
                    [(run.id, step.node, step.result) for run, moved in moves for step in moved.steps],
                    unit.now,
                )
        return len(rows)

    async def until_due(self) -> float | None:
        """Machine seconds until the next run falls due."""
        async with self._units.glance() as connection:
            due = await repository.next_due(connection)
        return None if due is None else self._units.clock.seconds_until(due)


def _run(row: Row[Any]) -> tuple[Run, list[JsonObject]]:
    run = Run(
        id=row.id,
        account_id=row.account_id,
        identity_id=row.identity_id,
        node=row.node,
        entered_at=row.entered_at,
        state_code=row.entry_state,
        context=row.context,
        trace_id=row.trace_id,
    )
    return run, row.nodes


def _collect(unit: UnitOfWork, run: Run, moved: Advance) -> None:
    for command in moved.commands:
        unit.enqueue(command)
    for step in moved.steps:
        if step.result != ENQUEUED:
            unit.append(_skipped(unit, run, step))


def _skipped(unit: UnitOfWork, run: Run, step: Step) -> NewEvent:
    return NewEvent(
        account_id=run.account_id,
        kind=EventKind.WELCOME_SKIPPED,
        dedupe=f"welcome_skipped:{run.id}:{step.node}",
        occurred_at=unit.now,
        identity_id=run.identity_id,
        data={"ref": run.state_code, "reason": step.result},
        trace_id=run.trace_id,
    )
