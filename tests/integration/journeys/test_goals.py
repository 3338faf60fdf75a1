"""An event is the goal of one run of a person in a journey, however many hope for it."""

from datetime import timedelta

from weloop.journeys.api import fold_moves

from .conftest import START, Stage
from .test_runs import LADDER, OPENED, SUBSCRIBED, ladder

GOAL = {"events": [{"kind": "LinkOpened"}], "within_seconds": 30 * 86_400, "ends_run": False}
WEEK = 7 * 86_400


async def reached(stage: Stage) -> list[int]:
    """The runs that reached their goal."""
    return [row.id for row in await stage.ask("SELECT id FROM journey_run WHERE goal_at IS NOT NULL ORDER BY id")]


async def test_one_order_is_the_goal_of_the_last_run_before_it(stage: Stage) -> None:
    journey = await stage.publish({**ladder(again="always"), "goal": GOAL})
    [person] = await stage.person()
    for _ in range(3):
        await stage.hear(stage.event(SUBSCRIBED, person))
        await stage.go(WEEK)
    ordered = stage.event(OPENED, person, at=START + timedelta(seconds=2 * WEEK - 10))
    await stage.hear(ordered)
    await stage.hear(ordered)
    assert await reached(stage) == [2]
    await stage.hear(stage.event(OPENED, person), ordered)
    assert await reached(stage) == [2, 3]
    await stage.hear(stage.event(OPENED, person, at=START + timedelta(seconds=2 * WEEK - 5)))
    assert (await stage.counts(journey))[-1, "goal"] == 2


async def test_it_ends_all_runs_that_hoped_for_it(stage: Stage) -> None:
    """Who ordered is reminded no more, however often they came in."""
    journey = await stage.publish({**ladder(again="always"), "goal": {**GOAL, "ends_run": True}})
    [person] = await stage.person()
    for _ in range(2):
        await stage.hear(stage.event(SUBSCRIBED, person))
        await stage.go(10)
    assert await stage.number("SELECT count(*) FROM journey_position") == 2
    ordered = stage.event(OPENED, person)
    await stage.hear(ordered)
    assert await stage.number("SELECT count(*) FROM journey_position") == 0
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.hear(ordered)
    assert await stage.number("SELECT count(*) FROM journey_position") == 1
    counts = await stage.counts(journey)
    assert (counts[-1, "goal"], counts[-1, "ended_goal"]) == (1, 2)


async def test_each_journey_counts_it(stage: Stage) -> None:
    journeys = [await stage.publish({**LADDER, "goal": GOAL}) for _ in range(2)]
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go(10)
    await stage.hear(stage.event(OPENED, person))
    assert [(await stage.counts(each))[-1, "goal"] for each in journeys] == [1, 1]


async def test_a_run_that_comes_late_does_not_count_again_what_an_earlier_one_counted(stage: Stage) -> None:
    """The order was handled while the second entry was not committed yet."""
    journey = await stage.publish({**ladder(again="always"), "goal": GOAL})
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go(10)
    again = stage.event(SUBSCRIBED, person)
    stage.clock.at += timedelta(seconds=5)
    await stage.log(stage.event(OPENED, person))
    await stage.log(again)
    await stage.go(10)
    assert await reached(stage) == [1]
    assert (await stage.counts(journey))[-1, "goal"] == 1


async def test_of_two_who_turn_out_to_be_one_the_run_that_goes_on_has_the_goal(stage: Stage) -> None:
    journey = await stage.publish({**LADDER, "goal": GOAL})
    [ahead], [behind] = await stage.person(), await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, ahead))
    await stage.go(10)
    await stage.hear(stage.event(SUBSCRIBED, behind))
    await stage.ask("UPDATE identity SET person_id = $1", ahead)
    async with stage.units.begin() as unit:
        await fold_moves(unit, frozenset({ahead, behind}))
    await stage.go(10)
    ordered = stage.event(OPENED, behind)
    await stage.hear(ordered)
    await stage.hear(ordered)
    rows = await stage.ask("SELECT identity_id, outcome FROM journey_run WHERE goal_at IS NOT NULL")
    assert [tuple(row) for row in rows] == [(ahead, None)]
    assert (await stage.counts(journey))[-1, "goal"] == 1
