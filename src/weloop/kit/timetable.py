"""What happens at moments of the world, such as each morning: one row for each job, claimed by one worker at a time."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import structlog
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.claims import NextDue
from weloop.kit.clock import BEIJING
from weloop.kit.db import Base, columns, is_away, run
from weloop.kit.unit import UnitOfWork, Units

log = structlog.get_logger(__name__)

AGAIN = timedelta(minutes=10)
"""Until a job that failed is tried again."""


class TimetableRow(Base):
    """When a job is due next, in world time."""

    __tablename__ = "timetable"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    next_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


@dataclass(frozen=True, slots=True)
class Job:
    """``next`` answers the first moment after one given; ``run`` does the work in the claim's own transaction."""

    next: Callable[[datetime], datetime]
    run: Callable[[UnitOfWork], Awaitable[None]]


def daily(at: time, weekday: int | None = None) -> Callable[[datetime], datetime]:
    """Each Beijing day at a time, or only on one weekday (Monday is 0)."""

    def following(moment: datetime) -> datetime:
        day: date = (moment.astimezone(UTC) + BEIJING).date()
        for ahead in range(9):
            on = day + timedelta(days=ahead)
            due = datetime.combine(on, at, UTC) - BEIJING
            if due > moment and weekday in (None, on.weekday()):
                return due
        raise AssertionError("a week has every weekday")

    return following


def monthly(at: time) -> Callable[[datetime], datetime]:
    """The first Beijing day of each month, at a time."""

    def following(moment: datetime) -> datetime:
        day: date = (moment.astimezone(UTC) + BEIJING).date().replace(day=1)
        for _ in range(2):
            due = datetime.combine(day, at, UTC) - BEIJING
            if due > moment:
                return due
            day = (day + timedelta(days=31)).replace(day=1)
        raise AssertionError("a month begins after this one")

    return following


class Timetable:
    """The work of a claim loop. What fell due while nobody worked is done once, not once for each time missed."""

    def __init__(self, units: Units, jobs: Mapping[str, Job]) -> None:
        self._units = units
        self._jobs = jobs

    async def work(self) -> int:
        """Do one job that is due; answers how many that were. One that fails is tried later; others do not wait."""
        name = ""
        try:
            async with self._units.begin() as unit:
                name = await self._claim(unit)
                if name:
                    await self._jobs[name].run(unit)
                    await self._set(unit, name, self._jobs[name].next(unit.now))
        except Exception as error:
            if not name or is_away(error):
                raise
            log.exception("timetable.failed", job=name)
            async with self._units.begin() as unit:
                await self._set(unit, name, unit.now + AGAIN)
        return int(bool(name))

    async def _claim(self, unit: UnitOfWork) -> str:
        await self._enter(unit)
        rows = await run(
            unit.connection,
            """
            SELECT name FROM timetable WHERE next_at <= $1 AND name = ANY ($2::text[])
            ORDER BY next_at, name LIMIT 1 FOR UPDATE SKIP LOCKED
            """,
            unit.now,
            sorted(self._jobs),
        )
        return str(rows[0].name) if rows else ""

    async def _set(self, unit: UnitOfWork, name: str, moment: datetime) -> None:
        await run(unit.connection, "UPDATE timetable SET next_at = $2 WHERE name = $1", name, moment)

    async def _enter(self, unit: UnitOfWork) -> None:
        """Jobs of a new version get their first moment, all of them an earlier one when the world went back; what is no
        job any more goes, or it would be due for ever.
        """
        rows = [(name, job.next(unit.now)) for name, job in sorted(self._jobs.items())]
        await run(
            unit.connection,
            """
            WITH gone AS (DELETE FROM timetable WHERE name <> ALL ($1::text[]))
            INSERT INTO timetable AS t (name, next_at) SELECT * FROM unnest($1::text[], $2::timestamptz[])
            ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE t.next_at > excluded.next_at
            """,
            *columns(rows, 2),
        )

    async def next_due(self) -> NextDue:
        """When the next job is due."""
        async with self._units.glance() as connection:
            return NextDue(await _next_due(connection))


async def next_due(unit: UnitOfWork) -> datetime | None:
    """World time of the next job."""
    return await _next_due(unit.connection)


async def _next_due(connection: AsyncConnection) -> datetime | None:
    rows = await run(connection, "SELECT min(next_at) AS at FROM timetable")
    due: datetime | None = rows[0].at
    return due
