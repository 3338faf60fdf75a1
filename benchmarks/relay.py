"""Messages through the relay per second and per CPU-second, with a sender that takes everything at once.

``relay_calls``: commands that are no messages, which policy only looks at. ``relay_marketing``: messages to people who
follow the account, each with a history of one message last week; every claim asks who they are, what they wish and
what they got. CPU is that of this process's loop and of the whole database.
"""

import argparse
import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from _rig import address, database_cpu_seconds, execute, fetch_number, open_cluster, open_folder, report, say_machine

from weloop.contracts.commands import Command, CommandName, Delivery, Done, Outcome
from weloop.contracts.events import Lane
from weloop.entrypoints.bootstrap import build_writers
from weloop.entrypoints.migrate import upgrade
from weloop.inbox.api import SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.seal import Vault
from weloop.kit.unit import Units
from weloop.outbox import buckets
from weloop.outbox.api import Relay, RelayLimits, Senders
from weloop.outbox.rules import Rate

START = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in Beijing: no quiet hours."""
BATCH = 2_000
PEOPLE = """
INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
SELECT n, '\\x00', 'follower', 'wx', 'o' || n, n, '{start}', '{start}' FROM generate_series(1, {count}) AS n
"""
RELATIONS = """
INSERT INTO relation (account_id, identity_id, staff, added_at, added_event)
SELECT 1, n, '', '{start}', n FROM generate_series(1, {count}) AS n
"""


class Sink:
    """Takes everything at once."""

    batch = 50
    bucket = "bench"

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        return [Done() for _ in commands]


def main() -> None:
    """Print a line for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=20_000)
    chosen = options.parse_args()
    say_machine()
    buckets.load_rates = lambda: {"bench": Rate(1e9, 1e9)}  # type: ignore[assignment]
    with open_folder() as folder, open_cluster(folder / "home"):
        for name, command in (
            ("relay_calls", CommandName.FETCH_PROFILE),
            ("relay_marketing", CommandName.SEND_SERVICE_MESSAGE),
        ):
            uvloop.run(_measure(folder / "home", name, command, chosen.count))


async def _measure(home: Path, name: str, command: CommandName, count: int) -> None:
    await execute(address(home, "postgres"), f"CREATE DATABASE {name}")
    dsn = address(home, name)
    await asyncio.to_thread(upgrade, dsn)
    told = {"start": (START - timedelta(days=30)).isoformat(), "count": count}
    account = (
        "INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)"
        " VALUES ('official_account', 'bench', 'wx', 'http://localhost', 'k', 'ready', now(), now())"
    )
    await execute(dsn, account, PEOPLE.format(**told), RELATIONS.format(**told))
    engine = create_engine(dsn)
    clock = WorldClock(START, START, 0.0)
    units = Units(engine, clock, build_writers(SubjectKeys(Vault(b"k" * 32))))
    relay = _relay(units)
    clock.virtual_origin = START - timedelta(days=7, hours=1)
    await _fill(units, command, count, "past")
    await _work(relay)
    clock.virtual_origin = START
    await _fill(units, command, count, "now")
    await execute(dsn, "ANALYZE")
    wall, cpu, database = time.monotonic(), time.process_time(), database_cpu_seconds(home)
    await _work(relay)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu + database_cpu_seconds(home) - database
    sent = await fetch_number(dsn, "SELECT count(*) FROM command WHERE state = 'sent' AND key LIKE 'now%'")
    await engine.dispose()
    report(name, sent / wall, "messages/s", n=sent, per_cpu_s=sent / cpu)


def _relay(units: Units) -> Relay:
    async def kinds(accounts: Collection[int]) -> Mapping[int, str]:
        return dict.fromkeys(accounts, "official_account")

    senders = Senders(kinds)
    for name in CommandName:
        senders.on("official_account", name, Sink())
    return Relay(units, senders, limits=RelayLimits(lease=timedelta(seconds=60)))


async def _fill(units: Units, command: CommandName, count: int, key: str) -> None:
    for start in range(0, count, BATCH):
        async with units.begin() as unit:
            for number in range(start, min(start + BATCH, count)):
                unit.enqueue(
                    Command(
                        key=f"{key}:{number}",
                        name=command,
                        account_id=1,
                        body={"openid": f"o{number + 1}", "text": "新一期选型手册"},
                        delivery=Delivery.AT_LEAST_ONCE,
                        lane=Lane.BULK,
                        subject_id=number + 1,
                    )
                )


async def _work(relay: Relay) -> None:
    while await relay.work():
        await relay.drain()


if __name__ == "__main__":
    main()
