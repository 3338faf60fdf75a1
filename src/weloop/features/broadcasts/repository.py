"""All SQL of broadcasts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.features.broadcasts.models import AccountJobRow, BroadcastRow
from weloop.features.broadcasts.rules import OPEN_STEPS
from weloop.kit.db import columns, run, to_json
from weloop.kit.http import like_pattern
from weloop.kit.pagination import Page, PageRequest


async def list_broadcasts(
    session: AsyncSession, page: PageRequest, search: str, state: str | None
) -> Page[BroadcastRow]:
    """A page, newest first."""
    query = select(BroadcastRow)
    if search:
        query = query.where(BroadcastRow.name.ilike(like_pattern(search), escape="\\"))
    if state:
        query = query.where(BroadcastRow.state == state)
    total = await session.scalar(select(func.count()).select_from(query.subquery()))
    query = query.order_by(BroadcastRow.id.desc()).limit(page.size).offset(page.offset)
    return Page((await session.scalars(query)).all(), total or 0, page.page, page.size)


async def get_broadcast(session: AsyncSession, broadcast_id: int, *, lock: bool = False) -> BroadcastRow | None:
    """One broadcast, locked for a change."""
    query = select(BroadcastRow).where(BroadcastRow.id == broadcast_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def claim(session: AsyncSession, now: datetime) -> BroadcastRow | None:
    """Lock the broadcast that is due and that no other worker is at."""
    query = select(BroadcastRow).where(BroadcastRow.next_at <= now).order_by(BroadcastRow.next_at, BroadcastRow.id)
    return await session.scalar(query.limit(1).with_for_update(skip_locked=True))


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the next broadcast goes on."""
    rows = await run(connection, "SELECT min(next_at) AS at FROM broadcast WHERE next_at IS NOT NULL")
    due: datetime | None = rows[0].at
    return due


async def put_off(connection: AsyncConnection, broadcast_id: int, until: datetime) -> None:
    """Look at a broadcast again later."""
    await run(
        connection,
        "UPDATE broadcast SET next_at = $2 WHERE id = $1 AND next_at IS NOT NULL",
        broadcast_id,
        until,
    )


async def list_waiting_for(connection: AsyncConnection, segment_id: int) -> list[str]:
    """Names of those that are to go out and whose list is still to be made, or made to its end, from a segment."""
    rows = await run(
        connection,
        """
        SELECT name FROM broadcast
        WHERE audience ->> 'kind' = 'segment' AND (audience ->> 'segment_id')::int = $1 AND frozen_at IS NULL
            AND state IN ('pending', 'scheduled', 'freezing', 'stopping', 'stopped') ORDER BY id
        """,
        segment_id,
    )
    return [row.name for row in rows]


async def insert_recipients(
    connection: AsyncConnection, broadcast_id: int, rows: Iterable[tuple[Any, ...]], now: datetime
) -> None:
    """Rows (person_id, identity_id, address, staff, state, reason); known persons are left as they are."""
    await run(
        connection,
        """
        INSERT INTO broadcast_recipient (broadcast_id, person_id, identity_id, address, staff, state, reason, at)
        SELECT $7, u.*, $8
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) AS u
        ON CONFLICT DO NOTHING
        """,
        *columns(list(rows), 6),
        broadcast_id,
        now,
    )


async def lock_freezing(connection: AsyncConnection, *, shared: bool) -> None:
    """Until the transaction ends nobody whose number is written down turns out to be somebody else (``shared``: by who
    writes them down, any number at once), or the other way round.
    """
    mode = "_shared" if shared else ""
    await run(connection, f"SELECT pg_advisory_xact_lock{mode}(hashtextextended('broadcast_freezing', 0))")


async def delete_recipients(connection: AsyncConnection, broadcast_id: int) -> None:
    """Forget whom it had chosen: nothing was handed on yet."""
    await run(connection, "DELETE FROM broadcast_recipient WHERE broadcast_id = $1", broadcast_id)


async def count_steps(connection: AsyncConnection, broadcasts: Collection[int]) -> dict[int, dict[str, int]]:
    """By broadcast how many recipients stand at each step."""
    rows = await run(
        connection,
        """
        SELECT broadcast_id, state, count(*)::int AS n FROM broadcast_recipient
        WHERE broadcast_id = ANY ($1::bigint[]) GROUP BY broadcast_id, state
        """,
        list(broadcasts),
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.broadcast_id, {})[row.state] = row.n
    return found


async def find_open_steps(connection: AsyncConnection, broadcast_id: int) -> set[str]:
    """At which steps somebody stands whose end is still to come."""
    rows = await run(
        connection,
        """
        SELECT step FROM unnest($2::text[]) AS step
        WHERE EXISTS (SELECT FROM broadcast_recipient WHERE broadcast_id = $1 AND state = step)
        """,
        broadcast_id,
        [str(step) for step in OPEN_STEPS],
    )
    return {row.step for row in rows}


_WAITING = """
SELECT person_id, identity_id, address, staff FROM broadcast_recipient
WHERE broadcast_id = $1 AND state = 'waiting'
"""


async def take_waiting(connection: AsyncConnection, broadcast_id: int, limit: int) -> Sequence[Row[Any]]:
    """The next recipients: (person_id, identity_id, address, staff)."""
    return await run(connection, f"{_WAITING} ORDER BY staff, person_id LIMIT $2 FOR UPDATE", broadcast_id, limit)


async def take_waiting_of_members(connection: AsyncConnection, broadcast_id: int, limit: int) -> Sequence[Row[Any]]:
    """The same, all of one member or none: as many members as have about ``limit`` customers, one at least."""
    return await run(
        connection,
        f"""
        WITH sizes AS (
            SELECT staff, sum(count(*)) OVER (ORDER BY staff) - count(*) AS before FROM broadcast_recipient
            WHERE broadcast_id = $1 AND state = 'waiting' GROUP BY staff
        )
        {_WAITING} AND staff IN (SELECT staff FROM sizes WHERE before < $2) FOR UPDATE
        """,  # noqa: S608 -- constants
        broadcast_id,
        limit,
    )


async def set_steps(
    connection: AsyncConnection, rows: Sequence[tuple[int, int, str, str]], now: datetime, *, only: Sequence[str]
) -> set[int]:
    """Move recipients (broadcast_id, person_id, state, reason) that stand at one of these steps; the broadcasts of
    those that moved."""
    moved = await run(
        connection,
        """
        UPDATE broadcast_recipient AS r SET state = u.state, reason = u.reason, at = $5
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS u (broadcast_id, person_id, state, reason)
        WHERE r.broadcast_id = u.broadcast_id AND r.person_id = u.person_id AND r.state = ANY ($6::text[])
        RETURNING r.broadcast_id
        """,
        *columns(rows, 4),
        now,
        list(only),
    )
    return {row.broadcast_id for row in moved}


async def find_open(connection: AsyncConnection, persons: Collection[int]) -> Sequence[Row[Any]]:
    """Recipients of broadcasts under way who were chosen as one of these persons, without whom was skipped, who came
    furthest first: (broadcast_id, person_id, identity_id, state)."""
    return await run(
        connection,
        """
        SELECT r.broadcast_id, r.person_id, r.identity_id, r.state
        FROM broadcast AS b JOIN broadcast_recipient AS r ON r.broadcast_id = b.id
        WHERE b.state IN ('freezing', 'sending', 'stopping', 'stopped') AND r.person_id = ANY ($1::bigint[])
            AND r.state <> 'skipped'
        ORDER BY r.broadcast_id, r.state = 'waiting', r.state = 'queued', r.person_id
        """,
        sorted(persons),
    )


async def forget(
    connection: AsyncConnection, identities: Collection[int], names: Collection[int], why: str, now: datetime
) -> None:
    """Keep no address of these identities, who were chosen as persons of these names, skip who waits, and let nothing
    of theirs count."""
    await run(
        connection,
        """
        UPDATE broadcast_recipient AS r SET address = '',
            state = CASE WHEN r.state = 'waiting' THEN 'skipped' ELSE r.state END,
            reason = CASE WHEN r.state = 'waiting' THEN $3 ELSE r.reason END,
            at = CASE WHEN r.state = 'waiting' THEN $4 ELSE r.at END
        FROM broadcast AS b
        WHERE r.broadcast_id = b.id AND r.person_id = ANY ($2::bigint[]) AND r.identity_id = ANY ($1::bigint[])
        """,
        sorted(identities),
        sorted(names),
        why,
        now,
    )
    await run(
        connection,
        """
        UPDATE broadcast_recipient SET message_class = NULL
        WHERE identity_id = ANY ($1::bigint[]) AND message_class IS NOT NULL
        """,
        sorted(identities),
    )


_LISTS_WITH = """
SELECT b.id FROM broadcast AS b WHERE b.kind = 'account_mass' AND b.state = 'sending' AND EXISTS (
    SELECT FROM broadcast_recipient AS r
    WHERE r.broadcast_id = b.id AND r.person_id = ANY ($1::bigint[]) AND r.state = ANY ($2::text[])
    UNION ALL SELECT WHERE b.audience ->> 'kind' IN ('followers', 'tag')
) ORDER BY b.id
"""


async def find_unsent(connection: AsyncConnection, names: Collection[int]) -> list[int]:
    """Broadcasts of an account under way that some of these, as they were chosen, are to get, or may where the platform
    chooses. Whoever makes a job of one is waited for.
    """
    await run(connection, f"{_LISTS_WITH} FOR UPDATE", sorted(names), ["waiting", "queued"])
    return [row.id for row in await run(connection, _LISTS_WITH, sorted(names), ["queued"])]


async def set_classes(connection: AsyncConnection, broadcast_id: int, rows: Sequence[tuple[int, str]]) -> None:
    """As what it was let go to these persons (person, class)."""
    await run(
        connection,
        """
        UPDATE broadcast_recipient AS r SET message_class = u.message_class
        FROM unnest($1::bigint[], $2::text[]) AS u (person_id, message_class)
        WHERE r.broadcast_id = $3 AND r.person_id = u.person_id
        """,
        *columns(rows, 2),
        broadcast_id,
    )


async def load_counted(connection: AsyncConnection, identities: Collection[int], since: datetime) -> Sequence[Row[Any]]:
    """What lists of 群发 brought these followers, in the form of ``outbox.facts.Counted``; what is known not to have
    gone is left out."""
    return await run(
        connection,
        """
        WITH r AS MATERIALIZED (  -- few, and found by identity alone
            SELECT * FROM broadcast_recipient WHERE identity_id = ANY ($1::bigint[]) AND message_class IS NOT NULL
        )
        SELECT 'broadcast:' || r.broadcast_id || ':' || r.person_id AS id, r.identity_id AS subject_id, r.message_class,
            CASE WHEN r.message_class = 'service' THEN b.campaign_id END AS campaign_id, r.at AS counted_at,
            'SendAccountMassMessage' AS name, b.account_id
        FROM r JOIN broadcast AS b ON b.id = r.broadcast_id
        WHERE r.state IN ('queued', 'sent', 'uncertain') AND (r.at > $2 OR r.message_class = 'service')
        """,
        sorted(identities),
        since,
    )


async def list_queued(connection: AsyncConnection, broadcast_id: int, limit: int) -> list[int]:
    """Persons whose command may still be taken back."""
    rows = await run(
        connection,
        """
        SELECT person_id FROM broadcast_recipient WHERE broadcast_id = $1 AND state = 'queued'
        ORDER BY person_id LIMIT $2 FOR UPDATE
        """,
        broadcast_id,
        limit,
    )
    return [row.person_id for row in rows]


async def page_recipients(
    connection: AsyncConnection, broadcast_id: int, state: str | None, page: PageRequest
) -> tuple[Sequence[Row[Any]], int]:
    """A page of recipients (person_id, staff, state, reason, at) and how many there are."""
    rows = await run(
        connection,
        """
        SELECT person_id, staff, state, reason, at FROM broadcast_recipient
        WHERE broadcast_id = $1 AND ($2::text IS NULL OR state = $2) ORDER BY at DESC, person_id LIMIT $3 OFFSET $4
        """,
        broadcast_id,
        state,
        page.size,
        page.offset,
    )
    counts = (await count_steps(connection, [broadcast_id])).get(broadcast_id, {})
    return rows, counts.get(state, 0) if state else sum(counts.values())


async def list_recipients(
    connection: AsyncConnection, broadcast_id: int, after: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Recipients in the order of their persons, for a file: the columns of :func:`page_recipients`."""
    return await run(
        connection,
        """
        SELECT person_id, staff, state, reason, at FROM broadcast_recipient
        WHERE broadcast_id = $1 AND ($2::bigint IS NULL OR person_id > $2) ORDER BY person_id LIMIT $3
        """,
        broadcast_id,
        after,
        limit,
    )


async def list_jobs(connection: AsyncConnection, broadcasts: Collection[int]) -> Sequence[Row[Any]]:
    """Jobs of official accounts with what the platform told of them."""
    return await run(
        connection,
        """
        SELECT j.broadcast_id, j.n, j.state, j.msg_id, j.told, j.failure, r.status, r.total, r.chosen, r.sent, r.failed
        FROM broadcast_job AS j LEFT JOIN broadcast_job_result AS r USING (account_id, msg_id)
        WHERE j.broadcast_id = ANY ($1::bigint[]) ORDER BY j.broadcast_id, j.n
        """,
        list(broadcasts),
    )


async def lock_job(session: AsyncSession, broadcast_id: int, n: int) -> AccountJobRow | None:
    """One job."""
    query = select(AccountJobRow).where(AccountJobRow.broadcast_id == broadcast_id, AccountJobRow.n == n)
    return await session.scalar(query.with_for_update())


async def delete_jobs(connection: AsyncConnection, broadcast_id: int, numbers: Sequence[int]) -> list[int]:
    """Forget jobs that were never given to the platform; the persons of their lists."""
    rows = await run(
        connection,
        "DELETE FROM broadcast_job WHERE broadcast_id = $1 AND n = ANY ($2::int[]) RETURNING persons",
        broadcast_id,
        list(numbers),
    )
    return [person for row in rows for person in row.persons]


_REMAKE = """
WITH u AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::text[], $5::timestamptz[])
        AS u (broadcast_id, n, due, why, keep_until)
),
jobs AS MATERIALIZED (
    DELETE FROM broadcast_job AS j USING u WHERE j.broadcast_id = u.broadcast_id AND j.n = u.n
    RETURNING j.broadcast_id, j.persons, u.why
),
free AS (
    UPDATE broadcast_recipient AS r SET state = 'waiting', reason = jobs.why, at = $6
    FROM jobs CROSS JOIN LATERAL jsonb_array_elements(jobs.persons) AS p (person)
    WHERE r.broadcast_id = jobs.broadcast_id AND r.person_id = p.person::bigint
        AND r.state IN ('queued', 'failed', 'uncertain')
)
UPDATE broadcast AS b SET state = 'sending', next_at = each.due, waits = each.why,
    keep_until = CASE WHEN each.keep_until IS NULL THEN NULL ELSE coalesce(b.keep_until, each.keep_until) END,
    failure = CASE WHEN b.state = 'sending' THEN b.failure END,
    ended_at = CASE WHEN b.state = 'sending' THEN b.ended_at END
FROM (SELECT broadcast_id, max(due) AS due, max(why) AS why, min(keep_until) AS keep_until FROM u GROUP BY 1) AS each
WHERE b.id = each.broadcast_id AND b.state = ANY ($7::text[])
"""


async def remake_jobs(
    connection: AsyncConnection, jobs: Sequence[tuple[Any, ...]], now: datetime, *, states: Sequence[str]
) -> bool:
    """Forget jobs (broadcast_id, n, due, why, keep_until) that the platform did not take, let whoever is on their lists
    wait again, and broadcasts in one of these states go on when they are due; whether there are any. Whoever is at one
    of these broadcasts is waited for. Who is queued is on such a list as well: that it failed was not noted yet.
    """
    given = columns(jobs, 5)
    lock = "SELECT id FROM broadcast WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE"
    known = await run(connection, lock, given[0])
    await run(connection, _REMAKE, *given, now, list(states))
    return bool(known)


async def find_open_jobs(connection: AsyncConnection, broadcast_id: int, since: datetime) -> Sequence[Row[Any]]:
    """Jobs whose answer, or end, is still to come, without those that were handed in before ``since`` or of which no id
    is known: (n, msg_id, handed_at; None: not yet)."""
    return await run(
        connection,
        """
        SELECT j.n, j.msg_id, j.handed_at
        FROM broadcast_job AS j LEFT JOIN broadcast_job_result AS r USING (account_id, msg_id)
        WHERE j.broadcast_id = $1 AND (
            j.state = 'sending'
            OR (j.state = 'handed_in' AND j.msg_id <> '' AND j.handed_at > $2 AND r.status IS NULL AND j.told IS NULL)
        )
        """,
        broadcast_id,
        since,
    )


async def set_told(connection: AsyncConnection, broadcast_id: int, n: int, told: str) -> None:
    """How a job ended, by the platform's answer."""
    await run(
        connection,
        "UPDATE broadcast_job SET told = $3 WHERE broadcast_id = $1 AND n = $2 AND state = 'handed_in'",
        broadcast_id,
        n,
        told,
    )


async def put_results(connection: AsyncConnection, rows: Sequence[tuple[Any, ...]], now: datetime) -> None:
    """How jobs ended (account_id, msg_id, status, total, chosen, sent, failed); the last word counts."""
    await run(
        connection,
        """
        INSERT INTO broadcast_job_result (account_id, msg_id, status, total, chosen, sent, failed, at)
        SELECT u.*, $8 FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                                   $7::bigint[]) AS u
        ON CONFLICT (account_id, msg_id) DO UPDATE SET status = excluded.status, total = excluded.total,
            chosen = excluded.chosen, sent = excluded.sent, failed = excluded.failed, at = excluded.at
        """,
        *columns(rows, 7),
        now,
    )


async def set_failed(connection: AsyncConnection, broadcast_id: int, failure: Mapping[str, Any], now: datetime) -> None:
    """The platform did not take it."""
    await run(
        connection,
        "UPDATE broadcast SET state = 'failed', failure = $2::jsonb, next_at = NULL, ended_at = $3 WHERE id = $1",
        broadcast_id,
        to_json(failure),
        now,
    )
