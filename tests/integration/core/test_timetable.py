"""Jobs at moments of the world: each once when it is due, and none that is no job any more."""

from datetime import UTC, datetime, time

from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.kit.clock import WorldClock
from weloop.kit.db import run
from weloop.kit.timetable import Job, Timetable, daily, next_due
from weloop.kit.unit import UnitOfWork, Units

WEDNESDAY = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # ten in Beijing


def clock_at(moment: datetime) -> WorldClock:
    return WorldClock(moment, moment, 0.0)


async def drain(timetable: Timetable) -> None:
    for _ in range(20):
        if not await timetable.work():
            return
    raise AssertionError("a job is due for ever")


async def test_each_job_is_done_once_when_due_and_missed_ones_once_for_all(engine: AsyncEngine) -> None:
    done: list[str] = []

    def job(name: str, weekday: int | None = None) -> Job:
        async def work(unit: UnitOfWork) -> None:
            done.append(name)

        return Job(daily(time(8, 30), weekday), work)

    units = Units(engine, clock_at(WEDNESDAY), {})
    timetable = Timetable(units, {"every day": job("every day"), "mondays": job("mondays", 0)})
    await drain(timetable)
    assert done == []
    units.clock.virtual_origin = datetime(2026, 11, 27, 0, 31, tzinfo=UTC)
    await drain(timetable)
    assert done == ["every day"], "two mornings were missed"
    units.clock.virtual_origin = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
    await drain(timetable)
    assert sorted(done) == ["every day", "every day", "mondays"]


async def test_a_job_that_fails_is_tried_later_and_holds_up_no_other(engine: AsyncEngine) -> None:
    done: list[str] = []

    async def fail(unit: UnitOfWork) -> None:
        await run(unit.connection, "INSERT INTO timetable VALUES ('half done', $1)", unit.now)
        raise RuntimeError("not today")

    async def work(unit: UnitOfWork) -> None:
        done.append("b")

    units = Units(engine, clock_at(WEDNESDAY), {})
    timetable = Timetable(units, {"a": Job(daily(time(11, 0)), fail), "b": Job(daily(time(11, 0)), work)})
    await drain(timetable)
    units.clock.virtual_origin = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    await drain(timetable)
    assert done == ["b"]
    async with units.begin() as unit:
        rows = {row.name: row.next_at for row in await run(unit.connection, "SELECT * FROM timetable")}
    assert rows == {
        "a": datetime(2026, 11, 25, 3, 10, tzinfo=UTC),
        "b": datetime(2026, 11, 26, 3, 0, tzinfo=UTC),
    }


async def test_a_job_that_is_none_any_more_goes(engine: AsyncEngine) -> None:
    async def nothing(unit: UnitOfWork) -> None:
        pass

    units = Units(engine, clock_at(WEDNESDAY), {})
    await drain(Timetable(units, {"old": Job(daily(time(11, 0)), nothing)}))
    await drain(Timetable(units, {"new": Job(daily(time(12, 0)), nothing)}))
    async with units.begin() as unit:
        assert [row.name for row in await run(unit.connection, "SELECT name FROM timetable")] == ["new"]
        assert await next_due(unit) == datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
