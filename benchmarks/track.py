"""Messages of the track API that are durable before the answer, per second of server CPU, against the simplest server.

One request one message, and one request twenty, as servers' SDKs send them. The requests are made beforehand and all
distinct; the CPU of the generator is not counted. Server CPU is that of the server process and of all processes of its
database. Both servers run on one cluster, a round each in turn.
"""

import argparse
import asyncio
import base64
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import uvloop
from _rig import (
    Server,
    address,
    cpu_seconds,
    database_cpu_seconds,
    execute,
    fetch_number,
    median,
    open_cluster,
    open_folder,
    open_server,
    report,
    say,
    say_machine,
)

from weloop.accounts.models import Account
from weloop.connectors.web.models import WriteKey
from weloop.connectors.web.rules import KeyKind, hash_key
from weloop.contracts.accounts import AccountKind
from weloop.entrypoints.migrate import upgrade
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.seal import load_vault
from weloop.kit.unit import Units

KEY, SEED, CONNECTIONS, BATCH, USERS = "wls_benchmark", 2026, 64, 20, 5_000
BASELINE = Path(__file__).with_name("_track_baseline.py")
TABLES = "event, event_payload, inbox_key, inbox_pending, subject_key"


@dataclass(frozen=True)
class Contender:
    """One of the two servers, and what it stored."""

    name: str
    server: Server
    database: str
    tables: str
    count: str


def main() -> None:
    """Print two result lines: single messages and batches."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--messages", type=int, default=20_000, help="messages of one round")
    chosen = options.parse_args()
    say_machine()
    with open_folder() as folder, open_cluster(folder / "home"):
        _compare(folder, chosen.rounds, chosen.messages)


def _compare(folder: Path, rounds: int, messages: int) -> None:
    home = folder / "home"
    database, baseline = address(home, "weloop"), address(home, "baseline")
    asyncio.run(execute(database, "CREATE DATABASE baseline"))
    upgrade(database)
    load_vault(folder / "secret.key")
    asyncio.run(_make_key(database))
    product = {"WELOOP_HOME": str(folder), "WELOOP_DATABASE_URL": database, "WELOOP_LOG_LEVEL": "WARNING"}
    simple = {"BENCH_DATABASE": baseline, "BENCH_KEY": KEY}
    serve = [sys.executable, "-m", "weloop.entrypoints.processes", "serve"]
    with (
        open_server(serve, product, "/healthz", folder / "serve.log") as ours,
        open_server([sys.executable, str(BASELINE)], simple, "/healthz", folder / "baseline.log") as theirs,
    ):
        contenders = (
            Contender("baseline", theirs, baseline, "received", "SELECT count(*) FROM received"),
            Contender("product", ours, database, TABLES, "SELECT count(*) FROM event"),
        )
        for name, batch in (("track", 1), ("track_batch", BATCH)):
            _report(name, {each.name: [] for each in contenders}, contenders, home, rounds, messages, batch)


def _report(
    name: str,
    results: dict[str, list[tuple[float, float]]],
    contenders: Sequence[Contender],
    home: Path,
    rounds: int,
    messages: int,
    batch: int,
) -> None:
    """The first round of each warms it up and is not counted."""
    for number in range(rounds + 1):
        for each in contenders:
            measured = _play(each, home, messages, batch)
            if number:
                results[each.name].append(measured)
            say(f"{name} round {number} {each.name}: {measured[0]:.0f} messages/s, {measured[1]:.0f} per CPU-second")
    rate = median([each[0] for each in results["product"]])
    ours, theirs = (median([each[1] for each in results[who]]) for who in ("product", "baseline"))
    report(name, rate, "messages/s", n=rounds, per_cpu_s=ours, baseline=theirs, ratio=ours / theirs)


async def _make_key(database: str) -> None:
    engine = create_engine(database, size=1)
    async with Units(engine, WorldClock(), {}).begin() as unit:
        account = Account(
            kind=AccountKind.WEB, name="bench", app_id="site_bench", api_base="", callback_key="bench", state="ready",
            created_at=unit.now, updated_at=unit.now,
        )  # fmt: skip
        unit.session.add(account)
        await unit.session.flush()
        unit.session.add(
            WriteKey(
                account_id=account.id,
                kind=KeyKind.SERVER,
                name="bench",
                key_hash=hash_key(KEY),
                hint=KEY[-4:],
                origins=[],
                created_at=unit.now,
            )
        )
    await engine.dispose()


def _play(contender: Contender, home: Path, messages: int, batch: int) -> tuple[float, float]:
    """One round on empty tables: messages a second, and per second of CPU. Every one of them must be there."""
    asyncio.run(execute(contender.database, f"TRUNCATE {contender.tables}", "CHECKPOINT"))
    requests = list(_requests(messages, batch))
    pid = contender.server.process.pid
    begun, used = time.perf_counter(), cpu_seconds(pid) + database_cpu_seconds(home)
    uvloop.run(_send(contender.server.port, requests))
    used = cpu_seconds(pid) + database_cpu_seconds(home) - used
    took = time.perf_counter() - begun
    stored = asyncio.run(fetch_number(contender.database, contender.count))
    assert stored == messages, (contender.name, stored, messages)
    return messages / took, messages / used


def _requests(messages: int, batch: int) -> Iterator[bytes]:
    """Whole HTTP requests of so many messages each: a page view or something that a user did."""
    random = Random(SEED)
    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    for start in range(0, messages, batch):
        told = [_message(number, random) for number in range(start, min(start + batch, messages))]
        body = json.dumps({"batch": told} if batch > 1 else told[0]).encode()
        path = "/v1/batch" if batch > 1 else f"/v1/{told[0]['type']}"
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic {basic}\r\n"
        yield f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _message(number: int, random: Random) -> dict[str, object]:
    """About one of so many users, with what an SDK of a website sends along."""
    place = f"/case/{random.randrange(200)}"
    page = {"url": f"https://www.example.com{place}?utm_state=expo", "path": place, "title": "Case"}
    kind = random.choice(["page", "track"])
    what = {"event": "Demo Booked"} if kind == "track" else {"name": "Case"}
    return {
        "type": kind, "messageId": f"m-{number:09d}", "userId": f"user-{random.randrange(USERS)}",
        "timestamp": "2026-11-25T08:00:00.000Z", "sentAt": "2026-11-25T08:00:01.000Z",
        "context": {"page": page, "userAgent": "Mozilla/5.0 (iPhone)", "campaign": {"state": "expo"}},
        "properties": {"plan": random.choice(["pro", "free"]), "seats": random.randrange(100)}, **what,
    }  # fmt: skip


async def _send(port: int, requests: Sequence[bytes]) -> None:
    """All requests over kept connections, each one after the answer to the one before."""
    left = iter(requests)

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in left:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))


if __name__ == "__main__":
    main()
