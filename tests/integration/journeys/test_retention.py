"""Traces go some time after their runs have ended; what counts stays."""

import pytest

from weloop.journeys.api import forget_steps
from weloop.kit import pruning

from .conftest import Stage
from .test_runs import LADDER, SUBSCRIBED

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
