"""All SQL of the outbox."""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.consent.api import still
from weloop.contracts.commands import MANY
from weloop.contracts.events import Lane
from weloop.kit.clock import beijing_date
from weloop.kit.db import columns, literal, run
from weloop.outbox.limits import load_repeats

_ENQUEUE = """
INSERT INTO command (key, name, account_id, body, delivery, lane, subject_id, due, expires_at, coalesce, trace_id,
                     ref, occasion, queue, created_at)
SELECT u.*, $15::timestamptz
FROM unnest($1::text[], $2::text::text[], $3::text::int[], $4::text::jsonb[], $5::text::text[],
            $6::text::smallint[], $7::text::bigint[], $8::text::timestamptz[], $9::text::timestamptz[], $10::text[],
            $11::text[], $12::text[], $13::text::jsonb[], $14::text[]) AS u
ON CONFLICT DO NOTHING
"""
_WORDS = (0, 9, 10, 11, 13)
"""Columns of these rows that may hold any text."""


async def enqueue(connection: AsyncConnection, rows: Iterable[Sequence[Any]], now: datetime) -> None:
    """Insert commands; rows in the column order of the statement, keys distinct. Known keys are left as they are."""
    values = columns(sorted(rows, key=lambda row: row[0]), 14)
    await run(connection, _ENQUEUE, *(each if n in _WORDS else literal(each) for n, each in enumerate(values)), now)


_FREE = """
NOT EXISTS (SELECT FROM unnest($4::int[], $5::text[]) AS held (account_id, name)
            WHERE held.account_id = command.account_id AND held.name = command.name OFFSET 0)
"""
_CLAIMED = """
id, key, name, account_id, body, delivery, lane, subject_id, due, expires_at, attempts, unsure, ref, trace_id, occasion,
queue
"""
_BULK = f"state = 'queued' AND lane = {int(Lane.BULK)}"
# Each lane is looked at by itself: over several, the index would be read through all that waits for later. OFFSET 0
# keeps the holds a filter: as a join they would be met with the whole queue before the first row is known. In the bulk
# lane every queue that has something due gets the same share, so that a long one does not hold up a short one; which
# come first when there is not room for all is a matter of chance.
_CLAIM = f"""
WITH RECURSIVE queues (queue) AS (
    (SELECT queue FROM command WHERE $2 >= {int(Lane.BULK)} AND {_BULK} ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT queue FROM command WHERE {_BULK} AND queue > q.queue ORDER BY queue LIMIT 1)
    FROM queues AS q WHERE q.queue IS NOT NULL
),
ready AS MATERIALIZED (
    SELECT q.queue FROM queues AS q CROSS JOIN LATERAL (
        SELECT FROM command WHERE {_BULK} AND command.queue = q.queue AND due <= $1 AND {_FREE} LIMIT 1
    ) AS any_due
    WHERE q.queue IS NOT NULL ORDER BY hashtextextended(q.queue, $6) LIMIT $3
),
due AS MATERIALIZED (
    SELECT * FROM (
        SELECT first.* FROM generate_series(0, least($2, {int(Lane.BULK) - 1})) AS l (lane) CROSS JOIN LATERAL (
            SELECT {_CLAIMED} FROM command
            WHERE state = 'queued' AND command.lane = l.lane AND due <= $1 AND {_FREE}
            ORDER BY due, id LIMIT $3 FOR UPDATE SKIP LOCKED
        ) AS first
        UNION ALL
        SELECT first.* FROM ready CROSS JOIN LATERAL (
            SELECT {_CLAIMED} FROM command WHERE {_BULK} AND command.queue = ready.queue AND due <= $1 AND {_FREE}
            ORDER BY due, id LIMIT greatest($3 / (SELECT count(*) FROM ready), 1) FOR UPDATE SKIP LOCKED
        ) AS first
    ) AS each LIMIT $3
)
SELECT * FROM due
"""  # noqa: S608 -- constants


async def claim(
    connection: AsyncConnection,
    *,
    now: datetime,
    lane: int,
    limit: int,
    held: Collection[tuple[int, str]],
) -> Sequence[Row[Any]]:
    """Lock up to ``limit`` due commands of lanes up to ``lane``, most urgent first, until the transaction ends.

    Those of ``held`` (account_id, name) stay where they are.
    """
    kinds, chance = columns(sorted(held), 2), random.getrandbits(62)
    return await run(connection, _CLAIM, now, lane, limit, *kinds, chance)


# What has left once no longer stands for later wishes of the same kind: its coalescing name becomes free.
_START = f"""
WITH u AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::boolean[], $3::text[], $4::bigint[])
        AS u (id, leaves, message_class, campaign_id)
),
started AS (
    UPDATE command AS c SET state = 'sending', lease = $5, lease_until = $6, attempts = attempts + 1, coalesce = NULL,
        message_class = coalesce(u.message_class, c.message_class),
        campaign_id = CASE WHEN u.message_class IS NULL THEN c.campaign_id ELSE u.campaign_id END,
        counted_at = CASE WHEN u.message_class IS NULL THEN c.counted_at ELSE $7 END
    FROM u WHERE c.id = u.id AND {still(8, 9)} RETURNING c.id, c.attempts, u.leaves
)
INSERT INTO command_attempt (command_id, attempt, started_at) SELECT id, attempts, $7 FROM started WHERE leaves
RETURNING 1
"""  # noqa: S608 -- a constant


async def start(
    connection: AsyncConnection,
    rows: Iterable[tuple[int, bool, str | None, int | None]],
    *,
    now: datetime,
    lease: str,
    lease_until: datetime,
    ledger: Collection[tuple[Collection[int], int]] = (),
) -> int:
    """Take locked commands (id, leaves, class, campaign) under a lease, before anything is sent; so many leave.

    With those that leave an attempt begins; those of a class count from now on. ``ledger``: by person the identities
    and how many entries on their wishes stood there when it was judged: where there are more, none is taken.
    """
    wishes = [identity for identities, _ in ledger for identity in identities], sum(entries for _, entries in ledger)
    return len(await run(connection, _START, *columns(sorted(rows), 4), lease, lease_until, now, *wishes))


async def load_counted(connection: AsyncConnection, subjects: Collection[int], since: datetime) -> Sequence[Row[Any]]:
    """Messages that count against caps: (id, subject_id, message_class, campaign_id, counted_at).

    Of marketing those after ``since``, of service all; those that are kept no more have ids that no command has.
    """
    return await run(
        connection,
        """
        SELECT id, subject_id, message_class, campaign_id, counted_at FROM command
        WHERE subject_id = ANY ($1::bigint[]) AND counted_at IS NOT NULL
            AND (counted_at > $2 OR campaign_id IS NOT NULL)
        UNION ALL
        SELECT -(1::bigint << 62) - row_number() OVER (), s.identity_id, 'service', s.campaign_id, s.last_at
        FROM service_count AS s CROSS JOIN LATERAL generate_series(1, s.n) WHERE s.identity_id = ANY ($1::bigint[])
        """,
        sorted(subjects),
        since,
    )


async def load_uses(
    connection: AsyncConnection, keys: Collection[tuple[str, int, str, datetime]], *, lock: bool
) -> dict[tuple[str, int, str, datetime], int]:
    """What is used of quotas, by counter (quota, account, owner, begin); ``lock``: nobody else draws from them now."""
    wanted = columns(sorted(keys), 4)
    found = await _find_uses(connection, wanted, lock=lock)
    if lock and len(found) < len(keys):
        await run(
            connection,
            """
            INSERT INTO quota_use (quota, account_id, owner, begin, used)
            SELECT *, 0 FROM unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[]) ON CONFLICT DO NOTHING
            """,
            *wanted,
        )
        found = await _find_uses(connection, wanted, lock=True)
    return {key: found.get(key, 0) for key in keys}


async def _find_uses(
    connection: AsyncConnection, wanted: Sequence[Sequence[Any]], *, lock: bool
) -> dict[tuple[str, int, str, datetime], int]:
    rows = await run(
        connection,
        f"""
        SELECT q.quota, q.account_id, q.owner, q.begin, q.used FROM quota_use AS q
        JOIN unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[]) AS u (quota, account_id, owner, begin)
            USING (quota, account_id, owner, begin)
        {"ORDER BY 1, 2, 3, 4 FOR UPDATE OF q" if lock else ""}
        """,  # noqa: S608 -- constants
        *wanted,
    )
    return {tuple(row[:4]): row.used for row in rows}


_ADD_USES = """
UPDATE quota_use AS q SET used = greatest(q.used + u.n, 0)
FROM unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[], $5::int[]) AS u (quota, account_id, owner, begin, n)
WHERE (q.quota, q.account_id, q.owner, q.begin) = (u.quota, u.account_id, u.owner, u.begin)
"""


async def add_uses(connection: AsyncConnection, uses: Mapping[tuple[str, int, str, datetime], int]) -> None:
    """Count, below 0: what is known not to have left. The counters are there."""
    await run(connection, _ADD_USES, *_use_columns(uses))


def _use_columns(uses: Mapping[tuple[str, int, str, datetime], int]) -> list[list[Any]]:
    return columns([(*key, n) for key, n in sorted(uses.items())], 5)


async def list_uses(connection: AsyncConnection, begins: Mapping[str, datetime]) -> Sequence[Row[Any]]:
    """What is used of quotas since a moment, of all owners the most: (quota, account_id, used)."""
    return await run(
        connection,
        """
        SELECT q.quota, q.account_id, max(q.used)::int AS used FROM quota_use AS q
        JOIN unnest($1::text[], $2::timestamptz[]) AS u (quota, begin) USING (quota, begin) GROUP BY 1, 2
        """,
        *columns(list(begins.items()), 2),
    )


async def list_days(connection: AsyncConnection, first: date) -> Sequence[Row[Any]]:
    """What became of messages since a day, over all accounts: (day, message_class, outcome, gate, n)."""
    return await run(
        connection,
        """
        SELECT day, message_class, outcome, gate, sum(n)::bigint AS n FROM message_day WHERE day >= $1
        GROUP BY 1, 2, 3, 4 ORDER BY day DESC, message_class, outcome, n DESC, gate
        """,
        first,
    )


async def count_sent(
    connection: AsyncConnection, since: Mapping[int, date], message_class: str | None
) -> dict[int, int]:
    """By account how many messages of a class, or None: of all, went out after a day of its own."""
    rows = await run(
        connection,
        """
        SELECT d.account_id, sum(d.n)::int AS n FROM message_day AS d
        JOIN unnest($1::int[], $2::date[]) AS u (account_id, day) ON u.account_id = d.account_id AND d.day > u.day
        WHERE d.outcome = 'sent' AND ($3::text IS NULL OR d.message_class = $3) GROUP BY 1
        """,
        *columns(sorted(since.items()), 2),
        message_class,
    )
    return {row.account_id: row.n for row in rows}


async def delete_uses(connection: AsyncConnection, before: datetime) -> None:
    """Forget counters of periods that began before."""
    await run(connection, "DELETE FROM quota_use WHERE begin < $1", before)


async def resume(connection: AsyncConnection, accounts: Collection[int], now: datetime) -> None:
    """Let what waited for these accounts be judged again now."""
    await run(
        connection,
        """
        UPDATE command SET due = $2
        WHERE account_id = ANY ($1::int[]) AND state = 'queued' AND gates LIKE '%account_%' AND due > $2
        """,
        sorted(accounts),
        now,
    )


# The queue and the dead letters are read whole: whom a command is for is asked nowhere else. What is being sent, and
# may come back, is over then: it is not tried again, and nobody is to deal with it.
_FORGET = """
WITH theirs AS MATERIALIZED (
    SELECT id, state = 'queued' AS was_queued FROM command
    WHERE (state = 'queued' OR state = 'sending' OR state IN ('failed', 'uncertain') AND settled_at IS NULL)
        AND subject_id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE
)
UPDATE command AS c SET body = '{}',
    gates = CASE WHEN was_queued THEN $3 ELSE c.gates END,
    state = CASE WHEN NOT was_queued THEN c.state WHEN unsure THEN 'uncertain' ELSE 'refused' END,
    finished_at = CASE WHEN was_queued THEN $2 ELSE c.finished_at END,
    expires_at = CASE WHEN c.state = 'sending' THEN least(c.expires_at, $2) ELSE c.expires_at END,
    settled_at = CASE WHEN was_queued AND NOT unsure THEN NULL ELSE $2 END
FROM theirs WHERE c.id = theirs.id
RETURNING c.key, c.name, c.account_id, c.state, c.unsure, c.attempts, c.subject_id, c.ref, c.trace_id, was_queued
"""


async def forget(
    connection: AsyncConnection, identities: Collection[int], now: datetime, why: str
) -> Sequence[Row[Any]]:
    """End what waits for these identities, settle what is dead, and keep no words of either: (.., was_queued)."""
    return await run(connection, _FORGET, sorted(identities), now, why)


async def put_back(connection: AsyncConnection, rows: Iterable[tuple[int, datetime]]) -> None:
    """Let locked commands that may not leave yet wait on: (id, due)."""
    await run(
        connection,
        """
        UPDATE command AS c SET due = u.due
        FROM unnest($1::bigint[], $2::timestamptz[]) AS u (id, due) WHERE c.id = u.id
        """,
        *columns(list(rows), 2),
    )


# What may have gone out is repeated only while its platform knows the repeat; numbers of the names and times follow.
_EXPIRES = """
least(c.expires_at, (SELECT min(a.started_at) FROM command_attempt AS a WHERE a.command_id = c.id)
    + (SELECT r.life FROM unnest(${}::text[], ${}::interval[]) AS r (name, life) WHERE r.name = c.name))
"""
# What has gone out needs its words no more: the log knows that it went, and personal data is not kept twice. Nor does
# what reaches many once it is dead: it would be made anew, unless the platform would know a repeat.
_FINISH = f"""
WITH u AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::timestamptz[], $5::boolean[], $6::int[],
                         $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
        AS u (id, attempt, state, due, unsure, errcode, error, reason, outcome, gates, message_class)
),
attempts AS (
    UPDATE command_attempt AS a SET finished_at = $12, outcome = u.outcome, errcode = u.errcode
    FROM u WHERE a.command_id = u.id AND a.attempt = u.attempt
),
done AS (
    UPDATE command AS c SET
        body = CASE WHEN u.state IN ('sent', 'refused')
                    OR c.name = ANY ($15) AND u.state <> 'queued' AND (c.delivery = 'at_most_once' OR NOT u.unsure)
                THEN '{{}}'::jsonb
                    ELSE c.body END,
        -- What is put off was not tried.
        attempts = c.attempts - (u.state = 'queued' AND u.gates IS NOT NULL AND u.error IS NULL)::int::smallint,
        gates = u.gates,
        -- What is known not to have gone does not count against caps.
        counted_at = CASE WHEN u.unsure OR u.state IN ('sent', 'uncertain') THEN c.counted_at END,
        state = u.state, due = coalesce(u.due, c.due), unsure = u.unsure, errcode = u.errcode, error = u.error,
        reason = u.reason, lease = NULL, lease_until = NULL,
        expires_at = CASE WHEN u.unsure THEN {_EXPIRES.format(16, 17)} ELSE c.expires_at END,
        finished_at = CASE WHEN u.state = 'queued' THEN NULL ELSE $12 END
    FROM u WHERE c.id = u.id AND c.state = 'sending' AND c.lease = $13 AND c.attempts = u.attempt
    RETURNING c.id, u.attempt, c.account_id, u.message_class, u.state, u.gates
),
tally AS (
    INSERT INTO message_day AS d (day, account_id, message_class, outcome, gate, n)
    SELECT $14::date, account_id, message_class, CASE state WHEN 'queued' THEN 'deferred' ELSE state END,
           split_part(coalesce(gates, ''), ' ', 1), count(*)
    FROM done WHERE message_class IS NOT NULL AND (state <> 'queued' OR gates IS NOT NULL)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (day, account_id, message_class, outcome, gate) DO UPDATE SET n = d.n + excluded.n
)
SELECT id, attempt FROM done
"""  # noqa: S608 -- constants


async def finish(
    connection: AsyncConnection, rows: Iterable[Sequence[Any]], *, now: datetime, lease: str
) -> set[tuple[int, int]]:
    """Write outcomes (id, attempt, state, due, unsure, errcode, error, reason, outcome, gates, class of a message).

    Answers (id, attempt) of those that were still ours: a command whose lease ran out meanwhile is left as it is, even
    if another attempt of it is ours by now.
    """
    given = columns(sorted(rows, key=lambda row: row[0]), 11)
    found = await run(connection, _FINISH, *given, now, lease, beijing_date(now), sorted(MANY), *_repeats())
    return {(row.id, row.attempt) for row in found}


def _repeats() -> list[list[Any]]:
    return columns(sorted(load_repeats().items()), 2)


async def renew(connection: AsyncConnection, ids: Collection[int], *, lease: str, lease_until: datetime) -> None:
    """Hold commands that are still being sent for longer."""
    await run(
        connection,
        "UPDATE command SET lease_until = $3 WHERE id = ANY ($1) AND lease = $2 AND state = 'sending'",
        sorted(ids),
        lease,
        lease_until,
    )


# What was put off or refused stands under a lease until that is written; no attempt of it began, so it goes on waiting.
# Its number counts all the same: a late word of who is thought dead must not end the next attempt.
_RECOVER = f"""
WITH lost AS MATERIALIZED (
    SELECT id, begun, begun AND delivery = 'at_most_once' AS ends
    FROM (SELECT id, delivery, EXISTS (SELECT FROM command_attempt AS a
                                       WHERE a.command_id = command.id AND a.attempt = command.attempts) AS begun
          FROM command WHERE state = 'sending' AND lease_until <= $1
          ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED) AS held
)
UPDATE command AS c SET
    state = CASE WHEN ends THEN 'uncertain' ELSE 'queued' END,
    unsure = unsure OR begun, lease = NULL, lease_until = NULL,
    error = CASE WHEN begun THEN 'platform_uncertain' ELSE error END,
    body = CASE WHEN ends AND name = ANY ($3) THEN '{{}}' ELSE body END,
    reason = CASE WHEN begun THEN 'the sender stopped before the answer came' ELSE reason END,
    due = $2, expires_at = CASE WHEN unsure OR begun THEN {_EXPIRES.format(4, 5)} ELSE expires_at END,
    finished_at = CASE WHEN ends THEN $2::timestamptz END
FROM lost WHERE c.id = lost.id
RETURNING c.id, c.key, c.name, c.account_id, c.state, c.attempts, c.subject_id, c.ref, c.trace_id
"""  # noqa: S608 -- constants


async def recover(connection: AsyncConnection, *, machine_now: datetime, now: datetime) -> Sequence[Row[Any]]:
    """Deal with what is held by who died: back into the queue, or to a person if it may go out only once and an attempt
    had begun."""
    return await run(connection, _RECOVER, machine_now, now, sorted(MANY), *_repeats())


async def load_buckets(connection: AsyncConnection, names: Collection[tuple[int, str]]) -> Sequence[Row[Any]]:
    """Lock and read rate buckets (account_id, name); missing ones are not in the answer."""
    return await run(
        connection,
        """
        SELECT b.account_id, b.name, b.tokens, b.refilled_at, b.blocked_until
        FROM rate_bucket AS b JOIN unnest($1::int[], $2::text[]) AS u (account_id, name) USING (account_id, name)
        ORDER BY b.account_id, b.name FOR UPDATE OF b
        """,
        *columns(sorted(names), 2),
    )


async def save_buckets(
    connection: AsyncConnection,
    rows: Iterable[tuple[Any, ...]],
    uses: Mapping[tuple[str, int, str, datetime], int],
) -> None:
    """Write buckets (account_id, name, tokens, refilled_at, blocked_until); count what leaves against its quotas."""
    await run(
        connection,
        f"""
        WITH counted AS ({_ADD_USES})
        INSERT INTO rate_bucket (account_id, name, tokens, refilled_at, blocked_until)
        SELECT * FROM unnest($6::int[], $7::text[], $8::float8[], $9::timestamptz[], $10::timestamptz[])
        ON CONFLICT (account_id, name) DO UPDATE SET
            tokens = excluded.tokens, refilled_at = excluded.refilled_at, blocked_until = excluded.blocked_until
        """,  # noqa: S608 -- a constant
        *_use_columns(uses),
        *columns(sorted(rows), 5),
    )


async def block_buckets(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]], now: datetime) -> None:
    """Let nothing of these APIs leave before (account_id, name, until)."""
    await run(
        connection,
        """
        INSERT INTO rate_bucket AS b (account_id, name, tokens, refilled_at, blocked_until)
        SELECT account_id, name, 0, $4::timestamptz, until
        FROM unnest($1::int[], $2::text[], $3::timestamptz[]) AS u (account_id, name, until)
        ON CONFLICT (account_id, name) DO UPDATE SET blocked_until = greatest(b.blocked_until, excluded.blocked_until)
        """,
        *columns(sorted(rows), 3),
        now,
    )


async def next_due(
    connection: AsyncConnection, lane: int, held: Collection[tuple[int, str]]
) -> tuple[datetime | None, datetime | None]:
    """When the next queued command of lanes up to ``lane`` that is not ``held`` falls due (world time), and when the
    next lease ends (machine time)."""
    rows = await run(
        connection,
        """
        SELECT (SELECT min(first.due) FROM generate_series(0, $3) AS l (lane) CROSS JOIN LATERAL (
                   SELECT due FROM command
                   WHERE state = 'queued' AND command.lane = l.lane AND NOT EXISTS (
                       SELECT FROM unnest($1::int[], $2::text[]) AS held (account_id, name)
                       WHERE held.account_id = command.account_id AND held.name = command.name OFFSET 0)
                   ORDER BY due LIMIT 1) AS first),
               (SELECT min(lease_until) FROM command WHERE state = 'sending')
        """,
        *columns(sorted(held), 2),
        lane,
    )
    due, lease = tuple(rows[0])
    return due, lease


async def read_next(connection: AsyncConnection) -> tuple[datetime | None, bool]:
    """When the next queued command falls due (world time), and whether any is being sent."""
    rows = await run(
        connection,
        """
        SELECT (SELECT min(due) FROM command WHERE state = 'queued'),
               EXISTS (SELECT FROM command WHERE state = 'sending')
        """,
    )
    due, sending = tuple(rows[0])
    return due, sending
