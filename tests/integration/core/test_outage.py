"""A database that goes away and comes back: what listens goes on, and what is asked meanwhile shall come again."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from weloop.accounts.api import CallbackDirectory
from weloop.contracts.errors import Overloaded
from weloop.entrypoints.bootstrap import build_core, running
from weloop.entrypoints.settings import Settings
from weloop.kit.clock import WorldClock, machine_now, set_world_clock
from weloop.kit.db import create_engine, run
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_the_world_clock_is_followed_after_the_connections_broke(database: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, WELOOP_DATABASE_URL=database)  # type: ignore[call-arg]
    core, other, heard = build_core(settings), create_engine(database, size=1), []
    core.listener.subscribe(heard.append)
    async with running(core, asyncio.Event()), asyncio.timeout(60):
        await _until(lambda: "*" in heard)
        heard.clear()
        async with other.connect() as connection:
            await run(connection, _END_OTHERS)
        await _until(lambda: "*" in heard)
        async with other.begin() as connection:
            await set_world_clock(connection, machine_now(), 5.0)
        await _until(lambda: core.clock.rate == 5.0)
    await other.dispose()


async def _until(happened: Callable[[], bool]) -> None:
    while not happened():
        await asyncio.sleep(0)


async def test_a_callback_without_a_database_is_asked_for_again() -> None:
    nowhere = create_engine("postgresql://weloop@/weloop?host=/nowhere")
    directory = CallbackDirectory(Units(nowhere, WorldClock(), {}), Vault(b"k" * 32))
    with pytest.raises(Overloaded):
        await directory.find("key")
