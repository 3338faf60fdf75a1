"""The whole product beside the simulator in one event loop: real HTTP, real database, ports chosen by the system."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
from pydantic import SecretStr
from tests.patience import patience

from weloop.access.api import Role, create_one_time_link, create_user
from weloop.entrypoints.database import open_unit
from weloop.entrypoints.listener import open_listener
from weloop.entrypoints.serving import Server
from weloop.entrypoints.settings import Settings
from weloop.entrypoints.web import create_app
from weloop.entrypoints.worker import work
from weloop.kit.clock import set_world_clock
from wxsim.clock import WorldClock
from wxsim.story.company import story_begin
from wxsim.testing import Running, running

TOKEN = "callbackToken1"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class Product:
    """A running product, signed in as an administrator, with the simulator's accounts connected."""

    url: str
    database: str
    simulator: Running
    http: aiohttp.ClientSession
    looks: "asyncpg.Pool[asyncpg.Record]"
    accounts: dict[str, dict[str, Any]]

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the console's API; the answer's JSON, None without one."""
        async with self.http.request(method, self.url + path, json=body) as answer:
            assert answer.status < 400, (method, path, answer.status, await answer.text())
            return await answer.json() if answer.content_type == "application/json" else None

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Look into the database."""
        found: list[asyncpg.Record] = await self.looks.fetch(sql, *arguments)
        return found

    async def until(self, ask: Callable[[], Awaitable[Any]], seconds: float = 180.0) -> Any:
        """Ask until the answer is true, ever more seldom: asking is work too. ``seconds``: a bound, not a measure."""
        pause = 0.02
        async with asyncio.timeout(seconds):
            while not (answer := await ask()):
                await asyncio.sleep(pause)
                pause = min(0.2, 1.5 * pause)
        return answer

    async def quiet(self) -> None:
        """Wait until nothing is left to do: callbacks answered, events handled, runs ended, commands sent."""

        async def is_quiet() -> bool:
            # Official figures of today are asked for tomorrow.
            left = await self.fetch(
                "SELECT (SELECT count(*) FROM inbox_pending) + (SELECT count(*) FROM journey_position)"
                " + (SELECT count(*) FROM command WHERE state IN ('queued', 'sending')"
                "    AND NOT (name = 'FetchArticleReads' AND due > $1)) AS n",
                self.simulator.world.clock.now() + timedelta(minutes=1),
            )
            return left[0]["n"] == 0

        await self.simulator.idle()
        await self.until(is_quiet)


@pytest.fixture
async def product(database: str, tmp_path: Path) -> AsyncIterator[Product]:
    """See :class:`Product`."""
    async with run_product(database, tmp_path) as started:
        yield started


@asynccontextmanager
async def run_product(
    database: str,
    home: Path,
    *,
    seed: str = "7",
    story: str = "",
    ends_at: float | None = None,
    egress_proxy: str | None = None,
) -> AsyncIterator[Product]:
    """Start simulator, web server and worker, and connect the accounts.

    With a ``story`` that leads to ``ends_at`` it is a demo whose clock stands where that begins.
    """
    listener = open_listener("127.0.0.1", 0)
    port = listener.getsockname()[1]
    settings = Settings(
        home=home,
        port=port,
        WELOOP_DATABASE_URL=database,  # type: ignore[call-arg]
        egress_proxy=SecretStr(egress_proxy) if egress_proxy else None,
    )
    stops: list[asyncio.Event] = []
    clock = WorldClock(stepped=True, start=story_begin(ends_at, story)) if ends_at is not None else None
    async with (
        patience() as limits,
        running(seed=seed, clock=clock, limits=limits, company=story, history_ends_at=ends_at) as simulator,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
        asyncpg.create_pool(database, min_size=0, max_size=4) as looks,
    ):
        if story:
            settings = settings.model_copy(update={"demo": True, "simulator_url": simulator.url})
        if clock is not None:
            async with open_unit(database) as unit:
                await set_world_clock(unit.connection, clock.now(), 0.0)
        server = Server(create_app(settings))
        tasks = [
            asyncio.create_task(server.serve(sockets=[listener])),
            asyncio.create_task(work(settings, stops.append)),
        ]
        product = Product(f"http://127.0.0.1:{port}", database, simulator, http, looks, {})
        try:
            await _sign_in(product)
            await _connect(product)
            yield product
        finally:
            server.should_exit = True
            for stop in stops:
                stop.set()
            await asyncio.gather(*tasks)


async def _sign_in(product: Product) -> None:
    async with open_unit(product.database) as unit:
        user = await create_user(unit, "admin", "管理员", Role.ADMIN, None)
        token = await create_one_time_link(unit, user)

    async def answers() -> bool:
        try:
            async with product.http.get(product.url + "/healthz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    await product.until(answers)
    async with product.http.get(f"{product.url}/enter/{token}", allow_redirects=False) as answer:
        assert answer.status == 303
    session = await product.call("GET", "/api/session")
    product.http.headers["X-CSRF-Token"] = session["csrf"]


async def _connect(product: Product) -> None:
    async with product.http.get(f"{product.simulator.url}/sim/accounts") as answer:
        world = await answer.json()
    corp, account = world["corps"][0], world["official_accounts"][0]
    app = corp["apps"][0]
    await _connect_one(
        product,
        {"kind": "wecom", "name": corp["name"], "app_id": corp["corpid"], "agent_id": app["agentid"],
         "api_base": product.simulator.wecom_base, "secret": app["secret"]},
        f"/sim/corps/{corp['corpid']}/apps/{app['agentid']}/callback",
    )  # fmt: skip
    await _connect_one(
        product,
        {"kind": "official_account", "name": account["name"], "app_id": account["appid"],
         "original_id": account["original_id"], "api_base": product.simulator.official_account_base,
         "secret": account["secret"]},
        f"/sim/official-accounts/{account['appid']}/callback",
    )  # fmt: skip


async def _connect_one(product: Product, wanted: dict[str, Any], callback_path: str) -> None:
    made = await product.call("POST", "/api/accounts", {**wanted, "callback_token": TOKEN, "aes_key": AES_KEY})
    callback = {"url": made["callback_url"], "token": TOKEN, "aes_key": AES_KEY, "mode": "safe"}
    async with product.http.put(product.simulator.url + callback_path, json=callback) as answer:
        assert answer.status == 200, await answer.text()
    checked = await product.call("POST", f"/api/accounts/{made['id']}/check")
    assert checked["state"] == "ready", checked
    if wanted["kind"] == "wecom":
        assert (await product.call("POST", f"/api/accounts/{made['id']}/staff-sync"))["synced"] > 0
    product.accounts[wanted["kind"]] = checked
