"""Rate limits: a long queue behind an empty bucket costs nothing while it waits, and holds up nobody else."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.commands import Command, CommandName, Delivery, Done, Outcome
from weloop.contracts.events import Lane
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.outbox.api import Relay, RelayLimits, Senders
from weloop.outbox.limits import DEFAULT_RATE

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
BURST = int(DEFAULT_RATE.burst)


class Sender:
    """Takes everything."""

    batch = 10

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.sent: list[str] = []

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        self.sent += [command.key for command in commands]
        return [Done() for _ in commands]


@pytest.fixture
def standing(units: Units) -> Units:
    """Units in a world that moves only when a test sets its time."""
    _set_time(units, START)
    return units


def _set_time(units: Units, moment: datetime) -> None:
    units.clock.virtual_origin, units.clock.real_origin, units.clock.rate = moment, START, 0.0


def _relay(units: Units, *senders: tuple[CommandName, Sender]) -> Relay:
    async def kinds(accounts: Collection[int]) -> Mapping[int, str]:
        return dict.fromkeys(accounts, "wecom")

    registry = Senders(kinds)
    for name, sender in senders:
        registry.on("wecom", name, sender)
    return Relay(units, registry, limits=RelayLimits(in_flight=100, reserved=10))


async def _enqueue(units: Units, name: CommandName, count: int, lane: Lane) -> None:
    async with units.begin() as unit:
        for number in range(count):
            key, delivery = f"{name} {number}", Delivery.AT_LEAST_ONCE
            unit.enqueue(Command(key=key, name=name, account_id=1, body={}, delivery=delivery, lane=lane))


async def _work(relay: Relay) -> int:
    """Answers how many claims took something."""
    claims = 0
    while await relay.work():
        claims += 1
    await relay.drain()
    return claims


async def test_an_empty_bucket_is_not_asked_again_before_it_has_tokens(engine: AsyncEngine, standing: Units) -> None:
    profiles = Sender("slow")
    relay = _relay(standing, (CommandName.FETCH_PROFILE, profiles))
    await _enqueue(standing, CommandName.FETCH_PROFILE, 300, Lane.NORMAL)
    assert await _work(relay) == 1
    assert len(profiles.sent) == BURST
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT count(*) FROM command WHERE state = 'queued' AND due <= $1", START)
    assert rows[0][0] > 0
    _set_time(standing, START + timedelta(seconds=0.5))
    await _work(relay)
    assert len(profiles.sent) == BURST + int(DEFAULT_RATE.per_second / 2)


async def test_a_queue_behind_an_empty_bucket_does_not_hold_up_others(standing: Units) -> None:
    profiles, ways = Sender("slow"), Sender("other")
    relay = _relay(standing, (CommandName.FETCH_PROFILE, profiles), (CommandName.UPDATE_CONTACT_WAY, ways))
    await _enqueue(standing, CommandName.FETCH_PROFILE, 300, Lane.NORMAL)
    await _work(relay)
    await _enqueue(standing, CommandName.UPDATE_CONTACT_WAY, 5, Lane.BULK)
    await _work(relay)
    assert len(ways.sent) == 5
