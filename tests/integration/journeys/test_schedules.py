"""Members of a segment come in at a time: all of them, each once, whatever was missed, killed or paused."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from weloop.access.api import CurrentUser, Role
from weloop.contracts.events import EventKind
from weloop.journeys import schedules, service
from weloop.journeys.definition import Schedule
from weloop.journeys.errors import ScheduleOver
from weloop.journeys.publishing import examine, no_webhooks
from weloop.journeys.schedules import let_in_due, next_moment
from weloop.journeys.validation import read

from .conftest import START, Stage
from .test_segments import leave, make_segment

AUTHOR = CurrentUser(1, "lina", "李娜", Role.OPERATOR, "zh-CN", "light", "csrf", b"")
DAY = timedelta(days=1)


def scheduled(segment: int, *, again: str = "always", **when: Any) -> dict[str, Any]:
    """Whoever comes in stays a minute."""
    given = {"segment_id": segment, **({"every": "daily", "at": "10:00"} | when)}
    return {
        "entry": {"schedule": given, "again": again},
        "nodes": [{"id": "d", "type": "delay", "for_seconds": 60}],
    }


async def people(stage: Stage, count: int) -> list[int]:
    """So many persons of one identity each."""
    return [(await stage.person())[0] for _ in range(count)]


async def entered(stage: Stage) -> Sequence[Any]:
    """(identity, moment) of all runs, the earliest first."""
    rows = await stage.ask("SELECT identity_id, entered_at FROM journey_run ORDER BY entered_at, identity_id")
    return [tuple(row) for row in rows]


async def test_all_come_in_each_day_at_the_time_in_chunks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "CHUNK", 2)
    members = sorted(await people(stage, 5))
    segment = await make_segment(stage, *members)
    journey = await stage.publish(scheduled(segment))
    await stage.go(3599)
    assert await entered(stage) == []
    assert (await stage.runner.next_due()).world == START + timedelta(hours=1)
    await stage.go(1)
    await stage.go()
    await leave(stage, segment, members[0])
    await stage.go(86_400)
    await stage.go()
    first = START + timedelta(hours=1)
    assert await entered(stage) == [
        *((each, first) for each in members),
        *((each, first + DAY) for each in members[1:]),
    ]
    assert (await stage.counts(journey))[-1, "entered"] == 9


async def test_what_passed_is_made_up_for_once(stage: Stage) -> None:
    [member] = await people(stage, 1)
    await stage.publish(scheduled(await make_segment(stage, member)))
    stage.clock.at = START + 4 * DAY
    await stage.go()
    assert await entered(stage) == [(member, START + 4 * DAY)]
    assert (await stage.runner.next_due()).world is not None
    rows = await stage.ask("SELECT moment, due FROM journey_schedule")
    assert [tuple(row) for row in rows] == [(START + 4 * DAY + timedelta(hours=1),) * 2]


async def test_a_kill_between_chunks_neither_loses_nor_repeats_anybody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "CHUNK", 2)
    members = sorted(await people(stage, 5))
    await stage.publish(scheduled(await make_segment(stage, *members)))
    stage.clock.at += timedelta(hours=1)
    async with stage.units.begin() as unit:
        assert await let_in_due(unit) == 2

    async def die() -> None:
        async with stage.units.begin() as unit:
            assert await let_in_due(unit) == 2
            raise RuntimeError("killed before it was written")

    with pytest.raises(RuntimeError, match="killed"):
        await die()
    assert len(await entered(stage)) == 2
    await stage.go()
    assert [identity for identity, _ in await entered(stage)] == members


async def test_the_rules_of_entry_hold(stage: Stage) -> None:
    once, again = await people(stage, 2)
    segment = await make_segment(stage, once, again)
    await stage.publish(scheduled(segment, again="never"))
    for _ in range(3):
        await stage.go(86_400)
        await stage.go()
    assert len(await entered(stage)) == 2


async def test_a_paused_journey_lets_in_when_it_goes_on_and_a_stopped_one_never(stage: Stage) -> None:
    [member] = await people(stage, 1)
    segment = await make_segment(stage, member)
    journey = await stage.publish(scheduled(segment))
    async with stage.units.begin() as unit:
        await service.pause(unit, AUTHOR, journey)
    await stage.go(3 * 86_400)
    assert await entered(stage) == []
    assert (await stage.runner.next_due()).world is None
    async with stage.units.begin() as unit:
        await service.resume(unit, AUTHOR, journey)
    await stage.go()
    assert len(await entered(stage)) == 1
    async with stage.units.begin() as unit:
        await service.stop(unit, AUTHOR, journey)
    await stage.go(3 * 86_400)
    assert len(await entered(stage)) == 1


async def test_once_is_once_even_when_it_is_published_again(stage: Stage) -> None:
    [member] = await people(stage, 1)
    segment = await make_segment(stage, member)
    document = scheduled(segment, every="once", day="2026-11-03")
    journey = await stage.publish(document)
    await stage.go(3 * 86_400)
    await stage.go()
    await stage.publish(document, journey)
    await stage.go(3 * 86_400)
    assert await entered(stage) == [(member, START + 3 * DAY)]
    with pytest.raises(ScheduleOver):
        await stage.publish(scheduled(segment, every="once", day="2026-11-04"), journey)


async def test_a_segment_that_is_being_filled_is_waited_for(stage: Stage) -> None:
    [member] = await people(stage, 1)
    segment = await make_segment(stage, member)
    await stage.ask("UPDATE segment SET state = 'filling' WHERE id = $1", segment)
    await stage.publish(scheduled(segment))
    await stage.go(3600)
    await stage.go()
    assert await entered(stage) == []
    await stage.ask("UPDATE segment SET state = 'ready' WHERE id = $1", segment)
    await stage.go(60)
    await stage.go()
    assert len(await entered(stage)) == 1


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ({"every": "daily", "at": "09:00"}, datetime(2026, 11, 3, 1, 0, tzinfo=UTC)),
        ({"every": "daily", "at": "09:01"}, datetime(2026, 11, 2, 1, 1, tzinfo=UTC)),
        ({"every": "weekly", "at": "07:30", "weekdays": [0, 5]}, datetime(2026, 11, 6, 23, 30, tzinfo=UTC)),
        ({"every": "once", "at": "00:00", "day": "2026-11-30"}, datetime(2026, 11, 29, 16, 0, tzinfo=UTC)),
        ({"every": "once", "at": "09:00", "day": "2026-11-02"}, None),
    ],
)
def test_when_it_is(when: dict[str, Any], due: datetime | None) -> None:
    assert next_moment(Schedule.model_validate({"segment_id": 1, **when}), START) == due


@pytest.mark.parametrize(
    ("when", "faults"),
    [
        ({"every": "once"}, {"day": "day_missing"}),
        ({"every": "weekly"}, {"weekdays": "day_missing"}),
        ({"day": "2026-12-01"}, {"day": "schedule_unfit"}),
        ({"weekdays": [1]}, {"weekdays": "schedule_unfit"}),
        ({"every": "weekly", "weekdays": [7]}, {"weekdays.0": "less_than_equal"}),
        ({"every": "weekly", "weekdays": [1], "day": "2026-12-01"}, {"day": "schedule_unfit"}),
        ({"every": "once", "at": "24:00"}, {"at": "string_pattern_mismatch", "day": "day_missing"}),
        ({"segment_id": 0}, {"segment_id": "greater_than_equal"}),
        ({"every": "hourly"}, {"every": "literal_error"}),
    ],
)
def test_what_says_no_time_is_refused_at_its_field(when: dict[str, Any], faults: dict[str, str]) -> None:
    _, found = read(scheduled(3, **when))
    assert {each.field: each.code for each in found} == {
        f"entry.schedule.{field}": f"form_{code}" for field, code in faults.items()
    }


async def test_it_names_a_segment_and_brings_no_welcome_code(stage: Stage) -> None:
    async with stage.units.begin() as unit:
        _, _, faults = await examine(unit, scheduled(7), no_webhooks)
    assert [(each.field, each.code) for each in faults] == [("entry.schedule.segment_id", "segment_unknown")]
    document = scheduled(7)
    document["entry"]["events"] = [{"kind": str(EventKind.CONTACT_ADDED)}]
    _, faults = read({**document, "nodes": [{"id": "w", "type": "send_welcome", "text": "您好"}]})
    assert [each.code for each in faults] == ["welcome_without_code"]
