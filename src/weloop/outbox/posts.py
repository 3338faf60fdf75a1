"""What members were asked to post in Moments, which counts against what they may post next."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.contracts.commands import Command
from weloop.kit.db import columns, run, to_json
from weloop.kit.unit import UnitOfWork
from weloop.outbox.outcomes import Attempt
from weloop.outbox.policy import DAY, NEVER, free_at

REST = ":rest"
"""Behind the key of a post, as often as it was divided."""


async def lock_posts(connection: AsyncConnection, accounts: Collection[int]) -> None:
    """Let posts in Moments of these accounts be judged one claim after the other, for this transaction."""
    await run(
        connection,
        "SELECT pg_advisory_xact_lock(hashtextextended('moment', account)) FROM unnest($1::bigint[]) AS account",
        sorted(accounts),
    )


async def load_posts(connection: AsyncConnection, accounts: Collection[int], since: datetime) -> Sequence[Row[Any]]:
    """Posts in Moments that members were asked for after a moment: (id, account_id, counted_at, occasion)."""
    return await run(
        connection,
        """
        SELECT id, account_id, counted_at, occasion FROM command
        WHERE name = 'CreateMomentTask' AND account_id = ANY ($1::int[]) AND counted_at > $2
        """,
        sorted(accounts),
        since,
    )


async def load_planned(connection: AsyncConnection, command: Command, until: datetime) -> Sequence[Row[Any]]:
    """Other posts of its account that are planned to leave before a moment: (id, due, occasion)."""
    return await run(
        connection,
        """
        SELECT id, due, occasion FROM command
        WHERE state = 'queued' AND name = 'CreateMomentTask' AND account_id = $1 AND due < $2 AND key <> $3
        """,
        command.account_id,
        until,
        command.key,
    )


async def keep_members(unit: UnitOfWork, key: str, members: Collection[str]) -> None:
    """A post, by the key of its command, counts for no other members than these: who has not published it and cannot
    any more may post again."""
    await run(
        unit.connection,
        "UPDATE command SET occasion = jsonb_set(occasion, '{post,members}', $2::jsonb) WHERE key = $1",
        key,
        to_json(sorted(members)),
    )


async def find_members(unit: UnitOfWork, key: str) -> list[str]:
    """Members of a post as it was divided, by the key of its command; empty: there is none."""
    rows = await run(unit.connection, "SELECT occasion #> '{post,members}' AS members FROM command WHERE key = $1", key)
    return list(rows[0].members) if rows else []


async def divide(unit: UnitOfWork, attempts: Sequence[Attempt]) -> None:
    """Let posts leave for those members who may publish them, and the rest of each wait as a command of its own: for a
    day, and on the last day that it is kept until all are free who become so. What is tried again and divided once more
    adds to its rest, or to the rest of that where it has left or leaves now. ``attempts``: all that leave now."""
    rows = []
    for each in (each for each in attempts if each.waits):
        post = each.command.occasion.post if each.command.occasion is not None else None
        ends = each.command.expires_at or NEVER
        free = [at for reasons in each.waits.values() if (at := free_at(reasons)) < ends]
        tomorrow = unit.now + DAY
        due = unit.now if not free else max(tomorrow, min(free)) if tomorrow < ends else max(free)
        gates = " ".join(dict.fromkeys(reason.gate for reasons in each.waits.values() for reason in reasons))
        members = list(post.members) if post is not None else []
        rows.append((each.id, to_json(members), to_json(list(each.waits)), due, gates))
    if rows:
        await run(
            unit.connection, _DIVIDE, *columns(sorted(rows), 5), unit.now, REST, sorted(each.id for each in attempts)
        )


_DIVIDE = """
WITH RECURSIVE given AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::jsonb[], $3::jsonb[], $4::timestamptz[], $5::text[])
        AS u (command_id, members, rest, rest_due, rest_gates)
),
chain (command_id, rest_key) AS (
    SELECT c.id, c.key || $7 FROM given JOIN command AS c ON c.id = given.command_id
    UNION ALL
    SELECT chain.command_id, r.key || $7 FROM chain JOIN command AS r ON r.key = chain.rest_key
    WHERE r.state <> 'queued' OR r.id = ANY ($8::bigint[])
),
divided AS MATERIALIZED (
    SELECT c.*, given.members, given.rest, given.rest_due, given.rest_gates, last.rest_key
    FROM given JOIN command AS c ON c.id = given.command_id
    JOIN (SELECT command_id, max(rest_key) AS rest_key FROM chain GROUP BY command_id) AS last USING (command_id)
),
rest AS (
    INSERT INTO command (key, name, account_id, body, delivery, lane, ref, due, expires_at, trace_id, created_at,
        occasion, gates)
    SELECT DISTINCT ON (rest_key) rest_key, name, account_id, body, delivery, lane, ref, rest_due, expires_at, trace_id,
        $6::timestamptz, jsonb_set(occasion, '{post,members}', (
            SELECT jsonb_agg(member) FROM divided AS d CROSS JOIN LATERAL jsonb_array_elements(d.rest) AS e (member)
            WHERE d.rest_key = divided.rest_key
        )), rest_gates
    FROM divided ORDER BY rest_key, rest_due
    ON CONFLICT (key) DO UPDATE SET gates = excluded.gates, occasion = jsonb_set(command.occasion, '{post,members}',
        (command.occasion #> '{post,members}') || (excluded.occasion #> '{post,members}'))
    WHERE command.state = 'queued'
    RETURNING key
)
UPDATE command AS c SET occasion = jsonb_set(c.occasion, '{post,members}', d.members)
FROM divided AS d JOIN rest AS r ON r.key = d.rest_key WHERE c.id = d.id
"""
