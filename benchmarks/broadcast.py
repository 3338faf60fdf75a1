"""Service messages of a broadcast per second and per CPU-second: list, outbox, policy, HTTP to the simulator, outcomes.

The product's worker runs with all its loops; the simulator is a process of its own, whose CPU is not counted. CPU is
that of the worker and of the whole database, from the broadcast's confirmation until it is done. The platform's rate
limit is lifted. The baseline is the least that sends so many and loses none: rows claimed by 64, one HTTP call each,
outcomes written by 64.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
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

from weloop.access.api import CurrentUser, Role
from weloop.accounts.schemas import AccountInput
from weloop.accounts.service import create_account
from weloop.content.api import FileStore
from weloop.entrypoints.bootstrap import build_core, build_platforms, running
from weloop.entrypoints.memory import settle_memory
from weloop.entrypoints.preparation import make_ready
from weloop.entrypoints.settings import Settings
from weloop.entrypoints.worker import Worker
from weloop.features.broadcasts import service
from weloop.features.broadcasts.schemas import BroadcastInput
from weloop.kit.clock import set_world_clock
from weloop.outbox import buckets
from weloop.outbox.rules import Rate

START = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in Beijing: no quiet hours."""
AUTHOR = CurrentUser(1, "bench", "bench", Role.ADMIN, "zh-CN", "light", "csrf", b"")
TEXT = "新一期选型手册"
SIDE_BY_SIDE = 64
PEOPLE = (
    """
    INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
    SELECT n, '\\x00', 'follower', $2, openid, n, $3, $3 FROM unnest($1::text[]) WITH ORDINALITY AS u (openid, n)
    """,
    """
    INSERT INTO relation (account_id, identity_id, staff, added_at, added_event)
    SELECT $2, n, '', $3, n FROM unnest($1::text[]) WITH ORDINALITY AS u (openid, n)
    """,
    """
    INSERT INTO person (id, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)
    SELECT n, '', '{follower}', '{}', $2, $2, true, false FROM unnest($1::text[]) WITH ORDINALITY AS u (openid, n)
    """,
)
BARE = """
CREATE TABLE bare_send (id bigint PRIMARY KEY, openid text NOT NULL, state text NOT NULL, errcode int);
CREATE INDEX ON bare_send (id) WHERE state = 'queued'
"""
BARE_CLAIM = """
UPDATE bare_send SET state = 'sending' WHERE id IN (
    SELECT id FROM bare_send WHERE state = 'queued' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, openid
"""
BARE_DONE = """
UPDATE bare_send AS b SET state = 'sent', errcode = u.errcode FROM unnest($1::bigint[], $2::int[]) AS u (id, errcode)
WHERE b.id = u.id
"""


def main() -> None:
    """Print one line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--recipients", type=int, default=200_000)
    chosen = options.parse_args()
    say_machine()
    settle_memory()
    buckets.load_rates = lambda: {"official_account_message": Rate(1e9, 1e9)}  # type: ignore[assignment]
    say(f"{chosen.recipients:,} followers write")
    with open_folder() as folder, open_cluster(folder / "home"), _simulator(chosen.recipients) as platform:
        uvloop.run(_measure(folder / "home", platform))


@contextmanager
def _simulator(people: int) -> Iterator[dict[str, Any]]:
    command = [sys.executable, Path(__file__).with_name("_broadcast_simulator.py"), str(people)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


async def _measure(home: Path, platform: dict[str, Any]) -> None:
    count = len(platform["openids"])
    bare_wall, bare_cpu = await _bare(home, platform)
    say(f"bare: {count / bare_wall:,.0f} a second, {count / bare_cpu:,.0f} a CPU-second")
    wall, cpu = await _broadcast(home, platform)
    report(
        "broadcast",
        count / wall,
        "messages/s",
        n=count,
        per_cpu_s=count / cpu,
        baseline=count / bare_cpu,
        ratio=bare_cpu / cpu,
    )


async def _broadcast(home: Path, platform: dict[str, Any]) -> tuple[float, float]:
    """Seconds and CPU-seconds of the product, from the confirmation until the broadcast is done."""
    await execute(address(home, "postgres"), "CREATE DATABASE broadcast")
    dsn = address(home, "broadcast")
    settings = Settings(home=home, WELOOP_DATABASE_URL=dsn)  # type: ignore[call-arg]
    await asyncio.to_thread(make_ready, settings.key_file, dsn)
    core = build_core(settings)
    async with core.units.begin() as unit:
        await set_world_clock(unit.connection, START, 1.0)
    platforms, stop = build_platforms(core, FileStore(settings.files)), asyncio.Event()
    async with running(core, stop):
        account_id = await _connect(core, dsn, platform)
        work = asyncio.create_task(Worker(core, platforms).run(stop))
        await asyncio.sleep(2)
        wall, cpu, database = time.monotonic(), time.process_time(), database_cpu_seconds(home)
        given = {"name": "bench", "kind": "service", "account_id": account_id, "audience": {"kind": "persons"}}
        async with core.units.begin() as unit:
            row = await service.create(
                unit, AUTHOR, BroadcastInput.model_validate({**given, "content": {"text": TEXT}})
            )
            await service.confirm(unit, AUTHOR, row.id, row.version)
        await _until_done(dsn)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu + database_cpu_seconds(home) - database
        sent = await fetch_number(dsn, "SELECT count(*) FROM broadcast_recipient WHERE state = 'sent'")
        assert sent == len(platform["openids"]), f"{sent} were sent"
        stop.set()
        await work
        await platforms.transport.close()
    return wall, cpu


async def _until_done(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    while True:
        if await connection.fetchval("SELECT count(*) FROM broadcast WHERE state = 'done'"):
            break
        await asyncio.sleep(0.5)
    await connection.close()


async def _connect(core: Any, dsn: str, platform: dict[str, Any]) -> int:
    """The account with its followers; its id."""
    names = {"app_id": platform["app_id"], "original_id": platform["original_id"], "secret": platform["secret"]}
    given = {"kind": "official_account", "name": "bench", "api_base": platform["base"], **names}
    secrets = {"callback_token": "callbackToken1", "aes_key": "a" * 43}
    async with core.units.begin() as unit:
        account = await create_account(unit, core.vault, AUTHOR, AccountInput.model_validate({**given, **secrets}))
        account.state = "ready"
        account_id = account.id
    connection = await asyncpg.connect(dsn)
    try:
        for sql, arguments in zip(PEOPLE, ((platform["app_id"], START), (account_id, START), (START,)), strict=True):
            await connection.execute(sql, platform["openids"], *arguments)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return int(account_id)


async def _bare(home: Path, platform: dict[str, Any]) -> tuple[float, float]:
    """The same for the baseline."""
    await execute(address(home, "postgres"), "CREATE DATABASE bare")
    pool = await asyncpg.create_pool(address(home, "bare"), min_size=1, max_size=4)
    await pool.execute(BARE)
    fill = "INSERT INTO bare_send SELECT n, openid, 'queued' FROM unnest($1::text[]) WITH ORDINALITY AS u (openid, n)"
    await pool.execute(fill, platform["openids"])
    wall, cpu, database = time.monotonic(), time.process_time(), database_cpu_seconds(home)
    async with aiohttp.ClientSession() as http:
        asked = {"grant_type": "client_credential", "appid": platform["app_id"], "secret": platform["secret"]}
        async with http.get(f"{platform['base']}/cgi-bin/token", params=asked) as answer:
            token = (await answer.json(content_type=None))["access_token"]
        url = f"{platform['base']}/cgi-bin/message/custom/send?access_token={token}"

        async def send(openid: str) -> int:
            body = {"touser": openid, "msgtype": "text", "text": {"content": TEXT}}
            async with http.post(url, json=body) as answer:
                return int((await answer.json(content_type=None))["errcode"])

        while claimed := await pool.fetch(BARE_CLAIM, SIDE_BY_SIDE):
            codes = await asyncio.gather(*(send(row["openid"]) for row in claimed))
            assert not any(codes), codes
            await pool.execute(BARE_DONE, [row["id"] for row in claimed], codes)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu + database_cpu_seconds(home) - database
    await pool.close()
    return wall, cpu


if __name__ == "__main__":
    main()
