"""The database for one-off commands: the one that runs, or the embedded one started for as long as they take."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from weloop.contracts.errors import SetupError
from weloop.entrypoints.preparation import make_ready
from weloop.entrypoints.settings import Settings
from weloop.kit.clock import WorldClock
from weloop.kit.db import create_engine
from weloop.kit.embedded import EmbeddedPostgres, Places, find_running
from weloop.kit.unit import UnitOfWork, Units

Say = Callable[[str], None]


@contextmanager
def open_database(settings: Settings, say: Say, *, migrated: bool = True) -> Iterator[str]:
    """Address of the database, with the key and this version's tables unless told otherwise.

    Raises SetupError when it can neither be reached nor started.
    """
    with _reach(settings, say) as dsn:
        if migrated:
            make_ready(settings.key_file, dsn)
        yield dsn


@contextmanager
def _reach(settings: Settings, say: Say) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
    elif is_running(settings):
        yield find_running(settings.home)
    else:
        with EmbeddedPostgres(settings.home, bindir=settings.pg_bindir, say=say) as postgres:
            yield postgres.dsn


def is_running(settings: Settings) -> bool:
    """Whether the embedded database runs.

    Raises SetupError when it does and is not ours to use.
    """
    if not Places(settings.home).data.parent.exists():
        return False
    try:
        find_running(settings.home)
    except SetupError as error:
        if isinstance(error.__cause__, PermissionError):
            raise
        return False
    return True


@asynccontextmanager
async def open_unit(dsn: str) -> AsyncIterator[UnitOfWork]:
    """One unit of work on the database, for commands that need no more than a module's tables."""
    engine = create_engine(dsn, size=1)
    try:
        async with Units(engine, WorldClock(), {}).begin() as unit:
            yield unit
    finally:
        await engine.dispose()
