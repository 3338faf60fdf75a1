"""What a strict reader of the engine doubted: unreadable versions, late workers, merged persons, sends tried again."""

from datetime import timedelta

from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.journeys.api import fold_moves
from weloop.journeys.shelf import _SHELVES, load_versions

from .conftest import START, Stage
from .test_runs import LADDER, OPENED, SUBSCRIBED, TRACKED, ladder


async def test_a_version_that_cannot_be_read_holds_up_nobody_else(stage: Stage) -> None:
    """Another release knew a type of node that this one does not: its runs are parked, the others go on."""
    broken = await stage.publish(LADDER)
    sound = await stage.publish(LADDER)
    [person] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.ask(
        """UPDATE journey_version SET definition = jsonb_set(definition, '{nodes,0,type}', '"teleport"')
        WHERE journey_id = $1""",
        broken,
    )
    _SHELVES.clear()  # as in a process of the other release
    [other] = await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, other))
    await stage.go(200)
    rows = await stage.ask("SELECT journey_id, hold, error FROM journey_position ORDER BY hold")
    assert [(row.journey_id, row.hold) for row in rows] == [(sound, 0), (sound, 0), (broken, 2)]
    assert rows[-1].error == "version_unreadable"
    async with stage.units.begin() as unit:
        assert set(await load_versions(unit, list(stage.versions.values()))) == {stage.versions[sound]}


async def test_a_goal_is_reckoned_from_what_brought_the_run_in(stage: Stage) -> None:
    """The worker was down for an hour when the entry came: the goal has no hour more for that."""
    goal = {"events": [{"kind": "LinkOpened"}], "within_seconds": 3600, "ends_run": False}
    journey = await stage.publish({**LADDER, "goal": goal})
    [late], [timely] = await stage.person(), await stage.person()
    began = START - timedelta(hours=1)
    await stage.hear(stage.event(SUBSCRIBED, late, at=began), stage.event(SUBSCRIBED, timely, at=began))
    await stage.hear(stage.event(OPENED, late, at=began + timedelta(seconds=3601)))
    await stage.hear(stage.event(OPENED, timely, at=began + timedelta(seconds=3600)))
    assert (await stage.counts(journey))[-1, "goal"] == 1


async def test_what_is_heard_again_at_the_entry_is_held_against_the_person_too(stage: Stage) -> None:
    where = {"op": "unknown", "field": "person.company"}
    wait = {
        "id": "wait", "type": "wait", "timeout_seconds": 300, "cases": [{"kind": "Tracked", "where": where}],
    }  # fmt: skip
    await stage.publish({"entry": {"events": [{"kind": "FollowerSubscribed"}]}, "nodes": [wait]})
    [person] = await stage.person()
    await stage.ask(
        """INSERT INTO person (id, company, search, kinds, staff, resolved, conflict, first_seen_at, last_seen_at)
        SELECT person_id, '微环', '', '{}', '{}', true, false, $2, $2 FROM identity WHERE id = $1""",
        person,
        START,
    )
    entry = stage.event(SUBSCRIBED, person, at=START - timedelta(seconds=9))
    await stage.log(stage.event(TRACKED, person, at=START - timedelta(seconds=8), name="x"))
    await stage.log(entry)
    await stage.go(400)
    assert await stage.results() == ["timeout"]


async def test_what_is_known_better_of_a_send_replaces_what_was_known(stage: Stage) -> None:
    """A person sends a failed command again: the trace and the counts say sent, in any order of the news."""
    journey = await stage.publish(LADDER)
    [person], [other] = await stage.person(), await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, person), stage.event(SUBSCRIBED, other))
    await stage.go()
    refused, failed, sent = (
        stage.event(kind, person, command="DeliverWebhook", key="journey:1:0")
        for kind in (EventKind.COMMAND_REFUSED, EventKind.COMMAND_FAILED, EventKind.COMMAND_SENT)
    )
    for news in ((refused,), (failed,), (failed, sent), (refused,), (sent,)):
        await stage.hear(*news)
    counts = await stage.counts(journey)
    assert (counts[0, "sent"], counts.get((0, "failed")), counts.get((0, "refused"))) == (1, None, None)
    rows = await stage.ask("SELECT outcome FROM journey_step WHERE run_id = 1 AND seq = 0")
    assert rows[0].outcome == "sent"


async def test_two_who_turn_out_to_be_one_go_on_once(stage: Stage) -> None:
    per_person = await stage.publish(LADDER)
    per_event = await stage.publish(ladder(per="event"))
    [ahead], [behind] = await stage.person(), await stage.person()
    await stage.hear(stage.event(SUBSCRIBED, behind))
    await stage.ask("UPDATE journey_position SET due = due + interval '1 hour'")
    await stage.hear(stage.event(SUBSCRIBED, ahead))
    await stage.go()
    await stage.ask("UPDATE identity SET person_id = $1", ahead)
    async with stage.units.begin() as unit:
        await fold_moves(unit, frozenset({ahead, behind}))
    async with stage.units.begin() as unit:
        await fold_moves(unit, frozenset({ahead, behind}))
    rows = await stage.ask("SELECT journey_id, identity_id FROM journey_position ORDER BY journey_id, run_id")
    assert [(row.journey_id, row.identity_id) for row in rows] == [
        (per_person, ahead), (per_event, behind), (per_event, ahead),
    ]  # fmt: skip
    counts = await stage.counts(per_person)
    assert (counts[-1, "ended_merged"], counts[1, "here"], counts.get((0, "here"))) == (1, 1, None)


async def test_a_wait_does_not_run_out_while_another_identitys_answer_lies_in_the_log(stage: Stage) -> None:
    await stage.publish(LADDER)
    follower = IdentityRef(IdentityKind.FOLLOWER, "wx1", "oA")
    one, other = await stage.person(follower, IdentityRef(IdentityKind.VISITOR, "site", "v1"))
    await stage.hear(stage.event(SUBSCRIBED, one))
    await stage.go(100)
    answer = stage.event(TRACKED, other, name="signed_up")
    await stage.log(answer, handle=False)
    await stage.ask(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed) VALUES ($1, $2, $3, 1, $2, true)",
        answer.id,
        answer.recorded_at,
        other,
    )
    await stage.go(400)
    assert await stage.results() == ["enqueued"]
    await stage.hear(answer)
    await stage.ask("DELETE FROM inbox_pending")
    await stage.go(2)
    assert await stage.results() == ["enqueued", "event_0", "enqueued", "finished"]
