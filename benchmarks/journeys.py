"""Steps of a realistic journey of eight nodes per second and per CPU-second, against the bare claim-and-write loop.

Everybody enters by one statement; then world time goes from one moment at which something falls due to the next, and
at each the workers, processes of their own with the product's runner, work off all that is due. CPU is that of the
workers' loops and of the whole database. ``bare``: the same claims, positions, steps and sends by three statements of
plain SQL for each 500, with the nodes known beforehand: what is left when an engine decides nothing.

``journeys_1``, ``journeys_2``: one journey, one and two workers. ``journeys_sparse``: 1,000 journeys made from one
template, one worker. ``journeys_words``: the same, each with words of its own in every message.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from _rig import (
    address,
    database_cpu_seconds,
    execute,
    fetch_number,
    open_cluster,
    open_folder,
    report,
    say,
    say_machine,
)

from weloop.entrypoints.bootstrap import build_writers
from weloop.entrypoints.memory import settle_memory
from weloop.entrypoints.migrate import upgrade
from weloop.inbox.api import SubjectKeys
from weloop.journeys.api import JourneyRunner
from weloop.journeys.models import JourneyRow
from weloop.journeys.publishing import put_version
from weloop.journeys.validation import read
from weloop.kit.clock import WorldClock, set_world_clock
from weloop.kit.db import create_engine, run
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
HOUR, DAY = 3_600, 86_400
ANSWERED = 3
"""Every third person answers in time."""
SPARSE_JOURNEYS = 1_000
LOADS = (("1", 1, 1), ("2", 1, 2), ("sparse", SPARSE_JOURNEYS, 1), ("words", SPARSE_JOURNEYS, 1))
PRO = {"op": "is", "field": "event.plan", "value": "pro"}
SAY = {"type": "send_service_message", "account_id": 1}
DOCUMENT: dict[str, Any] = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}]},
    "nodes": [
        {"id": "pause", "type": "delay", "for_seconds": HOUR, "next": "plan"},
        {"id": "plan", "type": "branch", "cases": [{"when": PRO, "next": "split"}], "otherwise": "wait"},
        {
            "id": "split",
            "type": "split",
            "arms": [{"name": "a", "weight": 1, "next": "say_a"}, {"name": "b", "weight": 1, "next": "say_b"}],
        },
        {**SAY, "id": "say_a", "text": "您好，这是选型手册", "next": "wait"},
        {**SAY, "id": "say_b", "text": "您好，想看案例吗", "next": "wait"},
        {
            "id": "wait",
            "type": "wait",
            "timeout_seconds": DAY,
            "cases": [{"kind": "FollowerMessageReceived", "next": "end"}],
            "otherwise": "remind",
        },
        {**SAY, "id": "remind", "text": "还在看吗", "next": "end"},
        {"id": "end", "type": "end"},
    ],
}
PEOPLE = """
INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
SELECT n, '\\x00', 'follower', 'wx', 'o' || n, n, $2, $2 FROM generate_series(1, $1::bigint) AS n
"""
ACCOUNT = """
INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)
VALUES ('official_account', 'bench', 'wx', 'http://localhost', 'k', 'ready', $1, $1)
"""
RUNS = """
INSERT INTO journey_run (journey_id, version_id, entry_key, identity_id, unit, entered_at, began_at)
SELECT v.journey_id, v.id, 'person_' || n, n, n, $2, $2
FROM generate_series(1, $1::bigint) AS n
JOIN journey_version AS v ON v.id = n % (SELECT max(id) FROM journey_version) + 1
"""
POSITIONS = """
INSERT INTO journey_position (run_id, journey_id, version_id, account_id, identity_id, unit, listens, due, since_at,
                              since_id, entered_at, trace_id, context)
SELECT id, journey_id, version_id, 1, identity_id, unit, true, $1, $1, 0, $1, '',
    jsonb_build_object('event.plan', CASE WHEN identity_id % 2 = 0 THEN 'pro' ELSE 'free' END)
FROM journey_run
"""
ANSWER = """
UPDATE journey_position SET due = $2, mail = jsonb_build_array(jsonb_build_object(
    'id', run_id, 'at', extract(epoch FROM $2::timestamptz), 'fits', '[[5, 0]]'::jsonb, 'data', '{}'::jsonb))
WHERE identity_id % $1 = 0
"""
BARE = (
    """
    CREATE TABLE bare_run (
        id bigint PRIMARY KEY, node smallint NOT NULL, seq smallint NOT NULL, state smallint NOT NULL,
        person bigint NOT NULL, due timestamptz NOT NULL
    ) WITH (fillfactor = 60)
    """,
    "CREATE INDEX bare_due ON bare_run (due) WHERE state < 2",
    """
    CREATE TABLE bare_step (
        run_id bigint, seq smallint, node smallint NOT NULL, result text NOT NULL, at timestamptz NOT NULL,
        PRIMARY KEY (run_id, seq)
    )
    """,
    """
    CREATE TABLE bare_outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run_id bigint NOT NULL, seq smallint NOT NULL,
        person bigint NOT NULL, words text NOT NULL, due timestamptz NOT NULL, UNIQUE (run_id, seq)
    )
    """,
)
BARE_RUNS = "INSERT INTO bare_run SELECT n, 0, 0, 0, n, $2 FROM generate_series(1, $1::bigint) AS n"
BARE_CLAIM = """
SELECT id, node, seq, person FROM bare_run WHERE state < 2 AND due <= $1 ORDER BY due LIMIT 500 FOR UPDATE SKIP LOCKED
"""
BARE_SAVE = """
UPDATE bare_run AS r SET node = u.node, seq = u.seq, state = u.state, due = u.due
FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::smallint[], $5::timestamptz[])
    AS u (id, node, seq, state, due) WHERE r.id = u.id
"""
BARE_STEPS = """
INSERT INTO bare_step
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::text[], $5::timestamptz[])
"""
BARE_SENDS = """
INSERT INTO bare_outbox (run_id, seq, person, words, due)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::text[], $5::timestamptz[]) ON CONFLICT DO NOTHING
"""


def main(persons: int, only: Sequence[str]) -> None:
    """Each load on a database of its own, the bare loop first."""
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home"):
        home = folder / "home"
        bare = _measure(home, "bare", persons, 1, 1)
        report("journeys_bare", bare[0], "steps/s", n=bare[2], per_cpu_s=bare[1])
        for name, journeys, workers in LOADS:
            if not only or name in only:
                rate, per_cpu, steps = _measure(home, name, persons, journeys, workers)
                report(
                    f"journeys_{name}",
                    rate,
                    "steps/s",
                    n=steps,
                    per_cpu_s=per_cpu,
                    baseline=bare[1],
                    ratio=bare[1] / per_cpu,
                )


def _measure(home: Path, name: str, persons: int, journeys: int, workers: int) -> tuple[float, float, int]:
    """Steps per second, per CPU-second, and how many they were."""
    dsn = address(home, f"bench_{name}")
    asyncio.run(execute(address(home, "postgres"), f"CREATE DATABASE bench_{name}"))
    is_bare = name == "bare"
    say(f"{name}: {persons:,} persons enter {journeys:,} journeys")
    asyncio.run(_fill_bare(dsn, persons) if is_bare else _fill(dsn, persons, journeys, own_words=name == "words"))
    wall = own = 0.0
    begun = database_cpu_seconds(home)
    with _open_workers(dsn, workers, bare=is_bare) as crew:
        for moment in (0, HOUR, HOUR + 10, HOUR + DAY + 60):
            now = START + timedelta(seconds=moment)
            if moment == HOUR + 10 and not is_bare:
                before = database_cpu_seconds(home)
                asyncio.run(_answer(dsn, now))
                begun += database_cpu_seconds(home) - before
            asyncio.run(_set_clock(dsn, now))
            started = time.monotonic()
            own += _work(crew, now)
            wall += time.monotonic() - started
    cpu = own + database_cpu_seconds(home) - begun
    steps = asyncio.run(fetch_number(dsn, f"SELECT count(*) FROM {'bare_step' if is_bare else 'journey_step'}"))  # noqa: S608
    _check(dsn, persons, is_bare=is_bare)
    asyncio.run(execute(address(home, "postgres"), f"DROP DATABASE bench_{name}"))
    return steps / wall, steps / cpu, steps


def _check(dsn: str, persons: int, *, is_bare: bool) -> None:
    """A loop that leaves something undone is fast."""
    table = "bare_run WHERE state < 2" if is_bare else "journey_position"
    assert asyncio.run(fetch_number(dsn, f"SELECT count(*) FROM {table}")) == 0  # noqa: S608
    if not is_bare:
        ended = "SELECT count(*) FROM journey_run WHERE outcome = 'finished'"
        assert asyncio.run(fetch_number(dsn, ended)) == persons


async def _fill(dsn: str, persons: int, journeys: int, *, own_words: bool) -> None:
    await asyncio.to_thread(upgrade, dsn)
    engine = create_engine(dsn)
    units = Units(engine, WorldClock(), build_writers(SubjectKeys(Vault(b"k" * 32))))
    async with units.begin() as unit:
        await run(unit.connection, ACCOUNT, START)
        for number in range(journeys):
            definition, faults = read(_say_otherwise(number) if own_words else DOCUMENT)
            assert definition is not None, faults
            row = JourneyRow(name=str(number), status="live", created_at=START, updated_at=START)
            unit.session.add(row)
            await unit.session.flush()
            await put_version(unit, row, definition, {}, None)
        await unit.session.flush()
        await run(unit.connection, PEOPLE, persons, START)
        await run(unit.connection, RUNS, persons, START)
        await run(unit.connection, POSITIONS, START)
    await engine.dispose()
    await execute(dsn, "VACUUM ANALYZE")


def _say_otherwise(number: int) -> dict[str, Any]:
    nodes = [{**node, "text": f"{node['text']} {number}"} if "text" in node else node for node in DOCUMENT["nodes"]]
    return {**DOCUMENT, "nodes": nodes}


async def _fill_bare(dsn: str, persons: int) -> None:
    await execute(dsn, *BARE, "CREATE TABLE world_clock (id int PRIMARY KEY, virtual_origin timestamptz,"
                  " real_origin timestamptz, rate float8)")  # fmt: skip
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(BARE_RUNS, persons, START)
    finally:
        await connection.close()
    await execute(dsn, "VACUUM ANALYZE")


async def _answer(dsn: str, now: datetime) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(ANSWER, ANSWERED, now)
    finally:
        await connection.close()


async def _set_clock(dsn: str, now: datetime) -> None:
    engine = create_engine(dsn)
    async with engine.begin() as connection:
        await set_world_clock(connection, now, 0.0)
    await engine.dispose()


@contextlib.contextmanager
def _open_workers(dsn: str, count: int, *, bare: bool) -> Iterator[list["subprocess.Popen[str]"]]:
    command = [sys.executable, __file__, "--worker", "bare" if bare else "engine", "--dsn", dsn]
    crew = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for _ in range(count)
    ]
    try:
        for worker in crew:
            assert worker.stdout is not None
            worker.stdout.readline()
        yield crew
    finally:
        for worker in crew:
            assert worker.stdin is not None
            worker.stdin.close()
            worker.wait(60)


def _work(crew: Sequence["subprocess.Popen[str]"], now: datetime) -> float:
    """Have all work until nothing is due; answers the CPU seconds of their loops."""
    for worker in crew:
        assert worker.stdin is not None
        worker.stdin.write(now.isoformat() + "\n")
        worker.stdin.flush()
    answers = [worker.stdout.readline() for worker in crew if worker.stdout is not None]
    return sum(json.loads(answer)["cpu"] for answer in answers)


async def serve(kind: str, dsn: str) -> None:
    """A worker: for each moment it is told of, works until nothing is due, and says what CPU that took."""
    settle_memory()
    engine = create_engine(dsn)
    clock = WorldClock()
    runner = JourneyRunner(Units(engine, clock, build_writers(SubjectKeys(Vault(b"k" * 32)))))
    bare = await asyncpg.connect(dsn) if kind == "bare" else None
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        async with engine.connect() as connection:
            await clock.refresh(connection)
        begun = time.process_time()
        if bare is not None:
            while await _bare_batch(bare, datetime.fromisoformat(line.strip())):
                pass
        else:
            while await runner.work():
                pass
        print(json.dumps({"cpu": time.process_time() - begun}), flush=True)
    await engine.dispose()


async def _bare_batch(connection: Any, now: datetime) -> int:
    """What the engine does for 500 runs, with every decision known beforehand."""
    async with connection.transaction():
        rows = await connection.fetch(BARE_CLAIM, now)
        runs, steps, sends = [], [], []
        for row in rows:
            person, seq = row["person"], row["seq"]
            if row["node"] == 0:
                runs.append((row["id"], 1, 0, 1, START + timedelta(seconds=HOUR)))
            elif row["node"] == 1:
                nodes = (0, 1, 2, 3) if person % 2 == 0 else (0, 1)
                due = START + timedelta(seconds=HOUR + (10 if person % ANSWERED == 0 else DAY))
                runs.append((row["id"], 5, len(nodes), 1, due))
                steps.extend((row["id"], number, node, "done", now) for number, node in enumerate(nodes))
                if len(nodes) > 2:
                    sends.append((row["id"], 3, person, "您好，这是选型手册", now))
            else:
                nodes = (5, 7) if person % ANSWERED == 0 else (5, 6, 7)
                runs.append((row["id"], 7, seq + len(nodes), 2, now))
                steps.extend((row["id"], seq + number, node, "done", now) for number, node in enumerate(nodes))
                if len(nodes) > 2:
                    sends.append((row["id"], seq + 1, person, "还在看吗", now))
        for statement, written in ((BARE_SAVE, runs), (BARE_STEPS, steps), (BARE_SENDS, sends)):
            if written:
                await connection.execute(statement, *map(list, zip(*written, strict=True)))
    return len(rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="*", default=[], choices=[name for name, _, _ in LOADS])
    parser.add_argument("--worker", choices=("bare", "engine"), help=argparse.SUPPRESS)
    parser.add_argument("--dsn", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    options = _arguments()
    if options.worker:
        uvloop.run(serve(options.worker, options.dsn))
    else:
        main(options.persons, options.only)
