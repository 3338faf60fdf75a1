"""Policy on the database: who is asked about, what counts against caps under parallel relays, retries and kills, and
that a long queue of the bulk lane holds up no short one."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.commands import Command, CommandName, Delivery, Done, Occasion, Outcome
from weloop.contracts.errors import Rejected, Retryable, Uncertain
from weloop.contracts.events import Lane
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.outbox.api import Relay, RelayLimits, Senders
from weloop.outbox.dead import count_dead

NOON = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Beijing."""
PERSON = {1: 7, 2: 7, 3: 8}
"""Identities and their persons: the first two are one."""


class ScriptedSender:
    """Answers as it is told and notes what it was given."""

    bucket = "wecom_contact"
    batch = 10

    def __init__(self, answer: Outcome | None = None) -> None:
        self.answer = answer or Done()
        self.sent: list[str] = []

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        self.sent += [command.key for command in commands]
        return [self.answer for _ in commands]


@pytest.fixture
async def world(engine: AsyncEngine, units: Units) -> Units:
    """Two people who follow our account, at noon; time moves when a test sets it."""
    _set_time(units, NOON)
    async with engine.begin() as connection:
        for identity, person in PERSON.items():
            await run(
                connection,
                """
                INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
                VALUES ($1, $4, 'follower', 'wx', $5, $2, $3, $3)
                """,
                identity,
                person,
                NOON,
                bytes([identity]),
                f"o{identity}",
            )
            await run(
                connection,
                "INSERT INTO relation (account_id, identity_id, staff, added_at, added_event)"
                " VALUES (1, $1, '', $2, 1)",
                identity,
                NOON,
            )
    return units


def _set_time(units: Units, moment: datetime) -> None:
    units.clock.virtual_origin, units.clock.real_origin, units.clock.rate = moment, NOON, 0.0


@pytest.fixture
def make_relay(world: Units) -> Callable[..., Relay]:
    """Makes relays on one sender."""

    async def kinds(accounts: Collection[int]) -> Mapping[int, str]:
        return dict.fromkeys(accounts, "official_account")

    def make(sender: ScriptedSender, **limits: Any) -> Relay:
        senders = Senders(kinds)
        for name in CommandName:
            senders.on("official_account", name, sender)
        return Relay(world, senders, limits=RelayLimits(**limits))

    return make


def _message(key: str, subject_id: int = 1, **changes: Any) -> Command:
    given: dict[str, Any] = {"body": {"text": "您好"}, "delivery": Delivery.AT_MOST_ONCE, **changes}
    return Command(key, CommandName.SEND_SERVICE_MESSAGE, 1, subject_id=subject_id, **given)


async def _enqueue(units: Units, *commands: Command) -> None:
    async with units.begin() as unit:
        for command in commands:
            unit.enqueue(command)


async def _work(relay: Relay) -> None:
    while await relay.work():
        await relay.drain()
    await relay.drain()


async def _rows(engine: AsyncEngine) -> dict[str, Any]:
    async with engine.connect() as connection:
        rows = await run(
            connection, "SELECT key, state, attempts, due, gates, body, counted_at, message_class FROM command"
        )
        return {row.key: row for row in rows}


async def _note(engine: AsyncEngine, act: str, identity: int) -> None:
    async with engine.begin() as connection:
        await run(
            connection,
            "INSERT INTO consent_entry (identity_id, act, at, user_id, reason) VALUES ($1, $2, $3, 1, '来电')",
            identity,
            act,
            NOON - timedelta(hours=1),
        )


async def test_whoever_opted_out_anywhere_gets_no_marketing_from_any_account(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await _note(engine, "opted_out", 2)
    sender = ScriptedSender()
    await _enqueue(world, _message("no", 1), _message("yes", 3), _message("answer", 1, occasion=Occasion(answers=NOON)))
    await _work(make_relay(sender))
    assert sorted(sender.sent) == ["answer", "yes"]
    refused = (await _rows(engine))["no"]
    assert (refused.state, refused.gates, refused.body) == ("refused", "opted_out", {})
    async with engine.connect() as connection:
        events = await run(connection, "SELECT kind, data FROM event WHERE data ->> 'key' = 'no'")
    assert [(row.kind, row.data["code"]) for row in events] == [("CommandRefused", "opted_out")]
    async with world.begin() as unit:
        assert await count_dead(unit) == (0, 0)


async def test_two_relays_do_not_both_see_the_same_room(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await _enqueue(world, *(_message(f"m{number}", 1 + number % 2) for number in range(6)))
    relays = [make_relay(sender, in_flight=2, reserved=1) for _ in range(3)]
    await asyncio.gather(*(_work(relay) for relay in relays))
    rows = await _rows(engine)
    assert len(sender.sent) == 1
    assert sorted(row.state for row in rows.values()) == ["queued"] * 5 + ["sent"]
    waiting = [row for row in rows.values() if row.state == "queued"]
    assert {row.due for row in waiting} == {NOON + timedelta(hours=48)}
    assert {(row.gates, row.attempts) for row in waiting} == {("frequency", 0)}


async def test_of_one_batch_only_as_many_leave_as_the_cap_says(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    await _enqueue(world, *(_message(f"m{number}", 1 + number % 2) for number in range(6)))
    await _work(make_relay(sender))
    assert len(sender.sent) == 1


@pytest.mark.parametrize(
    ("answer", "counts"),
    [(Done(), True), (Rejected("no", 45015), False), (Retryable("busy", -1), False), (Uncertain("?"), True)],
)
async def test_what_is_known_not_to_have_gone_does_not_count(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay], answer: Outcome, counts: bool
) -> None:
    await _enqueue(world, _message("first"))
    relay = make_relay(ScriptedSender(answer))
    await relay.work()
    await relay.drain()
    assert ((await _rows(engine))["first"].counted_at is not None) is counts
    sender = ScriptedSender()
    await _enqueue(world, _message("second", 2))
    relay = make_relay(sender)
    await relay.work()
    await relay.drain()
    assert ("second" in sender.sent) is not counts


async def test_what_a_killed_relay_had_in_hand_counts(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await _enqueue(world, _message("lost"))
    gone = make_relay(ScriptedSender())
    async with world.begin() as unit:
        await gone._claim(unit, 64)  # what a kill leaves behind: claimed and let go, no outcome
    async with engine.begin() as connection:
        await run(connection, "UPDATE command SET lease_until = $1", machine_now() - timedelta(seconds=1))
    sender = ScriptedSender()
    await _enqueue(world, _message("second"))
    await _work(make_relay(sender))
    rows = await _rows(engine)
    assert (rows["lost"].state, rows["second"].state, sender.sent) == ("uncertain", "queued", [])


async def test_what_may_be_repeated_is_not_held_up_by_itself(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await _enqueue(world, _message("again", delivery=Delivery.AT_LEAST_ONCE))
    relay = make_relay(ScriptedSender(Uncertain("?")))
    await relay.work()
    await relay.drain()
    _set_time(world, NOON + timedelta(minutes=1))
    sender = ScriptedSender()
    await _work(make_relay(sender))
    assert (sender.sent, (await _rows(engine))["again"].state) == (["again"], "sent")


async def test_putting_off_uses_up_no_attempts_and_ends(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await _enqueue(world, _message("m1"), _message("m2"))
    relay = make_relay(sender)
    for step in range(30):
        _set_time(world, NOON + timedelta(hours=4 * step))
        await _work(relay)
    rows = await _rows(engine)
    assert {row.state for row in rows.values()} == {"sent"}
    assert {(row.attempts, row.gates) for row in rows.values()} == {(1, None)}


async def test_a_long_queue_holds_up_no_short_one(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    given: dict[str, Any] = {"lane": Lane.BULK, "delivery": Delivery.AT_LEAST_ONCE, "body": {}}
    long = [Command(f"long{n}", CommandName.FETCH_PROFILE, 1, queue="broadcast:1", **given) for n in range(300)]
    await _enqueue(world, *long)
    _set_time(world, NOON + timedelta(seconds=1))
    await _enqueue(
        world, *(Command(f"short{n}", CommandName.FETCH_PROFILE, 1, queue="journey:2", **given) for n in range(10))
    )
    relay = make_relay(sender, in_flight=40, reserved=8)
    await relay.work()
    await relay.drain()
    assert sum(key.startswith("short") for key in sender.sent) == 10
    assert len(sender.sent) == 26
    await _work(relay)
    assert len(sender.sent) == 310


async def test_a_slow_rate_is_shared_by_queues(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    sender.bucket = "unknown"
    given: dict[str, Any] = {"lane": Lane.BULK, "delivery": Delivery.AT_LEAST_ONCE, "body": {}}
    for name, many in (("a", 200), ("b", 200)):
        commands = (
            Command(f"{name}{n}", CommandName.FETCH_PROFILE, 1, queue=f"broadcast:{name}", **given) for n in range(many)
        )
        await _enqueue(world, *commands)
    relay = make_relay(sender, in_flight=100, reserved=10)
    for step in range(20):
        _set_time(world, NOON + timedelta(seconds=6 * step))
        await _work(relay)
    of_a = sum(key.startswith("a") for key in sender.sent)
    assert len(sender.sent) > 100
    assert abs(of_a - len(sender.sent) / 2) <= len(sender.sent) / 10


async def test_many_queues_all_get_their_turn(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    given: dict[str, Any] = {"lane": Lane.BULK, "delivery": Delivery.AT_LEAST_ONCE, "body": {}}
    commands = [
        Command(f"{queue}.{n}", CommandName.FETCH_PROFILE, 1, queue=f"journey:{queue}", **given)
        for queue in range(120)
        for n in range(3)
    ]
    await _enqueue(world, *commands)
    relay = make_relay(sender, in_flight=20, reserved=4)
    for _ in range(300):
        if not await relay.work():
            break
        await relay.drain()
    assert sorted(sender.sent) == sorted(command.key for command in commands)
