"""Runs in the database: entering, waiting, waking, ending, each exactly once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from weloop.contracts.commands import CommandName
from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentitiesForgotten, IdentityKind, IdentityRef
from weloop.journeys import repository
from weloop.journeys.api import JourneyRunner, end_runs_of
from weloop.journeys.entries import Arrival, enter
from weloop.journeys.shelf import load_versions
from weloop.kit.db import run

from .conftest import START, Stage

SUBSCRIBED, TRACKED, OPENED = EventKind.FOLLOWER_SUBSCRIBED, EventKind.TRACKED, EventKind.LINK_OPENED
HOOK = {"type": "webhook", "webhook_id": 5}
END = {"id": "end", "type": "end"}
WAIT = {
    "id": "wait",
    "type": "wait",
    "timeout_seconds": 300,
    "cases": [{"kind": "Tracked", "where": {"op": "is", "field": "event.name", "value": "signed_up"}, "next": "thank"}],
    "otherwise": "remind",
}
LADDER: dict[str, Any] = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}]},
    "nodes": [
        {**HOOK, "id": "hi", "next": "wait"},
        WAIT,
        {**HOOK, "id": "remind", "next": "end"},
        {**HOOK, "id": "thank", "next": "end"},
        END,
    ],
}


def ladder(**entry: Any) -> dict[str, Any]:
    """The same with another policy of entry."""
    return {**LADDER, "entry": {**LADDER["entry"], **entry}}


async def test_an_event_wakes_a_run_once_however_often_it_comes(stage: Stage) -> None:
    journey = await stage.publish(LADDER)
    [person] = await stage.person()
    arrival = stage.event(SUBSCRIBED, person)
    await stage.hear(arrival, arrival)
    await stage.go(10)
    signed_up = stage.event(TRACKED, person, name="signed_up")
    await stage.hear(signed_up, signed_up)
    await stage.hear(arrival, signed_up)
    await stage.go(1000)
    await stage.hear(arrival, signed_up)
    await stage.go(1000)
    assert await stage.results() == ["enqueued", "event_0", "enqueued", "finished"]
    assert await stage.number("SELECT count(*) FROM command") == 2
    assert await stage.number("SELECT count(*) FROM journey_run WHERE outcome = 'finished'") == 1
    assert await stage.counts(journey) == {
        (-1, "entered"): 1, (-1, "ended_finished"): 1, (0, "enqueued"): 1, (1, "event_0"): 1, (3, "enqueued"): 1,
        (4, "finished"): 1,
    }  # fmt: skip


async def test_without_the_event_it_goes_on_when_the_wait_is_over(stage: Stage) -> None:
    await stage.publish(LADDER)
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go(299)
    await stage.hear(stage.event(TRACKED, person, name="looked"))
    assert await stage.results() == ["enqueued"]
    await stage.go(1)
    await stage.hear(stage.event(TRACKED, person, name="signed_up"))
    assert await stage.results() == ["enqueued", "timeout", "enqueued", "finished"]


async def test_an_event_counts_for_a_wait_in_which_the_run_should_be_already(stage: Stage) -> None:
    """The worker is behind: the answer comes before the run has come to its wait."""
    await stage.publish(LADDER)
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    stage.clock.at += timedelta(seconds=2)
    await stage.hear(stage.event(TRACKED, person, name="signed_up"))
    await stage.go()
    assert await stage.results() == ["enqueued", "event_0", "enqueued", "finished"]


async def test_an_event_of_the_entrys_own_batch_counts(stage: Stage) -> None:
    await stage.publish(LADDER)
    [person] = await stage.person()
    first = stage.event(SUBSCRIBED, person, at=START - timedelta(seconds=5))
    second = stage.event(TRACKED, person, at=START - timedelta(seconds=4), name="signed_up")
    await stage.hear(first, second)
    await stage.go()
    assert await stage.results() == ["enqueued", "event_0", "enqueued", "finished"]


async def test_an_answer_that_is_handled_before_the_entry_counts(stage: Stage) -> None:
    """Callbacks come in any order; what occurred when decides."""
    goal = {"events": [{"kind": "LinkOpened"}], "within_seconds": 86_400, "ends_run": False}
    journey = await stage.publish({**LADDER, "goal": goal})
    follower = IdentityRef(IdentityKind.FOLLOWER, "wx1", "oA")
    one, other = await stage.person(follower, IdentityRef(IdentityKind.VISITOR, "site", "v1"))
    entry = stage.event(SUBSCRIBED, one, at=START - timedelta(seconds=9))
    early = stage.event(TRACKED, other, at=START - timedelta(seconds=10), name="signed_up")
    answer = stage.event(TRACKED, other, at=START - timedelta(seconds=8), name="signed_up")
    opened = stage.event(OPENED, one, at=START - timedelta(seconds=7))
    await stage.log(early, answer, opened)
    await stage.log(entry)
    await stage.hear(opened, entry)
    await stage.go(1000)
    assert await stage.results() == ["enqueued", "event_0", "enqueued", "finished"]
    rows = await stage.ask("SELECT detail FROM journey_step WHERE node = 1")
    assert [row.detail for row in rows] == [{"event": str(answer.id)}]
    assert (await stage.counts(journey))[-1, "goal"] == 1


async def test_a_wait_does_not_run_out_while_the_answer_lies_in_the_log(stage: Stage) -> None:
    """After an outage timers and events are late together: whoever answered in time is not reminded."""
    await stage.publish(LADDER)
    [person], [silent] = await stage.person(), await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person), stage.event(SUBSCRIBED, silent))
    await stage.go(100)
    answer = stage.event(TRACKED, person, name="signed_up")
    await stage.log(answer, handle=False)
    await stage.ask(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed) VALUES ($1, $2, $3, 1, $2, true)",
        answer.id,
        answer.recorded_at,
        person,
    )
    await stage.go(400)
    assert (await stage.results(1), (await stage.results(2))[1]) == (["enqueued"], "timeout")
    await stage.hear(answer)
    await stage.ask("DELETE FROM inbox_pending")
    await stage.go(2)
    assert await stage.results(1) == ["enqueued", "event_0", "enqueued", "finished"]


async def test_who_begins_late_does_not_come_to_a_wait_that_is_over_while_the_answer_lies_in_the_log(
    stage: Stage,
) -> None:
    """After a restart the entry, the answer and the end of a short wait lie behind, and only the entry is handled."""
    cases = [{"kind": "Tracked", "next": "end"}]
    wait = {"id": "wait", "type": "wait", "timeout_seconds": 15, "cases": cases}
    await stage.publish({"entry": {"events": [{"kind": "FollowerSubscribed"}]}, "nodes": [wait, END]})
    [person], [silent] = await stage.person(), await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person), stage.event(SUBSCRIBED, silent))
    answer = stage.event(TRACKED, person, at=START + timedelta(seconds=3), name="signed_up")
    await stage.log(answer, handle=False)
    await stage.ask(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed) VALUES ($1, $2, $3, 1, $2, true)",
        answer.id,
        answer.recorded_at,
        person,
    )
    stage.clock.at += timedelta(seconds=30)
    await stage.go()
    assert (await stage.results(1), (await stage.results(2))[0]) == ([], "timeout")
    await stage.hear(answer)
    await stage.ask("DELETE FROM inbox_pending")
    await stage.go(2)
    assert (await stage.results(1))[0] == "event_0"


async def test_a_run_that_no_database_takes_does_not_hold_up_the_others(stage: Stage) -> None:
    """One poisoned run among many: they are done one by one, and it is parked."""
    journey = await stage.publish(LADDER)
    people = [(await stage.person())[0] for _ in range(5)]
    await stage.hear(*(stage.event(SUBSCRIBED, each) for each in people))
    await stage.ask("UPDATE journey_position SET trace_id = 'poison' WHERE run_id = 3")
    await stage.ask(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.trace_id = 'poison' THEN RAISE 'refused'; END IF; RETURN NEW; END $$
        """
    )
    await stage.ask("CREATE TRIGGER refuse BEFORE INSERT ON command FOR EACH ROW EXECUTE FUNCTION refuse()")
    await stage.go(200)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE hold = 2") == 1
    assert await stage.results(3) == ["failed"]
    assert await stage.number("SELECT count(*) FROM command") == 4
    counts = await stage.counts(journey)
    assert (counts[0, "parked"], counts[0, "here"], counts[1, "here"]) == (1, 1, 4)


async def test_what_happened_before_the_entry_does_not_count(stage: Stage) -> None:
    await stage.publish(LADDER)
    [person] = await stage.person()
    before = stage.event(TRACKED, person, at=START - timedelta(seconds=9), name="signed_up")
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.hear(before)
    await stage.go(1000)
    assert (await stage.results())[1] == "timeout"


async def test_another_identity_of_the_person_may_answer(stage: Stage) -> None:
    await stage.publish(LADDER)
    follower = IdentityRef(IdentityKind.FOLLOWER, "wx1", "oA")
    visitor = IdentityRef(IdentityKind.VISITOR, "site", "v1")
    one, other = await stage.person(follower, visitor)
    await stage.hear(stage.event(SUBSCRIBED, one))
    await stage.go(5)
    await stage.hear(stage.event(TRACKED, other, name="signed_up"))
    await stage.go()
    assert (await stage.results())[1] == "event_0"


@pytest.mark.parametrize(
    ("policy", "runs"),
    [
        ({"again": "never"}, 1),
        ({"again": "after_end"}, 2),
        ({"again": "always"}, 3),
        ({"again": "always", "pause_seconds": 400}, 2),
        ({"per": "event"}, 3),
        ({"per": "event.order"}, 2),
    ],
)
async def test_who_may_come_again(stage: Stage, policy: dict[str, Any], runs: int) -> None:
    await stage.publish(ladder(**policy))
    follower = IdentityRef(IdentityKind.FOLLOWER, "wx1", "oA")
    one, other = await stage.person(follower, IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wmA"))
    events = [stage.event(SUBSCRIBED, one, order="A")]
    await stage.hear(*events)
    await stage.go(100)
    events.append(stage.event(SUBSCRIBED, other, order="A"))
    await stage.hear(events[-1])
    await stage.go(500)
    events.append(stage.event(SUBSCRIBED, one, order="B"))
    await stage.hear(events[-1])
    await stage.hear(*events)
    assert await stage.number("SELECT count(*) FROM journey_run") == runs


@pytest.mark.parametrize("per", ["event.order", "person"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"again": "never"}, {"again": "after_end"}),
        ({"again": "never"}, {"again": "always", "pause_seconds": 400}),
        ({"again": "after_end"}, {"again": "never"}),
        ({"again": "always"}, {"again": "never"}),
    ],
)
async def test_a_new_policy_of_entry_knows_the_runs_of_the_old_one(
    stage: Stage, per: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    journey = await stage.publish(ladder(per=per, **before))
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person, order="A"))
    await stage.go(100)
    await stage.publish(ladder(per=per, **after), journey)
    await stage.hear(stage.event(SUBSCRIBED, person, order="A"))
    assert await stage.number("SELECT count(*) FROM journey_run") == 1
    # Another one whose key begins alike comes in.
    [other] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, other, order="AA"))
    assert await stage.number("SELECT count(*) FROM journey_run") == 2


async def test_runs_of_before_are_looked_up_key_by_key_however_many_the_journey_has(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compared with all keys of a batch, 200,000 runs took seconds while the batch held its locks."""
    async with stage.units.begin() as unit:
        await run(
            unit.connection,
            """
            INSERT INTO journey_run (journey_id, version_id, entry_key, identity_id, unit, entered_at, began_at)
            SELECT 1, 1, 'of_' || n || CASE WHEN n % 2 = 0 THEN ':' || n ELSE '' END, n, n, now(), now()
            FROM generate_series(1, 20000) AS n
            """,
        )
        await run(unit.connection, "ANALYZE journey_run")
    keys = [(1, f"of_{number}") for number in range(1, 501)]
    async with stage.units.begin() as unit:
        assert {row.base for row in await repository.find_keyed(unit.connection, keys)} == {base for _, base in keys}

    async def explain(connection: Any, sql: str, *arguments: object) -> Any:
        return await run(connection, f"EXPLAIN {sql}", *arguments)

    monkeypatch.setattr(repository, "run", explain)
    async with stage.units.begin() as unit:
        plan = "\n".join(row[0] for row in await repository.find_keyed(unit.connection, keys))
    assert "uq_journey_run_journey_id_entry_key" in plan
    assert "Join Filter" not in plan
    assert "Seq Scan" not in plan


async def test_runs_stay_on_their_version(stage: Stage) -> None:
    journey = await stage.publish(LADDER)
    [old], [new] = await stage.person(), await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, old))
    await stage.go(10)
    nodes = [{**HOOK, "id": "only", "next": "end"}, END]
    await stage.publish({**LADDER, "nodes": nodes}, journey)
    await stage.hear(stage.event(SUBSCRIBED, new), stage.event(TRACKED, old, name="signed_up"))
    await stage.go(10)
    assert await stage.results(1) == ["enqueued", "event_0", "enqueued", "finished"]
    assert await stage.results(2) == ["enqueued", "finished"]


async def test_a_goal_counts_once_even_after_the_run_has_ended(stage: Stage) -> None:
    goal = {"events": [{"kind": "LinkOpened"}], "within_seconds": 86_400}
    journey = await stage.publish({**LADDER, "goal": goal})
    [early], [late], [never] = await stage.person(), await stage.person(), await stage.person()
    await stage.hear(*(stage.event(SUBSCRIBED, each) for each in (early, late, never)))
    await stage.go(10)
    await stage.hear(stage.event(OPENED, early))
    await stage.go(1000)
    opened = stage.event(OPENED, late)
    await stage.hear(opened, opened, stage.event(OPENED, early))
    await stage.hear(opened, stage.event(OPENED, late))
    await stage.go(90_000)
    await stage.hear(stage.event(OPENED, never))
    counts = await stage.counts(journey)
    assert (counts[-1, "goal"], counts[-1, "ended_goal"], counts[-1, "ended_finished"]) == (2, 1, 2)
    assert not any(what == "here" for _, what in counts)


async def test_a_held_out_person_gets_nothing_and_counts(stage: Stage) -> None:
    nodes = [{"id": "hold", "type": "holdout", "percent": 50, "next": "hi"}, *LADDER["nodes"]]
    goal = {"events": [{"kind": "LinkOpened"}], "within_seconds": 86_400}
    journey = await stage.publish({**LADDER, "goal": goal, "nodes": nodes})
    people = [(await stage.person())[0] for _ in range(60)]
    await stage.hear(*(stage.event(SUBSCRIBED, each) for each in people))
    await stage.go(10)
    counts = await stage.counts(journey)
    held = counts[-1, "ended_held_out"]
    assert 10 < held < 50
    assert await stage.number("SELECT count(*) FROM command") == 60 - held
    await stage.hear(*(stage.event(OPENED, each) for each in people))
    assert (await stage.counts(journey))[-1, "goal"] == 60


async def test_a_message_goes_to_the_person_as_a_follower(stage: Stage) -> None:
    await stage.ask(
        "INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)"
        " VALUES ('official_account', '号', 'wx1', 'http://localhost', 'k', 'ready', $1, $1)",
        START,
    )
    nodes = [{"id": "say", "type": "send_service_message", "account_id": 1, "text": "您好", "next": "end"}, END]
    await stage.publish({**LADDER, "nodes": nodes})
    follower = IdentityRef(IdentityKind.FOLLOWER, "wx1", "oABC")
    [_, contact] = await stage.person(follower, IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wmA"))
    [stranger] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, contact), stage.event(SUBSCRIBED, stranger))
    await stage.go()
    assert [(await stage.results(number))[0] for number in (1, 2)] == ["enqueued", "no_follower"]
    [command] = await stage.ask("SELECT name, subject_id, body FROM command")
    assert (command.name, command.subject_id) == (CommandName.SEND_SERVICE_MESSAGE, follower.id)
    assert command.body == {"openid": "oABC", "text": "您好"}


async def test_what_became_of_a_send_is_counted_once(stage: Stage) -> None:
    journey = await stage.publish(LADDER)
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go()
    sent = stage.event(EventKind.COMMAND_SENT, person, command="DeliverWebhook", key="journey:1:0")
    await stage.hear(sent, sent)
    await stage.hear(sent)
    await stage.hear(stage.event(EventKind.COMMAND_SENT, person, command="X", key="journey:x:0"))
    assert (await stage.counts(journey))[0, "sent"] == 1


async def test_a_failure_that_turns_out_well_is_no_reason_to_pause(stage: Stage) -> None:
    journey = await stage.publish(LADDER)
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go()

    async def learn(kind: EventKind) -> tuple[int, int]:
        await stage.hear(stage.event(kind, person, command="DeliverWebhook", key="journey:1:0"))
        await stage.go()
        return await judged(stage, journey)

    assert await learn(EventKind.COMMAND_FAILED) == (1, 1)
    assert await learn(EventKind.COMMAND_SENT) == (1, 0)


async def test_failures_of_before_that_turn_out_well_excuse_none_of_later(stage: Stage) -> None:
    """Who mends, lets the journey go on and replays dead letters must hear of what fails then."""
    journey = await stage.publish(LADDER)
    [person], [other] = await stage.person(), await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person), stage.event(SUBSCRIBED, other))
    await stage.go()
    await stage.hear(stage.event(EventKind.COMMAND_FAILED, person, command="DeliverWebhook", key="journey:1:0"))
    await stage.go()
    await stage.ask("UPDATE journey SET tried = 0, failed = 0 RETURNING 1")  # as when it goes on after a pause
    for number in (1, 2):
        key = f"journey:{number}:0"
        await stage.hear(stage.event(EventKind.COMMAND_SENT, person, command="DeliverWebhook", key=key))
    await stage.go()
    assert await judged(stage, journey) == (1, 0)


async def judged(stage: Stage, journey_id: int) -> tuple[int, int]:
    """How many steps that may fail were tried, and how many did, since it was last let go on."""
    [row] = await stage.ask("SELECT tried, failed FROM journey WHERE id = $1", journey_id)
    return row.tried, row.failed


async def test_erasing_somebody_ends_their_runs(stage: Stage) -> None:
    journey = await stage.publish(LADDER)
    [gone], [stays] = await stage.person(), await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, gone), stage.event(SUBSCRIBED, stays))
    await stage.go(10)
    async with stage.units.begin() as unit:
        unit.append(IdentitiesForgotten(frozenset({gone}), frozenset({gone})))
    async with stage.units.begin() as unit:
        assert await end_runs_of(unit, [gone], "opted_out") == 0
    await stage.go(1000)
    counts = await stage.counts(journey)
    assert (counts[-1, "ended_erased"], counts[-1, "ended_finished"]) == (1, 1)


async def test_two_workers_share_the_work_and_do_nothing_twice(stage: Stage) -> None:
    journey = await stage.publish(ladder(per="event"))
    people = [(await stage.person())[0] for _ in range(20)]
    for _ in range(60):
        await stage.hear(*(stage.event(SUBSCRIBED, each) for each in people))
    other = JourneyRunner(stage.units)

    async def work(runner: JourneyRunner) -> None:
        while await runner.work():
            pass

    async def answer(person: int) -> None:
        await stage.hear(stage.event(TRACKED, person, name="signed_up"))

    await asyncio.gather(work(stage.runner), work(other), *map(answer, people[:10]))
    stage.clock.at += timedelta(seconds=400)
    await asyncio.gather(work(stage.runner), work(other), *map(answer, people))
    await stage.go(1000)
    rows = await stage.ask("SELECT run_id, count(*) AS n FROM journey_step GROUP BY 1")
    assert {row.n for row in rows} == {4}
    assert await stage.number("SELECT count(*) FROM command") == 2 * 1200
    counts = await stage.counts(journey)
    assert counts[-1, "ended_finished"] == 1200
    assert counts[1, "event_0"] + counts[1, "timeout"] == 1200
    assert counts[1, "event_0"] == 600
    assert not any(what == "here" for _, what in counts)


async def test_entering_the_same_person_twice_at_once_is_one_run(stage: Stage) -> None:
    journey = await stage.publish(ladder(again="after_end"))
    [person] = await stage.person()

    async def come(number: int) -> None:
        async with stage.units.begin() as unit:
            versions = await load_versions(unit, [stage.versions[journey]])
            version = versions[stage.versions[journey]]
            name = f"api_{number}"
            await enter(
                unit, [Arrival(version, 1, person, person, f"person_{person}", name, (unit.now, 0), {}, "trace")]
            )

    await asyncio.gather(*map(come, range(4)))
    assert await stage.number("SELECT count(*) FROM journey_run") == 1


async def test_a_split_counts_whom_it_draws_for_once_however_often_they_come(stage: Stage) -> None:
    back = {"id": "back", "type": "delay", "for_seconds": 60, "next": "split"}
    arms = [{"name": "a", "weight": 1, "next": "back"}, {"name": "b", "weight": 1, "next": "back"}]
    document = {
        "entry": {"events": [{"kind": "FollowerSubscribed"}], "again": "always"},
        "max_steps": 5,
        "nodes": [{"id": "split", "type": "split", "arms": arms}, back],
    }
    journey = await stage.publish(document)
    people = [(await stage.person())[0] for _ in range(6)]
    for _ in range(2):
        await stage.hear(*(stage.event(SUBSCRIBED, each) for each in people))
        await stage.go(600)
    counts = await stage.counts(journey)

    def drawn(first: str) -> int:
        return sum(counts.get((0, f"{first}arm_{name}"), 0) for name in "ab")

    assert (drawn(""), drawn("first_")) == (6 * 2 * 3, 6)
    await stage.publish(document, journey)
    await stage.hear(stage.event(SUBSCRIBED, people[0]))
    await stage.go(600)
    counts = await stage.counts(journey)
    assert (drawn(""), drawn("first_")) == (3, 1), "another version is another split"
