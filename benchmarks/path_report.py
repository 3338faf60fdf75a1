"""Every figure of a path's page at many persons and events, against the same counts asked of the touches themselves.

Touches are made by one statement straight in the table, 10 for each person; progress and counts are folded from them
by the product. ``fold``: persons per CPU-second of the incremental fold, whose writes are part of it.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from _rig import (
    address,
    cpu_seconds,
    database_cpu_seconds,
    execute,
    open_cluster,
    open_folder,
    report,
    say,
    say_machine,
)

from weloop.access.api import CurrentUser, Role
from weloop.analytics.path_report import report_path
from weloop.entrypoints.bootstrap import build_writers
from weloop.entrypoints.migrate import upgrade
from weloop.inbox.api import SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine, run
from weloop.kit.seal import Vault
from weloop.kit.unit import UnitOfWork, Units
from weloop.paths import service
from weloop.paths.api import find_path, list_hop_persons
from weloop.paths.handlers import load_definitions
from weloop.paths.progress import fold_persons

FIRST, DAYS = date(2026, 8, 27), 90
START = datetime(2026, 8, 26, 16, 0, tzinfo=UTC)
USER = CurrentUser(1, "bench", "bench", Role.LEAD, "zh-CN", "light", "", b"")
FOLDED = 5_000

PERSONS = """
INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
SELECT n, '\\x00', 'external_contact', 'ww', n::text, n, $2, $2 FROM generate_series(1, $1::bigint) AS n
"""
# Stage s is reached by a share of 2^-s of the persons; the rest of the ten touches repeat the first stage.
TOUCHES = """
INSERT INTO path_touch (version_id, event_id, stage, identity_id, occurred_at, state, staff)
SELECT $1, n * 10 + k, CASE WHEN k < 6 AND hashint8(n * 7 + k) % (1 << k) = 0 THEN k ELSE 0 END, n,
    $3::timestamptz + make_interval(hours => (abs(hashint8(n)) % (24 * 90)) + k * 3),
    CASE WHEN n % 10 = 0 THEN '' ELSE 'code' || n % 200 END, 'staff' || n % 8
FROM generate_series(1, $2::bigint) AS n CROSS JOIN generate_series(0, 9) AS k
"""
# Every code stands at the foot of one of 100 articles, whose reads are told day by day.
CODES = """
INSERT INTO state_code (code, kind, name, article_id, created_at)
SELECT 'code' || n, 'contact_way', 'code ' || n, n % 100 + 1, $1 FROM generate_series(0, 199) AS n
"""
ARTICLES = """
INSERT INTO article (account_id, title, kind, msgid, created_at, updated_at)
SELECT 1, 'article ' || n, 'published', 'M' || n, $1, $1 FROM generate_series(1, 100) AS n
"""
READS = """
INSERT INTO article_read (account_id, msgid, day, readers, fetched_at)
SELECT 1, 'M' || n, $2::date + d, 1000, $1 FROM generate_series(1, 100) AS n CROSS JOIN generate_series(0, 89) AS d
"""
NAIVE = """
WITH person AS (
    SELECT i.person_id, t.stage, min(t.occurred_at) AS at
    FROM path_touch AS t JOIN identity AS i ON i.id = t.identity_id
    WHERE t.version_id = $1 GROUP BY 1, 2
)
SELECT a.stage, count(*), count(b.at) FROM person AS a LEFT JOIN person AS b
    ON b.person_id = a.person_id AND b.stage = a.stage + 1 AND b.at >= a.at
WHERE a.at >= $2 GROUP BY a.stage
"""


async def main(persons: int, rounds: int) -> None:
    """Fill, fold, read, print."""
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home") as _:
        home = folder / "home"
        await execute(address(home, "postgres"), "CREATE DATABASE bench")
        dsn = address(home, "bench")
        await asyncio.to_thread(upgrade, dsn)
        engine = create_engine(dsn)
        units = Units(engine, WorldClock(), build_writers(SubjectKeys(Vault(b"k" * 32))))
        async with units.begin() as unit:
            path_id = (await service.create_path(unit, USER, "bench", "b2b")).id
        version = await _fill(units, path_id, persons)
        await _fold_all(units, version, persons, home)
        await execute(dsn, "VACUUM ANALYZE")
        await _read(units, path_id, version, persons, rounds)
        await engine.dispose()


async def _fill(units: Units, path_id: int, persons: int) -> int:
    say(f"making {persons:,} persons and {persons * 10:,} touches")
    async with units.begin() as unit:
        path = await find_path(unit, path_id)
        await run(unit.connection, PERSONS, persons, START)
        await run(unit.connection, TOUCHES, path.version_id, persons, START)
        for statement in (CODES, ARTICLES):
            await run(unit.connection, statement, START)
        await run(unit.connection, READS, START, FIRST)
        await run(unit.connection, "UPDATE path_version SET built = true")
    return path.version_id


async def _fold_all(units: Units, version: int, persons: int, home: Any) -> None:
    """Fold in batches, as a rebuild does; CPU of this process and of the database."""
    begun, own, theirs = time.monotonic(), cpu_seconds(os.getpid()), database_cpu_seconds(home)
    for start in range(1, persons + 1, FOLDED):
        async with units.begin() as unit:
            definitions = await load_definitions(unit)
            await fold_persons(unit, definitions, set(range(start, min(start + FOLDED, persons + 1))))
    cpu = cpu_seconds(os.getpid()) - own + database_cpu_seconds(home) - theirs
    report("path_report_fold", persons / (time.monotonic() - begun), "persons/s", n=persons, per_cpu_s=persons / cpu)


async def _read(units: Units, path_id: int, version: int, persons: int, rounds: int) -> None:
    async def page(unit: UnitOfWork) -> None:
        first, last = FIRST + timedelta(days=DAYS - 28), FIRST + timedelta(days=DAYS - 1)
        await report_path(unit, await find_path(unit, path_id), first, last)

    async def quarter(unit: UnitOfWork) -> None:
        await report_path(unit, await find_path(unit, path_id), FIRST, FIRST + timedelta(days=DAYS - 1))

    async def people(unit: UnitOfWork) -> None:
        path = await find_path(unit, path_id)
        period = (START + timedelta(days=DAYS - 28), START + timedelta(days=DAYS))
        await list_hop_persons(unit, path, 1, period, (True, None, None), (20, 0))

    async def naive(unit: UnitOfWork) -> None:
        await run(unit.connection, NAIVE, version, START + timedelta(days=DAYS - 28))

    baseline = await _time(units, naive, 3)
    for name, work in (("28_days", page), ("90_days", quarter), ("persons", people)):
        times = await _time(units, work, rounds)
        for label, at in (("p50", 0.5), ("p95", 0.95)):
            value = times[int(len(times) * at)]
            ratio = value / baseline[0]
            report(
                f"path_report_{name}_{label}", value * 1000, "ms", n=rounds, baseline=baseline[0] * 1000, ratio=ratio
            )


async def _time(units: Units, work: Callable[[UnitOfWork], Awaitable[None]], rounds: int) -> list[float]:
    times: list[float] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        async with units.begin() as unit:
            await work(unit)
        times.append(time.perf_counter() - begun)
    return sorted(times)


def _arguments(given: Iterable[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=60)
    return parser.parse_args(given)


if __name__ == "__main__":
    options = _arguments()
    asyncio.run(main(options.persons, options.rounds))
