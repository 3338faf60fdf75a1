"""Traces go some time after their runs have ended; what counts stays."""

import pytest

from weloop.journeys.api import forget_steps, forget_triggers
from weloop.kit import pruning

from .conftest import Stage
from .test_runs import LADDER, OPENED, SUBSCRIBED, TRACKED

DAY = 86_400


async def test_steps_go_so_many_days_after_the_end_and_the_counts_stay(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 2)
    journey = await stage.publish(LADDER)
    old = [(await stage.person())[0] for _ in range(5)]
    await stage.hear(*(stage.event(SUBSCRIBED, each) for each in old))
    await stage.go(29 * DAY)
    [late] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, late))
    await stage.go(400)
    before = await stage.counts(journey)
    assert await forget_steps(stage.units, 30) == 0
    await stage.go(2 * DAY)
    [under_way] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, under_way))
    await stage.go(10)
    assert await forget_steps(stage.units, 30) == 5
    assert await forget_steps(stage.units, 30) == 0
    rows = await stage.ask("SELECT DISTINCT run_id FROM journey_step ORDER BY 1")
    assert [row.run_id for row in rows] == [6, 7]
    assert await stage.number("SELECT count(*) FROM journey_run WHERE outcome = 'finished'") == 6
    after = await stage.counts(journey)
    assert (before[-1, "ended_finished"], after[-1, "ended_finished"]) == (6, 6)
    assert (before[0, "enqueued"], after[0, "enqueued"]) == (6, 7)


GOAL = {"events": [{"kind": "LinkOpened"}], "within_seconds": 30 * DAY}


async def listening(stage: Stage) -> list[int]:
    """The versions of which something listens for events once people are inside, after a night."""
    await forget_triggers(stage.units, stage.clock.now())
    rows = await stage.ask("SELECT DISTINCT version_id FROM journey_trigger WHERE what <> 'entry' ORDER BY 1")
    return [row.version_id for row in rows]


async def test_a_version_listens_no_more_when_nobody_is_inside_and_no_goal_can_be_reached(stage: Stage) -> None:
    journey = await stage.publish({**LADDER, "goal": GOAL})
    old = stage.versions[journey]
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go(10)
    await stage.publish({**LADDER, "goal": GOAL}, journey)
    new = stage.versions[journey]
    await stage.go(29 * DAY)
    assert await stage.number("SELECT count(*) FROM journey_position") == 0
    assert await listening(stage) == [old, new]
    await stage.hear(stage.event(OPENED, person))
    assert await stage.number("SELECT count(*) FROM journey_run WHERE goal_at IS NOT NULL") == 1
    await stage.go(9 * DAY)
    assert await listening(stage) == [new]
    # That of a journey that is stopped goes as well, and publishing it anew makes its own.
    await stage.ask("UPDATE journey SET status = 'stopped', updated_at = $1 RETURNING 1", stage.clock.now())
    assert await listening(stage) == [new]
    await stage.go(38 * DAY)
    assert await listening(stage) == []
    await stage.publish(LADDER, journey)
    assert await listening(stage) == [stage.versions[journey]]


async def test_a_version_listens_as_long_as_somebody_is_inside(stage: Stage) -> None:
    [hi, wait, *rest] = LADDER["nodes"]
    journey = await stage.publish({**LADDER, "nodes": [hi, {**wait, "timeout_seconds": 90 * DAY}, *rest]})
    old = stage.versions[journey]
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.publish(LADDER, journey)
    await stage.go(60 * DAY)
    assert await listening(stage) == [old, stage.versions[journey]]
    await stage.hear(stage.event(TRACKED, person, name="signed_up"))
    await stage.go(60)
    assert (await stage.results())[1] == "event_0"
    assert await listening(stage) == [stage.versions[journey]]
