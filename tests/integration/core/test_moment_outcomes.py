"""Outcomes of a post's commands that come twice, late or out of order change nothing more and start no second chain."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, set_time

from weloop.contracts.commands import CommandName, Occasion, Post
from weloop.contracts.events import Event, EventKind
from weloop.features.moments.handlers import take_outcomes
from weloop.features.moments.models import MomentRow
from weloop.features.moments.service import load, task_command
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.outbox.api import keep_members

SENT, FAILED = EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED


@pytest.fixture
async def post(units: Units) -> int:
    """A planned post of two members."""
    set_time(units, NOON)
    async with units.begin() as unit:
        row = MomentRow(
            account_id=1,
            kind="value",
            text="三个方法",
            attachments=[],
            members=["lina", "wang"],
            tags=[],
            state="planned",
            version=1,
            created_by=1,
            created_at=NOON,
            updated_at=NOON,
        )
        unit.session.add(row)
        await unit.session.flush()
        return row.id


def _event(post: int, name: CommandName, what: str = "", kind: EventKind = SENT, **result: Any) -> Event:
    data = {"command": str(name), "key": f"moment:{post}{what}", "ref": str(post), "result": result}
    return Event(1, 1, kind, NOON, NOON, None, None, data, {}, (), None, "")


async def _take(units: Units, *events: Event) -> None:
    for event in events:
        async with units.begin() as unit:
            await take_outcomes(unit, [event])


async def _commands(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return [row.key for row in await run(connection, "SELECT key FROM command ORDER BY id")]


async def _row(engine: AsyncEngine) -> Any:
    async with engine.connect() as connection:
        [row] = await run(connection, "SELECT * FROM moment")
        return row


async def test_a_post_is_followed_once(engine: AsyncEngine, units: Units, post: int) -> None:
    made = _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j1")
    await _take(units, made, made)
    key = f"moment:{post}"
    assert await _commands(engine) == [f"{key}:look:1"]
    waits = _event(post, CommandName.FETCH_MOMENT_JOB, ":look:1", done=False)
    failed = _event(post, CommandName.FETCH_MOMENT_JOB, ":look:2", FAILED)
    await _take(units, waits, waits, failed)
    assert (await _commands(engine))[1:] == [f"{key}:look:2", f"{key}:look:3"]
    done = _event(post, CommandName.FETCH_MOMENT_JOB, ":look:3", done=True, moment_id="m1", invalid=["wang"])
    late = _event(post, CommandName.FETCH_MOMENT_JOB, ":look:1", done=True, errcode=41060)
    await _take(units, done, late, done)
    members = [{"staff": "LINA", "published": True}, {"staff": "wang", "published": False}]
    looked = _event(post, CommandName.FETCH_MOMENT_TASK, ":look:4", members=members)
    await _take(units, looked, looked)
    assert (await _commands(engine))[3:] == [f"{key}:look:4", f"{key}:look:5", f"{key}:result:4:lina"]
    told = _event(
        post, CommandName.FETCH_MOMENT_RESULT, ":result:4:lina", staff="lina", visible=30, likes=2, comments=1
    )
    await _take(units, told, told, _event(post, CommandName.FETCH_MOMENT_RESULT, ":result:9:lina", FAILED))
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT staff, state, visible, likes FROM moment_member ORDER BY staff")
    assert [tuple(row) for row in rows] == [("lina", "published", 30, 2), ("wang", "invalid", None, None)]
    assert (await _row(engine)).state == "asked"


async def test_figures_that_were_read_earlier_and_come_later_change_nothing(
    engine: AsyncEngine, units: Units, post: int
) -> None:
    members = [{"staff": "lina", "published": True}]
    await _take(
        units,
        _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j1"),
        _event(post, CommandName.FETCH_MOMENT_JOB, ":look:1", done=True, moment_id="m1"),
        _event(post, CommandName.FETCH_MOMENT_TASK, ":look:2", members=members),
    )
    early, late = [
        replace(
            _event(post, CommandName.FETCH_MOMENT_RESULT, staff="lina", visible=30, likes=likes, comments=0),
            occurred_at=NOON + timedelta(hours=likes),
        )
        for likes in (1, 2)
    ]
    async with units.begin() as unit:
        await take_outcomes(unit, [late, early])
    await _take(units, early)
    async with engine.connect() as connection:
        [row] = await run(connection, "SELECT likes, seen_at FROM moment_member WHERE staff = 'lina'")
    assert (row.likes, row.seen_at) == (2, NOON + timedelta(hours=2))


async def test_figures_are_read_ever_more_seldom_and_once_at_the_end(
    engine: AsyncEngine, units: Units, post: int
) -> None:
    members = [{"staff": "lina", "published": True}]

    async def look(number: int, after: timedelta) -> bool:
        """Whether a look asks for figures; what was asked for is read at once."""
        set_time(units, NOON + after)
        await _take(units, _event(post, CommandName.FETCH_MOMENT_TASK, f":look:{number}", members=members))
        asks = f"moment:{post}:result:{number}:lina" in await _commands(engine)
        if asks:
            figures = {"staff": "lina", "visible": 30, "likes": 1, "comments": 0}
            told = _event(post, CommandName.FETCH_MOMENT_RESULT, **figures)
            await _take(units, replace(told, occurred_at=NOON + after))
        return asks

    await _take(
        units,
        _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j1"),
        _event(post, CommandName.FETCH_MOMENT_JOB, ":look:1", done=True, moment_id="m1"),
    )
    hours = [1, 1.1, 1.5, 24, 29, 34, 7 * 24]
    asked = [await look(number, timedelta(hours=each)) for number, each in enumerate(hours, start=2)]
    assert asked == [True, False, True, True, False, True, True]


async def test_a_job_that_failed_or_was_lost_is_said(engine: AsyncEngine, units: Units, post: int) -> None:
    await _take(units, _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j1"))
    refused = _event(post, CommandName.FETCH_MOMENT_JOB, ":look:1", done=True, errcode=40068, reason="invalid tagid")
    await _take(units, refused)
    row = await _row(engine)
    assert (row.state, row.failure["params"]) == ("failed", {"errcode": 40068, "reason": "invalid tagid"})
    await _take(units, _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j2"))
    set_time(units, NOON + timedelta(hours=25))
    await _take(units, _event(post, CommandName.FETCH_MOMENT_JOB, ":look:2", FAILED))
    row = await _row(engine)
    assert (row.state, row.failure["code"]) == ("failed", "moment_job_lost")


async def test_a_refused_cancellation_is_said_and_a_late_one_changes_nothing(
    engine: AsyncEngine, units: Units, post: int
) -> None:
    await _take(
        units,
        _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j1"),
        _event(post, CommandName.FETCH_MOMENT_JOB, ":look:1", done=True, moment_id="m1"),
        _event(post, CommandName.CANCEL_MOMENT_TASK, ":cancel:1", FAILED),
    )
    assert (await _row(engine)).state == "asked"
    assert (await _row(engine)).failure is not None
    cancelled = _event(post, CommandName.CANCEL_MOMENT_TASK, ":cancel:2")
    await _take(units, cancelled, cancelled)
    row = await _row(engine)
    assert (row.state, row.failure) == ("cancelled", None)
    nobody = [{"staff": "lina", "published": False}]
    await _take(units, _event(post, CommandName.FETCH_MOMENT_TASK, f":look:{row.looks}", members=nobody))
    assert (await _row(engine)).looks == row.looks, "nobody published it: it is looked at no more"


async def test_the_rest_of_a_divided_post_is_a_post_of_its_own(engine: AsyncEngine, units: Units, post: int) -> None:
    async with units.begin() as unit:
        row = await load(unit, post)
        command = task_command(unit, row)
        unit.enqueue(replace(command, occasion=Occasion(post=Post(("lina",), "c"))))
        unit.enqueue(replace(command, key=f"{command.key}:rest", occasion=Occasion(post=Post(("wang",), "c"))))
    made = _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j1")
    later = _event(post, CommandName.CREATE_MOMENT_TASK, ":rest", jobid="j2")
    await _take(units, made, made, later, later)
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT id, members, state, part_of, part, jobid FROM moment ORDER BY id")
    assert [tuple(row)[1:] for row in rows] == [
        (["lina"], "asked", None, 0, "j1"),
        (["wang"], "asked", post, 1, "j2"),
    ]
    key = f"moment:{post}"
    assert await _commands(engine) == [key, f"{key}:rest", f"{key}:look:1", f"{key}:rest:look:1"]
    done = _event(rows[1].id, CommandName.FETCH_MOMENT_JOB, done=True, moment_id="m2")
    await _take(units, replace(done, data={**done.data, "key": f"{key}:rest:look:1"}))
    async with engine.connect() as connection:
        [member] = await run(connection, "SELECT moment_id, staff FROM moment_member")
    assert tuple(member) == (rows[1].id, "wang")


@pytest.mark.parametrize("kind", [FAILED, EventKind.COMMAND_UNCERTAIN])
async def test_a_rest_waits_whatever_became_of_the_first_part(
    engine: AsyncEngine, units: Units, post: int, kind: EventKind
) -> None:
    async with units.begin() as unit:
        command = task_command(unit, await load(unit, post))
        unit.enqueue(replace(command, occasion=Occasion(post=Post(("lina",), "c"))))
        unit.enqueue(replace(command, key=f"{command.key}:rest", occasion=Occasion(post=Post(("wang",), "c"))))
    await _take(units, _event(post, CommandName.CREATE_MOMENT_TASK, "", kind))
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT members, state FROM moment ORDER BY id")
    assert rows[1].members == ["wang"]
    assert [row.state for row in rows] == ["failed" if kind is FAILED else "uncertain", "planned"]


async def test_what_is_tried_again_for_fewer_once_its_rest_has_left_has_another_rest(
    engine: AsyncEngine, units: Units, post: int
) -> None:
    async with units.begin() as unit:
        command = task_command(unit, await load(unit, post))
        unit.enqueue(replace(command, occasion=Occasion(post=Post(("lina", "chen"), "c"))))
        unit.enqueue(replace(command, key=f"{command.key}:rest", occasion=Occasion(post=Post(("wang",), "c"))))
    await _take(
        units,
        _event(post, CommandName.CREATE_MOMENT_TASK, "", FAILED),
        _event(post, CommandName.CREATE_MOMENT_TASK, ":rest", jobid="j2"),
    )
    async with units.begin() as unit:
        await keep_members(unit, command.key, ["lina"])
        rest = Occasion(post=Post(("chen",), "c"))
        unit.enqueue(replace(command, key=f"{command.key}:rest:rest", occasion=rest))
    await _take(units, _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j1"))
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT members, state, part FROM moment ORDER BY id")
    assert [tuple(row) for row in rows] == [(["lina"], "asked", 0), (["wang"], "asked", 1), (["chen"], "planned", 2)]


@pytest.mark.parametrize("how", ["cancelled", "over"])
async def test_who_was_faster_than_its_end_counts(engine: AsyncEngine, units: Units, post: int, how: str) -> None:
    async with units.begin() as unit:
        row = await load(unit, post)
        unit.enqueue(task_command(unit, row))
    key, nobody = f"moment:{post}", [{"staff": each, "published": False} for each in ("lina", "wang")]
    await _take(
        units,
        _event(post, CommandName.CREATE_MOMENT_TASK, jobid="j1"),
        _event(post, CommandName.FETCH_MOMENT_JOB, ":look:1", done=True, moment_id="m1"),
    )
    if how == "over":
        set_time(units, NOON + timedelta(days=8))
        await _take(units, _event(post, CommandName.FETCH_MOMENT_TASK, ":look:2", members=nobody))
        assert f"{key}:end" in await _commands(engine)
    await _take(units, _event(post, CommandName.CANCEL_MOMENT_TASK, ":end"))
    assert await _counted(engine, key) == []
    fast = [{"staff": "lina", "published": True}, {"staff": "wang", "published": False}]
    await _take(units, _event(post, CommandName.FETCH_MOMENT_TASK, ":look:3", members=fast))
    assert await _counted(engine, key) == ["lina"]
    assert f"{key}:result:3:lina" in await _commands(engine)


async def _counted(engine: AsyncEngine, key: str) -> list[str]:
    async with engine.connect() as connection:
        [row] = await run(connection, "SELECT occasion #> '{post,members}' AS members FROM command WHERE key = $1", key)
        return list(row.members)
