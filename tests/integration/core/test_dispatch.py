"""Handling: each event once, each subject in order, and one failing event holds up nobody."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.events import Event, EventKind, NewEvent
from weloop.inbox import dispatch
from weloop.inbox.api import Dispatcher, EventHandlers, SubjectKeys, count_dead, list_dead, replay_dead
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork, Units

Make = Callable[..., NewEvent]


class Recorder:
    """A handler that writes what it saw, in the transaction it is given, and refuses what it is told to."""

    def __init__(self) -> None:
        self.refused: set[str] = set()

    async def __call__(self, unit: UnitOfWork, events: Sequence[Event]) -> None:
        for event in events:
            if event.personal.get("welcome_code") in self.refused:
                raise RuntimeError("this event is not to my liking")
        await run(
            unit.connection,
            "INSERT INTO seen SELECT * FROM unnest($1::bigint[], $2::bigint[])",
            [event.id for event in events],
            [event.identity_id for event in events],
        )


@pytest.fixture
async def recorder(engine: AsyncEngine) -> Recorder:
    """A recorder with its table."""
    async with engine.begin() as connection:
        await run(connection, "CREATE TABLE seen (event_id bigint, subject bigint, n bigserial)")
    return Recorder()


@pytest.fixture
def dispatcher(units: Units, keys: SubjectKeys, recorder: Recorder) -> Dispatcher:
    """A dispatcher whose only handler is the recorder."""
    handlers = EventHandlers()
    handlers.on([EventKind.CONTACT_ADDED], recorder)
    return Dispatcher(units, keys, handlers)


async def _append(units: Units, events: Sequence[NewEvent]) -> None:
    async with units.begin() as unit:
        for event in events:
            unit.append(event)


async def _seen(engine: AsyncEngine) -> list[tuple[int, int]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await run(connection, "SELECT event_id, subject FROM seen ORDER BY n")]


async def test_three_workers_handle_each_event_once_and_each_subject_in_order(
    engine: AsyncEngine, units: Units, dispatcher: Dispatcher, contact_added: Make
) -> None:
    await _append(units, [contact_added(number % 37, seconds=number) for number in range(1500)])

    async def work() -> None:
        while await dispatcher.work():
            pass

    await asyncio.gather(work(), work(), work())
    while await dispatcher.work():
        pass
    seen = await _seen(engine)
    assert Counter(event for event, _ in seen) == Counter({event: 1 for event, _ in seen})
    assert len(seen) == 1500
    for subject in {subject for _, subject in seen}:
        assert [event for event, of in seen if of == subject] == sorted(event for event, of in seen if of == subject)


async def test_a_second_worker_takes_what_the_first_does_not_hold(
    units: Units, keys: SubjectKeys, contact_added: Make
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def hold(_unit: UnitOfWork, _events: Sequence[Event]) -> None:
        begun.set()
        await gate.wait()

    slow, quick = EventHandlers(), EventHandlers()
    slow.on([EventKind.CONTACT_ADDED], hold)
    await _append(units, [contact_added(number) for number in range(dispatch.BATCH + 100)])
    first = asyncio.create_task(Dispatcher(units, keys, slow).work())
    await begun.wait()
    assert await Dispatcher(units, keys, quick).work() == 100
    gate.set()
    assert await first == dispatch.BATCH


async def test_one_failing_event_holds_up_nobody_and_ends_with_the_dead_letters(
    engine: AsyncEngine,
    units: Units,
    dispatcher: Dispatcher,
    recorder: Recorder,
    contact_added: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "MAX_ATTEMPTS", 1)
    recorder.refused = {"CODE3"}
    await _append(units, [contact_added(person) for person in range(5)])
    await dispatcher.work()
    assert len(await _seen(engine)) == 4
    async with units.begin() as unit:
        [letter] = await list_dead(unit, limit=10, offset=0)
    assert (letter.name, letter.reason, letter.attempts) == ("ContactAdded", "RuntimeError", 1)
    recorder.refused = set()
    async with units.begin() as unit:
        assert await replay_dead(unit, [letter.id]) == 1
        assert await replay_dead(unit, [letter.id]) == 0
    await dispatcher.work()
    assert len(await _seen(engine)) == 5
    async with units.begin() as unit:
        assert await count_dead(unit) == 0


async def test_a_failing_event_is_tried_again_later(
    engine: AsyncEngine, units: Units, dispatcher: Dispatcher, recorder: Recorder, contact_added: Make
) -> None:
    recorder.refused = {"CODE1"}
    await _append(units, [contact_added(1)])
    await dispatcher.work()
    assert (await dispatcher.next_due()).seconds(units.clock) > 0
    async with engine.connect() as connection:
        assert (await run(connection, "SELECT attempts FROM inbox_pending"))[0][0] == 1
