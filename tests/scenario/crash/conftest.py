"""A whole installation as processes under the supervisor, whose parts can be killed, beside a simulator in this one."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from weloop.access.api import Role, create_one_time_link, create_user
from weloop.entrypoints.database import open_unit
from weloop.kit.embedded import Places
from wxsim.limits import Limits
from wxsim.testing import Running, running

TOKEN = "callbackToken1"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
COMMANDS = {"serve": "weloop.entrypoints.processes serve", "worker": "weloop.entrypoints.processes work"}
POLL_SECONDS = 0.02


async def until(ask: Callable[[], Awaitable[Any]], seconds: float = 180.0) -> Any:
    """Ask until the answer is true; a bound, not a measure."""
    async with asyncio.timeout(seconds):
        while not (answer := await ask()):
            await asyncio.sleep(POLL_SECONDS)
    return answer


@dataclass
class Installation:
    """``weloop up`` with a home of its own on a real disk, signed in as an administrator."""

    home: Path
    supervisor: "subprocess.Popen[bytes]"
    simulator: Running
    http: aiohttp.ClientSession
    url: str = ""
    looks: "asyncpg.Connection[asyncpg.Record] | None" = None
    """Stays open: tests look many times a second, and each new backend would cost more than what they wait for."""

    @property
    def log(self) -> Path:
        """What supervisor, server and worker say."""
        return self.home.parent / "weloop.log"

    @property
    def database(self) -> str:
        """Address of its database."""
        return Places(self.home).dsn()

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the console's API; the answer's JSON, None without one."""
        async with self.http.request(method, self.url + path, json=body) as answer:
            assert answer.status < 400, (method, path, answer.status, await answer.text())
            return await answer.json() if answer.content_type == "application/json" else None

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Look into the database."""
        if self.looks is None or self.looks.is_closed():
            self.looks = await asyncpg.connect(self.database)
        return await self.looks.fetch(sql, *arguments)

    async def until(self, ask: Callable[[], Awaitable[Any]], seconds: float = 180.0) -> Any:
        """Ask until the answer is true; a bound, not a measure."""
        return await until(ask, seconds)

    async def try_fetch(self, sql: str) -> int | None:
        """One number from the database, None while it cannot be asked."""
        try:
            return int((await self.fetch(sql))[0][0])
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            # A server that was killed leaves a connection that is neither closed nor of use.
            if self.looks is not None:
                self.looks.terminate()
                self.looks = None
            return None

    def pid(self, part: str) -> int | None:
        """The process that is ``serve``, ``worker`` or ``database`` now."""
        if part == "database":
            return _postmaster(self.home)
        for pid in _children(self.supervisor.pid):
            if COMMANDS[part] in _command(pid):
                return pid
        return None

    def kill(self, part: str) -> None:
        """SIGKILL, now."""
        pid = self.pid(part)
        assert pid is not None, f"{part} is not there to be killed"
        os.kill(pid, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in text.split()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _postmaster(home: Path) -> int | None:
    try:
        return int(Places(home).pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


@pytest.fixture
async def installation(bindir: Path | None) -> AsyncIterator[Installation]:
    """See :class:`Installation`.

    The simulator does not give up after three tries as the platform does, so that every callback must arrive; the
    test says how many the platform would have given up.
    """
    limits = Limits(callback_attempts=60, callback_retry_seconds=(1, 2, 1), url_verification_seconds=60)
    folder = Path(tempfile.mkdtemp(prefix="weloop-crash-"))
    folder.chmod(0o711)
    try:
        async with running(seed="7", limits=limits) as simulator, _start(folder, bindir, simulator) as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _start(folder: Path, bindir: Path | None, simulator: Running) -> AsyncIterator[Installation]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WELOOP_")}
    environment.pop("DATABASE_URL", None)
    if bindir is not None:
        environment["WELOOP_PG_BINDIR"] = str(bindir)
    weloop = Path(sys.executable).with_name("weloop")
    command = [weloop, "up", "--home", folder / "home", "--port", "0"]
    with (folder / "weloop.log").open("wb") as log:
        supervisor = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        installation = Installation(folder / "home", supervisor, simulator, http)
        try:
            installation.url = await until(lambda: _read_address(installation))
            await _sign_in(installation)
            yield installation
        finally:
            if installation.looks is not None:
                installation.looks.terminate()
            supervisor.terminate()
            await asyncio.to_thread(supervisor.wait, 60)


async def _read_address(installation: Installation) -> str | None:
    text = installation.log.read_text()
    assert installation.supervisor.poll() is None, text
    found = re.search(r"WeLoop is ready at (\S+)", text)
    return found[1] if found else None


async def _sign_in(installation: Installation) -> None:
    async with open_unit(installation.database) as unit:
        user = await create_user(unit, "admin", "管理员", Role.ADMIN, None)
        token = await create_one_time_link(unit, user)
    async with installation.http.get(f"{installation.url}/enter/{token}", allow_redirects=False) as answer:
        assert answer.status == 303
    session = await installation.call("GET", "/api/session")
    installation.http.headers["X-CSRF-Token"] = session["csrf"]


@pytest.fixture
async def source(installation: Installation) -> dict[str, Any]:
    """A contact way with a welcome, ready; the simulator's corp and official account are connected."""
    world = installation.simulator.world
    corp, account = next(iter(world.corps.values())), next(iter(world.accounts.values()))
    app = next(iter(corp.apps.values()))
    made = await _connect(
        installation,
        {"kind": "wecom", "name": corp.name, "app_id": corp.corpid, "agent_id": app.agentid,
         "api_base": installation.simulator.wecom_base, "secret": app.secret},
        f"/sim/corps/{corp.corpid}/apps/{app.agentid}/callback",
    )  # fmt: skip
    await _connect(
        installation,
        {"kind": "official_account", "name": account.name, "app_id": account.appid,
         "original_id": account.original_id, "api_base": installation.simulator.official_account_base,
         "secret": account.secret},
        f"/sim/official-accounts/{account.appid}/callback",
    )  # fmt: skip
    assert (await installation.call("POST", f"/api/accounts/{made['id']}/staff-sync"))["synced"] > 0
    return await _make_source(installation, made["id"])


async def _connect(installation: Installation, wanted: dict[str, Any], callback_path: str) -> dict[str, Any]:
    made: dict[str, Any] = await installation.call(
        "POST", "/api/accounts", {**wanted, "callback_token": TOKEN, "aes_key": AES_KEY}
    )
    callback = {"url": made["callback_url"], "token": TOKEN, "aes_key": AES_KEY, "mode": "safe"}
    async with installation.http.put(installation.simulator.url + callback_path, json=callback) as answer:
        assert answer.status == 200, await answer.text()
    checked: dict[str, Any] = await installation.call("POST", f"/api/accounts/{made['id']}/check")
    assert checked["state"] == "ready", checked
    return checked


async def _make_source(installation: Installation, account_id: int) -> dict[str, Any]:
    staff = [each["userid"] for each in await installation.call("GET", "/api/staff") if each["contact_enabled"]]
    welcome = {"text": "您好，这是选型手册", "attachments": []}
    wanted = {"name": "展会", "account_id": account_id, "users": staff, "skip_verify": True, "welcome": welcome}
    made = await installation.call("POST", "/api/sources", wanted)

    async def ready() -> dict[str, Any] | None:
        found: dict[str, Any] = await installation.call("GET", f"/api/sources/{made['id']}")
        return found if found["status"] == "ready" else None

    return dict(await until(ready))
