"""What runs ask of tags and attributes is done for many at once, for each person in its order."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.events import Event, EventKind

from .conftest import START, Stage

OURS = (
    "INSERT INTO tag (group_name, name, platform_id, state, created_at) VALUES ('', $1, '', 'ready', $2) RETURNING id"
)


async def people(stage: Stage, count: int) -> list[int]:
    """So many, whom the table of persons knows."""
    persons = [(await stage.person())[0] for _ in range(count)]
    await stage.ask(
        """
        INSERT INTO person (id, search, kinds, staff, resolved, conflict, first_seen_at, last_seen_at)
        SELECT id, '', '{}', '{}', true, false, $1, $1 FROM identity ON CONFLICT DO NOTHING RETURNING 1
        """,
        START,
    )
    return persons


async def tag(stage: Stage, name: str) -> int:
    """One of our own."""
    return await stage.number(OURS, name, START)


def asks(stage: Stage, person: int, act: str, run_id: int = 1, seq: int = 0, **fields: Any) -> Event:
    """A step of a run asks."""
    return stage.event(EventKind.JOURNEY_ASKED, person, act=act, run_id=str(run_id), seq=seq, **fields)


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    sql_event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sql_event.remove(engine.sync_engine, "before_cursor_execute", note)


@pytest.mark.parametrize("act", ["tag", "attribute"])
async def test_many_cost_as_many_statements_as_few(stage: Stage, engine: AsyncEngine, act: str) -> None:
    persons = await people(stage, 24)
    fields: dict[str, Any] = {"tag_id": await tag(stage, "意向"), "on": True}
    if act == "attribute":
        await stage.ask(
            "INSERT INTO attribute (key, name, type, choices, created_at)"
            " VALUES ('level', '等级', 'text', '{}', $1) RETURNING 1",
            START,
        )
        fields = {"key": "level", "value": "A"}
    costs = []
    for group in (persons[:2], persons[2:]):
        with counted(engine) as sent:
            await stage.hear(*(asks(stage, each, act, **fields) for each in group))
        costs.append(len(sent))
    assert costs[0] == costs[1]
    rows = await stage.ask("SELECT person_id FROM person_tag UNION ALL SELECT person_id FROM person_attribute")
    assert {row.person_id for row in rows} == set(persons)


async def test_of_each_person_the_order_is_kept_and_a_refusal_is_of_its_act_alone(stage: Stage) -> None:
    stays, goes = await people(stage, 2)
    hot, gone = await tag(stage, "热"), await tag(stage, "旧")
    await stage.ask("UPDATE tag SET archived_at = $2 WHERE id = $1", gone, START)
    await stage.hear(
        asks(stage, stays, "tag", tag_id=hot, on=True),
        asks(stage, goes, "tag", tag_id=hot, on=True),
        asks(stage, stays, "tag", tag_id=gone, on=True),
        asks(stage, goes, "tag", tag_id=hot, on=False),
        asks(stage, stays, "tag", tag_id=hot, on=False),
        asks(stage, stays, "tag", tag_id=hot, on=True),
    )
    rows = await stage.ask("SELECT person_id, tag_id FROM person_tag")
    assert [tuple(row) for row in rows] == [(stays, hot)]


async def test_two_batches_in_opposite_orders_do_not_wait_in_a_circle(stage: Stage) -> None:
    persons = await people(stage, 30)
    tags = [await tag(stage, name) for name in "甲乙"]
    batches = [
        [asks(stage, each, "tag", tag_id=tags[number], on=True) for each in order]
        for number, order in enumerate((persons, persons[::-1]))
    ]
    await asyncio.gather(*(stage.hear(*batch) for batch in batches))
    assert await stage.number("SELECT count(*) FROM person_tag") == 60
