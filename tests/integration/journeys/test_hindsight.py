"""Whichever way somebody comes in, what occurred after that counts, also if it was handled before the run was there."""

from datetime import timedelta
from typing import Any

import pytest

from weloop.access.api import CurrentUser, Role
from weloop.contracts.events import EventKind
from weloop.journeys import hindsight, service

from .conftest import START, Stage
from .test_runs import LADDER, OPENED, SUBSCRIBED, TRACKED
from .test_segments import make_segment

AUTHOR = CurrentUser(1, "lina", "李娜", Role.OPERATOR, "zh-CN", "light", "csrf", b"")
GOAL = {"events": [{"kind": "LinkOpened"}], "within_seconds": 86_400, "ends_run": False}
ANSWERED = ["enqueued", "event_0", "enqueued", "finished"]


async def come_in(stage: Stage, way: str, person: int, document: dict[str, Any]) -> int:
    """Somebody is about to come in at the start; answers the journey. :func:`finish` commits it."""
    entry: dict[str, Any] = {}
    if way == "schedule":
        segment = await make_segment(stage, person)
        entry = {"schedule": {"segment_id": segment, "every": "daily", "at": "09:30"}}
    return await stage.publish({**document, "entry": entry})


async def finish(stage: Stage, way: str, person: int, journey: int) -> None:
    """The entry, as of now, which a slow worker commits."""
    if way == "asked":
        await stage.hear(
            stage.event(EventKind.JOURNEY_ASKED, person, act="enter_journey", journey_id=journey, run_id="99", seq=0)
        )
    elif way == "hand":
        async with stage.units.begin() as unit:
            await service.let_in(unit, AUTHOR, journey, [person], "expo")
    else:
        await stage.runner.work()


@pytest.mark.parametrize("way", ["asked", "hand", "schedule"])
@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize("few", [hindsight.FEW, 0])
async def test_what_was_handled_before_the_entry_was_committed_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, way: str, ends: bool, few: int
) -> None:
    monkeypatch.setattr(hindsight, "FEW", few)
    [person] = await stage.person()
    journey = await come_in(stage, way, person, {**LADDER, "goal": {**GOAL, "ends_run": ends}})
    begins = START + timedelta(minutes=30)
    await stage.log(
        stage.event(TRACKED, person, at=begins - timedelta(seconds=1), name="signed_up"),
        stage.event(TRACKED, person, at=begins + timedelta(seconds=1), name="signed_up"),
        stage.event(OPENED, person, at=begins + timedelta(seconds=2)),
    )
    stage.clock.at = begins
    await finish(stage, way, person, journey)
    stage.clock.at = begins + timedelta(seconds=3)
    await stage.go(1000)
    assert await stage.results() == ([] if ends else ANSWERED)
    counts = await stage.counts(journey)
    assert counts[-1, "goal"] == 1
    assert counts[-1, "ended_goal" if ends else "ended_finished"] == 1
    assert await stage.number("SELECT count(*) FROM journey_position") == 0


@pytest.mark.parametrize("way", ["asked", "hand", "schedule"])
@pytest.mark.parametrize(
    ("seconds", "keeps", "outcome"), [(1, False, "opted_out"), (-1, False, "finished"), (1, True, "finished")]
)
async def test_who_opted_out_before_the_entry_was_committed_goes_no_step(
    stage: Stage, way: str, seconds: int, keeps: bool, outcome: str
) -> None:
    [person] = await stage.person()
    hook = {"id": "hi", "type": "webhook", "webhook_id": 5}
    journey = await come_in(stage, way, person, {"nodes": [hook], "exit": {"opt_out": not keeps}})
    begins = START + timedelta(minutes=30)
    said = begins + timedelta(seconds=seconds)
    await stage.log(stage.event(EventKind.CONSENT_WITHDRAWN, person, at=said))
    stage.clock.at = begins
    await finish(stage, way, person, journey)
    stage.clock.at = begins + timedelta(seconds=3)
    await stage.go(1000)
    assert await stage.results() == ([] if outcome == "opted_out" else ["enqueued"])
    assert (await stage.counts(journey))[-1, f"ended_{outcome}"] == 1
    assert await stage.number("SELECT count(*) FROM command") == (0 if outcome == "opted_out" else 1)


async def test_of_one_batch_the_answer_may_stand_behind_what_lets_in(stage: Stage) -> None:
    """Another journey asks for the entry; the person answers before that is worked off."""
    [person] = await stage.person()
    journey = await stage.publish({**LADDER, "entry": {}})
    asked = stage.event(EventKind.JOURNEY_ASKED, person, act="enter_journey", journey_id=journey, run_id="99", seq=0)
    answer = stage.event(TRACKED, person, at=START + timedelta(seconds=1), name="signed_up")
    await stage.log(asked, answer, handle=False)
    stage.clock.at += timedelta(seconds=2)
    await stage.hear(asked, answer)
    await stage.go(1000)
    assert await stage.results() == ANSWERED


async def test_what_was_told_already_is_told_once(stage: Stage) -> None:
    journey = await stage.publish({**LADDER, "goal": GOAL})
    [person] = await stage.person()
    await stage.log(stage.event(SUBSCRIBED, person))
    answer = stage.event(TRACKED, person, at=START + timedelta(seconds=1), name="signed_up")
    opened = stage.event(OPENED, person, at=START + timedelta(seconds=2))
    await stage.log(answer, opened)
    stage.clock.at += timedelta(seconds=3)
    await stage.go()
    await stage.hear(answer, opened)
    await stage.go(1000)
    assert await stage.results() == ANSWERED
    assert (await stage.counts(journey))[-1, "goal"] == 1


async def test_what_only_the_handler_saw_is_not_judged_again_without_it(stage: Stage) -> None:
    """The wait is for any message but 「退订」; what was written is not in the log's open part."""
    message = EventKind.FOLLOWER_MESSAGE_RECEIVED
    written = {"op": "contains", "field": "event.text", "value": "退订"}
    cases = [{"kind": str(message), "where": {"op": "none", "terms": [written]}}]
    wait = {"id": "wait", "type": "wait", "timeout_seconds": 300, "cases": cases}
    await stage.publish({"entry": LADDER["entry"], "nodes": [wait]})
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.log(stage.event(message, person, at=START + timedelta(seconds=1), personal={"text": "退订"}))
    await stage.go(1000)
    assert await stage.results() == ["timeout"]


async def test_what_is_not_seen_hides_nothing_else(stage: Stage) -> None:
    """Of two cases the second takes any change; the first asks for the value, which is not in the log's open part."""
    changed = EventKind.ATTRIBUTE_CHANGED
    is_no_c = {"op": "none", "terms": [{"op": "is", "field": "event.value", "value": "C"}]}
    wait = {
        "id": "wait",
        "type": "wait",
        "timeout_seconds": 300,
        "cases": [{"kind": str(changed), "where": is_no_c}, {"kind": str(changed)}],
    }
    await stage.publish({"entry": LADDER["entry"], "nodes": [wait]})
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.log(stage.event(changed, person, at=START + timedelta(seconds=1), personal={"value": "C"}))
    await stage.go(1000)
    assert await stage.results() == ["event_1"]
