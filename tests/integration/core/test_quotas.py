"""Quotas of the platforms on the database: exact under parallel relays, given back when nothing left, told by day."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, ScriptedSender, enqueue, relays, set_time, work_off

from weloop.contracts.commands import Command, CommandName, Delivery, Done, ManyReturned, Outcome
from weloop.contracts.errors import Rejected, Retryable, Uncertain
from weloop.kit.clock import machine_now
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox.api import Relay
from weloop.outbox.meters import forget_uses

MIDNIGHT = datetime(2026, 11, 4, 16, 0, tzinfo=UTC)
SUBSCRIPTION = 2


@pytest.fixture
async def world(engine: AsyncEngine, units: Units) -> Units:
    """A service account (1) and a subscription account, at noon; time moves when a test sets it."""
    set_time(units, NOON)
    async with engine.begin() as connection:
        for account_id, service_type in ((1, "service"), (SUBSCRIPTION, "subscription")):
            await run(
                connection,
                """
                INSERT INTO account (id, kind, name, app_id, api_base, callback_key, state, service_type, created_at,
                                     updated_at)
                OVERRIDING SYSTEM VALUE
                VALUES ($1, 'official_account', $2, $2, 'http://localhost', $2, 'ready', $2, $3, $3)
                """,
                account_id,
                service_type,
                NOON,
            )
    return units


@pytest.fixture
def make_relay(world: Units) -> Callable[..., Relay]:
    """Makes relays on one sender."""
    return relays(world)


def _command(key: str, name: CommandName, account_id: int = 1, **changes: Any) -> Command:
    return Command(key, name, account_id, **{"body": {}, "delivery": Delivery.IDEMPOTENT, **changes})


def _job(key: str, account_id: int = 1, **body: Any) -> Command:
    return _command(key, CommandName.SEND_ACCOUNT_MASS, account_id, body=body)


def _card(key: str, *users: str) -> Command:
    return _command(key, CommandName.SEND_STAFF_CARD, body={"users": list(users)})


def _previews(count: int) -> list[Command]:
    return [_command(f"p{number}", CommandName.PREVIEW_ACCOUNT_MASS) for number in range(count)]


async def _rows(engine: AsyncEngine) -> dict[str, Any]:
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT key, state, attempts, due, gates FROM command")
        return {row.key: row for row in rows}


async def _used(engine: AsyncEngine, quota: str, account_id: int = 1) -> int:
    async with engine.connect() as connection:
        rows = await run(
            connection,
            "SELECT coalesce(sum(used), 0)::int AS n FROM quota_use WHERE quota = $1 AND account_id = $2",
            quota,
            account_id,
        )
        return int(rows[0].n)


async def test_parallel_relays_let_go_exactly_what_the_quota_says_and_the_rest_when_it_renews(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, *_previews(130))
    await asyncio.gather(*(work_off(make_relay(sender, in_flight=12, reserved=2)) for _ in range(3)))
    rows = await _rows(engine)
    assert len(sender.sent) == await _used(engine, "account_mass_preview") == 100
    waiting = [row for row in rows.values() if row.state == "queued"]
    assert {(row.due, row.gates, row.attempts) for row in waiting} == {(MIDNIGHT, "quota", 0)}
    set_time(world, MIDNIGHT)
    await work_off(make_relay(sender))
    assert len(set(sender.sent)) == len(sender.sent) == 130


@pytest.mark.parametrize(
    ("answer", "used"), [(Done(), 1), (Rejected("no", 45028), 0), (Retryable("busy", -1), 0), (Uncertain("?"), 1)]
)
async def test_what_is_known_not_to_have_gone_is_given_back(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay], answer: Outcome, used: int
) -> None:
    await enqueue(world, _job("job", SUBSCRIPTION, all=True))
    relay = make_relay(ScriptedSender(answer))
    await relay.work()
    await relay.drain()
    assert await _used(engine, "account_mass_day", SUBSCRIPTION) == used


async def test_what_its_rate_holds_back_uses_up_nothing(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender(bucket="official_account_mass")
    await enqueue(world, *_previews(20))
    relay = make_relay(sender)
    await relay.work()
    await relay.drain()
    assert await _used(engine, "account_mass_preview") == len(sender.sent) == 5


async def test_official_accounts_of_either_kind_have_their_own_quota(
    world: Units, make_relay: Callable[..., Relay], engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: dict[str, datetime] = {}

    async def note(_unit: UnitOfWork, returned: Sequence[ManyReturned]) -> None:
        waiting.update({each.key: each.due for each in returned})

    monkeypatch.setitem(world._writers, ManyReturned, note)  # type: ignore[arg-type]
    sender = ScriptedSender()
    lists = [_job(f"list{number}", openids=["o1", "o2"]) for number in range(6)]
    to_all = [_job(f"all{number}", all=True) for number in range(5)]
    await enqueue(world, *lists, *to_all, _job("first", SUBSCRIPTION, all=True), _job("second", SUBSCRIPTION, tag_id=7))
    await work_off(make_relay(sender))
    month = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert {row.state for row in (await _rows(engine)).values()} == {"sent"}
    assert waiting == {"all4": month, "second": MIDNIGHT}
    assert await _used(engine, "account_mass_calls") == 10


async def test_a_member_gets_no_more_than_a_minute_lets_through(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, *(_card(f"a{number}", "lina") for number in range(16)), _card("both", "lina", "wang"))
    await enqueue(world, _card("other", "wang"))
    await work_off(make_relay(sender))
    rows = await _rows(engine)
    held = {key for key, row in rows.items() if row.state == "queued"}
    assert (len(held), held & {"both", "other"}) == (2, {"both"})
    assert {rows[key].due for key in held} == {NOON + timedelta(minutes=1)}
    set_time(world, NOON + timedelta(minutes=1))
    await work_off(make_relay(sender))
    assert len(sender.sent) == 18


async def test_what_a_killed_relay_had_in_hand_is_not_stopped_by_itself(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await enqueue(world, _job("job", SUBSCRIPTION, all=True))
    gone = make_relay(ScriptedSender())
    async with world.begin() as unit:
        await gone._claim(unit)  # what a kill leaves behind: claimed and let go, no outcome
    async with engine.begin() as connection:
        await run(connection, "UPDATE command SET lease_until = $1", machine_now() - timedelta(seconds=1))
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    assert (sender.sent, await _used(engine, "account_mass_day", SUBSCRIPTION)) == (["job"], 1)


async def test_every_day_tells_what_became_of_messages(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    message = {"name": CommandName.SEND_SERVICE_MESSAGE, "delivery": Delivery.AT_MOST_ONCE}
    welcome = _command("hello", CommandName.SEND_WELCOME, subject_id=1)
    await enqueue(world, welcome, _command("news", **message, subject_id=1), _card("card", "lina"))
    await work_off(make_relay(ScriptedSender()))
    set_time(world, MIDNIGHT)
    await enqueue(world, _command("more", **message, subject_id=1))
    await work_off(make_relay(ScriptedSender()))
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT day, message_class, outcome, gate, n FROM message_day ORDER BY 1, 2")
    assert [tuple(row) for row in rows] == [
        (date(2026, 11, 4), "conversation", "sent", "", 1),
        (date(2026, 11, 4), "marketing", "refused", "no_basis", 1),
        (date(2026, 11, 5), "marketing", "refused", "no_basis", 1),
    ]


async def test_counters_of_periods_long_over_are_forgotten(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await enqueue(world, _card("card", "lina"))
    await work_off(make_relay(ScriptedSender()))
    set_time(world, NOON + timedelta(days=61))
    await forget_uses(world, NOON)
    assert await _used(engine, "staff_cards_minute") == 1
    set_time(world, NOON + timedelta(days=63))
    await forget_uses(world, NOON)
    assert await _used(engine, "staff_cards_minute") == 0
