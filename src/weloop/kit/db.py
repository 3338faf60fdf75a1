"""PostgreSQL: the declarative base, the engine, and batches of rows in driver form.

Hot SQL uses ``$1`` and ``unnest`` through ``AsyncConnection.exec_driver_sql``. Never reach for the raw driver
connection as a transaction's first act: it has not begun then and commits by itself.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import asyncpg
import orjson
from sqlalchemy import MetaData
from sqlalchemy.engine import Row
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase

RowT = TypeVar("RowT", bound=Sequence[Any])
Run: TypeAlias = Callable[..., Awaitable[Sequence[Any]]]
"""Form of :func:`run` and :func:`run_alone`: connection, statement, arguments."""


class Base(DeclarativeBase):
    """Every module declares its tables on it, in its own ``models.py``."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def create_engine(dsn: str, *, size: int = 8) -> AsyncEngine:
    """Make a pool of at most ``size`` connections. ``dsn`` is libpq's form, ``postgresql://user@/db?host=/socket/dir``."""
    url = dsn.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+asyncpg://", 1)
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=20,
        # Errors are logged, and arguments are about people.
        hide_parameters=True,
        json_deserializer=orjson.loads,
        # The planner's guess of a custom plan costs more than it gains on these short statements.
        # Pages are at hand, or on a disk without arms: by default a few hundred looks into an index count for more than
        # the whole table.
        connect_args={"server_settings": {"application_name": "weloop", "jit": "off", "random_page_cost": "1.1"}},
    )


async def run(connection: AsyncConnection, sql: str, *args: object) -> Sequence[Row[Any]]:
    """Run one driver statement with ``$1``-style arguments; rows, or nothing if it returns none."""
    result = await connection.exec_driver_sql(sql, args)
    return result.fetchall() if result.returns_rows else ()


async def run_alone(connection: AsyncConnection, sql: str, *args: object) -> Sequence[Any]:
    """Run a statement that is a transaction of its own, straight on the driver: half the client's cost of :func:`run`.

    Only for an AUTOCOMMIT connection. The pool does not hear of a lost connection here: it is looked at first, and
    must be invalidated when the statement fails.
    """
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is None or driver.is_closed():
        raise ConnectionError("the database closed the connection")
    found: list[Any] = await driver.fetch(sql, *args)
    return found


def is_away(error: BaseException) -> bool:
    """Whether the database cannot be reached just now: it stops or starts, the connection broke, or none is free."""
    if isinstance(error, OSError | asyncpg.InterfaceError | PoolTimeout) or getattr(
        error, "connection_invalidated", False
    ):
        return True
    sqlstate = str(getattr(getattr(error, "orig", error), "sqlstate", "") or "")
    return sqlstate.startswith(("08", "57P"))


def columns(rows: Sequence[RowT], width: int) -> list[list[Any]]:
    """Turn rows into one list per column, the form ``unnest`` takes; ``width`` lists even without rows."""
    if not rows:
        return [[] for _ in range(width)]
    return [list(column) for column in zip(*rows, strict=True)]


def to_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """JSON text for a ``jsonb`` argument; what comes back from such a column is decoded already."""
    return orjson.dumps(value).decode()


def literal(values: Iterable[int | str | datetime | None]) -> str:
    """An array as text, for ``$1::text::bigint[]``: of numbers, moments, or text without control characters.

    The driver looks at every element of a list whether it is one itself: for thousands of rows that costs more than
    all the rest. JSON differs from PostgreSQL's form in the brackets, and in how control characters are written; a
    text of JSON has none.
    """
    return f"{{{orjson.dumps(list(values))[1:-1].decode()}}}"
