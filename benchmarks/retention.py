"""How fast what was sent goes, in commands per second and per CPU-second, and whether its tables keep their size.

Days pass: each brings so many messages that went out and takes those of the day that is ``kept`` days ago, as the
nightly job does; a tenth are of a campaign that people signed up for, whose numbers stay. Each night a VACUUM does what
autovacuum does in its own time, and is part of the cost. CPU is that of this process and of the whole database, without
the filling.
"""

import argparse
import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import uvloop
from _rig import address, database_cpu_seconds, execute, fetch_number, open_cluster, open_folder, report, say_machine

from weloop.entrypoints.migrate import upgrade
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.unit import Units
from weloop.outbox.api import prune_commands

START = datetime(2026, 1, 1, tzinfo=UTC)
FILL = """
WITH made AS (
    INSERT INTO command (key, name, account_id, body, delivery, lane, subject_id, due, trace_id, created_at, state,
                         attempts, finished_at, message_class, campaign_id, counted_at)
    SELECT 'journey:{day}:' || n, 'SendServiceMessage', 1, '{{}}', 'at_most_once', 2, n, '{at}', '5f0c1b7a9e3d2468',
           '{at}', 'sent', 1, '{at}', CASE WHEN n % 10 = 0 THEN 'service' ELSE 'marketing' END,
           CASE WHEN n % 10 = 0 THEN 7 END, '{at}'
    FROM generate_series(1, {count}) AS n RETURNING id
)
INSERT INTO command_attempt (command_id, attempt, started_at, finished_at, outcome)
SELECT id, 1, '{at}', '{at}', 'sent' FROM made
"""
SIZE = "SELECT pg_total_relation_size('command') + pg_total_relation_size('command_attempt')"


def main() -> None:
    """Print a line for each figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=50_000, help="messages a day")
    options.add_argument("--kept", type=int, default=62, help="days")
    options.add_argument("--days", type=int, default=20, help="days that are measured, after those that are kept")
    chosen = options.parse_args()
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home"):
        uvloop.run(_measure(folder / "home", chosen.count, chosen.kept, chosen.days))


async def _measure(home: Path, count: int, kept: int, days: int) -> None:
    await execute(address(home, "postgres"), "CREATE DATABASE bench")
    dsn = address(home, "bench")
    await asyncio.to_thread(upgrade, dsn)
    vacuum = await asyncpg.connect(dsn)
    engine, clock = create_engine(dsn, size=1), WorldClock(START, START, 0.0)
    units = Units(engine, clock, {})
    full = gone = 0
    seconds = cpu = 0.0
    for day in range(kept + days):
        at = START + timedelta(days=day)
        await execute(dsn, FILL.format(day=day, at=at.isoformat(), count=count))
        if day == kept - 1:
            await execute(dsn, "VACUUM ANALYZE")
            full = await fetch_number(dsn, SIZE)
        if day >= kept:
            clock.virtual_origin = at + timedelta(seconds=1)
            wall, own, database = time.monotonic(), time.process_time(), database_cpu_seconds(home)
            gone += await prune_commands(units, kept)
            await vacuum.execute("VACUUM command, command_attempt")
            seconds += time.monotonic() - wall
            cpu += time.process_time() - own + database_cpu_seconds(home) - database
    await vacuum.close()
    await engine.dispose()
    report("retention", gone / seconds, "commands/s", n=gone, per_cpu_s=gone / cpu)
    report("retention_size", await fetch_number(dsn, SIZE) / full, "of the size before the first went", n=count * kept)


if __name__ == "__main__":
    main()
