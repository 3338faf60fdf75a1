"""Dead letters of the outbox: commands that failed for good, and those of which nobody knows whether they went out."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.engine import Row

from weloop.contracts.commands import MANY, ManyReplayed
from weloop.contracts.errors import Conflict
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

_OPEN = "state IN ('failed', 'uncertain') AND settled_at IS NULL"


async def list_dead(unit: UnitOfWork, *, limit: int, offset: int) -> Sequence[Row[Any]]:
    """Latest first: (id, name, account_id, subject_id, error, errcode, reason, attempts, since, uncertain, expired)."""
    return await run(
        unit.connection,
        f"""
        SELECT id, name, account_id, subject_id, error, errcode, reason, attempts, finished_at AS since,
               state = 'uncertain' AS uncertain, coalesce(expires_at <= $3, false) AS expired
        FROM command WHERE {_OPEN} ORDER BY finished_at DESC, id DESC LIMIT $1 OFFSET $2
        """,  # noqa: S608 -- a constant
        limit,
        offset,
        unit.now,
    )


async def count_dead(unit: UnitOfWork) -> tuple[int, int]:
    """How many there are, and how many of them are uncertain."""
    rows = await run(
        unit.connection,
        f"SELECT count(*), count(*) FILTER (WHERE state = 'uncertain') FROM command WHERE {_OPEN}",  # noqa: S608 -- a constant
    )
    dead, uncertain = tuple(rows[0])
    return dead, uncertain


async def replay_dead(unit: UnitOfWork, commands: Collection[int]) -> int:
    """Queue dead commands for one more attempt each; answers how many. What reaches many is made anew instead,
    unless it may have gone out under an id that the platform knows again.

    Conflict when one of them has expired: a welcome code, for one, is dead for good; and what reaches many is for some
    days, long before it is forgotten whom it was for (``WELOOP_SENT_DAYS``).
    """
    [expired] = await run(
        unit.connection,
        f"""
        SELECT count(*) AS n, bool_or(name = ANY ($3::text[])) AS many FROM command
        WHERE id = ANY ($1) AND {_OPEN} AND expires_at <= $2
        """,  # noqa: S608 -- a constant
        sorted(commands),
        unit.now,
        sorted(MANY),
    )
    if expired.n:
        code = "list_expired" if expired.many else "command_expired"
        raise Conflict("what has expired cannot be sent again", code=code, count=expired.n)
    gone = await run(
        unit.connection,
        f"""
        WITH gone AS (
            DELETE FROM command WHERE id = ANY ($1) AND {_OPEN} AND name = ANY ($2::text[])
                AND (delivery = 'at_most_once' OR NOT unsure) RETURNING id, key
        ),
        attempts AS (
            DELETE FROM command_attempt AS a USING gone WHERE a.command_id = gone.id
        )
        SELECT key FROM gone
        """,  # noqa: S608 -- a constant
        sorted(commands),
        sorted(MANY),
    )
    replayed = await run(
        unit.connection,
        f"""
        UPDATE command SET state = 'queued', due = $2, finished_at = NULL
        WHERE id = ANY ($1) AND {_OPEN} RETURNING id
        """,  # noqa: S608 -- a constant
        sorted(commands),
        unit.now,
    )
    if gone:
        unit.append(ManyReplayed(frozenset(row.key for row in gone)))
    unit.publish("outbox")
    return len(replayed) + len(gone)


async def settle_dead(unit: UnitOfWork, commands: Collection[int]) -> int:
    """A person has dealt with these; answers how many there were."""
    rows = await run(
        unit.connection,
        f"UPDATE command SET settled_at = $2, body = '{{}}' WHERE id = ANY ($1) AND {_OPEN} RETURNING id",  # noqa: S608 -- a constant
        sorted(commands),
        unit.now,
    )
    return len(rows)


async def settle_command(unit: UnitOfWork, key: str) -> None:
    """The module that made this command has dealt with its end; a dead letter of it goes away."""
    await run(
        unit.connection,
        f"UPDATE command SET settled_at = $2, body = '{{}}' WHERE key = $1 AND {_OPEN}",  # noqa: S608 -- a constant
        key,
        unit.now,
    )
    unit.publish("dead_letters")
