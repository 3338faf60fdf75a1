"""Entries by a schedule: at its time the members of a segment come in, in chunks; one that passed is made up for once.

A chunk and how far it came are one transaction, and the moment is part of the entry key: a kill repeats nobody.
"""

from datetime import datetime, timedelta

import structlog

from weloop.audience.api import get_segment, list_members
from weloop.journeys.definition import Schedule
from weloop.journeys.entries import arrival_by_hand, enter
from weloop.journeys.errors import ScheduleOver
from weloop.journeys.moments import at_time, next_time
from weloop.journeys.shelf import load_versions
from weloop.kit.clock import midnight
from weloop.kit.db import run, to_json
from weloop.kit.unit import UnitOfWork

log = structlog.get_logger(__name__)

CHUNK = 2_000
AGAIN = timedelta(minutes=1)
"""Until a segment that is still being filled, or a version that cannot be read, is looked at again."""
FIRST = -(2**63)


def next_moment(schedule: Schedule, after: datetime) -> datetime | None:
    """The first time of a schedule behind a moment; None: there is none."""
    if schedule.day is not None:
        due = at_time(midnight(schedule.day), schedule.at)
        return due if due > after else None
    return next_time(after, schedule.at, schedule.weekdays or range(7))


async def plan(unit: UnitOfWork, journey_id: int, schedule: Schedule | None) -> None:
    """Let a version be entered by its schedule. One that stays as it was goes on where it is; ScheduleOver."""
    if schedule is None:
        await forget(unit, journey_id)
        return
    document = schedule.model_dump(mode="json")
    rows = await run(
        unit.connection, "SELECT schedule FROM journey_schedule WHERE journey_id = $1 FOR UPDATE", journey_id
    )
    if any(row.schedule == document for row in rows):
        return
    moment = next_moment(schedule, unit.now)
    if moment is None:
        raise ScheduleOver
    await run(
        unit.connection,
        """
        INSERT INTO journey_schedule (journey_id, schedule, moment, due, after) VALUES ($1, $2::jsonb, $3, $3, $4)
        ON CONFLICT (journey_id) DO UPDATE SET schedule = excluded.schedule, moment = excluded.moment,
            due = excluded.due, after = excluded.after
        """,
        journey_id,
        to_json(document),
        moment,
        FIRST,
    )


async def forget(unit: UnitOfWork, journey_id: int) -> None:
    """Let nobody in by a schedule any more."""
    await run(unit.connection, "DELETE FROM journey_schedule WHERE journey_id = $1", journey_id)


async def let_in_due(unit: UnitOfWork) -> int:
    """Let in a chunk of those whose time it is; answers how many there were, 1 for the end of a time."""
    rows = await run(
        unit.connection,
        """
        SELECT s.journey_id, s.schedule, s.moment, s.after, j.version_id
        FROM journey_schedule AS s JOIN journey AS j ON j.id = s.journey_id
        WHERE s.due <= $1 AND j.status = 'live' ORDER BY s.due, s.journey_id LIMIT 1 FOR UPDATE OF s SKIP LOCKED
        """,
        unit.now,
    )
    if not rows:
        return 0
    [row] = rows
    version = (await load_versions(unit, [row.version_id])).get(row.version_id)
    schedule = Schedule.model_validate(row.schedule)
    if version is None or (await get_segment(unit, schedule.segment_id)).state == "filling":
        log.info("journeys.schedule_waits", journey_id=row.journey_id)
        await _note(unit, row.journey_id, row.moment, unit.now + AGAIN, row.after)
        return 0
    members = await list_members(unit, schedule.segment_id, after=row.after, limit=CHUNK)
    occasion = f"schedule_{row.moment:%Y%m%d%H%M}"
    await enter(
        unit, [arrival_by_hand(version, each.identity_id, each.person_id, occasion, unit.now) for each in members]
    )
    if len(members) == CHUNK:
        await _note(unit, row.journey_id, row.moment, unit.now, members[-1].person_id)
    else:
        moment = next_moment(schedule, unit.now)
        await _note(unit, row.journey_id, moment, moment, FIRST)
    return len(members) or 1


async def _note(unit: UnitOfWork, journey_id: int, moment: datetime | None, due: datetime | None, after: int) -> None:
    await run(
        unit.connection,
        "UPDATE journey_schedule SET moment = $2, due = $3, after = $4 WHERE journey_id = $1",
        journey_id,
        moment,
        due,
        after,
    )
