"""All SQL of mass messages that members confirm."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import columns, run, to_json


async def put_content(connection: AsyncConnection, digest: bytes, words: str, attachments: str) -> int:
    """The id of a content, whether new or known."""
    rows = await run(
        connection,
        """
        INSERT INTO mass_content AS c (digest, words, attachments) VALUES ($1, $2, $3::jsonb)
        ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING c.id
        """,
        digest,
        words,
        attachments,
    )
    return int(rows[0].id)


async def load_content(connection: AsyncConnection, content_id: int) -> Row[Any]:
    """(words, attachments)."""
    rows = await run(connection, "SELECT words, attachments FROM mass_content WHERE id = $1", content_id)
    return rows[0]


async def insert_wishes(connection: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows (key, origin, account_id, staff, identity_id, external_userid, content_id, priority, due, expires_at,
    campaign_id, advert); a known key is left as it is. Members for whom something new waits are queued."""
    await run(
        connection,
        """
        WITH made AS (
            INSERT INTO mass_wish (key, origin, account_id, staff, identity_id, external_userid, content_id, priority,
                                   due, expires_at, campaign_id, advert, state)
            SELECT *, 'waiting'
            FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
                        $8::int[], $9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::boolean[])
            ON CONFLICT (key) DO NOTHING
            RETURNING account_id, staff, due
        )
        INSERT INTO mass_queue AS q (account_id, staff, due)
        SELECT account_id, staff, min(due) FROM made GROUP BY account_id, staff ORDER BY account_id, staff
        ON CONFLICT (account_id, staff) DO UPDATE SET due = least(q.due, excluded.due)
        """,
        *columns(rows, 12),
    )


async def delete_waiting(connection: AsyncConnection, origin: str, limit: int) -> list[str]:
    """Take back wishes that no task has taken yet; their keys."""
    rows = await run(
        connection,
        """
        DELETE FROM mass_wish WHERE id IN (
            SELECT id FROM mass_wish WHERE origin = $1 AND state = 'waiting' ORDER BY id LIMIT $2 FOR UPDATE
        ) RETURNING key
        """,
        origin,
        limit,
    )
    return [row.key for row in rows]


async def withdraw(connection: AsyncConnection, keys: Collection[str]) -> list[str]:
    """The same of these keys."""
    rows = await run(
        connection,
        "DELETE FROM mass_wish WHERE key = ANY ($1::text[]) AND state = 'waiting' RETURNING key",
        sorted(keys),
    )
    return [row.key for row in rows]


async def claim_member(connection: AsyncConnection, now: datetime) -> Row[Any] | None:
    """Lock one member for whom something is due: (account_id, staff)."""
    rows = await run(
        connection,
        """
        SELECT account_id, staff FROM mass_queue WHERE due <= $1
        ORDER BY due, account_id, staff LIMIT 1 FOR UPDATE SKIP LOCKED
        """,
        now,
    )
    return rows[0] if rows else None


async def put_off_member(connection: AsyncConnection, account_id: int, staff: str, due: datetime | None) -> None:
    """When the member is looked at again; None: when their next wish falls due, if there is one."""
    await run(
        connection,
        """
        WITH following AS (
            SELECT coalesce($3, (SELECT min(due) FROM mass_wish
                                 WHERE account_id = $1 AND staff = $2 AND state = 'waiting')) AS due
        ),
        gone AS (
            DELETE FROM mass_queue USING following
            WHERE account_id = $1 AND staff = $2 AND following.due IS NULL
        )
        UPDATE mass_queue AS q SET due = following.due FROM following
        WHERE account_id = $1 AND staff = $2 AND following.due IS NOT NULL
        """,
        account_id,
        staff,
        due,
    )


async def expire(connection: AsyncConnection, account_id: int, staff: str, now: datetime) -> Sequence[Row[Any]]:
    """Let what has waited too long fail: (key, origin)."""
    return await run(
        connection,
        """
        UPDATE mass_wish SET state = 'failed', reason = 'expired'
        WHERE account_id = $1 AND staff = $2 AND state = 'waiting' AND expires_at <= $3 RETURNING key, origin
        """,
        account_id,
        staff,
        now,
    )


async def count_tasks(connection: AsyncConnection, account_id: int, staff: str, day: date) -> int:
    """Tasks of a member on a Beijing day; those that never reached them do not count."""
    rows = await run(
        connection,
        """
        SELECT count(*)::int AS n FROM mass_task
        WHERE account_id = $1 AND staff = $2 AND day = $3 AND state <> 'failed'
        """,
        account_id,
        staff,
        day,
    )
    return int(rows[0].n)


async def find_content(connection: AsyncConnection, account_id: int, staff: str, now: datetime) -> int | None:
    """What the member shall be asked next: the most urgent, then what has waited longest."""
    rows = await run(
        connection,
        """
        SELECT content_id FROM mass_wish
        WHERE account_id = $1 AND staff = $2 AND state = 'waiting' AND due <= $3
        GROUP BY content_id ORDER BY min(priority), min(due), content_id LIMIT 1
        """,
        account_id,
        staff,
        now,
    )
    return rows[0].content_id if rows else None


async def take_wishes(
    connection: AsyncConnection, account_id: int, staff: str, content_id: int, now: datetime, limit: int
) -> Sequence[Row[Any]]:
    """Lock wishes of one content: (id, key, origin, identity_id, external_userid, expires_at, campaign_id, advert)."""
    return await run(
        connection,
        """
        SELECT id, key, origin, identity_id, external_userid, expires_at, campaign_id, advert FROM mass_wish
        WHERE account_id = $1 AND staff = $2 AND content_id = $3 AND state = 'waiting' AND due <= $4
        ORDER BY priority, id LIMIT $5 FOR UPDATE
        """,
        account_id,
        staff,
        content_id,
        now,
        limit,
    )


async def insert_task(
    connection: AsyncConnection, account_id: int, staff: str, content_id: int, day: date, customers: int, now: datetime
) -> int:
    """A task that is being created."""
    rows = await run(
        connection,
        """
        INSERT INTO mass_task (account_id, staff, content_id, day, customers, state, created_at)
        VALUES ($1, $2, $3, $4, $5, 'creating', $6) RETURNING id
        """,
        account_id,
        staff,
        content_id,
        day,
        customers,
        now,
    )
    return int(rows[0].id)


async def set_asked(
    connection: AsyncConnection, task_id: int, rows: Sequence[tuple[int, str | None]], now: datetime
) -> None:
    """These wishes (id, message class) belong to a task now. Without a class one counts with another's."""
    await run(
        connection,
        """
        UPDATE mass_wish AS w SET state = 'asked', reason = '', task_id = $3, asked_at = $4,
            message_class = u.message_class
        FROM unnest($1::bigint[], $2::text[]) AS u (id, message_class) WHERE w.id = u.id
        """,
        *columns(rows, 2),
        task_id,
        now,
    )


async def load_counted(connection: AsyncConnection, identities: Collection[int], since: datetime) -> Sequence[Row[Any]]:
    """Mass messages that count against caps, in the form of the outbox; their ids are below 0. Of what several wished
    and one task brings, one has a class."""
    return await run(
        connection,
        """
        SELECT -id AS id, identity_id AS subject_id, message_class,
            CASE WHEN message_class = 'service' THEN campaign_id END AS campaign_id, asked_at AS counted_at,
            'SendMassMessage' AS name, account_id
        FROM mass_wish
        WHERE identity_id = ANY ($1::bigint[]) AND state IN ('asked', 'sent', 'uncertain') AND message_class IS NOT NULL
            AND (asked_at > $2 OR message_class = 'service')
        """,
        sorted(identities),
        since,
    )


async def set_failed(connection: AsyncConnection, rows: Sequence[tuple[int, str]]) -> None:
    """These wishes (id, reason) do not come true."""
    await run(
        connection,
        """
        UPDATE mass_wish AS w SET state = 'failed', reason = u.reason
        FROM unnest($1::bigint[], $2::text[]) AS u (id, reason) WHERE w.id = u.id
        """,
        *columns(rows, 2),
    )


async def put_off(connection: AsyncConnection, rows: Sequence[tuple[int, datetime, str]]) -> None:
    """Let wishes wait: (id, due, why)."""
    await run(
        connection,
        """
        UPDATE mass_wish AS w SET due = u.due, reason = u.reason
        FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS u (id, due, reason) WHERE w.id = u.id
        """,
        *columns(rows, 3),
    )


async def forget(connection: AsyncConnection, identities: Collection[int], why: str) -> Sequence[Row[Any]]:
    """Keep no address of these, let what waits for them fail, and nothing of theirs count: (key, origin, state, reason,
    waited)."""
    return await run(
        connection,
        """
        WITH theirs AS MATERIALIZED (
            SELECT id, state = 'waiting' AS waited FROM mass_wish WHERE identity_id = ANY ($1::bigint[])
            ORDER BY id FOR UPDATE
        )
        UPDATE mass_wish AS w SET external_userid = '', message_class = NULL,
            state = CASE WHEN waited THEN 'failed' ELSE w.state END,
            reason = CASE WHEN waited THEN $2 ELSE w.reason END
        FROM theirs WHERE w.id = theirs.id RETURNING w.key, w.origin, w.state, w.reason, waited
        """,
        sorted(identities),
        why,
    )


async def list_customers(connection: AsyncConnection, task_id: int) -> list[int]:
    """The customers of a task, as their places were told to the platform."""
    rows = await run(
        connection, "SELECT DISTINCT identity_id FROM mass_wish WHERE task_id = $1 ORDER BY identity_id", task_id
    )
    return [row.identity_id for row in rows]


async def end_wishes(connection: AsyncConnection, rows: Sequence[tuple[int, int, str, str]]) -> Sequence[Row[Any]]:
    """What became of customers (task_id, identity_id, state, reason): (key, origin, state, reason) of those it ends."""
    return await run(
        connection,
        """
        UPDATE mass_wish AS w SET state = u.state, reason = u.reason
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS u (task_id, identity_id, state, reason)
        WHERE w.task_id = u.task_id AND w.identity_id = u.identity_id AND w.state IN ('asked', 'uncertain')
        RETURNING w.key, w.origin, w.state, w.reason
        """,
        *columns(rows, 4),
    )


async def end_task_wishes(connection: AsyncConnection, task_id: int, state: str, reason: str) -> Sequence[Row[Any]]:
    """Let all that is still open of a task end: (key, origin, state, reason)."""
    return await run(
        connection,
        """
        UPDATE mass_wish SET state = $2, reason = $3
        WHERE task_id = $1 AND state IN ('asked', 'uncertain') AND state <> $2 RETURNING key, origin, state, reason
        """,
        task_id,
        state,
        reason,
    )


async def revive(connection: AsyncConnection, tasks: Collection[int]) -> set[str]:
    """Tasks that were given up were made after all; whose wishes they hold."""
    rows = await run(
        connection,
        """
        UPDATE mass_wish SET state = 'asked', reason = ''
        WHERE task_id = ANY ($1::bigint[]) AND state IN ('failed', 'uncertain') RETURNING origin
        """,
        sorted(tasks),
    )
    return {row.origin for row in rows}


async def list_asked(connection: AsyncConnection, task_id: int) -> Sequence[Row[Any]]:
    """All that is open of a task: (key, origin, state, reason)."""
    return await run(
        connection,
        "SELECT key, origin, state, reason FROM mass_wish WHERE task_id = $1 AND state = 'asked'",
        task_id,
    )


async def find_unsent(
    connection: AsyncConnection, column: Literal["identity_id", "origin"], values: Collection[int] | Collection[str]
) -> list[int]:
    """Tasks that are on the way to a member, as far as we know, with a wish of which the column has one of these
    values. Whoever makes one is waited for."""
    given: list[Any] = sorted(values)
    await run(
        connection,
        f"""
        SELECT FROM mass_queue WHERE (account_id, staff) IN (
            SELECT account_id, staff FROM mass_wish WHERE {column} = ANY ($1) AND state IN ('waiting', 'asked')
        ) ORDER BY account_id, staff FOR UPDATE
        """,  # noqa: S608 -- names are our own
        given,
    )
    rows = await run(
        connection,
        f"""
        SELECT DISTINCT t.id FROM mass_wish AS w JOIN mass_task AS t ON t.id = w.task_id AND t.state = 'creating'
        WHERE w.{column} = ANY ($1) AND w.state = 'asked'
        """,  # noqa: S608 -- names are our own
        given,
    )
    return [row.id for row in rows]


async def undo_tasks(connection: AsyncConnection, tasks: Sequence[tuple[int, datetime | None, str]]) -> None:
    """Let tasks (id, due, why) of which nobody has heard be as if they had never been: their wishes wait again, until
    they are due, None: for now."""
    await run(
        connection,
        """
        WITH gone AS (
            DELETE FROM mass_task AS t USING unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS u (id, due, why)
            WHERE t.id = u.id RETURNING t.id, u.due, u.why
        ),
        free AS (
            UPDATE mass_wish AS w SET state = 'waiting', task_id = NULL, asked_at = NULL, message_class = NULL,
                due = greatest(w.due, gone.due), reason = gone.why
            FROM gone WHERE w.task_id = gone.id AND w.state = 'asked' RETURNING w.account_id, w.staff, w.due
        )
        INSERT INTO mass_queue AS q (account_id, staff, due)
        SELECT account_id, staff, min(due) FROM free GROUP BY account_id, staff ORDER BY account_id, staff
        ON CONFLICT (account_id, staff) DO UPDATE SET due = least(q.due, excluded.due)
        """,
        *columns(tasks, 3),
    )


async def lock_tasks(connection: AsyncConnection, tasks: Collection[int]) -> dict[int, Row[Any]]:
    """Tasks by id, locked in order."""
    rows = await run(
        connection,
        """
        SELECT id, account_id, staff, state, msgid, asked_at, looks FROM mass_task
        WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE
        """,
        sorted(tasks),
    )
    return {row.id: row for row in rows}


async def claim_looks(connection: AsyncConnection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Tasks to look at now: (id, account_id, staff, state, msgid, asked_at, looks)."""
    return await run(
        connection,
        """
        SELECT id, account_id, staff, state, msgid, asked_at, looks FROM mass_task WHERE look_at <= $1
        ORDER BY look_at LIMIT $2 FOR UPDATE SKIP LOCKED
        """,
        now,
        limit,
    )


async def set_task(connection: AsyncConnection, task_id: int, **values: object) -> None:
    """Change columns of a task."""
    names = sorted(values)
    changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(names, 2))
    await run(
        connection,
        f"UPDATE mass_task SET {changes} WHERE id = $1",  # noqa: S608 -- names are our own
        task_id,
        *(values[name] for name in names),
    )


async def set_task_failed(connection: AsyncConnection, task_id: int, state: str, failure: Mapping[str, Any]) -> None:
    """The task was not made, or nobody knows."""
    await run(
        connection,
        "UPDATE mass_task SET state = $2, failure = $3::jsonb WHERE id = $1",
        task_id,
        state,
        to_json(failure),
    )


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the next member or task is due."""
    rows = await run(
        connection,
        """
        SELECT least((SELECT min(due) FROM mass_queue),
                     (SELECT min(look_at) FROM mass_task WHERE look_at IS NOT NULL)) AS at
        """,
    )
    due: datetime | None = rows[0].at
    return due


async def find_open_tasks(connection: AsyncConnection, origin: str) -> Sequence[Row[Any]]:
    """Tasks that nobody has confirmed and that hold nothing but this origin's: (id, account_id, msgid)."""
    return await run(
        connection,
        """
        SELECT t.id, t.account_id, t.msgid FROM mass_task AS t
        WHERE t.state = 'open' AND t.id IN (SELECT task_id FROM mass_wish WHERE origin = $1 AND state = 'asked')
            AND NOT EXISTS (SELECT FROM mass_wish AS w WHERE w.task_id = t.id AND w.origin <> $1)
        ORDER BY t.id FOR UPDATE
        """,
        origin,
    )
