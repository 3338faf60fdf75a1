"""The relay on the database: every outcome class, a killed sender, rate limits, and room for what is urgent."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs
from tests.integration.core.scripted import enqueue

from weloop.contracts.commands import Command, CommandName, Delivery, Done, Outcome
from weloop.contracts.errors import AlreadyDone, Conflict, QuotaExceeded, Rejected, Retryable, Uncertain
from weloop.contracts.events import Lane
from weloop.kit import claims
from weloop.kit.claims import ClaimLoop
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.outbox.api import Relay, RelayLimits, Senders
from weloop.outbox.dead import count_dead, list_dead, replay_dead, settle_dead
from weloop.outbox.repository import claim, finish, recover, start

Answer = Callable[[Command], Outcome]


class ScriptedSender:
    """A sender that answers as it is told and notes what it was given."""

    bucket = "test"

    def __init__(self, answer: Answer, *, batch: int = 10) -> None:
        self.answer = answer
        self.batch = batch
        self.sent: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        await self.gate.wait()
        self.sent += [command.key for command in commands]
        return [self.answer(command) for command in commands]


def _command(key: str, **changes: Any) -> Command:
    given: dict[str, Any] = {"name": CommandName.SEND_WELCOME, "account_id": 1, "body": {}, "subject_id": 42}
    return Command(key=key, **{"delivery": Delivery.IDEMPOTENT, **given, **changes})


@pytest.fixture
def make_relay(units: Units) -> Callable[..., Relay]:
    """Makes relays on one sender for all commands of account 1."""

    async def kinds(accounts: Collection[int]) -> Mapping[int, str]:
        return dict.fromkeys(accounts, "wecom")

    def make(sender: ScriptedSender, **limits: Any) -> Relay:
        senders = Senders(kinds)
        for name in CommandName:
            senders.on("wecom", name, sender)
        return Relay(units, senders, limits=RelayLimits(**limits))

    return make


async def _rows(engine: AsyncEngine) -> dict[str, Any]:
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT key, state, attempts, error, unsure, due FROM command")
        return {row.key: row for row in rows}


async def _kinds(engine: AsyncEngine) -> list[tuple[str, str]]:
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT kind, data ->> 'key' FROM event ORDER BY data ->> 'key'")
        return [tuple(row) for row in rows]


async def _work(relay: Relay) -> None:
    await relay.work()
    await relay.drain()


async def test_a_known_key_is_enqueued_once_and_a_waiting_wish_once(engine: AsyncEngine, units: Units) -> None:
    await enqueue(units, _command("a"), _command("a"), _command("b", coalesce="x"), _command("c", coalesce="x"))
    await enqueue(units, _command("a", body={"text": "other"}))
    assert len(await _rows(engine)) == 2


@pytest.mark.parametrize(
    ("answer", "delivery", "state", "event"),
    [
        (Done(), Delivery.IDEMPOTENT, "sent", "CommandSent"),
        (Rejected("no", 41050), Delivery.IDEMPOTENT, "failed", "CommandFailed"),
        (AlreadyDone("done", 41051), Delivery.IDEMPOTENT, "failed", "CommandFailed"),
        (Uncertain("?"), Delivery.AT_MOST_ONCE, "uncertain", "CommandUncertain"),
    ],
)
async def test_an_end_is_written_with_its_event(
    engine: AsyncEngine,
    units: Units,
    make_relay: Callable[..., Relay],
    answer: Outcome,
    delivery: Delivery,
    state: str,
    event: str,
) -> None:
    await enqueue(units, _command("a", delivery=delivery))
    await _work(make_relay(ScriptedSender(lambda _: answer)))
    assert (await _rows(engine))["a"].state == state
    assert await _kinds(engine) == [(event, "a")]


@pytest.mark.parametrize("answer", [Retryable("busy", -1), Uncertain("?")])
async def test_what_may_be_repeated_is_queued_again_later(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay], answer: Outcome
) -> None:
    await enqueue(units, _command("a"))
    before = machine_now()
    await _work(make_relay(ScriptedSender(lambda _: answer)))
    row = (await _rows(engine))["a"]
    assert (row.state, row.attempts, row.unsure) == ("queued", 1, isinstance(answer, Uncertain))
    assert row.due > before
    assert await _kinds(engine) == []


async def test_what_has_gone_out_keeps_no_words(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    await enqueue(units, _command("a", body={"text": "您好", "welcome_code": "CODE"}))
    await _work(make_relay(ScriptedSender(lambda _: Done())))
    async with engine.connect() as connection:
        assert (await run(connection, "SELECT body FROM command"))[0][0] == {}


async def test_a_sender_that_raises_leaves_nothing_stuck(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    def explode(_: Command) -> Outcome:
        raise RuntimeError("a bug")

    await enqueue(units, _command("a"), _command("b", delivery=Delivery.AT_MOST_ONCE))
    await _work(make_relay(ScriptedSender(explode)))
    rows = await _rows(engine)
    assert (rows["a"].state, rows["b"].state) == ("queued", "uncertain")


async def test_a_killed_relay_is_made_good_by_the_next(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    dead = ScriptedSender(lambda _: Done())
    dead.gate.clear()
    await enqueue(units, _command("again"), _command("once", delivery=Delivery.AT_MOST_ONCE))
    killed = make_relay(dead, lease=timedelta(0))
    await killed.work()
    await _work(make_relay(ScriptedSender(lambda _: AlreadyDone("used", 41051))))
    rows = await _rows(engine)
    # The code was used by the attempt whose answer was lost: it counts as sent.
    assert (rows["again"].state, rows["again"].attempts) == ("sent", 2)
    assert rows["once"].state == "uncertain"
    # The killed one comes back from the dead: its late outcome must change nothing.
    dead.gate.set()
    await killed.drain()
    assert {key: row.state for key, row in (await _rows(engine)).items()} == {"again": "sent", "once": "uncertain"}
    assert await _kinds(engine) == [("CommandSent", "again"), ("CommandUncertain", "once")]


@pytest.mark.parametrize("delivery", list(Delivery))
async def test_what_a_killed_relay_had_only_put_off_goes_on_waiting(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay], delivery: Delivery
) -> None:
    await enqueue(units, _command("late", delivery=delivery))
    await _leave_unwritten(units, "dead")
    sender = ScriptedSender(lambda _: Done())
    await _work(make_relay(sender))
    row = (await _rows(engine))["late"]
    assert (row.state, row.unsure, row.error, sender.sent) == ("sent", False, None, ["late"])
    assert await _kinds(engine) == [("CommandSent", "late")]


async def test_the_late_word_of_what_was_put_off_does_not_end_an_attempt(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    await enqueue(units, _command("late", delivery=Delivery.AT_MOST_ONCE))
    sender = ScriptedSender(lambda _: Done())
    sender.gate.clear()
    relay = make_relay(sender)
    command_id, attempt = await _leave_unwritten(units, relay._lease)
    async with asyncio.timeout(20):
        while not await _is_begun(engine):
            await relay.work()
    word = (command_id, attempt, "refused", None, False, None, "quiet_hours", None, "quiet_hours", "quiet_hours", None)
    async with units.begin() as unit:
        assert not await finish(unit.connection, [word], now=unit.now, lease=relay._lease)
    sender.gate.set()
    await relay.drain()
    assert (await _rows(engine))["late"].state == "sent"


async def _leave_unwritten(units: Units, lease: str) -> tuple[int, int]:
    """What a relay leaves that dies before it has written what was decided without an attempt: id, number."""
    async with units.begin() as unit:
        [row] = await claim(unit.connection, now=unit.now, lane=Lane.BULK, limit=9, held=())
        given = [(row.id, False, None, None)]
        await start(unit.connection, given, now=unit.now, lease=lease, lease_until=machine_now())
    return row.id, row.attempts + 1


async def _is_begun(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        return bool(await run(connection, "SELECT 1 FROM command_attempt"))


@pytest.mark.parametrize("waits_for", ["the platform", "the database"])
async def test_a_relay_that_ends_holds_what_it_still_sends(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay], waits_for: str
) -> None:
    sender = ScriptedSender(lambda _: Done())
    relay = make_relay(sender, lease=timedelta(seconds=0.5))
    await enqueue(units, _command("slow", delivery=Delivery.AT_MOST_ONCE))
    if waits_for == "the platform":
        sender.gate.clear()
    else:
        async with engine.begin() as connection:
            await run(connection, "ALTER TABLE event RENAME TO event_away")
    await relay.work()
    until = await _held_until(engine)
    draining = asyncio.create_task(relay.drain())
    try:
        async with asyncio.timeout(20):
            while await _held_until(engine) < until + timedelta(seconds=1):
                await asyncio.sleep(0)
    finally:
        sender.gate.set()
        if waits_for == "the database":
            async with engine.begin() as connection:
                await run(connection, "ALTER TABLE event_away RENAME TO event")
        await draining
    assert ((await _rows(engine))["slow"].state, sender.sent) == ("sent", ["slow"])


async def _held_until(engine: AsyncEngine) -> datetime:
    async with engine.connect() as connection:
        [row] = await run(connection, "SELECT lease_until FROM command")
    return row.lease_until  # type: ignore[no-any-return]


async def test_the_late_word_of_an_attempt_does_not_end_the_next_one(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    """A relay stood still for longer than its lease, another dealt with what it sent, and it has that in hand again."""
    answers: list[Outcome] = [Rejected("no", 41050), Done()]

    class Slow(ScriptedSender):
        async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
            answer = answers.pop(0)
            await super().send(account_id, commands, now)
            return [answer]

    sender = Slow(lambda _: Done())
    sender.gate.clear()
    relay = make_relay(sender)
    await enqueue(units, _command("a"))
    await relay.work()
    while len(answers) > 1:
        await asyncio.sleep(0)
    async with engine.begin() as connection:
        await recover(connection, machine_now=machine_now() + timedelta(hours=1), now=machine_now())
    await relay.work()
    sender.gate.set()
    await relay.drain()
    row = (await _rows(engine))["a"]
    assert (row.state, row.attempts, sender.sent) == ("sent", 2, ["a", "a"])
    assert await _kinds(engine) == [("CommandSent", "a")]


async def test_what_takes_longer_than_its_lease_is_not_taken_for_lost(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender(lambda _: Done())
    sender.gate.clear()
    relay = make_relay(sender)
    await enqueue(units, _command("slow", delivery=Delivery.AT_MOST_ONCE))
    await relay.work()
    async with engine.begin() as connection:
        await run(connection, "UPDATE command SET lease_until = $1", machine_now())
    for each in (relay, make_relay(sender)):
        await each.work()
    assert (await _rows(engine))["slow"].state == "sending"
    sender.gate.set()
    await relay.drain()
    assert ((await _rows(engine))["slow"].state, sender.sent) == ("sent", ["slow"])


async def test_a_known_outcome_waits_for_a_database_that_is_away(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    relay = make_relay(ScriptedSender(lambda _: Done()))
    await enqueue(units, _command("a", delivery=Delivery.AT_MOST_ONCE))
    async with engine.begin() as connection:
        await run(connection, "ALTER TABLE event RENAME TO event_away")
    with capture_logs() as failures:
        await relay.work()
        async with asyncio.timeout(60):
            while len(failures) < 4:
                await asyncio.sleep(0)
    async with engine.begin() as connection:
        await run(connection, "ALTER TABLE event_away RENAME TO event")
    await relay.drain()
    assert (await _rows(engine))["a"].state == "sent"


async def test_each_end_has_its_event_even_while_the_world_stands_still(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    units.clock.virtual_origin = units.clock.real_origin = machine_now()
    units.clock.rate = 0
    relay = make_relay(ScriptedSender(lambda _: Rejected("no", 40058)))
    await enqueue(units, _command("a"))
    await _work(relay)
    async with units.begin() as unit:
        [letter] = await list_dead(unit, limit=10, offset=0)
        await replay_dead(unit, [letter.id])
    await _work(relay)
    assert await _kinds(engine) == [("CommandFailed", "a")] * 2


async def test_what_has_expired_is_refused_unsent(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender(lambda _: Done())
    await enqueue(units, _command("late", expires_at=machine_now()))
    await _work(make_relay(sender))
    row = (await _rows(engine))["late"]
    assert (row.state, row.error, sender.sent) == ("failed", "expired", [])
    async with units.begin() as unit:
        [letter] = await list_dead(unit, limit=10, offset=0)
        assert letter.expired
        with pytest.raises(Conflict):
            await replay_dead(unit, [letter.id])


async def test_bulk_leaves_room_for_what_is_urgent(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender(lambda _: Done(), batch=1)
    sender.gate.clear()
    relay = make_relay(sender, in_flight=4, reserved=1)
    await enqueue(units, *(_command(f"bulk {number}", lane=Lane.BULK) for number in range(10)))
    await relay.work()
    await enqueue(units, _command("urgent", lane=Lane.REALTIME))
    await relay.work()
    rows = await _rows(engine)
    assert sum(row.state == "sending" for key, row in rows.items() if key.startswith("bulk")) == 3
    assert rows["urgent"].state == "sending"
    sender.gate.set()
    await relay.drain()


async def test_what_is_written_makes_room_without_the_databases_word(
    units: Units, make_relay: Callable[..., Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "IDLE_SECONDS", 3600.0)
    done, stop = asyncio.Event(), asyncio.Event()

    def answer(command: Command) -> Outcome:
        if len(sender.sent) == 20:
            done.set()
        return Done()

    sender = ScriptedSender(answer, batch=1)
    await enqueue(units, *(_command(f"bulk {number}", lane=Lane.BULK) for number in range(20)))
    relay = make_relay(sender, in_flight=6, reserved=2)
    loop = ClaimLoop("outbox", relay.work, relay.next_due, units.clock, relay.freed)
    running = asyncio.create_task(loop.run(stop))
    await asyncio.wait_for(done.wait(), 60)
    stop.set()
    await running
    await relay.drain()


async def test_a_used_up_quota_holds_back_all_of_its_kind(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    until = machine_now() + timedelta(hours=1)
    sender = ScriptedSender(lambda _: QuotaExceeded("45009", 45009, until), batch=1)
    relay = make_relay(sender)
    await enqueue(units, _command("a"))
    await _work(relay)
    await enqueue(units, _command("b"))
    await _work(relay)
    rows = await _rows(engine)
    assert sender.sent == ["a"]
    assert (rows["b"].state, rows["b"].due, rows["b"].attempts) == ("queued", until, 0)


async def test_a_rate_limit_spreads_what_it_does_not_grant(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender(lambda _: Done())
    await enqueue(units, *(_command(f"n{number}") for number in range(60)))
    await _work(make_relay(sender, in_flight=100, reserved=10))
    states = [row.state for row in (await _rows(engine)).values()]
    # The default bucket holds 20; what it does not grant waits without having been tried.
    assert (states.count("sent"), states.count("queued")) == (20, 40)


async def test_two_relays_send_each_command_once(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender(lambda _: Done())
    sender.bucket = "wecom_welcome"
    await enqueue(units, *(_command(f"n{number}") for number in range(500)))
    relays = [make_relay(sender), make_relay(sender)]

    async def work(relay: Relay) -> None:
        while await relay.work():
            await relay.drain()

    await asyncio.gather(*(work(relay) for relay in relays))
    assert sorted(sender.sent) == sorted(f"n{number}" for number in range(500))
    assert {row.state for row in (await _rows(engine)).values()} == {"sent"}


async def test_a_person_settles_or_repeats_what_is_dead(
    engine: AsyncEngine, units: Units, make_relay: Callable[..., Relay]
) -> None:
    await enqueue(units, *(_command(key, delivery=Delivery.AT_MOST_ONCE) for key in ("a", "b")))
    await _work(make_relay(ScriptedSender(lambda _: Uncertain("?"))))
    async with units.begin() as unit:
        assert await count_dead(unit) == (2, 2)
        letters = {letter.id for letter in await list_dead(unit, limit=10, offset=0)}
        first, second = sorted(letters)
        assert await settle_dead(unit, [first]) == 1
        assert await replay_dead(unit, [second]) == 1
    await _work(make_relay(ScriptedSender(lambda _: Done())))
    async with units.begin() as unit:
        assert await count_dead(unit) == (0, 0)
    assert sorted(row.state for row in (await _rows(engine)).values()) == ["sent", "uncertain"]
