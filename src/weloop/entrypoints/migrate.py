"""Brings the database to the tables of this version. Several processes may try at once; one does it."""

import asyncio
from pathlib import Path

import asyncpg

from weloop.contracts.errors import SetupError
from weloop.kit.embedded.complaints import explain

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
LOCK = 0x57654C6F  # any number, the same in every process


def newest_revision() -> str:
    """The newest revision of this version: files are named ``<revision>_<slug>.py`` and revisions count upwards."""
    return max(file.name.split("_", 1)[0] for file in VERSIONS.glob("[0-9]*_*.py"))


async def current_revision(dsn: str) -> str | None:
    """The database's revision; None when it has no tables yet.

    Raises SetupError when the database cannot be reached.
    """
    try:
        connection = await asyncpg.connect(dsn, timeout=20)
    except (OSError, asyncpg.PostgresError, ValueError) as error:
        raise SetupError(f"The database cannot be reached: {error}") from error
    try:
        found = await connection.fetchval("SELECT to_regclass('alembic_version')")
        return await connection.fetchval("SELECT version_num FROM alembic_version") if found else None
    finally:
        await connection.close()


def upgrade(dsn: str) -> bool:
    """Run the migrations that the database lacks; whether there were any.

    Raises SetupError when the database cannot be reached or belongs to a newer version of the product.
    """
    current = asyncio.run(current_revision(dsn))
    if current == newest_revision():
        return False
    if current is not None and current > newest_revision():
        raise SetupError(
            f"The database was made by a newer version of WeLoop (its tables are at {current}, this version knows "
            f"{newest_revision()}); install that version"
        )
    asyncio.run(run_migrations(dsn))
    return True


async def run_migrations(dsn: str, revision: str = "head") -> None:
    """Run those up to a revision that the database lacks; SetupError."""
    # Imported here: most starts find nothing to do and need neither.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import Connection, text
    from sqlalchemy.exc import DBAPIError

    from weloop.kit.db import create_engine

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))

    def migrate(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    engine = create_engine(dsn, size=1)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    except DBAPIError as error:
        raise SetupError(explain(str(error.orig), "The tables could not be brought to this version")) from error
    finally:
        await engine.dispose()
