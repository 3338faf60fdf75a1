"""Whether the product has anything left to do at this moment of the world, and when it next will.

The virtual clock of a demo moves only when nothing is: no callback unanswered, nothing pending, no command due.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from weloop.audience.api import find_due as find_segments_due
from weloop.features.imports.api import is_busy as imports_busy
from weloop.inbox.api import next_due as next_event
from weloop.journeys.api import next_due as next_run
from weloop.kit.timetable import next_due as next_job
from weloop.kit.unit import UnitOfWork, Units
from weloop.leads.api import next_due as next_lead
from weloop.outbox.api import read_next as next_command
from weloop.tasks.api import next_due as next_task

FIRST_SECONDS, POLL_SECONDS = 0.015, 0.008
"""Before the second look, and between further ones: what a callback leads to takes some hundredths of a second."""
PATIENCE_SECONDS = 2.0
"""Commands that find no room under a rate limit would wait for a clock that waits for them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``busy``: something is under way or due. ``next_due``: world time of what comes next, None when nothing waits or
    ``busy``.
    """

    busy: bool
    next_due: datetime | None


BUSY = Standing(True, None)


def snapshots(units: Units) -> Units:
    """The same with transactions that see one moment: else work could pass from where we look next to where we did."""
    return Units(units.engine.execution_options(isolation_level="REPEATABLE READ"), units.clock, {})


async def look(unit: UnitOfWork) -> Standing:
    """How things stand now; the unit is of :func:`snapshots`. What is busy most often is asked first."""
    if await next_event(unit) is not None or await imports_busy(unit):
        return BUSY
    command, sending = await next_command(unit)
    if sending:
        return BUSY
    judging, refresh_at = await find_segments_due(unit)
    if judging:
        return BUSY
    moments = (
        command,
        await next_run(unit),
        await next_lead(unit),
        await next_task(unit),
        await next_job(unit),
        refresh_at,
    )
    due = min((at for at in moments if at is not None), default=None)
    return BUSY if due is not None and due <= unit.now else Standing(False, due)


async def settle(units: Units, patience: float = PATIENCE_SECONDS) -> Standing:
    """Wait until nothing is left to do, at most ``patience`` seconds: then the standing says busy.

    ``units`` are of :func:`snapshots`.
    """
    deadline = asyncio.get_running_loop().time() + patience
    pause = FIRST_SECONDS
    while True:
        async with units.begin() as unit:
            standing = await look(unit)
        if not standing.busy or asyncio.get_running_loop().time() > deadline:
            return standing
        await asyncio.sleep(pause)
        pause = POLL_SECONDS
