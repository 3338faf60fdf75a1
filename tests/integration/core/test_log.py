"""Appending: once, all or nothing, and only then acknowledged."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from weloop.contracts.errors import Overloaded
from weloop.contracts.events import EventKind, NewEvent
from weloop.inbox.api import Intake, IntakeLimits, SubjectKeys, append_events, load_timeline
from weloop.kit.db import run, run_alone
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

Make = Callable[..., NewEvent]


async def _count(engine: AsyncEngine, table: str) -> int:
    async with engine.connect() as connection:
        return int((await run(connection, f"SELECT count(*) FROM {table}"))[0][0])  # noqa: S608 -- a test's constant


async def test_an_occurrence_is_logged_once(engine: AsyncEngine, keys: SubjectKeys, contact_added: Make) -> None:
    event = contact_added(dedupe="once")
    async with engine.begin() as connection:
        assert await append_events(connection, keys, [event, event]) == 1
        assert await append_events(connection, keys, [event]) == 0
    assert [await _count(engine, table) for table in ("event", "event_payload", "inbox_pending", "inbox_key")] == [
        1
    ] * 4


async def test_parallel_batches_of_the_same_occurrences_neither_double_nor_deadlock(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Make
) -> None:
    events = [contact_added(person, dedupe=f"n{person}") for person in range(200)]
    intake = Intake(engine, keys, IntakeLimits(batch=20, flushes=6))
    await asyncio.gather(*(intake.add([event]) for event in [*events, *reversed(events), *events]))
    assert await _count(engine, "event") == 200


async def test_personal_data_lies_sealed_and_opens_for_its_reader(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Make
) -> None:
    event = contact_added(7)
    assert event.subject is not None
    async with engine.begin() as connection:
        await append_events(connection, keys, [event])
        [stored] = await run(connection, "SELECT e.data::text AS data, p.sealed FROM event e, event_payload p")
        [read] = await load_timeline(connection, keys, [event.subject.id], before=2**60, limit=10)
    assert event.subject.value not in stored.data
    assert event.subject.value.encode() not in stored.sealed
    assert (read.subject, read.personal, read.data) == (event.subject, event.personal, event.data)


async def test_deleting_a_subjects_key_erases_its_payload_and_keeps_the_event(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Make
) -> None:
    event = contact_added(7)
    assert event.subject is not None
    async with engine.begin() as connection:
        await append_events(connection, keys, [event])
        await run(connection, "DELETE FROM subject_key WHERE identity_id = $1", event.subject.id)
        [read] = await load_timeline(connection, keys, [event.subject.id], before=2**60, limit=10)
    assert (read.kind, read.subject, read.personal) == (EventKind.CONTACT_ADDED, None, {})


async def test_what_was_sealed_with_a_lost_key_is_shown_without_its_payload(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Make
) -> None:
    event = contact_added(7)
    assert event.subject is not None
    async with engine.begin() as connection:
        await append_events(connection, keys, [event])
        others = SubjectKeys(Vault(b"other key".ljust(32)))
        [read] = await load_timeline(connection, others, [event.subject.id], before=2**60, limit=10)
    assert (read.kind, read.data, read.personal) == (EventKind.CONTACT_ADDED, event.data, {})


async def test_a_full_buffer_refuses_and_stores_nothing_of_it(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Make
) -> None:
    intake = Intake(engine, keys, IntakeLimits(window=60, waiting=2))
    waiting = [asyncio.create_task(intake.add([contact_added(person)])) for person in (1, 2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await intake.add([contact_added(3)])
    await intake.drain()
    await asyncio.gather(*waiting)
    assert await _count(engine, "event") == 2


async def test_nothing_is_acknowledged_that_could_not_be_written(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Make
) -> None:
    async with engine.begin() as connection:
        await run(connection, "ALTER TABLE event RENAME TO event_away")
    with pytest.raises(Overloaded):
        await Intake(engine, keys).add([contact_added()])


async def test_what_a_unit_collects_is_written_with_it_or_not_at_all(
    engine: AsyncEngine, units: Units, contact_added: Make
) -> None:
    with pytest.raises(ZeroDivisionError):
        await _append_and_fail(units, contact_added())
    assert await _count(engine, "event") == 0
    async with units.begin() as unit:
        unit.append(contact_added())
    assert await _count(engine, "event") == 1


async def test_what_follows_a_unit_that_failed_can_be_read(
    engine: AsyncEngine, units: Units, keys: SubjectKeys, contact_added: Make
) -> None:
    with pytest.raises(ZeroDivisionError):
        await _append_and_fail(units, contact_added(7))
    event = contact_added(7)
    async with units.begin() as unit:
        unit.append(event)
    assert await _personal(engine, keys, event) == [event.personal]


async def test_a_key_that_another_process_made_after_a_unit_failed_is_the_one_that_seals(
    engine: AsyncEngine, units: Units, keys: SubjectKeys, contact_added: Make
) -> None:
    with pytest.raises(ZeroDivisionError):
        await _append_and_fail(units, contact_added(7))
    theirs, ours = contact_added(7), contact_added(7)
    await Intake(engine, SubjectKeys(Vault(b"k" * 32))).add([theirs])
    await Intake(engine, keys).add([ours])
    assert await _personal(engine, keys, ours) == [ours.personal, theirs.personal]


async def test_a_unit_that_writes_twice_seals_with_one_key(
    engine: AsyncEngine, units: Units, keys: SubjectKeys, contact_added: Make
) -> None:
    first, second = contact_added(7), contact_added(7)
    async with units.begin() as unit:
        unit.append(first)
        await unit.flush()
        unit.append(second)
    assert await _personal(engine, keys, first) == [second.personal, first.personal]
    with pytest.raises(ZeroDivisionError):
        await _append_twice_and_fail(units, contact_added(8), contact_added(8))
    third = contact_added(8)
    await Intake(engine, keys).add([third])
    assert await _personal(engine, keys, third) == [third.personal]


async def test_a_key_that_was_deleted_while_it_was_read_seals_nothing_that_comes_after(
    engine: AsyncEngine, keys: SubjectKeys, contact_added: Make
) -> None:
    event = contact_added(7)
    assert event.subject is not None
    await Intake(engine, SubjectKeys(Vault(b"k" * 32))).add([event])

    async def run_and_erase(connection: AsyncConnection, sql: str, *args: object) -> Sequence[Any]:
        rows = await run(connection, sql, *args)
        async with engine.begin() as other:
            await run(other, "DELETE FROM subject_key")
        keys.on_topic("subject_keys")
        return rows

    async with engine.connect() as connection:
        await keys.load(connection, [event.subject.id], run_and_erase)
    await Intake(engine, keys).add([contact_added(7)])
    assert await _personal(engine, keys, event) == [event.personal, {}]


async def test_intake_asks_for_a_key_once(engine: AsyncEngine, keys: SubjectKeys, contact_added: Make) -> None:
    event, asked = contact_added(7), 0
    assert event.subject is not None

    async def count(connection: AsyncConnection, sql: str, *args: object) -> Sequence[Any]:
        nonlocal asked
        asked += 1
        return await run_alone(connection, sql, *args)

    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for _ in range(3):
            await keys.load(connection, [event.subject.id], count)
    assert asked == 1


async def _personal(engine: AsyncEngine, keys: SubjectKeys, event: NewEvent) -> list[Any]:
    """The personal part of all the log holds of an event's subject, the newest first."""
    assert event.subject is not None
    async with engine.connect() as connection:
        rows = await load_timeline(connection, keys, [event.subject.id], before=2**60, limit=10)
    return [row.personal for row in rows]


async def _append_twice_and_fail(units: Units, first: NewEvent, second: NewEvent) -> None:
    async with units.begin() as unit:
        unit.append(first)
        await unit.flush()
        unit.append(second)
        await unit.flush()
        raise ZeroDivisionError


async def _append_and_fail(units: Units, event: NewEvent) -> None:
    async with units.begin() as unit:
        unit.append(event)
        await unit.flush()
        raise ZeroDivisionError


async def test_every_route_to_the_database_rolls_back_with_the_unit(engine: AsyncEngine, units: Units) -> None:
    insert = "INSERT INTO subject_key (identity_id, salt) VALUES ($1, ''::bytea)"
    with pytest.raises(ZeroDivisionError):
        await _insert_by_each_route(units, insert)
    assert await _count(engine, "subject_key") == 0


async def _insert_by_each_route(units: Units, insert: str) -> None:
    async with units.begin() as unit:
        await run(unit.connection, insert, 1)
        session_connection = await unit.session.connection()
        await session_connection.exec_driver_sql(insert, (2,))
        raw = await unit.connection.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.execute(insert, 3)
        raise ZeroDivisionError
