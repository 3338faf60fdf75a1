"""The simplest server that does the same: decrypt, one table, group commit, answer after the commit. One file.

It is what the intake is measured against, and shares nothing with it but the codec.
"""

import asyncio
import hashlib
import json
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import asyncpg
import uvicorn

from wxapi.callback import SafeCodec, read_fields

WINDOW, BATCH, FLUSHES = 0.003, 500, 2
TABLE = """
CREATE TABLE IF NOT EXISTS received (
    account int NOT NULL, key bytea NOT NULL, at timestamptz NOT NULL, fields jsonb NOT NULL, PRIMARY KEY (account, key)
)
"""
INSERT = """
INSERT INTO received SELECT * FROM unnest($1::int[], $2::bytea[], $3::timestamptz[], $4::jsonb[]) ON CONFLICT DO NOTHING
"""
NAMES = ("FromUserName", "CreateTime", "Event", "ChangeType", "UserID", "ExternalUserID")
Row = tuple[int, bytes, datetime, str]


class GroupCommit:
    """Rows of many requests in one INSERT."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._buffer: list[tuple[Row, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._slots = asyncio.Semaphore(FLUSHES)
        self._tasks: set[asyncio.Task[None]] = set()

    async def add(self, row: Row) -> None:
        """Return after the commit."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._buffer.append((row, done))
        if len(self._buffer) >= BATCH:
            self._kick()
        elif self._timer is None:
            self._timer = loop.call_later(WINDOW, self._kick)
        await done

    def _kick(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._buffer:
            batch, self._buffer = self._buffer, []
            task = asyncio.create_task(self._flush(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _flush(self, batch: list[tuple[Row, asyncio.Future[None]]]) -> None:
        rows = sorted(row for row, _ in batch)
        async with self._slots, self._pool.acquire() as connection:
            await connection.execute(INSERT, *map(list, zip(*rows, strict=True)))
        for _, done in batch:
            done.set_result(None)


class App:
    """Raw ASGI, no framework."""

    def __init__(self) -> None:
        self._codec = SafeCodec(os.environ["BENCH_TOKEN"], os.environ["BENCH_KEY"], os.environ["BENCH_CORP"])
        self._commit: GroupCommit | None = None

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Take one request."""
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["method"] == "POST":
            await self._take(dict(parse_qsl(scope["query_string"].decode())), await _read(receive))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"7")]})
        await send({"type": "http.response.body", "body": b"success"})

    async def _take(self, query: dict[str, str], body: bytes) -> None:
        fields = read_fields(self._codec.open(query, body))
        key = hashlib.sha256("\x1f".join(fields[name] for name in NAMES).encode()).digest()[:16]
        assert self._commit is not None
        await self._commit.add((1, key, datetime.fromtimestamp(int(fields["CreateTime"]), UTC), json.dumps(fields)))

    async def _live(
        self, receive: Callable[[], Awaitable[dict[str, Any]]], send: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        await receive()
        pool = await asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=FLUSHES, max_size=FLUSHES)
        await pool.execute(TABLE)
        self._commit = GroupCommit(pool)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await pool.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _read(receive: Callable[[], Awaitable[dict[str, Any]]]) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def main() -> None:
    """Serve on the inherited socket."""
    listener = socket.socket(fileno=int(os.environ["WELOOP_LISTENER_FD"]))
    config = uvicorn.Config(
        App(), loop="uvloop", http="httptools", lifespan="on", log_level="warning", access_log=False
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
