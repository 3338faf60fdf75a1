"""One PostgreSQL per test run, one fresh migrated database per test, and loud words about what was left out."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import hypothesis
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.entrypoints.memory import hold_memory, settle_memory
from weloop.entrypoints.migrate import upgrade
from weloop.kit.db import create_engine
from weloop.kit.embedded import EmbeddedPostgres
from weloop.kit.logging import configure_logging

# Until all tests are there.
hold_memory()
# As in the product. Unless it is configured, structlog draws each exception with all its locals: two seconds apiece.
configure_logging()

# How long an example takes says how busy the machine is, nothing of what is tested.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

TEMPLATE = "migrated"
LONG = (
    "templates/test_worlds.py",
    "scenario/test_demo_story.py",
    "crash/test_crash.py",
    "crash/test_journeys.py",
    "e2e/test_leads.py",
    "e2e/test_pages.py",
    "e2e/test_sidebar.py",
    "e2e/test_simulator_console.py",
    "e2e/test_story.py",
    "e2e/test_three_clicks.py",
)
"""Files that take minutes. They begin first, or one process would be left with them when the others are done."""
_numbers = count(1)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home folder. When root runs the tests, the database's own user can reach it (pytest's is closed)."""
    with _open_folder() as folder:
        yield folder / "home"


@pytest.fixture(scope="session")
def bindir() -> Path | None:
    """The PostgreSQL that ``WELOOP_PG_BINDIR`` names; None means the wheel's."""
    folder = os.environ.get("WELOOP_PG_BINDIR")
    return Path(folder) if folder else None


@pytest.fixture(scope="session")
def server(bindir: Path | None) -> Iterator[str]:
    """Address of the run's server: ``WELOOP_TEST_DATABASE`` (a superuser's), else an embedded one made for speed."""
    given = os.environ.get("WELOOP_TEST_DATABASE")
    if given:
        yield given
        return
    with _open_folder() as folder, EmbeddedPostgres(folder / "home", bindir=bindir, durable=False) as postgres:
        yield postgres.dsn


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """Name of a database with all migrations, which tests copy."""
    name = f"{TEMPLATE}_{os.getpid()}"
    asyncio.run(_execute(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"))
    upgrade(_of(server, name))
    return name


@pytest.fixture
async def database(server: str, template: str) -> AsyncIterator[str]:
    """Address of a fresh migrated database that only this test uses."""
    async with copied(server, template) as address:
        yield address


@contextlib.asynccontextmanager
async def copied(server: str, template: str) -> AsyncIterator[str]:
    """A fresh migrated database for as long as the block lasts; its address."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    await _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _of(server, name)
    await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    """A pool on the test's database."""
    pool = create_engine(database)
    yield pool
    await pool.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, then what drives a browser: the many short ones fill the end of all processes alike.

    A process goes through the browser's tests in one piece, or it would start the demo and Chromium again.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, bool, bool]:
    is_long = item.path.as_posix().endswith(LONG)
    is_of_browser = item.path.parent.name == "e2e"
    return not (is_long or is_of_browser), is_of_browser, not is_long


def pytest_collection_finish() -> None:
    """As in the product. The tests themselves stay to the end: no search for garbage need go through them."""
    settle_memory()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say before the summary line what was left out."""
    missing = os.environ.get("WELOOP_E2E_MISSING")
    if missing:
        terminalreporter.section("NOT RUN: end-to-end tests", red=True)
        terminalreporter.line(f"They need Chromium and Chinese fonts: {missing}", red=True)


@contextlib.contextmanager
def _open_folder() -> Iterator[Path]:
    """A temporary folder that other users may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="weloop-", dir=_fast_place()))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fast_place() -> str | None:
    """Memory, where there is enough: a new database there takes 15 ms, on some disks 400. None: the usual place."""
    memory = "/dev/shm"  # noqa: S108 -- the folder in it is made with a name of its own
    try:
        return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30 else None
    except OSError:
        return None


def _of(server: str, database: str) -> str:
    """The server's address with another database."""
    address, _, query = server.partition("?")
    return f"{address.rsplit('/', 1)[0]}/{database}" + (f"?{query}" if query else "")


async def _execute(server: str, *statements: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
