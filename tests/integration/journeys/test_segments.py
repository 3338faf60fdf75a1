"""Journeys ask who is a member, let go of who is one no more, and keep the segments that they name."""

import asyncio
from typing import Any

import pytest

from weloop.access.api import CurrentUser, Role
from weloop.audience.api import SegmentKeeper
from weloop.audience.errors import SegmentUsed
from weloop.audience.segments import archive_segment, create_segment
from weloop.contracts.events import EventKind
from weloop.entrypoints.bootstrap import build_terms
from weloop.journeys.api import end_runs_of
from weloop.journeys.errors import JourneyInvalid
from weloop.journeys.publishing import examine, no_webhooks
from weloop.journeys.service import create_journey, publish
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

from .conftest import Stage
from .test_runs import SUBSCRIBED

AUTHOR = CurrentUser(1, "lina", "李娜", Role.OPERATOR, "zh-CN", "light", "csrf", b"")
ENTRY = {"events": [{"kind": "FollowerSubscribed"}], "again": "always"}


def branching(segment: int, **more: Any) -> dict[str, Any]:
    """Members end as ``member`` an hour later than the rest."""
    case = {"when": {"op": "is", "field": f"segment.{segment}", "value": True}, "next": "in"}
    return {
        "entry": ENTRY,
        "nodes": [
            {"id": "where", "type": "branch", "cases": [case], "otherwise": "out"},
            {"id": "in", "type": "delay", "for_seconds": 3600, "next": "end"},
            {"id": "end", "type": "end", "outcome": "member"},
            {"id": "out", "type": "end", "outcome": "stranger"},
        ],
        **more,
    }


async def make_segment(stage: Stage, *identities: int) -> int:
    """A segment with the persons of these identities."""
    [row] = await stage.ask(
        """
        INSERT INTO segment (name, note, rule, timed, state, size, created_at, updated_at, revision, refresh_at)
        VALUES ('老客户', '', '{"op": "known", "field": "person.name"}', false, 'ready', 0, now(), now(), 1, now())
        RETURNING id
        """
    )
    await join(stage, row.id, *identities)
    return int(row.id)


async def join(stage: Stage, segment: int, *identities: int) -> None:
    """Make members."""
    await stage.ask(
        """
        INSERT INTO segment_member (segment_id, person_id, identity_id, since)
        SELECT $1, person_id, id, now() FROM identity WHERE id = ANY ($2::bigint[])
        """,
        segment,
        list(identities),
    )


async def leave(stage: Stage, segment: int, identity: int) -> None:
    """Nobody tells yet."""
    await stage.ask("DELETE FROM segment_member WHERE segment_id = $1 AND identity_id = $2", segment, identity)


async def test_a_branch_asks_who_is_a_member(stage: Stage) -> None:
    [member], [stranger] = await stage.person(), await stage.person()
    segment = await make_segment(stage, member)
    journey = await stage.publish(branching(segment))
    await stage.hear(stage.event(SUBSCRIBED, member), stage.event(SUBSCRIBED, stranger))
    await stage.go(4000)
    counts = await stage.counts(journey)
    assert (counts[-1, "ended_member"], counts[-1, "ended_stranger"]) == (1, 1)
    rows = await stage.ask("SELECT detail FROM journey_step WHERE result = 'case_0'")
    assert [row.detail for row in rows] == [{f"segment.{segment}": True}]


async def test_an_entry_asks_who_is_a_member(stage: Stage) -> None:
    [member], [stranger] = await stage.person(), await stage.person()
    segment = await make_segment(stage, member)
    where = {"op": "is", "field": f"segment.{segment}", "value": False}
    entry = {"events": [{"kind": "FollowerSubscribed", "where": where}]}
    await stage.publish({"entry": entry, "nodes": [{"id": "d", "type": "delay", "for_seconds": 60}]})
    await stage.hear(stage.event(SUBSCRIBED, member), stage.event(SUBSCRIBED, stranger))
    assert [row.identity_id for row in await stage.ask("SELECT identity_id FROM journey_run")] == [stranger]


async def test_who_leaves_the_segment_leaves_the_journey(stage: Stage) -> None:
    [one], [other] = await stage.person(), await stage.person()
    segment = await make_segment(stage, one, other)
    leaving = await stage.publish(branching(segment, exit={"segment": segment}))
    keeping = await stage.publish(branching(segment))
    await stage.hear(stage.event(SUBSCRIBED, one), stage.event(SUBSCRIBED, other))
    await stage.go(10)
    await leave(stage, segment, one)
    elsewhere = stage.event(EventKind.SEGMENT_LEFT, other, segment_id=segment + 1)
    left = stage.event(EventKind.SEGMENT_LEFT, one, segment_id=segment)
    await stage.hear(left, left, elsewhere)
    rows = await stage.ask("SELECT journey_id, identity_id FROM journey_position ORDER BY 1, 2")
    assert [tuple(row) for row in rows] == [(leaving, other), *sorted((keeping, each) for each in (one, other))]
    assert (await stage.counts(leaving))[-1, "ended_left_segment"] == 1


async def test_who_came_and_left_before_anybody_was_told_is_let_go(stage: Stage) -> None:
    [person] = await stage.person()
    segment = await make_segment(stage)
    where = {"op": "is", "field": "event.segment_id", "value": segment}
    entry = {"events": [{"kind": "SegmentEntered", "where": where}], "again": "after_end"}
    await stage.publish({**branching(segment, exit={"segment": segment}), "entry": entry, "nodes": [WAIT]})
    came = stage.event(EventKind.SEGMENT_ENTERED, person, segment_id=segment)
    left = stage.event(EventKind.SEGMENT_LEFT, person, segment_id=segment)
    await stage.go(30)
    await stage.hear(came, left)
    assert [row.outcome for row in await stage.ask("SELECT outcome FROM journey_run")] == ["left_segment"]
    # And comes again: the old leaving, told once more, does not end the new run.
    await join(stage, segment, person)
    await stage.hear(left, stage.event(EventKind.SEGMENT_ENTERED, person, segment_id=segment))
    await stage.hear(left)
    assert await stage.number("SELECT count(*) FROM journey_position") == 1


WAIT = {"id": "d", "type": "delay", "for_seconds": 3600}


async def test_a_segment_that_a_live_journey_names_is_not_archived(stage: Stage) -> None:
    segment = await make_segment(stage)
    async with stage.units.begin() as unit:
        _, _, faults = await examine(unit, branching(segment + 1, exit={"segment": segment + 2}), no_webhooks)
    assert [(each.node, each.field, each.code) for each in faults] == [
        ("", "exit.segment", "segment_unknown"),
        ("where", "field", "segment_unknown"),
    ]
    entering = {"op": "is", "field": "event.segment_id", "value": segment}
    for naming in (
        branching(segment),
        {"exit": {"segment": segment}, "nodes": [WAIT]},
        {"entry": {"events": [{"kind": "SegmentEntered", "where": entering}]}, "nodes": [WAIT]},
    ):
        journey = await stage.publish(naming)
        with pytest.raises(SegmentUsed) as refused:
            async with stage.units.begin() as unit:
                await archive_segment(unit, build_terms(), AUTHOR, segment)
        assert refused.value.params == {"name": "流程", "count": 1}
        await stage.publish({"nodes": [WAIT]}, journey)
    async with stage.units.begin() as unit:
        assert (await archive_segment(unit, build_terms(), AUTHOR, segment)).archived_at is not None


@pytest.mark.parametrize("published_first", [True, False])
async def test_who_publishes_and_who_archives_at_once_wait_for_each_other(stage: Stage, published_first: bool) -> None:
    segment = await make_segment(stage)
    async with stage.units.begin() as unit:
        journey = await create_journey(unit, AUTHOR, "流程", branching(segment))

    async def publish_it() -> None:
        async with stage.units.begin() as unit:
            await publish(unit, AUTHOR, journey.id, 1, no_webhooks)
            await let_the_other_try(unit)

    async def archive_it() -> None:
        async with stage.units.begin() as unit:
            await archive_segment(unit, build_terms(), AUTHOR, segment)
            await let_the_other_try(unit)

    first, second = (publish_it, archive_it) if published_first else (archive_it, publish_it)
    others: list[asyncio.Task[None]] = []

    async def let_the_other_try(unit: UnitOfWork) -> None:
        if others:
            return
        others.append(asyncio.create_task(second()))
        waiting = """
            SELECT 1 FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
            WHERE d.datname = current_database() AND NOT granted
        """
        while not others[0].done() and not await run(unit.connection, waiting):
            await asyncio.sleep(0)
        assert not others[0].done()

    await first()
    with pytest.raises(SegmentUsed if published_first else JourneyInvalid):
        await others[0]


async def test_who_comes_into_a_journey_and_how_it_ends_is_judged_at_once(stage: Stage) -> None:
    [person] = await stage.person()
    await stage.ask(
        """
        INSERT INTO person (id, search, kinds, staff, resolved, conflict, first_seen_at, last_seen_at)
        VALUES ($1, '', '{}', '{}', false, false, now(), now()) RETURNING 1
        """,
        person,
    )
    goal = {"events": [{"kind": "PageViewed"}], "within_seconds": 7200, "ends_run": False}
    journey = await stage.publish({"entry": ENTRY, "goal": goal, "nodes": [WAIT]})
    other = await stage.publish({"entry": ENTRY, "nodes": [WAIT]})
    terms = build_terms()
    keeper = SegmentKeeper(stage.units, terms)
    segments = {}
    for state in ("in", "been", "goal", "never"):
        async with stage.units.begin() as unit:
            rule = {"op": "journey", "journey_id": journey, "state": state}
            segments[(await create_segment(unit, terms, AUTHOR, state, "", rule)).id] = state

    async def inside() -> set[str]:
        while await keeper.work():
            pass
        assert not await stage.ask("SELECT FROM segment WHERE timed OR drift > 0")
        return {segments[row.segment_id] for row in await stage.ask("SELECT segment_id FROM segment_member")}

    assert await inside() == {"never"}
    before = await stage.ask("SELECT id, refreshed_at FROM segment ORDER BY id")
    await stage.hear(stage.event(SUBSCRIBED, person))
    marks = {row.mark for row in await stage.ask("SELECT mark FROM segment_touch")}
    assert f"journey:{journey}" in marks
    assert f"journey:{other}" not in marks, "nobody listens"
    assert await inside() == {"in", "been"}
    await stage.go(60)
    await stage.hear(stage.event(EventKind.PAGE_VIEWED, person))
    assert await inside() == {"in", "been", "goal"}
    await stage.go(3600)
    assert await inside() == {"been", "goal"}
    await stage.hear(stage.event(SUBSCRIBED, person))
    assert await inside() == {"in", "been", "goal"}
    async with stage.units.begin() as unit:
        assert await end_runs_of(unit, [person], "left")
    assert await inside() == {"been", "goal"}
    assert await stage.ask("SELECT id, refreshed_at FROM segment ORDER BY id") == before, "not everybody"
