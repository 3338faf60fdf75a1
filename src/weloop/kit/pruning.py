"""Going once through a table that only grows, to delete what is old: some rows at a time, each time a transaction."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row

from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork, Units

CHUNK = 5_000
"""Rows that one transaction looks at: some hundredths of a second."""
Keep = Callable[[UnitOfWork, Row[Any]], Awaitable[None]]


async def prune(units: Units, statement: str, days: int, keep: Keep | None = None) -> int:
    """Run a statement until there is no more; answers how many rows it took.

    ``$1``: it looks at the rows with the next ids behind this one, at most ``$2`` of them, and takes what is of before
    ``$3``, so many days ago. It answers one row: ``n``, how many it took, and ``last``, the id to go on behind; None:
    what follows is too young. ``keep`` writes down what else that row says, in the same transaction. Killed, it begins
    anew with what is left.
    """
    taken, after = 0, 0
    while True:
        async with units.begin() as unit:
            [chunk] = await run(unit.connection, statement, after, CHUNK, unit.now - timedelta(days=days))
            if keep is not None:
                await keep(unit, chunk)
        taken += int(chunk.n)
        if chunk.last is None:
            return taken
        after = chunk.last
