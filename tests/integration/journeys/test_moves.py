"""People who go over to another version: where they stand, what they wait for, what the counts and the trace say."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from weloop.contracts.events import EventKind
from weloop.journeys import moves, repository, sweeps
from weloop.journeys.counts import read_counts
from weloop.journeys.errors import MoveInvalid, VersionUnreadable
from weloop.journeys.models import VersionRow
from weloop.journeys.moves import forget_moves, move, plan_move
from weloop.journeys.runner import MAX_TRIES, JourneyRunner
from weloop.journeys.shelf import _SHELVES
from weloop.journeys.sweeps import RELEASE, begin, sweep
from weloop.kit.db import to_json

from .conftest import Stage
from .test_notices import INVITE, follower

ENTRY = {"events": [{"kind": "FollowerSubscribed"}]}
DAY = 86_400


def delay(name: str, seconds: int, to: str | None) -> dict[str, Any]:
    return {"id": name, "type": "delay", "for_seconds": seconds, "next": to}


def wait(name: str, *cases: tuple[str, str | None], otherwise: str | None = None) -> dict[str, Any]:
    listed = [{"kind": kind, "next": to} for kind, to in cases]
    return {"id": name, "type": "wait", "cases": listed, "timeout_seconds": DAY, "otherwise": otherwise}


def end(name: str) -> dict[str, Any]:
    return {"id": name, "type": "end", "outcome": name}


def document(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"entry": ENTRY, "nodes": list(nodes), **more}


async def enter(stage: Stage, count: int = 1) -> list[int]:
    """So many people follow; answers their identities."""
    people = [(await stage.person())[0] for _ in range(count)]
    await stage.hear(*(stage.event(EventKind.FOLLOWER_SUBSCRIBED, each) for each in people))
    await stage.go()
    return people


async def publish(stage: Stage, journey_id: int, new: dict[str, Any], nodes: dict[str, str]) -> tuple[int, int]:
    """A new version to which people are to be moved; answers the ids of the old one and the new one."""
    old_id = stage.versions[journey_id]
    await stage.publish(new, journey_id)
    new_id = stage.versions[journey_id]
    async with stage.units.begin() as unit:
        old, version = [await unit.session.get(VersionRow, each) for each in (old_id, new_id)]
        assert old is not None
        assert version is not None
        await plan_move(unit, old, version, nodes)
    return old_id, new_id


async def tidy(stage: Stage) -> None:
    """Move everybody, a transaction for each chunk."""
    while True:
        async with stage.units.begin() as unit:
            if not await move(unit):
                return


async def counts_of(stage: Stage, version_id: int) -> dict[tuple[int, str], int]:
    async with stage.units.begin() as unit:
        return {(row.node, row.what): row.n for row in await read_counts(unit, [version_id])}


async def test_who_waits_at_a_node_of_its_type_waits_on_and_the_counts_follow(stage: Stage) -> None:
    journey = await stage.publish(document(delay("pause", DAY, "end"), end("end")))
    await enter(stage, 3)
    new = document(end("first"), delay("pause", 60, "there"), end("there"))
    new["nodes"][0] = {"id": "first", "type": "goal", "next": "pause"}
    before = await stage.ask("SELECT run_id, due FROM journey_position ORDER BY 1")
    old_id, new_id = await publish(stage, journey, new, {"pause": "pause"})
    await tidy(stage)
    assert await stage.ask("SELECT run_id, due FROM journey_position ORDER BY 1") == before
    assert await counts_of(stage, old_id) == {(-1, "entered"): 3, (0, "moved"): 3}
    assert await counts_of(stage, new_id) == {(1, "here"): 3}
    await stage.go(DAY)
    assert await stage.results(1) == ["moved", "elapsed", "finished"]
    assert await counts_of(stage, new_id) == {(1, "elapsed"): 3, (2, "finished"): 3, (-1, "ended_there"): 3}
    assert await stage.number("SELECT count(*) FROM journey_move") == 0


async def test_all_others_begin_their_new_node_at_once_and_who_is_not_named_stays(stage: Stage) -> None:
    held = wait("held", ("MenuClicked", "end"))
    journey = await stage.publish(document(wait("ask", ("FollowerMessageReceived", "held")), held, end("end")))
    stays, goes = await enter(stage, 2)
    await stage.hear(stage.event(EventKind.FOLLOWER_MESSAGE_RECEIVED, stays))
    await stage.go()
    old_id, new_id = await publish(stage, journey, document(delay("other", 60, "end"), end("end")), {"ask": "other"})
    await tidy(stage)
    rows = await stage.ask("SELECT identity_id, version_id, listens FROM journey_position")
    where = {row.identity_id: (row.version_id, row.listens) for row in rows}
    assert where == {stays: (old_id, True), goes: (new_id, False)}
    await stage.go()
    due = stage.clock.at + timedelta(seconds=60)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE due = $1", due) == 1


async def test_an_answer_that_is_in_the_mail_counts_at_its_new_place(stage: Stage) -> None:
    cases = (("FollowerMessageReceived", "wrote"), ("MenuClicked", "clicked"))
    journey = await stage.publish(document(wait("ask", *cases), end("wrote"), end("clicked")))
    wrote, clicked = await enter(stage, 2)
    # The letters are there, but no worker has read them yet.
    await stage.hear(
        stage.event(EventKind.FOLLOWER_MESSAGE_RECEIVED, wrote), stage.event(EventKind.MENU_CLICKED, clicked)
    )
    turned = document(delay("new", 60, "ask"), wait("ask", cases[1]), end("clicked"))
    await publish(stage, journey, turned, {"ask": "ask"})
    await tidy(stage)
    await stage.go()
    rows = await stage.ask("SELECT identity_id, outcome FROM journey_run ORDER BY id")
    # Nothing accepts a message any more: that run waits on.
    assert {row.identity_id: row.outcome for row in rows} == {wrote: None, clicked: "clicked"}


async def pause(stage: Stage, journey_id: int) -> None:
    await stage.ask("UPDATE journey SET status = 'paused' WHERE id = $1 RETURNING 1", journey_id)


async def release(stage: Stage, journey_id: int) -> None:
    """Let those go on whom the pause held, as publishing does."""
    async with stage.units.begin() as unit:
        await begin(unit, journey_id, RELEASE)


async def test_whom_a_pause_held_does_nothing_of_the_version_that_was_mended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the chunks of those who are moved and those who are let go fall together."""
    monkeypatch.setattr(moves, "CHUNK", 4)
    monkeypatch.setattr(sweeps, "CHUNK", 4)
    cases = ("FollowerMessageReceived", "wrote")
    journey = await stage.publish(document(wait("ask", cases), end("wrote")))
    people = await enter(stage, 10)
    await pause(stage, journey)
    # The six before them wait on, and are moved first.
    await stage.hear(*(stage.event(EventKind.FOLLOWER_MESSAGE_RECEIVED, each) for each in people[6:]))
    await stage.go()
    assert await stage.number("SELECT count(*) FROM journey_position WHERE hold = 1") == 4
    mended = document(wait("ask", (cases[0], "mended")), end("mended"))
    await publish(stage, journey, mended, {"ask": "ask"})
    await release(stage, journey)
    await stage.go()
    rows = await stage.ask("SELECT outcome, count(*) AS n FROM journey_run GROUP BY 1 ORDER BY 1")
    assert [(row.outcome, row.n) for row in rows] == [("mended", 4), (None, 6)]
    assert await stage.number("SELECT count(*) FROM journey_sweep") == 0


async def test_nobody_is_let_go_while_people_of_the_journey_move_and_others_are(stage: Stage) -> None:
    first, other = [await stage.publish(document(delay("pause", 60, None))) for _ in range(2)]
    await enter(stage)
    for journey in (first, other):
        await pause(stage, journey)
    await stage.go(60)
    await publish(stage, first, document(delay("pause", 60, "end"), end("end")), {"pause": "pause"})
    await stage.ask("UPDATE journey SET status = 'live' RETURNING 1")
    for journey in (first, other):
        await release(stage, journey)
    while True:
        async with stage.units.begin() as unit:
            if not await sweep(unit):
                break
    rows = await stage.ask("SELECT journey_id, hold FROM journey_position ORDER BY 1")
    assert [tuple(row) for row in rows] == [(first, 1), (other, 0)]
    await stage.go()
    assert await stage.number("SELECT count(*) FROM journey_position") == 0


async def test_a_worker_that_moves_people_looks_again_at_once_until_all_are_moved_and_let_go(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves, "CHUNK", 4)
    journey = await stage.publish(document(delay("pause", DAY, None)))
    await enter(stage, 6)
    await publish(stage, journey, document(delay("pause", DAY, None)), {"pause": "pause"})
    await release(stage, journey)
    await stage.runner.work()
    assert await stage.number("SELECT count(*) FROM journey_move") == 1
    while (await stage.runner.next_due()).seconds(stage.clock) <= 0:
        await stage.runner.work()
    assert await stage.ask("SELECT 1 FROM journey_move UNION ALL SELECT 1 FROM journey_sweep") == []


async def test_who_may_not_be_moved_yet_gives_a_worker_no_work(stage: Stage) -> None:
    """Those whom a pause held wait for a move that only another release can do: nobody asks for them all the time."""
    journey = await stage.publish(document(delay("pause", DAY, None)))
    await enter(stage)
    old_id, _ = await publish(stage, journey, document(delay("pause", DAY, None)), {"pause": "pause"})
    await release(stage, journey)
    await stage.ask("UPDATE journey_version SET definition = '{}' WHERE id = $1 RETURNING 1", old_id)
    _SHELVES.clear()
    assert await stage.runner.work() == 0
    assert (await stage.runner.next_due()).seconds(stage.clock) > 0
    assert await stage.number("SELECT count(*) FROM journey_sweep") == 1


async def test_nobody_is_moved_from_a_version_that_cannot_be_read(stage: Stage) -> None:
    journey = await stage.publish(document(delay("pause", DAY, None)))
    await stage.ask(
        """UPDATE journey_version SET definition = jsonb_set(definition, '{nodes,0,type}', '"teleport"') RETURNING 1"""
    )
    _SHELVES.clear()
    with pytest.raises(VersionUnreadable):
        await publish(stage, journey, document(delay("pause", DAY, None)), {"pause": "pause"})


async def test_who_came_into_the_group_before_the_move_has_joined(stage: Stage) -> None:
    journey = await stage.publish(INVITE)
    [joined, stays] = [await follower(stage, name) for name in ("oJ", "oS")]
    await stage.hear(*(stage.event(EventKind.FOLLOWER_SUBSCRIBED, each) for each in (joined, stays)))
    await stage.go()
    await pause(stage, journey)
    await stage.hear(stage.event(EventKind.GROUP_JOINED, joined, state="abc"))
    await stage.go()
    [invite, *ends] = INVITE["nodes"]
    mended = {**INVITE, "nodes": [delay("first", 60, "invite"), {**invite, "text": "群"}, *ends]}
    await publish(stage, journey, mended, {"invite": "invite"})
    await release(stage, journey)
    await stage.go(3601)
    rows = await stage.ask("SELECT identity_id, outcome FROM journey_run ORDER BY id")
    assert {row.identity_id: row.outcome for row in rows} == {joined: "in", stays: "out"}


async def test_who_is_parked_is_let_go_at_the_new_node(stage: Stage) -> None:
    broken = {"id": "when", "type": "until_date", "field": "person.name", "next": "end"}
    journey = await stage.publish(document(broken, end("end")))
    await enter(stage)
    await stage.go(3600)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE hold = 2 AND tries = $1", MAX_TRIES) == 1
    await publish(stage, journey, document(delay("when", 60, "end"), end("end")), {"when": "when"})
    await tidy(stage)
    await stage.go(60)
    assert await stage.results() == ["failed", "moved", "elapsed", "finished"]


async def test_what_the_new_version_asks_of_the_entry_comes_out_of_the_log(stage: Stage) -> None:
    branch = {
        "id": "where",
        "type": "branch",
        "cases": [{"when": {"op": "is", "field": "event.scene", "value": "expo"}, "next": "expo"}],
        "otherwise": "other",
    }
    journey = await stage.publish(document(delay("pause", DAY, "end"), end("end")))
    [identity] = await stage.person()
    await stage.log(stage.event(EventKind.FOLLOWER_SUBSCRIBED, identity, scene="expo"))
    await stage.go()
    await publish(stage, journey, document(branch, end("expo"), end("other")), {"pause": "where"})
    await tidy(stage)
    await stage.go()
    assert (await stage.ask("SELECT outcome FROM journey_run"))[0].outcome == "expo"


async def test_the_goal_of_the_new_version_is_theirs(stage: Stage) -> None:
    journey = await stage.publish(document(delay("pause", DAY, "end"), end("end")))
    [person] = await enter(stage)
    goal = {"events": [{"kind": "MenuClicked"}], "within_seconds": 3600, "ends_run": True}
    _, new_id = await publish(stage, journey, document(delay("pause", DAY, None), goal=goal), {"pause": "pause"})
    await tidy(stage)
    stage.clock.at += timedelta(minutes=5)
    await stage.hear(stage.event(EventKind.MENU_CLICKED, person))
    assert (await counts_of(stage, new_id))[-1, "goal"] == 1


async def test_the_goal_of_the_new_version_is_reckoned_from_what_brought_the_run_in_too(stage: Stage) -> None:
    journey = await stage.publish(document(delay("pause", DAY, None)))
    [person] = await stage.person()
    began = stage.clock.at - timedelta(hours=1)
    await stage.hear(stage.event(EventKind.FOLLOWER_SUBSCRIBED, person, at=began))
    await stage.go()
    goal = {"events": [{"kind": "MenuClicked"}], "within_seconds": 3600, "ends_run": True}
    await publish(stage, journey, document(delay("pause", DAY, None), goal=goal), {"pause": "pause"})
    await tidy(stage)
    [row] = await stage.ask("SELECT goal_until FROM journey_run")
    assert row.goal_until == began + timedelta(hours=1)


async def test_a_version_that_cannot_be_read_holds_up_no_other_move_and_no_schedule(stage: Stage) -> None:
    """Another release knew a type of node that this one does not: its people move when it is there again."""
    broken, sound = [await stage.publish(document(delay("pause", DAY, None))) for _ in range(2)]
    await enter(stage)
    new = document(delay("pause", 60, None))
    old_id, _ = await publish(stage, broken, new, {"pause": "pause"})
    _, new_id = await publish(stage, sound, new, {"pause": "pause"})
    [row] = await stage.ask("SELECT definition FROM journey_version WHERE id = $1", old_id)
    await stage.ask(
        """UPDATE journey_version SET definition = jsonb_set(definition, '{nodes,0,type}', '"teleport"')
        WHERE id = $1 RETURNING 1""",
        old_id,
    )
    _SHELVES.clear()  # as in a process of the other release
    await tidy(stage)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE version_id = $1", new_id) == 1
    await stage.ask(
        "UPDATE journey_version SET definition = $2::jsonb WHERE id = $1 RETURNING 1", old_id, to_json(row[0])
    )
    _SHELVES.clear()
    stage.clock.at += timedelta(minutes=2)
    await tidy(stage)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE version_id = $1", old_id) == 0
    assert await stage.number("SELECT count(*) FROM journey_move") == 0


async def test_what_becomes_of_a_send_counts_where_it_was_sent(stage: Stage) -> None:
    call = {"id": "call", "type": "webhook", "webhook_id": 5, "next": "pause"}
    journey = await stage.publish(document(call, delay("pause", DAY, "end"), end("end")))
    [person] = await enter(stage)
    old_id, new_id = await publish(stage, journey, document(delay("pause", DAY, None)), {"pause": "pause"})
    await tidy(stage)
    for _ in range(2):
        await stage.hear(
            stage.event(EventKind.COMMAND_FAILED, person, key="journey:1:0", code="rejected", reason="410 Gone")
        )
    assert (await counts_of(stage, old_id))[0, "failed"] == 1
    assert (0, "failed") not in await counts_of(stage, new_id)
    [step] = await stage.ask("SELECT outcome, detail FROM journey_step WHERE seq = 0")
    assert (step.outcome, step.detail["error"]) == ("failed", "410 Gone")


async def test_a_second_move_waits_for_the_first(stage: Stage) -> None:
    journey = await stage.publish(document(delay("a", DAY, "end"), end("end")))
    await enter(stage, 2)
    await publish(stage, journey, document(delay("b", DAY, "end"), end("end")), {"a": "b"})
    _, newest = await publish(stage, journey, document(delay("c", DAY, "end"), end("end")), {"b": "c"})
    await tidy(stage)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE version_id = $1", newest) == 2
    assert await stage.results(1) == ["moved", "moved"]


async def test_stopping_leaves_nobody_to_be_moved(stage: Stage) -> None:
    journey = await stage.publish(document(delay("a", DAY, "end"), end("end")))
    await enter(stage)
    old_id, _ = await publish(stage, journey, document(delay("b", DAY, None)), {"a": "b"})
    async with stage.units.begin() as unit:
        await forget_moves(unit, journey)
    await tidy(stage)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE version_id = $1", old_id) == 1


async def test_a_chunk_that_dies_is_done_again_as_if_it_had_never_begun(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves, "CHUNK", 4)
    journey = await stage.publish(document(delay("a", DAY, "end"), end("end")))
    await enter(stage, 10)
    old_id, new_id = await publish(stage, journey, document(delay("b", DAY, None)), {"a": "b"})
    save, calls = repository.save_steps, []

    async def die_once(*arguments: Any) -> None:
        calls.append(1)
        await save(*arguments)
        if len(calls) == 2:
            raise ConnectionError("killed")

    monkeypatch.setattr(repository, "save_steps", die_once)
    with pytest.raises(ConnectionError):
        await tidy(stage)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE version_id = $1", new_id) == 4
    await tidy(stage)
    assert await stage.number("SELECT count(*) FROM journey_position WHERE version_id = $1", new_id) == 10
    assert await stage.number("SELECT max(n) FROM (SELECT count(*) AS n FROM journey_step GROUP BY run_id) AS s") == 1
    assert await counts_of(stage, new_id) == {(0, "here"): 10}
    assert await counts_of(stage, old_id) == {(-1, "entered"): 10, (0, "moved"): 10}


async def test_workers_that_run_meanwhile_lose_and_double_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "CHUNK", 7)
    monkeypatch.setattr("weloop.journeys.runner.BATCH", 5)
    steps = [delay(f"d{number}", 1, f"d{number + 1}") for number in range(6)]
    journey = await stage.publish(document(*steps, end("d6")))
    people = [(await stage.person())[0] for _ in range(120)]
    await stage.hear(*(stage.event(EventKind.FOLLOWER_SUBSCRIBED, each) for each in people))
    other = [delay(f"e{number}", 1, f"e{number + 1}") for number in range(6)]
    mapping = {f"d{number}": f"e{number}" for number in range(6)}
    old_id, new_id = await publish(stage, journey, document(*other, end("e6")), mapping)
    runners = [JourneyRunner(stage.units) for _ in range(3)]

    async def work(runner: JourneyRunner) -> None:
        for _ in range(60):
            await runner.work()

    async def pass_time() -> None:
        for _ in range(40):
            await asyncio.sleep(0)
            await tidy(stage)
            stage.clock.at += timedelta(milliseconds=300)

    await asyncio.gather(*map(work, runners), pass_time())
    await stage.go(60)
    assert await stage.number("SELECT count(*) FROM journey_position") == 0
    rows = await stage.ask(
        "SELECT r.outcome, array_agg(s.seq ORDER BY s.seq) AS seqs, count(*) FILTER (WHERE s.result = 'moved') AS moved"
        " FROM journey_run AS r JOIN journey_step AS s ON s.run_id = r.id GROUP BY r.id"
    )
    assert len(rows) == 120
    for row in rows:
        # A run is moved once at most, and does each of its seven nodes once.
        assert row.seqs == list(range(7 + row.moved))
        assert (row.moved, row.outcome) in {(1, "e6"), (0, "d6")}
    assert sum(row.moved for row in rows) > 0
    for version_id in (old_id, new_id):
        here = {key: n for key, n in (await counts_of(stage, version_id)).items() if key[1] == "here"}
        assert here == {}


async def test_who_has_a_task_out_with_a_member_is_not_moved(stage: Stage) -> None:
    task = {"id": "call", "type": "staff_task", "account_id": 1, "title": "致电", "within_hours": 8, "done": "end"}
    journey = await stage.publish(document(task, end("end")))
    with pytest.raises(MoveInvalid) as refused:
        await publish(stage, journey, document(delay("pause", 60, None)), {"call": "pause"})
    assert refused.value.params == {"number": 1, "node": "call"}
