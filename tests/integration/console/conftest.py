"""The console served over loopback HTTP on a database of its own, and browsers for it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.access.api import Access, AccessPolicy, Passwords, Role, create_one_time_link, create_user
from weloop.contracts.accounts import AccountKind, CheckResult, StaffRecord
from weloop.entrypoints import serving
from weloop.entrypoints.http.app import WebApp
from weloop.entrypoints.settings import Settings
from weloop.entrypoints.web import create_app

PASSWORD = "correct horse battery"
POLICY = AccessPolicy(failures_per_login=3, failures_per_address=6, failure_window=timedelta(minutes=15))


@dataclass
class Platform:
    """What checkers and fetchers answer."""

    check: CheckResult = field(default_factory=CheckResult)
    staff: list[StaffRecord] = field(default_factory=list)
    checking: Callable[[], Awaitable[None]] | None = None

    async def checker(self, account_id: int) -> CheckResult:
        if self.checking is not None:
            await self.checking()
        return self.check

    async def fetcher(self, account_id: int) -> list[StaffRecord]:
        return self.staff


class Browser:
    """A browser with its own cookies; sends the CSRF token once it is signed in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.csrf = ""

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status, and the JSON or text of the answer."""
        status, body, _ = await self.ask_whole(method, path, **options)
        return status, body

    async def ask_whole(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any
    ) -> tuple[int, Any, Mapping[str, str]]:
        """The same with the headers of the answer."""
        sent = {**({"X-CSRF-Token": self.csrf} if self.csrf else {}), **(headers or {})}
        options.setdefault("allow_redirects", False)
        async with self.session.request(method, self.url + path, headers=sent, **options) as answer:
            kind = answer.headers.get("Content-Type", "")
            body = await answer.json(content_type=None) if "json" in kind else await answer.text(errors="replace")
            return answer.status, body, answer.headers

    async def get(self, path: str, **options: Any) -> tuple[int, Any]:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> tuple[int, Any]:
        return await self.ask("POST", path, json=json, **options)

    async def patch(self, path: str, json: Any) -> tuple[int, Any]:
        return await self.ask("PATCH", path, json=json)

    async def delete(self, path: str) -> tuple[int, Any]:
        return await self.ask("DELETE", path)

    async def sign_in(self, login: str, password: str = PASSWORD) -> tuple[int, Any]:
        """Sign in and keep the CSRF token."""
        status, body = await self.post("/api/session", {"login": login, "password": password})
        if status == 200:
            self.csrf = body["csrf"]
        return status, body


class Console:
    """The running console."""

    def __init__(self, app: WebApp, url: str, engine: AsyncEngine, platform: Platform) -> None:
        self.app = app
        self.url = url
        self.engine = engine
        self.platform = platform
        self.units = app.wiring.units
        self._browsers: list[Browser] = []
        self._hashes: dict[str, str] = {}

    def browser(self) -> Browser:
        """A fresh browser."""
        browser = Browser(self.url)
        self._browsers.append(browser)
        return browser

    async def add_user(self, login: str, role: Role = Role.ADMIN, password: str | None = PASSWORD) -> int:
        """A user."""
        hashed = await self.app.wiring.access.passwords.hash(password) if password else None
        async with self.units.begin() as unit:
            return await create_user(unit, login, login.title(), role, hashed)

    async def add_link(self, user_id: int, life: timedelta = timedelta(minutes=10)) -> str:
        """A one-time token."""
        async with self.units.begin() as unit:
            return await create_one_time_link(unit, user_id, life)

    async def signed_in(self, role: Role = Role.ADMIN) -> Browser:
        """A browser in which a user of this role is signed in."""
        await self.add_user(role.value, role)
        browser = self.browser()
        status, _ = await browser.sign_in(role.value)
        assert status == 200
        return browser

    async def close(self) -> None:
        """Close the browsers."""
        for browser in self._browsers:
            await browser.session.close()


@pytest.fixture
def platform() -> Platform:
    """What the outside world answers."""
    return Platform()


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    """Folder of built pages; empty unless a test fills it."""
    return tmp_path / "ui"


@pytest.fixture
def app(database: str, platform: Platform, tmp_path: Path, ui: Path) -> WebApp:
    """The real application with quick passwords, and without a platform behind it."""
    settings = Settings(home=tmp_path, database_url=database, public_url="https://weloop.example.com/")
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    wiring = replace(
        create_app(settings).wiring,
        access=Access(POLICY, Passwords(cheap)),
        checkers=dict.fromkeys(AccountKind, platform.checker),
        staff_fetchers={AccountKind.WECOM: platform.fetcher},
        ui=ui,
    )
    return WebApp(wiring)


class Server(serving.Server):
    """The product's, which says when it serves."""

    def __init__(self, app: WebApp) -> None:
        super().__init__(app)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture
async def console(app: WebApp, engine: AsyncEngine, platform: Platform) -> AsyncIterator[Console]:
    """The console on port 0."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = Server(app)
    task = asyncio.create_task(server._serve(sockets=[listener]))
    await server.ready.wait()
    running = Console(app, f"http://127.0.0.1:{listener.getsockname()[1]}", engine, platform)
    yield running
    await running.close()
    app.close_streams()
    server.should_exit = True
    await task
    listener.close()
