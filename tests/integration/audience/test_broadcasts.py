"""A broadcast to a segment: its list is of one rule, whatever becomes of the segment while it is made."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from weloop.audience.errors import SegmentUsed
from weloop.audience.segments import archive_segment
from weloop.contracts.events import EventKind
from weloop.features.broadcasts.api import BroadcastRunner
from weloop.features.broadcasts.models import BroadcastRow
from weloop.features.broadcasts.rules import load_limits
from weloop.kit.db import run

from .conftest import AUTHOR, Stage

VIEWED = {"op": "event", "kind": "PageViewed"}
PRICES = {**VIEWED, "where": {"op": "is", "field": "event.path", "value": "/pricing"}}
WAIT = timedelta(seconds=6)
"""A broadcast that waits for a segment looks again by then."""


class Broadcast:
    """One to a segment, worked on by hand, two persons at a time."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.runner = BroadcastRunner(stage.units)
        self.id = 0

    async def begin(self, segment_id: int) -> None:
        """Its time has come; nobody is chosen yet."""
        async with self.stage.units.begin() as unit:
            [account] = await run(
                unit.connection,
                "INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)"
                " VALUES ('wecom', 'test', 'ww1', 'http://localhost', 'k', 'ready', now(), now()) RETURNING id",
            )
            row = BroadcastRow(
                name="公开课",
                kind="mass_task",
                account_id=account.id,
                audience={"kind": "segment", "segment_id": segment_id},
                content={"text": "本周四公开课"},
                state="scheduled",
                next_at=unit.now,
                version=1,
                created_by=1,
                created_at=unit.now,
                updated_at=unit.now,
            )
            unit.session.add(row)
            await unit.session.flush()
            self.id = row.id
        await self.runner.work()

    async def chosen(self) -> set[int]:
        rows = await self.stage.ask("SELECT person_id FROM broadcast_recipient WHERE broadcast_id = $1", self.id)
        return {row.person_id for row in rows}

    async def state(self) -> tuple[str, Mapping[str, object] | None]:
        [row] = await self.stage.ask("SELECT state, failure FROM broadcast WHERE id = $1", self.id)
        return row.state, row.failure

    async def freeze(self) -> None:
        """Until the list is whole, or it cannot be made."""
        for _ in range(20):
            if (await self.state())[0] != "freezing":
                return
            self.stage.clock.at += WAIT
            await self.runner.work()
        raise AssertionError("the list is never whole")


@pytest.fixture
def broadcast(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Broadcast:
    monkeypatch.setitem(load_limits()["sender"], "freeze", 2)  # type: ignore[arg-type]
    return Broadcast(stage)


async def view(stage: Stage, count: int) -> list[int]:
    """So many persons look at a page, every second one at the prices."""
    refs = [stage.ref(number) for number in range(count)]
    for number, ref in enumerate(refs):
        await stage.happen(EventKind.PAGE_VIEWED, ref, path="/pricing" if number % 2 else "/")
    return [ref.id for ref in refs]


async def test_members_are_chosen_each_once_though_they_come_and_go(stage: Stage, broadcast: Broadcast) -> None:
    persons = await view(stage, 7)
    await broadcast.begin(await stage.segment(VIEWED))
    await broadcast.runner.work()
    first = sorted(persons)[:2]
    assert await broadcast.chosen() == set(first)
    late = stage.ref(99)
    await stage.happen(EventKind.PAGE_VIEWED, late, path="/")
    await stage.keep()
    await broadcast.freeze()
    came = {late.id} if late.id > first[1] else set()
    assert await broadcast.chosen() == {*persons, *came}
    assert (await broadcast.state())[0] in ("sending", "done")


async def test_another_rule_begins_the_list_anew_once_its_members_are_there(stage: Stage, broadcast: Broadcast) -> None:
    persons = await view(stage, 8)
    segment = await stage.segment(VIEWED)
    await broadcast.begin(segment)
    await broadcast.runner.work()
    assert len(await broadcast.chosen()) == 2
    # Changed, and not yet filled: nobody is taken from the old members.
    await stage.ask("UPDATE segment SET state = 'filling', revision = revision + 1 WHERE id = $1", segment)
    for _ in range(4):
        stage.clock.at += WAIT
        await broadcast.runner.work()
    assert len(await broadcast.chosen()) == 2
    await stage.change(segment, PRICES)
    await broadcast.freeze()
    assert await broadcast.chosen() == set(persons[1::2])


async def test_a_segment_that_cannot_be_judged_fails_it_and_nobody_gets_anything(
    stage: Stage, broadcast: Broadcast
) -> None:
    await view(stage, 5)
    segment = await stage.segment(VIEWED)
    await broadcast.begin(segment)
    await broadcast.runner.work()
    assert len(await broadcast.chosen()) == 2
    await stage.ask("UPDATE segment SET state = 'failed', reason = 'refresh_failed' WHERE id = $1 RETURNING 1", segment)
    await broadcast.freeze()
    assert await broadcast.state() == ("failed", {"code": "broadcast_segment_failed", "params": {}})
    assert await broadcast.chosen() == set()
    assert await stage.ask("SELECT 1 FROM command WHERE key LIKE 'broadcast%' UNION ALL SELECT 1 FROM mass_wish") == []


@pytest.mark.parametrize("state", ["pending", "scheduled", "freezing", "stopping", "stopped"])
async def test_a_segment_that_a_broadcast_waits_for_is_kept(stage: Stage, broadcast: Broadcast, state: str) -> None:
    await view(stage, 3)
    segment = await stage.segment(VIEWED)
    await broadcast.begin(segment)
    await stage.ask("UPDATE broadcast SET state = $1 RETURNING 1", state)
    with pytest.raises(SegmentUsed) as refused:
        async with stage.units.begin() as unit:
            await archive_segment(unit, stage.terms, AUTHOR, segment)
    assert refused.value.params == {"name": "公开课", "count": 1}
    assert len(await stage.members(segment)) == 3


@pytest.mark.parametrize("state", ["draft", "sending", "done", "ended", "failed"])
async def test_a_segment_that_no_broadcast_waits_for_may_go(stage: Stage, broadcast: Broadcast, state: str) -> None:
    await view(stage, 3)
    segment = await stage.segment(VIEWED)
    await broadcast.begin(segment)
    await broadcast.freeze()
    await stage.ask("UPDATE broadcast SET state = $1 RETURNING 1", state)
    async with stage.units.begin() as unit:
        await archive_segment(unit, stage.terms, AUTHOR, segment)
    assert len(await broadcast.chosen()) == 3
