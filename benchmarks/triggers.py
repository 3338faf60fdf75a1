"""Events per CPU-second against 500 live journeys: who comes in, whose wait is over, whose goal is reached.

Batches of 500 events go through the product's own handler, a transaction each, as the dispatcher hands them out. 200
journeys enter by the name of a tracked act and 100 by a state code, which the index of triggers tells apart; 100 by
what a page's path contains and 100 by an amount, of which every event of the kind has to be judged. All wait for a
message and hope for a lead. CPU is that of the process and of the whole database.

``bare``: what the same events made the product write, by plain statements for each 500, with every decision known
beforehand: what is left when nothing is decided.
"""

import argparse
import asyncio
import gc
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import uvloop
from _rig import address, database_cpu_seconds, execute, open_cluster, open_folder, report, say, say_machine

from weloop.contracts.events import Event, EventKind
from weloop.entrypoints.bootstrap import build_writers
from weloop.entrypoints.migrate import upgrade
from weloop.inbox.api import SubjectKeys
from weloop.journeys.api import HANDLERS
from weloop.journeys.models import JourneyRow
from weloop.journeys.publishing import put_version
from weloop.journeys.validation import read
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
JOURNEYS, BATCH = 500, 500
PEOPLE = """
INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
SELECT n, '\\x00', 'follower', 'wx', 'o' || n, n, $2, $2 FROM generate_series(1, $1::bigint) AS n
"""
RUNS = """
INSERT INTO journey_run (id, journey_id, version_id, entry_key, identity_id, unit, entered_at, began_at, goal_until,
                         entry_event) OVERRIDING SYSTEM VALUE
SELECT id, journey, journey, key, identity, identity, $5::timestamptz, $5, $5 + interval '7 days', id
FROM unnest($1::bigint[], $2::int[], $3::text[], $4::bigint[]) AS u (id, journey, key, identity)
"""
POSITIONS = """
INSERT INTO journey_position (run_id, journey_id, version_id, account_id, identity_id, unit, listens, due, since_at,
                              since_id, entered_at, trace_id)
SELECT id, journey, journey, 1, identity, identity, true, $4::timestamptz, $4, 0, $4, ''
FROM unnest($1::bigint[], $2::int[], $3::bigint[]) AS u (id, journey, identity)
"""
GOALS = "UPDATE journey_run SET goal_at = $2 WHERE id = ANY ($1::bigint[])"
LETTERS = """
UPDATE journey_position SET mail = '[{"id": 1, "at": 1, "fits": [[0, 0]], "data": {}}]'
WHERE run_id = ANY ($1::bigint[])
"""


def document(number: int) -> dict[str, Any]:
    """One journey."""
    if number < 200:
        entry = {"kind": "Tracked", "where": {"op": "is", "field": "event.name", "value": f"act_{number}"}}
    elif number < 300:
        entry = {"kind": "FollowerSubscribed", "where": {"op": "is", "field": "event.state", "value": f"s_{number}"}}
    elif number < 400:
        place = {"op": "contains", "field": "event.path", "value": f"/p_{number}/"}
        china = {"op": "one_of", "field": "event.properties.country", "value": ["CN", "HK", "MO", "TW"]}
        entry = {"kind": "PageViewed", "where": {"op": "all", "terms": [place, china]}}
    else:
        much = {"op": "at_least", "field": "event.properties.amount", "value": number * 100}
        paid = {"op": "is", "field": "event.properties.paid", "value": True}
        entry = {"kind": "Tracked", "where": {"op": "all", "terms": [much, paid]}}
    return {
        "entry": {"events": [entry]},
        "goal": {"events": [{"kind": "LeadCreated"}], "within_seconds": 604_800, "ends_run": False},
        "nodes": [
            {
                "id": "wait",
                "type": "wait",
                "timeout_seconds": 86_400,
                "cases": [{"kind": "FollowerMessageReceived", "next": "end"}],
                "otherwise": "end",
            },
            {"id": "end", "type": "end"},
        ],
    }


def events(count: int, persons: int) -> list[Event]:
    """A day on a site and an account."""
    random, made = Random(7), []
    kinds = (EventKind.PAGE_VIEWED, EventKind.TRACKED, EventKind.FOLLOWER_SUBSCRIBED)
    more = (EventKind.FOLLOWER_MESSAGE_RECEIVED, EventKind.LEAD_CREATED)
    for number in range(1, count + 1):
        [kind] = random.choices((*kinds, *more), (40, 30, 10, 18, 2))
        data: dict[str, Any] = {"properties": {"country": random.choice(("CN", "US")), "page": number}}
        if kind is EventKind.PAGE_VIEWED:
            data["path"] = f"/shop/p_{random.randrange(1_000)}/index"
        elif kind is EventKind.TRACKED:
            data |= {"name": f"act_{random.randrange(2_000)}"}
            data["properties"] |= {"amount": random.randrange(40_400), "paid": random.random() < 0.5}
        elif kind is EventKind.FOLLOWER_SUBSCRIBED:
            data = {"state": f"s_{random.randrange(1_000)}"}
        at = START + timedelta(milliseconds=number)
        made.append(Event(number, 1, kind, at, at, None, random.randrange(1, persons + 1), data, {}, (), None, ""))
    return made


async def main(count: int, persons: int) -> None:
    """The product, then the bare statements for what it wrote."""
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home"):
        home = folder / "home"
        batches = [made[at : at + BATCH] for made in [events(count, persons)] for at in range(0, count, BATCH)]
        gc.freeze()
        wall, cpu = await _product(home, batches, persons)
        written = await _read(address(home, "product"), batches)
        say(f"{sum(len(each[0]) for each in written):,} came in, {sum(len(each[1]) for each in written):,} were told, "
            f"{sum(len(each[2]) for each in written):,} goals")  # fmt: skip
        _, bare = await _bare(home, batches, written, persons)
        report("triggers_bare", count / bare, "events/CPU-s", n=count, per_cpu_s=count / bare)
        report(
            "triggers",
            count / wall,
            "events/s",
            n=count,
            per_cpu_s=count / cpu,
            baseline=count / bare,
            ratio=cpu / bare,
        )


async def _open(home: Path, name: str, persons: int) -> str:
    await execute(address(home, "postgres"), f"CREATE DATABASE {name}")
    dsn = address(home, name)
    await asyncio.to_thread(upgrade, dsn)
    connection = await asyncpg.connect(dsn)
    await connection.execute(PEOPLE, persons, START)
    await connection.close()
    await execute(dsn, "VACUUM ANALYZE")
    return dsn


async def _product(home: Path, batches: Sequence[Sequence[Event]], persons: int) -> tuple[float, float]:
    """Wall and CPU seconds."""
    dsn = await _open(home, "product", persons)
    engine = create_engine(dsn)
    units = Units(engine, WorldClock(), build_writers(SubjectKeys(Vault(b"k" * 32))))
    async with units.begin() as unit:
        for number in range(JOURNEYS):
            row = JourneyRow(name=str(number), status="live", created_at=START, updated_at=START)
            unit.session.add(row)
            await unit.session.flush()
            definition, faults = read(document(number))
            assert definition is not None, faults
            await put_version(unit, row, definition, {}, None)
    async with units.begin() as unit:
        # Read once per process, as the worker does before its first batch.
        await _handle(unit, batches[0][:50])
    await execute(dsn, "TRUNCATE journey_run, journey_position, journey_count_delta", "VACUUM ANALYZE")
    begun, own, started = database_cpu_seconds(home), time.process_time(), time.monotonic()
    for batch in batches:
        async with units.begin() as unit:
            await _handle(unit, batch)
    used = time.process_time() - own + database_cpu_seconds(home) - begun
    wall = time.monotonic() - started
    await engine.dispose()
    return wall, used


async def _handle(unit: Any, batch: Sequence[Event]) -> None:
    for kinds, handler in HANDLERS:
        wanted = [event for event in batch if event.kind in kinds]
        if wanted:
            await handler(unit, wanted)


Written = tuple[list[Any], list[int], list[int]]
"""Of one batch: runs (id, journey, key, identity), runs that were told, runs whose goal was reached."""


async def _read(dsn: str, batches: Sequence[Sequence[Event]]) -> list[Written]:
    """What the product wrote, by batch."""
    connection = await asyncpg.connect(dsn)
    runs, told, goals = (defaultdict(list) for _ in range(3))
    for row in await connection.fetch("SELECT id, journey_id, entry_key, identity_id, entry_event FROM journey_run"):
        runs[(row["entry_event"] - 1) // BATCH].append(tuple(row)[:4])
    # A letter's number is that of its event.
    letters = "SELECT run_id, (l ->> 'id')::int AS event FROM journey_position, jsonb_array_elements(mail) AS l"
    for row in await connection.fetch(letters):
        told[(row["event"] - 1) // BATCH].append(row["run_id"])
    for row in await connection.fetch("SELECT id, goal_at FROM journey_run WHERE goal_at IS NOT NULL"):
        goals[(round((row["goal_at"] - START) / timedelta(milliseconds=1)) - 1) // BATCH].append(row["id"])
    await connection.close()
    assert sum(map(len, runs.values())) > len(batches), "nobody came in"
    assert sum(map(len, told.values())) > len(batches), "nobody was told"
    return [(runs[number], told[number], goals[number]) for number in range(len(batches))]


async def _bare(
    home: Path, batches: Sequence[Sequence[Event]], written: Sequence[Written], persons: int
) -> tuple[float, float]:
    dsn = await _open(home, "bare", persons)
    connection = await asyncpg.connect(dsn)
    begun, own, started = database_cpu_seconds(home), time.process_time(), time.monotonic()
    for batch, (runs, told, goals) in zip(batches, written, strict=True):
        async with connection.transaction():
            subjects = [event.identity_id for event in batch]
            await connection.fetch("SELECT id, person_id FROM identity WHERE id = ANY ($1::bigint[])", subjects)
            if runs:
                ids, journeys, keys, identities = map(list, zip(*runs, strict=True))
                await connection.execute(RUNS, ids, journeys, keys, identities, START)
                await connection.execute(POSITIONS, ids, journeys, identities, START)
            if told:
                await connection.execute(LETTERS, told)
            if goals:
                await connection.execute(GOALS, goals, START)
    used = time.process_time() - own + database_cpu_seconds(home) - begun
    wall = time.monotonic() - started
    await connection.close()
    return wall, used


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--persons", type=int, default=20_000)
    return parser.parse_args()


if __name__ == "__main__":
    options = _arguments()
    uvloop.run(main(options.events, options.persons))
