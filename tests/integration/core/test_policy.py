"""Policy on the database: who is asked about, what counts against caps under parallel relays, retries and kills, and
that a long queue of the bulk lane holds up no short one."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, ScriptedSender, enqueue, relays, set_time, work_off

from weloop.codes.api import CodeInfo, CodeKind, put_code
from weloop.consent.api import forget_consent, load_stances
from weloop.consent.handlers import follow_sign_ups, follow_talks, follow_words
from weloop.contracts.commands import Command, CommandName, Delivery, Done, Occasion, Outcome
from weloop.contracts.errors import Rejected, Retryable, Uncertain
from weloop.contracts.events import Event, EventKind, Lane
from weloop.contracts.identities import IdentitiesForgotten
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox.api import Relay
from weloop.outbox.buckets import grant
from weloop.outbox.dead import count_dead
from weloop.outbox.outcomes import Attempt

PERSON = {1: 7, 2: 7, 3: 8}
"""Identities and their persons: the first two are one."""


@pytest.fixture
async def world(engine: AsyncEngine, units: Units) -> Units:
    """Two people who follow our account, at noon; time moves when a test sets it."""
    set_time(units, NOON)
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


@pytest.fixture
def make_relay(world: Units) -> Callable[..., Relay]:
    """Makes relays on one sender."""
    return relays(world)


def _message(key: str, subject_id: int = 1, **changes: Any) -> Command:
    given: dict[str, Any] = {"body": {"text": "您好"}, "delivery": Delivery.AT_MOST_ONCE, **changes}
    return Command(key, CommandName.SEND_SERVICE_MESSAGE, 1, subject_id=subject_id, **given)


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
    await enqueue(world, _message("no", 1), _message("yes", 3), _message("answer", 1, occasion=Occasion(answers=NOON)))
    await work_off(make_relay(sender))
    assert sorted(sender.sent) == ["answer", "yes"]
    refused = (await _rows(engine))["no"]
    assert (refused.state, refused.gates, refused.body) == ("refused", "opted_out", {})
    async with engine.connect() as connection:
        events = await run(connection, "SELECT kind, data FROM event WHERE data ->> 'key' = 'no'")
    assert [(row.kind, row.data["code"]) for row in events] == [("CommandRefused", "opted_out")]
    async with world.begin() as unit:
        assert await count_dead(unit) == (0, 0)


async def test_an_opt_out_between_the_judging_and_the_start_counts(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is held after it was judged until the word has committed, at another identity of the person."""
    held: list[list[str]] = []

    async def hold(unit: UnitOfWork, attempts: Sequence[Attempt]) -> Any:
        held.append(sorted(attempt.command.key for attempt in attempts))
        if len(held) == 1:
            await _note(engine, "opted_out", 2)
        return await grant(unit, attempts)

    monkeypatch.setattr("weloop.outbox.relay.grant", hold)
    await _note(engine, "opted_in", 3)
    await enqueue(world, _message("him", 1), _message("answer", 1, occasion=Occasion(answers=NOON)), _message("her", 3))
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    assert held == [["answer", "her", "him"], ["answer", "her"]]
    assert sorted(sender.sent) == ["answer", "her"]
    rows = await _rows(engine)
    assert {key: (row.state, row.attempts) for key, row in rows.items() if key != "him"} == {
        "answer": ("sent", 1),
        "her": ("sent", 1),
    }
    assert (rows["him"].state, rows["him"].gates) == ("refused", "opted_out")


async def test_two_relays_do_not_both_see_the_same_room(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, *(_message(f"m{number}", 1 + number % 2) for number in range(6)))
    relays = [make_relay(sender, in_flight=2, reserved=1) for _ in range(3)]
    await asyncio.gather(*(work_off(relay) for relay in relays))
    rows = await _rows(engine)
    assert len(sender.sent) == 1
    assert sorted(row.state for row in rows.values()) == ["queued"] * 5 + ["sent"]
    waiting = [row for row in rows.values() if row.state == "queued"]
    assert {row.due for row in waiting} == {NOON + timedelta(hours=48)}
    assert {(row.gates, row.attempts) for row in waiting} == {("frequency", 0)}


async def test_of_one_batch_only_as_many_leave_as_the_cap_says(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    await enqueue(world, *(_message(f"m{number}", 1 + number % 2) for number in range(6)))
    await work_off(make_relay(sender))
    assert len(sender.sent) == 1


@pytest.mark.parametrize(
    ("answer", "counts"),
    [(Done(), True), (Rejected("no", 45015), False), (Retryable("busy", -1), False), (Uncertain("?"), True)],
)
async def test_what_is_known_not_to_have_gone_does_not_count(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay], answer: Outcome, counts: bool
) -> None:
    await enqueue(world, _message("first"))
    relay = make_relay(ScriptedSender(answer))
    await relay.work()
    await relay.drain()
    assert ((await _rows(engine))["first"].counted_at is not None) is counts
    sender = ScriptedSender()
    await enqueue(world, _message("second", 2))
    relay = make_relay(sender)
    await relay.work()
    await relay.drain()
    assert ("second" in sender.sent) is not counts


async def test_what_a_killed_relay_had_in_hand_counts(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await enqueue(world, _message("lost"))
    gone = make_relay(ScriptedSender())
    async with world.begin() as unit:
        await gone._claim(unit)  # what a kill leaves behind: claimed and let go, no outcome
    async with engine.begin() as connection:
        await run(connection, "UPDATE command SET lease_until = $1", machine_now() - timedelta(seconds=1))
    sender = ScriptedSender()
    await enqueue(world, _message("second"))
    await work_off(make_relay(sender))
    rows = await _rows(engine)
    assert (rows["lost"].state, rows["second"].state, sender.sent) == ("uncertain", "queued", [])


async def test_what_may_be_repeated_is_not_held_up_by_itself(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await enqueue(world, _message("again", delivery=Delivery.AT_LEAST_ONCE))
    relay = make_relay(ScriptedSender(Uncertain("?")))
    await relay.work()
    await relay.drain()
    set_time(world, NOON + timedelta(minutes=1))
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    assert (sender.sent, (await _rows(engine))["again"].state) == (["again"], "sent")


async def test_putting_off_uses_up_no_attempts_and_ends(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, _message("m1"), _message("m2"))
    relay = make_relay(sender)
    for step in range(30):
        set_time(world, NOON + timedelta(hours=4 * step))
        await work_off(relay)
    rows = await _rows(engine)
    assert {row.state for row in rows.values()} == {"sent"}
    assert {(row.attempts, row.gates) for row in rows.values()} == {(1, None)}


async def test_a_long_queue_holds_up_no_short_one(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    given: dict[str, Any] = {"lane": Lane.BULK, "delivery": Delivery.AT_LEAST_ONCE, "body": {}}
    long = [Command(f"long{n}", CommandName.FETCH_PROFILE, 1, queue="broadcast:1", **given) for n in range(300)]
    await enqueue(world, *long)
    set_time(world, NOON + timedelta(seconds=1))
    await enqueue(
        world, *(Command(f"short{n}", CommandName.FETCH_PROFILE, 1, queue="journey:2", **given) for n in range(10))
    )
    relay = make_relay(sender, in_flight=40, reserved=8)
    await relay.work()
    await relay.drain()
    assert sum(key.startswith("short") for key in sender.sent) == 10
    assert len(sender.sent) == 26
    await work_off(relay)
    assert len(sender.sent) == 310


async def test_a_slow_rate_is_shared_by_queues(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    sender.bucket = "unknown"
    given: dict[str, Any] = {"lane": Lane.BULK, "delivery": Delivery.AT_LEAST_ONCE, "body": {}}
    for name, many in (("a", 200), ("b", 200)):
        commands = (
            Command(f"{name}{n}", CommandName.FETCH_PROFILE, 1, queue=f"broadcast:{name}", **given) for n in range(many)
        )
        await enqueue(world, *commands)
    relay = make_relay(sender, in_flight=100, reserved=10)
    for step in range(20):
        set_time(world, NOON + timedelta(seconds=6 * step))
        await work_off(relay)
        of_a = sum(key.startswith("a") for key in sender.sent)
        assert abs(of_a - len(sender.sent) / 2) <= 1 + step, "not only in the long run"
    assert len(sender.sent) > 100


async def test_many_queues_all_get_their_turn(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    given: dict[str, Any] = {"lane": Lane.BULK, "delivery": Delivery.AT_LEAST_ONCE, "body": {}}
    commands = [
        Command(f"{queue}.{n}", CommandName.FETCH_PROFILE, 1, queue=f"journey:{queue}", **given)
        for queue in range(120)
        for n in range(3)
    ]
    await enqueue(world, *commands)
    relay = make_relay(sender, in_flight=20, reserved=4)
    for _ in range(300):
        if not await relay.work():
            break
        await relay.drain()
    assert sorted(sender.sent) == sorted(command.key for command in commands)


def _said(number: int, text: str, identity: int = 1, seconds: int = 0) -> Event:
    at = NOON - timedelta(hours=2) + timedelta(seconds=seconds)
    kind = EventKind.FOLLOWER_MESSAGE_RECEIVED
    return Event(number, 1, kind, at, at, None, identity, {"type": "text"}, {"text": text}, (), None, "")


async def test_words_heard_twice_and_in_any_order_end_the_same(engine: AsyncEngine, world: Units) -> None:
    said = [_said(1, "退订"), _said(2, "订阅", 2, 60), _said(3, "TD", 1, 120)]
    for order in (said, list(reversed(said)), [*said, *said]):
        for event in order:
            async with world.begin() as unit:
                await follow_words(unit, [event])
    async with world.begin() as unit:
        stances = await load_stances(unit, [1, 2, 3])
    assert (stances[1].opted_out, stances[2].opted_out, stances[3].opted_out) == (True, True, False)
    async with engine.connect() as connection:
        assert len(await run(connection, "SELECT 1 FROM consent_entry")) == 3
        assert len(await run(connection, "SELECT 1 FROM event WHERE kind LIKE 'Consent%'")) == 3


async def test_an_erased_person_stays_opted_out(engine: AsyncEngine, world: Units) -> None:
    await _note(engine, "opted_out", 1)
    async with world.begin() as unit:
        await forget_consent(unit, [IdentitiesForgotten(frozenset({1}), frozenset({7}))])
    async with world.begin() as unit:
        assert (await load_stances(unit, [1]))[1].opted_out
    async with engine.connect() as connection:
        assert [row.reason for row in await run(connection, "SELECT reason FROM consent_entry")] == [None]


def _lead(number: int, kind: EventKind, hours: float, **data: str) -> Event:
    at = NOON - timedelta(hours=hours)
    return Event(number, 1, kind, at, at, None, 1, data, {}, (), None, "")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([_lead(1, EventKind.LEAD_ACCEPTED, 2)], "queued"),
        ([_lead(1, EventKind.LEAD_ACCEPTED, 30), _lead(2, EventKind.FOLLOW_UP_WRITTEN, 1)], "queued"),
        ([_lead(1, EventKind.LEAD_ACCEPTED, 30)], "sent"),
        ([_lead(1, EventKind.LEAD_CONTACTED, 3), _lead(2, EventKind.LEAD_ADVANCED, 2, to="lost")], "sent"),
        ([_lead(1, EventKind.LEAD_ADVANCED, 2, to="mql")], "sent"),
    ],
)
async def test_a_sales_talk_follows_from_the_lead(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay], events: list[Event], expected: str
) -> None:
    for event in reversed(events):
        async with world.begin() as unit:
            await follow_talks(unit, [event])
    await enqueue(world, _message("m", 2))
    await work_off(make_relay(ScriptedSender()))
    assert (await _rows(engine))["m"].state == expected


async def test_whoever_signed_up_gets_what_they_asked_for(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await _note(engine, "opted_out", 1)
    async with world.begin() as unit:
        await put_code(unit, CodeInfo("live1", CodeKind.SCENE_QR, "直播海报", campaign_id=7))
        scan = _lead(1, EventKind.FOLLOWER_SCANNED, 5, scene="live1")
        for _ in range(2):
            await follow_sign_ups(unit, [scan, _lead(2, EventKind.LINK_OPENED, 5, state="other")])
    about = Occasion(campaign_id=7)
    await enqueue(world, *(_message(f"m{number}", 1, occasion=about) for number in range(6)))
    await enqueue(world, _message("other", 1, occasion=Occasion(campaign_id=8)))
    await enqueue(world, _message("advert", 1, occasion=replace(about, advert=True)))
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    rows = await _rows(engine)
    assert len(sender.sent) == 4
    assert {rows[key].message_class for key in sender.sent} == {"service"}
    assert [rows[key].gates for key in ("other", "advert")] == ["opted_out", "opted_out"]
    assert [row.gates for row in rows.values() if row.state == "queued"] == ["campaign_frequency"] * 2
