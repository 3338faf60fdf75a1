"""SQL of runs: entering, claiming, saving, ending. Locks on positions come first and in the order of run ids."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import columns, literal, run

HALF = ":half"
"""End of the entry key of who was not confirmed yet."""
PAUSED, PARKED = 1, 2
OUTCOMES = ("uncertain", "refused", "failed", "sent", "undelivered", "delivered")
"""Of sends, by how much they say."""
# The position is written by the statement that makes the run: there is no run without one, and none twice.
_ENTER = """
WITH made AS (
    INSERT INTO journey_run (journey_id, version_id, entry_key, identity_id, unit, entered_at, began_at, goal_until,
                             entry_event)
    SELECT journey_id, version_id, entry_key, identity_id, unit, $14::timestamptz, since_at, goal_until,
        nullif(since_id, 0)
    FROM unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::bigint[], $6::bigint[], $7::timestamptz[],
                $8::boolean[], $9::timestamptz[], $10::bigint[], $11::jsonb[], $12::text[], $13::text[])
        AS u (journey_id, entry_key, version_id, account_id, identity_id, unit, goal_until, listens, since_at, since_id,
              context, trace_id, friendship)
    WHERE NOT ($15 AND EXISTS (
        SELECT FROM journey_run AS r
        WHERE r.identity_id = u.identity_id AND r.journey_id = u.journey_id
            AND starts_with(r.entry_key, u.friendship) AND right(r.entry_key, length($16)) = $16
    ))
    ON CONFLICT DO NOTHING
    RETURNING id, journey_id, entry_key
),
placed AS (
    INSERT INTO journey_position (run_id, journey_id, version_id, account_id, identity_id, unit, listens, due, since_at,
                                  since_id, entered_at, trace_id, context)
    SELECT made.id, journey_id, u.version_id, u.account_id, u.identity_id, u.unit, u.listens, $14, u.since_at,
        u.since_id, $14, u.trace_id, u.context
    FROM made JOIN unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::bigint[], $6::bigint[], $8::boolean[],
                          $9::timestamptz[], $10::bigint[], $11::jsonb[], $12::text[])
        AS u (journey_id, entry_key, version_id, account_id, identity_id, unit, listens, since_at, since_id, context,
              trace_id)
        USING (journey_id, entry_key)
)
SELECT id, journey_id, entry_key FROM made
"""


async def enter(
    connection: AsyncConnection, rows: Collection[tuple[Any, ...]], now: datetime, *, unless_half: bool = False
) -> Sequence[Row[Any]]:
    """Start runs; those known are left as they are. Answers the new ones: (id, journey_id, entry_key).

    ``unless_half``: only where the friendship had no half run. Rows, distinct by their first two: (journey_id,
    entry_key, version_id, account_id, identity_id, unit, goal_until, listens, since_at, since_id, context, trace_id,
    friendship); the friendship begins the entry key of whom it concerns.
    """
    if not rows:
        return ()
    ordered = sorted(rows, key=lambda row: row[:2])
    return await run(connection, _ENTER, *columns(ordered, 13), now, unless_half, HALF)


async def lock_keys(connection: AsyncConnection, keys: Collection[str]) -> None:
    """Let entries of the same key be looked at one after the other, for this transaction."""
    await run(
        connection,
        """
        SELECT pg_advisory_xact_lock(hashtextextended('journey_entry' || key, 0))
        FROM (SELECT key FROM unnest($1::text[]) AS u (key) ORDER BY key OFFSET 0) AS sorted
        """,
        sorted(keys),
    )


async def find_earlier(
    connection: AsyncConnection, journeys: Collection[int], identities: Collection[int]
) -> Sequence[Row[Any]]:
    """Runs of these identities in these journeys: (journey_id, identity_id, entered_at, ended_at)."""
    return await run(
        connection,
        """
        SELECT journey_id, identity_id, entered_at, ended_at FROM journey_run
        WHERE identity_id = ANY ($2::bigint[]) AND journey_id = ANY ($1::int[])
        """,
        sorted(journeys),
        sorted(identities),
    )


async def find_keyed(connection: AsyncConnection, keys: Collection[tuple[int, str]]) -> Sequence[Row[Any]]:
    """Runs whose entry key is one of these, or begins with it and a colon, as the policy of their version was:
    (journey_id, base, entered_at, ended_at).
    """
    return await run(
        connection,
        """
        SELECT u.journey_id, u.base, r.entered_at, r.ended_at
        FROM unnest($1::int[], $2::text[]) AS u (journey_id, base), LATERAL (
            SELECT entered_at, ended_at FROM journey_run WHERE journey_id = u.journey_id AND entry_key = u.base
            UNION ALL
            SELECT entered_at, ended_at FROM journey_run
            WHERE journey_id = u.journey_id AND entry_key >= u.base || ':' AND entry_key < u.base || ';'
        ) AS r
        """,
        *columns(sorted(keys), 2),
    )


RUN_COLUMNS = 18
"""How many of the following are fields of an ``engine.Run``."""
_COLUMNS = """run_id, journey_id, version_id, account_id, identity_id, unit, node, seq, state, due, until, since_at,
    since_id, entered_at, trace_id, context, mail, tries, hold"""
# Every column that may change comes out of the locking CTE itself: reading the table again would show the version
# before the lock, and some steps would run twice.
_CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT {_COLUMNS} FROM journey_position
    WHERE hold = 0 AND due <= $1 ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED
)
SELECT due.*, j.status FROM due JOIN journey AS j ON j.id = due.journey_id
"""  # noqa: S608 -- names of columns
_CLAIM_ONE = f"""
WITH due AS MATERIALIZED (
    SELECT {_COLUMNS} FROM journey_position WHERE run_id = $1 AND hold = 0 AND due <= $2 FOR UPDATE SKIP LOCKED
)
SELECT due.*, j.status FROM due JOIN journey AS j ON j.id = due.journey_id
"""  # noqa: S608 -- names of columns
_LOCK = f"""
SELECT {_COLUMNS} FROM journey_position WHERE run_id = ANY ($1::bigint[]) ORDER BY run_id FOR UPDATE
"""  # noqa: S608 -- names of columns


async def claim(connection: AsyncConnection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Lock due runs, with the status of their journeys."""
    return await run(connection, _CLAIM, now, limit)


async def claim_one(connection: AsyncConnection, run_id: int, now: datetime) -> Sequence[Row[Any]]:
    """The same for one run, if it is still due."""
    return await run(connection, _CLAIM_ONE, run_id, now)


async def find_listening(connection: AsyncConnection, identities: Collection[int]) -> list[int]:
    """Runs of these identities that may wait for events."""
    rows = await run(
        connection,
        "SELECT run_id FROM journey_position WHERE identity_id = ANY ($1::bigint[]) AND listens",
        sorted(identities),
    )
    return [row.run_id for row in rows]


async def lock_positions(connection: AsyncConnection, runs: Collection[int]) -> Sequence[Row[Any]]:
    """Lock where these runs stand, in the order in which all do; those that ended are left out."""
    return await run(connection, _LOCK, sorted(runs)) if runs else ()


async def lock_status(connection: AsyncConnection, journeys: Collection[int]) -> dict[int, str]:
    """The status of journeys, which cannot change until this transaction ends."""
    rows = await run(
        connection,
        "SELECT id, status FROM journey WHERE id = ANY ($1::int[]) ORDER BY id FOR SHARE",
        sorted(journeys),
    )
    return {row.id: row.status for row in rows}


async def hold(connection: AsyncConnection, runs: Collection[int], why: int) -> None:
    """Leave runs where they are until they are let go on."""
    await run(connection, "UPDATE journey_position SET hold = $2 WHERE run_id = ANY ($1::bigint[])", sorted(runs), why)


async def put_off(connection: AsyncConnection, runs: Collection[int], due: datetime) -> None:
    """Look at claimed runs again later."""
    await run(connection, "UPDATE journey_position SET due = $2 WHERE run_id = ANY ($1::bigint[])", sorted(runs), due)


async def release(connection: AsyncConnection, runs: Collection[int]) -> None:
    """Let runs go on that a pause held; those that are parked stay."""
    await run(
        connection,
        "UPDATE journey_position SET hold = 0 WHERE run_id = ANY ($1::bigint[]) AND hold = 1",
        sorted(runs),
    )


async def go_on(connection: AsyncConnection, runs: Collection[int], now: datetime) -> None:
    """Let parked runs, which are locked, try their steps again."""
    await run(
        connection,
        "UPDATE journey_position SET hold = 0, tries = 0, error = NULL, due = $2 WHERE run_id = ANY ($1::bigint[])",
        sorted(runs),
        now,
    )


async def lead_to(connection: AsyncConnection, rows: Collection[tuple[int, int]], now: datetime) -> None:
    """Lead parked runs, which are locked, past their steps to other nodes: (run_id, node)."""
    await run(
        connection,
        """
        UPDATE journey_position AS p SET node = u.node, seq = seq + 1, state = 0, until = NULL, hold = 0, tries = 0,
            error = NULL, due = $3
        FROM unnest($1::bigint[], $2::smallint[]) AS u (run_id, node) WHERE p.run_id = u.run_id
        """,
        *columns(sorted(rows), 2),
        now,
    )


async def save_positions(connection: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write (run_id, node, seq, state, due, until, since_at, since_id) of runs that go on; their mail is read."""
    await run(
        connection,
        """
        UPDATE journey_position AS p SET node = u.node, seq = u.seq, state = u.state, due = u.due, until = u.until,
            since_at = u.since_at, since_id = u.since_id, mail = NULL, tries = 0, error = NULL
        FROM unnest($1::text::bigint[], $2::text::smallint[], $3::text::smallint[], $4::text::smallint[],
                    $5::text::timestamptz[], $6::text::timestamptz[], $7::text::timestamptz[], $8::text::bigint[])
            AS u (run_id, node, seq, state, due, until, since_at, since_id)
        WHERE p.run_id = u.run_id
        """,
        *map(literal, columns(rows, 8)),
    )


async def save_contexts(connection: AsyncConnection, rows: Sequence[tuple[int, str]]) -> None:
    """Write (run_id, context) where it changed."""
    await run(
        connection,
        """
        UPDATE journey_position AS p SET context = u.context
        FROM unnest($1::text::bigint[], $2::text::jsonb[]) AS u (run_id, context) WHERE p.run_id = u.run_id
        """,
        *map(literal, columns(rows, 2)),
    )


async def save_failures(connection: AsyncConnection, rows: Sequence[tuple[int, int, int, datetime, str]]) -> None:
    """Write (run_id, tries, hold, due, error) of runs whose step failed."""
    await run(
        connection,
        """
        UPDATE journey_position AS p SET tries = u.tries, hold = u.hold, due = u.due, error = u.error
        FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::timestamptz[], $5::text[])
            AS u (run_id, tries, hold, due, error)
        WHERE p.run_id = u.run_id
        """,
        *columns(rows, 5),
    )


async def deliver(connection: AsyncConnection, rows: Sequence[tuple[int, str, datetime | None]]) -> None:
    """Put (run_id, letters, due) into the mail of runs that are locked; due None: they go on when they would have."""
    await run(
        connection,
        """
        UPDATE journey_position AS p SET mail = coalesce(p.mail, '[]'::jsonb) || u.letters,
            due = least(p.due, coalesce(u.due, p.due))
        FROM unnest($1::bigint[], $2::jsonb[], $3::timestamptz[]) AS u (run_id, letters, due)
        WHERE p.run_id = u.run_id
        """,
        *columns(rows, 3),
    )


async def end(connection: AsyncConnection, rows: Sequence[tuple[int, str]], now: datetime) -> None:
    """End runs (run_id, outcome) whose positions are locked, and forget what they carried."""
    await run(
        connection,
        """
        WITH u AS MATERIALIZED (SELECT * FROM unnest($1::text::bigint[], $2::text::text[]) AS u (run_id, outcome)),
        gone AS (DELETE FROM journey_position AS p USING u WHERE p.run_id = u.run_id)
        UPDATE journey_run AS r SET ended_at = $3, outcome = u.outcome FROM u WHERE r.id = u.run_id
        """,
        *map(literal, columns(rows, 2)),
        now,
    )


async def save_steps(connection: AsyncConnection, rows: Sequence[tuple[Any, ...]], now: datetime) -> None:
    """Write (run_id, seq, node, result, detail)."""
    await run(
        connection,
        """
        INSERT INTO journey_step (run_id, seq, node, result, detail, at)
        SELECT u.*, $6::timestamptz
        FROM unnest($1::text::bigint[], $2::text::smallint[], $3::text::smallint[], $4::text::text[], $5::text::jsonb[])
            AS u
        """,
        *map(literal, columns(rows, 5)),
        now,
    )


async def park_steps(connection: AsyncConnection, rows: Sequence[tuple[int, int, int, str]], now: datetime) -> None:
    """Write a failed step (run_id, seq, node, detail), and let what comes next have the next number."""
    await run(
        connection,
        """
        WITH u AS MATERIALIZED (
            SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::jsonb[])
                AS u (run_id, seq, node, detail)
        ),
        next AS (UPDATE journey_position AS p SET seq = p.seq + 1 FROM u WHERE p.run_id = u.run_id)
        INSERT INTO journey_step (run_id, seq, node, result, detail, at)
        SELECT run_id, seq, node, 'failed', detail, $5 FROM u
        """,
        *columns(rows, 4),
        now,
    )


async def note_draws(connection: AsyncConnection, draws: Collection[tuple[int, int, int]]) -> Sequence[Row[Any]]:
    """Note that splits drew for persons (unit, version_id, node): those for whom they never did before."""
    return await run(
        connection,
        """
        INSERT INTO journey_draw (unit, version_id, node) SELECT * FROM unnest($1::bigint[], $2::int[], $3::smallint[])
        ON CONFLICT DO NOTHING RETURNING unit, version_id, node
        """,
        *columns(sorted(draws), 3),
    )


async def reach_goals(connection: AsyncConnection, rows: Collection[tuple[int, datetime]]) -> Sequence[Row[Any]]:
    """Note goals (run_id, moment), each run's once: (id, journey_id, version_id, identity_id) of those that are new."""
    return await run(
        connection,
        """
        WITH u AS MATERIALIZED (
            SELECT r.id, u.at FROM unnest($1::bigint[], $2::timestamptz[]) AS u (id, at)
            JOIN journey_run AS r USING (id) WHERE r.goal_at IS NULL ORDER BY r.id FOR UPDATE OF r
        )
        UPDATE journey_run AS r SET goal_at = u.at FROM u WHERE r.id = u.id AND r.goal_at IS NULL
        RETURNING r.id, r.journey_id, r.version_id, r.identity_id
        """,
        *columns(sorted(rows), 2),
    )


async def find_hopeful(
    connection: AsyncConnection, identities: Collection[int], journeys: Collection[int], since: datetime
) -> Sequence[Row[Any]]:
    """Runs in these journeys that hoped for a goal or reached it at this moment or later:
    (id, journey_id, version_id, identity_id, began_at, entry_event, goal_until, goal_at).
    """
    return await run(
        connection,
        """
        SELECT id, journey_id, version_id, identity_id, began_at, entry_event, goal_until, goal_at FROM journey_run
        WHERE identity_id = ANY ($1::bigint[]) AND journey_id = ANY ($2::int[])
            AND (goal_until >= $3 OR goal_at >= $3)
        """,
        sorted(identities),
        sorted(journeys),
        since,
    )


async def give_up_goals(connection: AsyncConnection, runs: Collection[int]) -> None:
    """Let nothing be the goal of runs any more; what they reached stays."""
    if runs:
        await run(connection, "UPDATE journey_run SET goal_until = NULL WHERE id = ANY ($1::bigint[])", sorted(runs))


STEP_VERSION = """coalesce((
    SELECT (m.detail ->> 'version_id')::int FROM journey_step AS m
    WHERE m.run_id = s.run_id AND m.seq > s.seq AND m.result = 'moved' ORDER BY m.seq LIMIT 1
), r.version_id)"""
"""Of which version a step ``s`` of a run ``r`` is: that which the run left next, else the one on which it is."""


async def note_done(connection: AsyncConnection, rows: Collection[tuple[int, int, str]]) -> Sequence[Row[Any]]:
    """Note what came of what was asked of other modules (run_id, seq, outcome), each once: as ``note_outcomes``."""
    return await run(
        connection,
        f"""
        WITH u AS MATERIALIZED (
            SELECT s.run_id, s.seq, u.outcome FROM unnest($1::bigint[], $2::smallint[], $3::text[])
                AS u (run_id, seq, outcome) JOIN journey_step AS s USING (run_id, seq)
            WHERE s.outcome IS NULL ORDER BY s.run_id, s.seq FOR UPDATE OF s
        )
        UPDATE journey_step AS s SET outcome = u.outcome FROM u JOIN journey_run AS r ON r.id = u.run_id
        WHERE s.run_id = u.run_id AND s.seq = u.seq
        RETURNING r.journey_id, {STEP_VERSION} AS version_id, s.node, s.outcome
        """,  # noqa: S608 -- our own words
        *columns(sorted(rows), 3),
    )


async def find_standing(connection: AsyncConnection, places: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these (run_id, seq) at which the run stands now, and until this transaction ends."""
    rows = await run(
        connection,
        """
        SELECT p.run_id, p.seq FROM unnest($1::bigint[], $2::smallint[]) AS u (run_id, seq)
        JOIN journey_position AS p ON p.run_id = u.run_id AND p.seq = u.seq
        ORDER BY p.run_id FOR SHARE OF p
        """,
        *columns(sorted(places), 2),
    )
    return {(row.run_id, row.seq) for row in rows}


async def find_entered(connection: AsyncConnection, journeys: Collection[int]) -> dict[int, int]:
    """The version that people enter, of those of these journeys that are live and were made by people."""
    rows = await run(
        connection,
        "SELECT id, version_id FROM journey WHERE id = ANY ($1::int[]) AND status = 'live' AND key IS NULL",
        sorted(journeys),
    )
    return {row.id: row.version_id for row in rows}


async def find_open(
    connection: AsyncConnection, identities: Collection[int], journey_id: int | None = None
) -> dict[int, tuple[datetime, int]]:
    """Runs under way of these identities, in all journeys or in one, with what brought them in: (moment, event id)."""
    rows = await run(
        connection,
        """
        SELECT id, began_at, entry_event FROM journey_run WHERE identity_id = ANY ($1::bigint[]) AND ended_at IS NULL
            AND ($2::int IS NULL OR journey_id = $2)
        """,
        sorted(identities),
        journey_id,
    )
    return {row.id: (row.began_at, row.entry_event or 0) for row in rows}


async def note_outcomes(
    connection: AsyncConnection, rows: Collection[tuple[int, int, str, str | None]]
) -> Sequence[Row[Any]]:
    """Note what became of sends (run_id, seq, outcome, why not): (journey_id, version_id, node, outcome, before) of
    those that are new. What was tried again may be known better later: sent is more than failed, failed more than
    uncertain; whether it arrived is more than that it was sent.
    """
    return await run(
        connection,
        f"""
        WITH u AS MATERIALIZED (
            SELECT s.run_id, s.seq, u.outcome, u.error, s.outcome AS before
            FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[]) AS u (run_id, seq, outcome, error)
            JOIN journey_step AS s USING (run_id, seq)
            WHERE array_position($5::text[], u.outcome) > coalesce(array_position($5::text[], s.outcome), 0)
            ORDER BY s.run_id, s.seq FOR UPDATE OF s
        )
        UPDATE journey_step AS s SET outcome = u.outcome, detail = CASE
            WHEN u.error IS NOT NULL THEN coalesce(s.detail, '{{}}') || jsonb_build_object('error', u.error)
            WHEN u.before IS NOT NULL THEN s.detail - 'error' ELSE s.detail END
        FROM u JOIN journey_run AS r ON r.id = u.run_id
        WHERE s.run_id = u.run_id AND s.seq = u.seq
        RETURNING r.journey_id, {STEP_VERSION} AS version_id, s.node, s.outcome, u.before
        """,  # noqa: S608 -- our own words
        *columns(sorted(rows, key=lambda row: row[:2]), 4),
        list(OUTCOMES),
    )


async def next_due(connection: AsyncConnection) -> datetime | None:
    """World time at which the next run, or an entry by a schedule, falls due; long ago while runs can be swept."""
    rows = await run(
        connection,
        """
        SELECT CASE WHEN EXISTS (
            SELECT FROM journey_sweep AS s
            WHERE NOT EXISTS (SELECT FROM journey_move AS m WHERE m.journey_id = s.journey_id)
        ) THEN 'epoch'::timestamptz
               ELSE least(
                   (SELECT min(due) FROM journey_position WHERE hold = 0),
                   (SELECT min(s.due) FROM journey_schedule AS s JOIN journey AS j ON j.id = s.journey_id
                    WHERE j.status = 'live')
               ) END
        """,
    )
    due: datetime | None = rows[0][0]
    return due


async def find_triggers(
    connection: AsyncConnection, kinds: Collection[str], marks: Collection[str]
) -> Sequence[Row[Any]]:
    """Who listens for such events: (what, kind, mark, version_id, journey_id). Only live journeys are entered."""
    return await run(
        connection,
        """
        SELECT DISTINCT t.what, t.kind, t.mark, t.version_id, v.journey_id
        FROM journey_trigger AS t JOIN journey_version AS v ON v.id = t.version_id
        JOIN journey AS j ON j.id = v.journey_id
        WHERE t.kind = ANY ($1::text[]) AND (t.mark IS NULL OR t.mark = ANY ($2::text[]))
            AND (t.what <> 'entry' OR (j.version_id = t.version_id AND j.status = 'live'))
        ORDER BY t.version_id, t.what
        """,
        sorted(kinds),
        sorted(marks),
    )
