"""What the check before sending takes: persons a CPU-second through audience, reach and policy, nothing written.

A service message, a mass message through members, and a list of an official account, each to the same persons: all
follow and are friends, half wrote within 48 hours, a tenth got two messages this week, one of a hundred opted out.
CPU is that of the process that asks and of the whole database.
"""

import argparse
import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import uvloop
from _rig import address, database_cpu_seconds, execute, open_cluster, open_folder, report, say, say_machine

from weloop.entrypoints.bootstrap import Core, build_core, running
from weloop.entrypoints.memory import settle_memory
from weloop.entrypoints.preparation import make_ready
from weloop.entrypoints.settings import Settings
from weloop.features.broadcasts.models import BroadcastRow
from weloop.features.broadcasts.views import check
from weloop.features.official_accounts.api import read_windows
from weloop.kit.clock import set_world_clock

NOW = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in Beijing: no quiet hours."""
ACCOUNTS = """
INSERT INTO account (id, kind, name, app_id, state, service_type, api_base, callback_key, created_at, updated_at)
OVERRIDING SYSTEM VALUE VALUES (1, 'official_account', 'bench', 'wxbench', 'ready', 'service', 'http://x', 'a', $1, $1),
    (2, 'wecom', 'bench', 'wwbench', 'ready', NULL, 'http://x', 'b', $1, $1)
"""
PEOPLE = (
    """
    INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
    SELECT n * 2 + k, '\\x00', CASE k WHEN 0 THEN 'follower' ELSE 'external_contact' END,
        CASE k WHEN 0 THEN 'wxbench' ELSE 'wwbench' END, 'v' || n, n, $2, $2
    FROM generate_series(1, $1::int) AS n, generate_series(0, 1) AS k
    """,
    """
    INSERT INTO relation (account_id, identity_id, staff, added_at, added_event)
    SELECT 1 + k, n * 2 + k, CASE k WHEN 0 THEN '' ELSE 'member' || n % 100 END, $2, n * 2 + k
    FROM generate_series(1, $1::int) AS n, generate_series(0, 1) AS k
    """,
    """
    INSERT INTO person (id, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)
    SELECT n, '', '{follower,external_contact}', '{}', $2, $2, true, false FROM generate_series(1, $1::int) AS n
    """,
    """
    INSERT INTO message_window (identity_id, what, opened_at)
    SELECT n * 2, 'message', $2::timestamptz - make_interval(hours => n % 2 * 72) FROM generate_series(1, $1::int) AS n
    """,
    """
    INSERT INTO command (key, name, account_id, body, delivery, lane, subject_id, due, created_at, state, queue,
        message_class, counted_at, attempts, trace_id, ref)
    SELECT 'c' || n || ':' || k, 'SendServiceMessage', 1, '{}', 'at_most_once', 2, n * 20, $2, $2, 'sent', 'x',
        'marketing', $2::timestamptz - make_interval(days => k), 1, '', ''
    FROM generate_series(1, $1::int / 10) AS n, generate_series(1, 2) AS k
    """,
    """
    INSERT INTO consent_entry (identity_id, act, at, user_id, reason) SELECT n * 200, 'opted_out', $2, 1, 'bench'
    FROM generate_series(1, $1::int / 100) AS n
    """,
)


def main() -> None:
    """Print one line for each kind."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--persons", type=int, default=200_000)
    count = options.parse_args().persons
    say_machine()
    settle_memory()
    with open_folder() as folder, open_cluster(folder / "home"):
        uvloop.run(_measure(folder / "home", count))


async def _measure(home: Path, count: int) -> None:
    await execute(address(home, "postgres"), "CREATE DATABASE checked")
    dsn = address(home, "checked")
    settings = Settings(home=home, WELOOP_DATABASE_URL=dsn)  # type: ignore[call-arg]
    await asyncio.to_thread(make_ready, settings.key_file, dsn)
    await _fill(dsn, count)
    core = build_core(settings)
    async with core.units.begin() as unit:
        await set_world_clock(unit.connection, NOW + timedelta(hours=1), 0.0)
    async with running(core, asyncio.Event()):
        for kind, account_id in (("service", 1), ("mass_task", 2), ("account_mass", 1)):
            await _check(core, home, _draft(kind, account_id), count)


def _draft(kind: str, account_id: int) -> BroadcastRow:
    audience = {"kind": "persons", "search": "", "person_kind": None, "state_code": None}
    return BroadcastRow(id=1, kind=kind, account_id=account_id, audience=audience, holdout=0, advert=False)


async def _check(core: Core, home: Path, row: BroadcastRow, count: int) -> None:
    wall, cpu, database = time.monotonic(), time.process_time(), database_cpu_seconds(home)
    after, first, reasons, seen = None, 0.0, Counter[str](), 0
    while True:
        async with core.units.begin() as unit:
            info = await check(unit, row, read_windows, after)
        first, seen = first or time.monotonic() - wall, seen + info.persons
        reasons.update(info.reasons)
        if info.after is None:
            break
        after = int(info.after)
    wall, ours = time.monotonic() - wall, time.process_time() - cpu
    theirs = database_cpu_seconds(home) - database
    say(f"{row.kind}: {dict(reasons)}; first {first:.2f} s, all {wall:.1f} s; CPU {ours:.1f} + {theirs:.1f}")
    assert seen == count
    report(f"broadcast_check_{row.kind}", count / wall, "persons/s", n=count, per_cpu_s=count / (ours + theirs))


async def _fill(dsn: str, count: int) -> None:
    connection = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    try:
        await connection.execute(ACCOUNTS, NOW)
        for statement in PEOPLE:
            await connection.execute(statement, count, NOW)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


if __name__ == "__main__":
    main()
