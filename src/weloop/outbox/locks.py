"""Locks on persons, for whom a message is judged."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import run

_ONE_BY_ONE = 1_000
_LOCK_FEW = """
SELECT pg_advisory_xact_lock_shared(hashtextextended('messages', 0))
UNION ALL
SELECT pg_advisory_xact_lock(hashtextextended('message', person)) FROM unnest($1::bigint[]) AS person
"""
_LOCK_ALL = "SELECT pg_advisory_xact_lock(hashtextextended('messages', 0))"


async def lock_persons(connection: AsyncConnection, persons: Collection[int]) -> None:
    """Let messages to these persons be judged one claim after the other, for this transaction; once in it.

    The server has room for some thousands of locks, of all transactions together: many persons are not locked one by
    one, but kept from all others.
    """
    if len(persons) > _ONE_BY_ONE:
        await run(connection, _LOCK_ALL)
    else:
        await run(connection, _LOCK_FEW, sorted(persons))
