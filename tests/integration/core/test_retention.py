"""What was sent goes some days after its end: nothing else does, caps still see it, and nothing sends it again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, ScriptedSender, enqueue, relays, set_time, work_off

from weloop.codes.api import CodeInfo, CodeKind, put_code
from weloop.consent.handlers import follow_sign_ups
from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.errors import Rejected, Uncertain
from weloop.contracts.events import Event, EventKind, NewEvent
from weloop.contracts.identities import IdentitiesForgotten
from weloop.inbox import dispatch
from weloop.inbox.api import Dispatcher, EventHandlers, SubjectKeys
from weloop.inbox.dead import replay_dead
from weloop.kit import pruning
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox.api import forget_commands, forget_counts, prune_commands
from weloop.outbox.dead import settle_dead

DAYS = 100
OLD = NOON - timedelta(days=DAYS, seconds=1)


@pytest.fixture
async def world(engine: AsyncEngine, units: Units) -> Units:
    """One follower, at noon."""
    set_time(units, NOON)
    async with engine.begin() as connection:
        await run(
            connection,
            """
            INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
            VALUES (1, '\\x01', 'follower', 'wx', 'o1', 1, $1, $1)
            """,
            NOON,
        )
        await run(
            connection,
            "INSERT INTO relation (account_id, identity_id, staff, added_at, added_event) VALUES (1, 1, '', $1, 1)",
            NOON,
        )
    return units


def _message(key: str, **changes: Any) -> Command:
    given: dict[str, Any] = {"body": {"text": "您好"}, "delivery": Delivery.AT_MOST_ONCE, "subject_id": 1, **changes}
    return Command(key, CommandName.SEND_SERVICE_MESSAGE, 1, **given)


async def _ask(engine: AsyncEngine, sql: str, *arguments: object) -> list[Any]:
    async with engine.begin() as connection:
        return [tuple(row) for row in await run(connection, sql, *arguments)]


async def _put(engine: AsyncEngine, key: str, at: datetime = OLD, **changes: object) -> None:
    """A command that ended at a moment, with an attempt; ``changes`` of its columns."""
    values = {
        "name": "SendServiceMessage",
        "state": "sent",
        "finished_at": at,
        "settled_at": None,
        "campaign_id": None,
        **changes,
    }
    await _ask(
        engine,
        """
        WITH made AS (
            INSERT INTO command (key, name, account_id, body, delivery, lane, subject_id, due, trace_id, created_at,
                                 state, finished_at, settled_at, campaign_id, counted_at, message_class)
            VALUES ($1, $2, 1, '{}', 'at_most_once', 1, 1, $3::timestamptz, '', $3, $4, $5, $6, $7::bigint,
                    CASE WHEN $7 IS NOT NULL THEN $3 END, CASE WHEN $7 IS NOT NULL THEN 'service' END) RETURNING id
        )
        INSERT INTO command_attempt (command_id, attempt, started_at) SELECT id, 1, $3 FROM made
        """,
        key,
        values["name"],
        at,
        values["state"],
        values["finished_at"],
        values["settled_at"],
        values["campaign_id"],
    )


async def test_what_has_ended_goes_and_nothing_else(engine: AsyncEngine, world: Units) -> None:
    young = OLD + timedelta(seconds=2)
    await _put(engine, "sent")
    await _put(engine, "refused", state="refused")
    await _put(engine, "settled", state="failed", settled_at=OLD)
    await _put(engine, "answered for", state="uncertain", settled_at=OLD)
    stays = {
        "queued": {"state": "queued", "finished_at": None},
        "sending": {"state": "sending", "finished_at": None},
        "failed": {"state": "failed"},
        "uncertain": {"state": "uncertain"},
        "settled lately": {"state": "failed", "settled_at": young},
        "ended lately": {"finished_at": young},
        "in Moments": {"name": "CreateMomentTask"},
    }
    for key, changes in stays.items():
        await _put(engine, key, **changes)
    assert await prune_commands(world, DAYS) == 4
    assert {key for (key,) in await _ask(engine, "SELECT key FROM command")} == stays.keys()
    assert await _ask(engine, "SELECT count(*) FROM command_attempt") == [(len(stays),)]
    assert await prune_commands(world, DAYS) == 0


async def test_what_a_person_dealt_with_goes_by_that_day(engine: AsyncEngine, world: Units) -> None:
    relay = relays(world)
    set_time(world, OLD - timedelta(days=30))
    await enqueue(world, _message("a"))
    await work_off(relay(ScriptedSender(Rejected("no", 45015))))
    set_time(world, NOON)
    [(number,)] = await _ask(engine, "SELECT id FROM command")
    assert await prune_commands(world, DAYS) == 0
    async with world.begin() as unit:
        await settle_dead(unit, [number])
    assert await prune_commands(world, DAYS) == 0
    set_time(world, NOON + timedelta(days=DAYS, seconds=1))
    assert await prune_commands(world, DAYS) == 1


class Dying(Units):
    """Dies as its ``lives`` + first transaction would commit."""

    lives = 3

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        async with super().begin() as unit:
            yield unit
            self.lives -= 1
            if self.lives < 0:
                raise ConnectionError("killed")


async def test_killed_in_the_middle_it_goes_on_and_counts_nothing_twice(
    engine: AsyncEngine, world: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 2)
    for number in range(20):
        await _put(engine, str(number), campaign_id=7 + number % 2)
    with pytest.raises(ConnectionError):
        await prune_commands(Dying(engine, world.clock, {}), DAYS)
    assert await _ask(engine, "SELECT count(*) FROM command") == [(14,)]
    assert await prune_commands(world, DAYS) == 14
    assert await _ask(engine, "SELECT identity_id, campaign_id, n FROM service_count ORDER BY 2") == [
        (1, 7, 10),
        (1, 8, 10),
    ]
    assert await _ask(engine, "SELECT count(*) FROM command_attempt") == [(0,)]


async def test_two_workers_at_once_share_the_work(
    engine: AsyncEngine, world: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 3)
    for number in range(60):
        await _put(engine, str(number), campaign_id=7)
    taken = await asyncio.gather(*(prune_commands(world, DAYS) for _ in range(3)))
    assert (sum(taken), await _ask(engine, "SELECT n FROM service_count")) == (60, [(60,)])


async def test_messages_leave_while_old_ones_go(engine: AsyncEngine, world: Units) -> None:
    await _put(engine, "old")
    async with world.begin() as unit:
        units = Units(engine, world.clock, {})
        units.begin = lambda: _same(unit)  # type: ignore[method-assign]
        assert await prune_commands(units, DAYS) == 1
        sender = ScriptedSender()
        async with asyncio.timeout(60):
            await enqueue(world, _message("new"))
            await work_off(relays(world)(sender))
        assert sender.sent == ["new"]


@asynccontextmanager
async def _same(unit: UnitOfWork) -> AsyncIterator[UnitOfWork]:
    yield unit


async def test_caps_count_what_is_kept_no_more(engine: AsyncEngine, world: Units) -> None:
    """The campaign lets one person get eight, however long it lasts."""
    async with world.begin() as unit:
        await put_code(unit, CodeInfo("live1", CodeKind.SCENE_QR, "直播海报", campaign_id=7))
        scan = Event(1, 1, EventKind.FOLLOWER_SCANNED, OLD, OLD, None, 1, {"scene": "live1"}, {}, (), None, "")
        await follow_sign_ups(unit, [scan])
    sender, relay = ScriptedSender(), relays(world)
    about = Occasion(campaign_id=7)
    for day in range(7):
        set_time(world, NOON + timedelta(days=day))
        await enqueue(world, _message(str(day), occasion=about))
        await work_off(relay(sender))
    set_time(world, NOON + timedelta(days=DAYS + 8))
    assert await prune_commands(world, DAYS) == 7
    await enqueue(world, *(_message(f"late {number}", occasion=about) for number in range(3)))
    await work_off(relay(sender))
    rows = await _ask(engine, "SELECT state, gates FROM command ORDER BY state DESC")
    assert rows == [("sent", None), ("refused", "campaign_frequency"), ("refused", "campaign_frequency")]
    async with world.begin() as unit:
        erased = [IdentitiesForgotten(frozenset({1}), frozenset({1}), frozenset())]
        await forget_commands(unit, erased)
        await forget_counts(unit, erased)
    assert await _ask(engine, "SELECT count(*) FROM service_count") == [(0,)]


async def test_what_is_unsure_counts_on(engine: AsyncEngine, world: Units) -> None:
    set_time(world, OLD - timedelta(days=1))
    await enqueue(world, _message("a"))
    await work_off(relays(world)(ScriptedSender(Uncertain("?"))))
    await _ask(engine, "UPDATE command SET settled_at = finished_at, message_class = 'service', campaign_id = 7")
    set_time(world, NOON)
    assert await prune_commands(world, DAYS) == 1
    assert await _ask(engine, "SELECT campaign_id, n FROM service_count") == [(7, 1)]


class Greeter:
    """A handler that sends and appends something for each event, once it is no longer ``ill``."""

    ill = False

    async def __call__(self, unit: UnitOfWork, events: Sequence[Event]) -> None:
        if self.ill:
            raise RuntimeError("not today")
        for event in events:
            unit.enqueue(_message(f"welcome:{event.id}"))
            unit.append(NewEvent(1, EventKind.TRACKED, f"greeted:{event.id}", unit.now, data={"name": "greeted"}))


async def _replay_all(engine: AsyncEngine) -> None:
    await _ask(
        engine,
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due)"
        " SELECT id, recorded_at, 1, 1, recorded_at FROM event",
    )


async def test_a_replay_of_the_log_sends_nothing_and_appends_nothing(
    engine: AsyncEngine, world: Units, keys: SubjectKeys, contact_added: Callable[..., NewEvent]
) -> None:
    handlers = EventHandlers()
    handlers.on([EventKind.CONTACT_ADDED], Greeter())
    dispatcher = Dispatcher(world, keys, handlers)
    async with world.begin() as unit:
        unit.append(contact_added())
    while await dispatcher.work():
        await work_off(relays(world)(ScriptedSender()))
    set_time(world, NOON + timedelta(days=DAYS + 1))
    assert await prune_commands(world, DAYS) == 1
    await _ask(engine, "DELETE FROM inbox_key")
    before = await _ask(engine, "SELECT id, kind FROM event ORDER BY id")
    assert [kind for _, kind in before] == ["ContactAdded", "Tracked", "CommandSent"]
    await _replay_all(engine)
    while await dispatcher.work():
        pass
    assert await _ask(engine, "SELECT key FROM command") == []
    assert await _ask(engine, "SELECT id, kind FROM event ORDER BY id") == before


async def test_an_event_that_died_is_owed_what_it_causes(
    engine: AsyncEngine,
    world: Units,
    keys: SubjectKeys,
    contact_added: Callable[..., NewEvent],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "MAX_ATTEMPTS", 1)
    greeter, handlers = Greeter(), EventHandlers()
    handlers.on([EventKind.CONTACT_ADDED], greeter)
    dispatcher = Dispatcher(world, keys, handlers)
    greeter.ill = True
    async with world.begin() as unit:
        unit.append(contact_added())
    await dispatcher.work()
    greeter.ill = False
    [(number,)] = await _ask(engine, "SELECT event_id FROM inbox_dead")
    async with world.begin() as unit:
        assert await replay_dead(unit, [number]) == 1
    await dispatcher.work()
    assert await _ask(engine, "SELECT key FROM command") == [(f"welcome:{number}",)]
    assert await _ask(engine, "SELECT count(*) FROM event WHERE kind = 'Tracked'") == [(1,)]


@pytest.mark.parametrize("waits", [False, True])
async def test_a_replay_that_died_is_owed_nothing_and_takes_nothing_from_what_is(
    engine: AsyncEngine,
    world: Units,
    keys: SubjectKeys,
    contact_added: Callable[..., NewEvent],
    monkeypatch: pytest.MonkeyPatch,
    waits: bool,
) -> None:
    """``waits``: the event itself had died, and a replay of it waits when it is tried again."""
    monkeypatch.setattr(dispatch, "MAX_ATTEMPTS", 1)
    greeter, handlers = Greeter(), EventHandlers()
    handlers.on([EventKind.CONTACT_ADDED], greeter)
    dispatcher = Dispatcher(world, keys, handlers)
    greeter.ill = waits
    async with world.begin() as unit:
        unit.append(contact_added())
    while await dispatcher.work():
        pass
    await _ask(engine, "DELETE FROM command")
    await _replay_all(engine)
    greeter.ill = not waits
    if not waits:
        while await dispatcher.work():
            pass
    greeter.ill = False
    [(number,)] = await _ask(engine, "SELECT event_id FROM inbox_dead")
    async with world.begin() as unit:
        assert await replay_dead(unit, [number]) == 1
    while await dispatcher.work():
        pass
    assert await _ask(engine, "SELECT key FROM command") == ([(f"welcome:{number}",)] if waits else [])
