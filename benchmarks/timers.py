"""How late runs go on whose delay is over: at idle, and while the same worker works off a load.

A worker process as the product runs it, sleeping to the next due moment. ``idle``: delays that end one after the other,
a few each second. ``load``: the same while others are due without pause. Late is the beginning of the transaction that
does the step less the moment it was due, both by the same clock: the sleep and whatever is done before.
"""

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random
from typing import Any

import asyncpg
from _rig import address, execute, open_cluster, open_folder, report, say, say_machine

from weloop.entrypoints.bootstrap import build_writers
from weloop.entrypoints.migrate import upgrade
from weloop.inbox.api import SubjectKeys
from weloop.journeys.api import JourneyRunner
from weloop.journeys.models import JourneyRow
from weloop.journeys.publishing import put_version
from weloop.journeys.validation import read
from weloop.kit.claims import ClaimLoop
from weloop.kit.clock import WorldClock, machine_now
from weloop.kit.db import create_engine
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

DOCUMENT: dict[str, Any] = {
    "nodes": [{"id": "pause", "type": "delay", "for_seconds": 60, "next": "end"}, {"id": "end", "type": "end"}]
}
RUNS = """
WITH made AS (
    INSERT INTO journey_run (journey_id, version_id, entry_key, identity_id, unit, entered_at, began_at)
    SELECT 1, 1, $3 || n, n, n, $2, $2 FROM generate_series(1, cardinality($1::timestamptz[])) AS n
    RETURNING id, identity_id
)
INSERT INTO journey_position (run_id, journey_id, version_id, account_id, identity_id, unit, listens, state, due,
                              since_at, since_id, entered_at, trace_id)
SELECT id, 1, 1, 1, identity_id, identity_id, false, 1, ($1::timestamptz[])[identity_id], $2, 0, $2, $3 FROM made
"""
LATE = """
SELECT extract(epoch FROM s.at - w.due)::float8 AS late FROM journey_step AS s JOIN journey_run AS r ON r.id = s.run_id
JOIN wanted AS w ON w.key = r.entry_key WHERE s.seq = 0 ORDER BY 1
"""


async def main(timers: int, seconds: int, load: int) -> None:
    """Idle first, then under load."""
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home"):
        home = folder / "home"
        await execute(address(home, "postgres"), "CREATE DATABASE bench")
        dsn = address(home, "bench")
        await asyncio.to_thread(upgrade, dsn)
        await execute(dsn, "CREATE TABLE wanted (key text PRIMARY KEY, due timestamptz NOT NULL)")
        engine = create_engine(dsn)
        units = Units(engine, WorldClock(), build_writers(SubjectKeys(Vault(b"k" * 32))))
        await _publish(units)
        async with _working(units):
            for name, more in (("idle", 0), ("load", load)):
                say(f"{name}: {timers} timers within {seconds} s, {more} other runs due")
                await _measure(dsn, name, timers, seconds, more)
        await engine.dispose()


async def _publish(units: Units) -> None:
    definition, faults = read(DOCUMENT)
    assert definition is not None, faults
    async with units.begin() as unit:
        row = JourneyRow(name="bench", status="live", created_at=unit.now, updated_at=unit.now)
        unit.session.add(row)
        await unit.session.flush()
        await put_version(unit, row, definition, {}, None)


@contextlib.asynccontextmanager
async def _working(units: Units) -> AsyncIterator[None]:
    """The loop of a worker, which nobody wakes: it finds out by itself when something is due."""
    runner, stop = JourneyRunner(units), asyncio.Event()
    loop = ClaimLoop("journeys", runner.work, runner.next_due, units.clock)
    task = asyncio.create_task(loop.run(stop))
    try:
        yield
    finally:
        stop.set()
        loop.wake.set()
        await task


async def _measure(dsn: str, name: str, timers: int, seconds: int, load: int) -> None:
    connection = await asyncpg.connect(dsn)
    random, start = Random(7), machine_now() + timedelta(seconds=6)
    due = [start + timedelta(seconds=random.random() * seconds) for _ in range(timers)]
    await connection.execute(RUNS, due, start, f"{name}_")
    await connection.execute("TRUNCATE wanted")
    await connection.executemany(
        "INSERT INTO wanted VALUES ($1, $2)", [(f"{name}_{number + 1}", at) for number, at in enumerate(due)]
    )
    if load:
        others = [start + timedelta(seconds=random.random() * seconds) for _ in range(load)]
        await connection.execute(RUNS, others, start, "other_")
    async with asyncio.timeout(seconds * 4 + 120):
        while await connection.fetchval("SELECT count(*) FROM journey_position"):  # noqa: ASYNC110
            await asyncio.sleep(0.5)  # the database tells nobody that it is empty
    late = [row["late"] for row in await connection.fetch(LATE)]
    assert len(late) == timers
    assert late[0] >= 0, "a timer went off before it was due"
    for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
        value = late[min(len(late) - 1, int(len(late) * share))]
        report(f"timers_{name}_{label}", value * 1000, "ms", n=timers)
    await connection.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timers", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--load", type=int, default=200_000)
    return parser.parse_args()


if __name__ == "__main__":
    options = _arguments()
    asyncio.run(main(options.timers, options.seconds, options.load))
