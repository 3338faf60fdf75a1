"""The server as a process of its own, four accounts, and connections that send any bytes at all."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from weloop.accounts.models import Account
from weloop.accounts.schemas import AccountInput
from weloop.accounts.secrets import seal_secrets
from weloop.contracts.accounts import AccountKind
from weloop.contracts.callbacks import CallbackMode
from weloop.entrypoints.listener import FD_VARIABLE, open_listener
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.seal import load_vault
from weloop.kit.unit import Units

TOKEN = "callbackToken1"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNTS = (
    ("wecom", AccountKind.WECOM, "ww5a1e0000000demo1", CallbackMode.SAFE),
    ("safe", AccountKind.OFFICIAL_ACCOUNT, "wx5a1e0000000demo2", CallbackMode.SAFE),
    ("compatible", AccountKind.OFFICIAL_ACCOUNT, "wx5a1e0000000demo3", CallbackMode.COMPATIBLE),
    ("plain", AccountKind.OFFICIAL_ACCOUNT, "wx5a1e0000000demo4", CallbackMode.PLAIN),
)
"""Name, kind, app id and mode; each receives at ``/callback/{name}``."""


@dataclass(frozen=True)
class Server:
    """A running ``serve`` process."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path
    home: Path

    def memory(self, name: str = "VmRSS") -> int:
        """Resident bytes now, or ``VmHWM`` at most so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) * 1024


class Wire:
    """One keep-alive connection that sends bytes as they are given."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        """The status of the answer. A connection that the server had closed meanwhile is opened again."""
        for fresh in (False, True):
            reader, writer = await self._open(fresh)
            try:
                writer.write(request)
                return await self._read(reader)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.cut()
        raise AssertionError(f"no answer to {request[:200]!r}")

    async def abandon(self, request: bytes) -> None:
        """Send the beginning of a request and hang up."""
        _, writer = await self._open(fresh=False)
        writer.write(request)
        self.cut()

    def cut(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _open(self, fresh: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if fresh:
            self.cut()
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self._reader, self._writer

    async def _read(self, reader: asyncio.StreamReader) -> int:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", head)
        if length is not None:
            await reader.readexactly(int(length[1]))
        if b"connection: close" in head or length is None:
            self.cut()
        return int(head.split(b" ", 2)[1])


@pytest.fixture
async def hostile_server(database: str, home: Path) -> AsyncIterator[Server]:
    """See :class:`Server`."""
    home.mkdir()
    await _make_accounts(database, home)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WELOOP_")}
    log = home / "serve.log"
    with open_listener("127.0.0.1", 0) as listener, log.open("wb") as output:
        environment |= {
            "WELOOP_HOME": str(home),
            "WELOOP_DATABASE_URL": database,
            FD_VARIABLE: str(listener.fileno()),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "weloop.entrypoints.processes", "serve"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[listener.fileno()],
        )
        try:
            yield Server(process, listener.getsockname()[1], log, home)
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, 30)


async def _make_accounts(database: str, home: Path) -> None:
    vault, engine = load_vault(home / "secret.key"), create_engine(database, size=1)
    async with Units(engine, WorldClock(), {}).begin() as unit:
        for name, kind, app_id, mode in ACCOUNTS:
            account = Account(
                kind=kind,
                name=name,
                app_id=app_id,
                agent_id=0,
                original_id=None if kind is AccountKind.WECOM else f"gh_{name}00",
                api_base="http://127.0.0.1:9",
                callback_key=name,
                mode=mode,
                state="ready",
                created_at=unit.now,
                updated_at=unit.now,
            )
            given = AccountInput(kind=kind, name=name, app_id=app_id, callback_token=TOKEN, aes_key=AES_KEY)
            seal_secrets(vault, account, given)
            unit.session.add(account)
    await engine.dispose()


@pytest.fixture
async def wires(hostile_server: Server) -> AsyncIterator[list[Wire]]:
    """Connections to the server."""
    opened = [Wire(hostile_server.port) for _ in range(24)]
    yield opened
    for wire in opened:
        wire.cut()
