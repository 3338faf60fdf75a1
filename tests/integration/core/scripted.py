"""A relay over official accounts whose sender answers as it is told, and a clock that stands at noon."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.contracts.commands import Command, CommandName, Done, Outcome
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.outbox.registry import Senders
from weloop.outbox.relay import Relay, RelayLimits

NOON = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Beijing."""


class ScriptedSender:
    """Answers as it is told and notes what it was given."""

    batch = 10

    def __init__(self, answer: Outcome | None = None, bucket: str = "wecom_contact") -> None:
        self.answer = answer or Done()
        self.bucket = bucket
        self.sent: list[str] = []

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        self.sent += [command.key for command in commands]
        return [self.answer for _ in commands]


def set_time(units: Units, moment: datetime) -> None:
    """Let the world's clock stand at a moment."""
    units.clock.virtual_origin, units.clock.real_origin, units.clock.rate = moment, NOON, 0.0


def relays(units: Units) -> Callable[..., Relay]:
    """Makes relays on one sender, which carries out every command."""

    async def kinds(accounts: Collection[int]) -> Mapping[int, str]:
        return dict.fromkeys(accounts, "official_account")

    def make(sender: ScriptedSender, **limits: Any) -> Relay:
        senders = Senders(kinds)
        for name in CommandName:
            senders.on("official_account", name, sender)
        return Relay(units, senders, limits=RelayLimits(**limits))

    return make


async def enqueue(units: Units, *commands: Command) -> None:
    """Put commands into the outbox, in one transaction."""
    async with units.begin() as unit:
        for command in commands:
            unit.enqueue(command)


async def work_off(relay: Relay) -> None:
    """Have all that is due now sent, and its outcomes written."""
    while await relay.work():
        await relay.drain()
    await relay.drain()


async def have_followers(connection: AsyncConnection, count: int) -> None:
    """Followers of account 1 since noon, each a person of the same number, from 1 on."""
    await run(
        connection,
        """
        INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
        SELECT n, decode(to_hex(n + 4096), 'hex'), 'follower', 'wx', 'o' || n, n, $1, $1
        FROM generate_series(1, $2::int) AS n
        """,
        NOON,
        count,
    )
    await run(
        connection,
        """
        INSERT INTO relation (account_id, identity_id, staff, added_at, added_event)
        SELECT 1, n, '', $1, n FROM generate_series(1, $2::int) AS n
        """,
        NOON,
        count,
    )
