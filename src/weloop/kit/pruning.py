"""Going once through a table that only grows, to delete what is old: some rows at a time, each time a transaction."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.engine import Row

from weloop.kit.unit import UnitOfWork, Units

CHUNK = 5_000
"""Rows that one transaction looks at: some hundredths of a second."""


async def prune(units: Units, take: Callable[[UnitOfWork, int, int], Awaitable[Row[Any]]]) -> int:
    """Call ``take(unit, after, limit)`` until there is no more; answers how many it took.

    It looks at the rows with the next ``limit`` ids behind ``after``, and answers ``n``, how many of them it took, and
    ``last``, the id to go on behind; None: what follows is too young. Killed, it begins anew with what is left.
    """
    taken, after = 0, 0
    while True:
        async with units.begin() as unit:
            chunk = await take(unit, after, CHUNK)
        taken += int(chunk.n)
        if chunk.last is None:
            return taken
        after = chunk.last
