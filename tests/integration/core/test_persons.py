"""Persons: the same facts in any order, split or repetition give the same persons, relations and names."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Profile, Strength
from weloop.identity.api import OUR_DOING, announce, record
from weloop.identity.pages import link_of, person_detail
from weloop.identity.service import undo_fact
from weloop.inbox.api import Dispatcher, EventHandlers, SubjectKeys, load_timeline
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork, Units

Make = Callable[..., NewEvent]


@pytest.fixture
def dispatcher(units: Units, keys: SubjectKeys) -> Dispatcher:
    """A dispatcher with identity's handlers alone."""
    handlers = EventHandlers()
    handlers.on(set(EventKind) - OUR_DOING, record)
    handlers.on(OUR_DOING, announce)
    return Dispatcher(units, keys, handlers)


def _history(chance: random.Random, make: Make) -> list[NewEvent]:
    """Friendships that begin and end, and profiles that tell unionids and phones, some of them shared."""
    events: list[NewEvent] = []
    for number in range(40):
        person = chance.randrange(12)
        moment = {"seconds": number, "dedupe": f"event {number}"}
        added = make(person, **moment)
        kind = chance.choice([EventKind.CONTACT_ADDED, EventKind.CONTACT_LOST, EventKind.PROFILE_FETCHED])
        if kind is not EventKind.PROFILE_FETCHED:
            events.append(_changed(added, kind=kind, data={"staff": "lina", "state": f"s{number}"}))
            continue
        aliases = []
        if chance.random() < 0.7:
            aliases.append(Alias(IdentityRef(IdentityKind.UNIONID, "", f"union{person % 5}"), Strength.STRONG))
        if chance.random() < 0.5:
            phone = IdentityRef(IdentityKind.PHONE, "", f"138000{chance.randrange(4)}")
            aliases.append(Alias(phone, Strength.WEAK))
        company = chance.choice([f"company {number}", None])
        profile = chance.choice([Profile(name=f"name {number}", company=company), None])
        found = {"found": profile is not None}
        events.append(_changed(added, kind=kind, data=found, aliases=tuple(aliases), profile=profile, personal={}))
    return events


def _changed(event: NewEvent, **changes: Any) -> NewEvent:
    names = ("account_id", "kind", "dedupe", "occurred_at", "subject", "data", "personal", "aliases", "profile")
    return NewEvent(**{**{name: getattr(event, name) for name in names}, **changes})


async def _play(units: Units, dispatcher: Dispatcher, batches: Sequence[Sequence[NewEvent]]) -> None:
    for batch in batches:
        async with units.begin() as unit:
            for event in batch:
                unit.append(event)
        while await dispatcher.work():
            pass


async def _state(engine: AsyncEngine) -> list[Any]:
    """All that identity knows, without the numbers that tell in which order it learned it."""
    async with engine.connect() as connection:
        return [
            await run(connection, sql)
            for sql in (
                "SELECT id, person_id, first_seen_at, last_seen_at, name, company, found FROM identity ORDER BY id",
                "SELECT identity_id, staff, added_at, ended_at, ended_by, state FROM relation ORDER BY 1, 2",
                "SELECT id, name, search, kinds, staff, state_code, resolved, conflict FROM person ORDER BY id",
                "SELECT key, a, b, strength FROM identity_fact ORDER BY key",
            )
        ]


async def _clear(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await run(connection, "TRUNCATE event, event_payload, inbox_key, inbox_pending, inbox_dead, command")
        await run(connection, "TRUNCATE identity, identity_fact, relation, person")


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_split_and_repetition_gives_the_same_persons(
    engine: AsyncEngine, units: Units, dispatcher: Dispatcher, contact_added: Make, seed: int
) -> None:
    chance = random.Random(seed)
    events = _history(chance, contact_added)
    await _play(units, dispatcher, [events])
    expected = await _state(engine)
    for _ in range(3):
        await _clear(engine)
        shuffled = [*events, *chance.sample(events, 10)]
        chance.shuffle(shuffled)
        cuts = sorted(chance.sample(range(len(shuffled)), 5))
        batches = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
        await _play(units, dispatcher, batches)
        assert await _state(engine) == expected


async def test_two_workers_on_one_person_lose_nothing_of_each_other(
    engine: AsyncEngine, units: Units, keys: SubjectKeys, dispatcher: Dispatcher, contact_added: Make
) -> None:
    union = Alias(IdentityRef(IdentityKind.UNIONID, "", "union"), Strength.STRONG)
    fetched = {"kind": EventKind.PROFILE_FETCHED, "data": {"found": True}, "aliases": (union,), "personal": {}}
    await _play(units, dispatcher, [[_changed(contact_added(number), **fetched) for number in (1, 2)]])
    events = [_changed(contact_added(number), data={"staff": f"staff {number}"}) for number in (1, 2)]
    async with units.begin() as unit:
        for event in events:
            unit.append(event)
    async with units.begin() as first:
        await _record(first, keys, events[0])
        second = asyncio.create_task(_record_alone(units, keys, events[1]))
        await _until_one_waits(engine)
    await second
    assert [row.staff for row in (await _state(engine))[2]] == [["staff 1", "staff 2"]]


async def _record_alone(units: Units, keys: SubjectKeys, event: NewEvent) -> None:
    async with units.begin() as unit:
        await _record(unit, keys, event)


async def _record(unit: UnitOfWork, keys: SubjectKeys, event: NewEvent) -> None:
    assert event.subject is not None
    await record(unit, await load_timeline(unit.connection, keys, [event.subject.id], before=2**60, limit=1))


async def _until_one_waits(engine: AsyncEngine) -> None:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with engine.connect() as connection, asyncio.timeout(60):
        while not await run(connection, waiting):
            await connection.rollback()  # within a transaction it shows what it showed first
            await asyncio.sleep(0.01)


async def test_undo_parts_persons_and_redo_joins_them_again(
    engine: AsyncEngine, units: Units, dispatcher: Dispatcher, contact_added: Make
) -> None:
    union = Alias(IdentityRef(IdentityKind.UNIONID, "", "union"), Strength.STRONG)
    events = [
        _changed(contact_added(person), kind=EventKind.PROFILE_FETCHED, data={"found": True}, aliases=(union,))
        for person in (1, 2)
    ]
    await _play(units, dispatcher, [events])
    assert len((await _state(engine))[2]) == 1
    subject = events[0].subject
    assert subject is not None
    await _undo(units, subject.id)
    assert len((await _state(engine))[2]) == 2
    # The same evidence again changes nothing: a person has spoken.
    await _play(units, dispatcher, [[_changed(events[0], dedupe="again")]])
    assert len((await _state(engine))[2]) == 2
    await _undo(units, subject.id)
    assert len((await _state(engine))[2]) == 1


async def _undo(units: Units, identity: int) -> None:
    """Undo the identity's link, or what undid it."""
    async with units.begin() as unit:
        [fact] = await run(unit.connection, "SELECT key, a, b FROM identity_fact WHERE a = $1 OR b = $1", identity)
        person_id = (await run(unit.connection, "SELECT person_id FROM identity WHERE id = $1", identity))[0][0]
        link, undos = await link_of(unit, person_id, fact.key)
        await undo_fact(unit, undos[0] if undos else link.key, 1, (link.a, link.b))


async def test_a_profile_is_fetched_once_however_many_events_come(
    engine: AsyncEngine, units: Units, dispatcher: Dispatcher, contact_added: Make
) -> None:
    await _play(units, dispatcher, [[contact_added(1, seconds=number) for number in range(20)]])
    async with engine.connect() as connection:
        assert (await run(connection, "SELECT count(*) FROM command WHERE name = 'FetchProfile'"))[0][0] == 1


async def test_a_failed_fetch_does_not_ask_for_another(
    engine: AsyncEngine, units: Units, dispatcher: Dispatcher, contact_added: Make
) -> None:
    failed = _changed(contact_added(1), kind=EventKind.COMMAND_FAILED, data={"command": "FetchProfile"}, personal={})
    await _play(units, dispatcher, [[failed]])
    async with engine.connect() as connection:
        assert (await run(connection, "SELECT count(*) FROM command"))[0][0] == 0


async def test_an_address_outlives_a_merge(units: Units, dispatcher: Dispatcher, contact_added: Make) -> None:
    from weloop.contracts.labels import Labels

    async def nothing(_unit: object, _keys: object) -> dict[str, Any]:
        return {}

    union = Alias(IdentityRef(IdentityKind.UNIONID, "", "union"), Strength.STRONG)
    first, second = contact_added(1), contact_added(2)
    await _play(units, dispatcher, [[first, second]])
    fetched = [
        _changed(event, kind=EventKind.PROFILE_FETCHED, dedupe=f"fetch {event.dedupe}", data={"found": True},
                 occurred_at=event.occurred_at + timedelta(seconds=1), aliases=(union,))
        for event in (first, second)
    ]  # fmt: skip
    await _play(units, dispatcher, [fetched])
    async with units.begin() as unit:
        details = [
            await person_detail(unit, Labels(nothing, nothing), event.subject.id)
            for event in (first, second)
            if event.subject is not None
        ]
    assert details[0].id == details[1].id
    assert len(details[0].identities) == 3
