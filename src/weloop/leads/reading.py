"""Lists and figures of leads: a constant number of statements, however many rows they show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from weloop.kit.db import run
from weloop.kit.pagination import PageRequest
from weloop.leads.rules import Stage

Order: TypeAlias = Literal["newest", "score", "next"]
_ORDERS = {
    "newest": "created_at DESC, id DESC",
    "score": "fit + engagement * power(0.5, extract(epoch FROM $1 - scored_at) / $2) DESC, id DESC",
    "next": "coalesce(CASE WHEN due_what IN ('accept', 'contact') THEN due_at END, next_at) NULLS LAST, id",
}
_WHERE = """
($3::text[] IS NULL OR stage = ANY ($3))
AND ($4::text IS NULL OR staff = $4)
AND ($5::bool IS NULL OR (staff IS NULL AND closed_at IS NULL) = $5)
AND ($6::bool IS NULL OR (closed_at IS NULL AND (expired IS NOT NULL AND (accepted_at IS NULL OR contacted_at IS NULL)
     OR coalesce(next_at < $1, false))) = $6)
AND ($7::text[] IS NULL OR state = ANY ($7))
AND ($8::bigint[] IS NULL OR person_id = ANY ($8))
AND ($9::timestamptz IS NULL OR created_at >= $9)
AND $1::timestamptz IS NOT NULL AND $2::float8 > 0
"""


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads; None means any. ``late``: a clock ran out unanswered, or the next follow-up is overdue."""

    stages: Collection[Stage] | None = None
    staff: str | None = None
    pool: bool | None = None
    late: bool | None = None
    states: Collection[str] | None = None
    persons: Collection[int] | None = None
    since: datetime | None = None


def _arguments(wanted: LeadFilter, now: datetime, half_life: timedelta) -> tuple[object, ...]:
    return (
        now,
        half_life.total_seconds(),
        None if wanted.stages is None else sorted(wanted.stages),
        wanted.staff,
        wanted.pool,
        wanted.late,
        None if wanted.states is None else sorted(wanted.states),
        None if wanted.persons is None else sorted(wanted.persons),
        wanted.since,
    )


async def list_leads(
    connection: AsyncConnection,
    wanted: LeadFilter,
    order: Order,
    page: PageRequest,
    now: datetime,
    half_life: timedelta,
) -> Sequence[Row[Any]]:
    """One page of leads."""
    return await run(
        connection,
        f"SELECT * FROM lead WHERE {_WHERE} ORDER BY {_ORDERS[order]} LIMIT $10 OFFSET $11",  # noqa: S608 -- constants
        *_arguments(wanted, now, half_life),
        page.size,
        page.offset,
    )


async def count_leads(
    connection: AsyncConnection, wanted: LeadFilter, now: datetime, half_life: timedelta
) -> dict[Stage, int]:
    """How many leads there are, by stage."""
    rows = await run(
        connection,
        f"SELECT stage, count(*)::int AS n FROM lead WHERE {_WHERE} GROUP BY stage",  # noqa: S608 -- constants
        *_arguments(wanted, now, half_life),
    )
    return {Stage(row.stage): row.n for row in rows}


@dataclass(frozen=True, slots=True)
class LeadFigures:
    """Figures of the leads made since a moment, and what is open now. Seconds are working time; None without any.

    ``qualified`` and ``sql``: leads that reached this stage or a later one since the moment, by when they first did.
    """

    created: int
    qualified: int
    sql: int
    won: int
    won_amount: float
    contacted: int
    contact_p50: float | None
    contact_p90: float | None
    open: int
    pool: int
    late: int
    evidence: dict[str, int]
    """Of ``contacted``: how many by each kind of evidence."""


async def read_figures(connection: AsyncConnection, since: datetime, until: datetime, now: datetime) -> LeadFigures:
    """Figures of [since, until)."""
    rows = await run(
        connection,
        """
        SELECT
            count(*) FILTER (WHERE created_at >= $1 AND created_at < $2) AS created,
            count(*) FILTER (WHERE mql_at >= $1 AND mql_at < $2) AS qualified,
            count(*) FILTER (WHERE sql_at >= $1 AND sql_at < $2) AS sql,
            count(*) FILTER (WHERE stage = 'won' AND closed_at >= $1 AND closed_at < $2) AS won,
            coalesce(sum(amount) FILTER (WHERE stage = 'won' AND closed_at >= $1 AND closed_at < $2), 0)::float8
                AS won_amount,
            count(*) FILTER (WHERE contacted_at >= $1 AND contacted_at < $2) AS contacted,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY contact_seconds)
                FILTER (WHERE contacted_at >= $1 AND contacted_at < $2) AS contact_p50,
            percentile_cont(0.9) WITHIN GROUP (ORDER BY contact_seconds)
                FILTER (WHERE contacted_at >= $1 AND contacted_at < $2) AS contact_p90,
            count(*) FILTER (WHERE closed_at IS NULL) AS open,
            count(*) FILTER (WHERE closed_at IS NULL AND staff IS NULL) AS pool,
            count(*) FILTER (WHERE closed_at IS NULL AND (
                (expired IS NOT NULL AND (accepted_at IS NULL OR contacted_at IS NULL)) OR next_at < $3)) AS late,
            coalesce((SELECT jsonb_object_agg(evidence, n) FROM (
                SELECT evidence, count(*) AS n FROM lead
                WHERE contacted_at >= $1 AND contacted_at < $2 AND evidence IS NOT NULL GROUP BY evidence
            ) AS of_kind), '{}') AS evidence
        FROM lead
        """,
        since,
        until,
        now,
    )
    return LeadFigures(*tuple(rows[0]))


@dataclass(frozen=True, slots=True)
class StateFigures:
    """Leads by the state code they came by."""

    state: str
    created: int
    qualified: int
    sql: int
    won: int


async def count_by_state(connection: AsyncConnection, since: datetime, until: datetime) -> list[StateFigures]:
    """Of leads made in [since, until): how many, and how many of them came how far by now."""
    rows = await run(
        connection,
        """
        SELECT state, count(*)::int AS created, count(mql_at)::int AS qualified, count(sql_at)::int AS sql,
            (count(*) FILTER (WHERE stage = 'won'))::int AS won
        FROM lead WHERE created_at >= $1 AND created_at < $2 GROUP BY state ORDER BY qualified DESC, created DESC, state
        """,
        since,
        until,
    )
    return [StateFigures(*tuple(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """Leads by the member who has them. ``contact_p90``: working seconds."""

    staff: str
    created: int
    qualified: int
    sql: int
    won: int
    late: int
    contact_p90: float | None


async def count_by_staff(connection: AsyncConnection, since: datetime, until: datetime) -> list[StaffFigures]:
    """Of leads made in [since, until), by member."""
    rows = await run(
        connection,
        """
        SELECT staff, count(*)::int AS created, count(mql_at)::int AS qualified, count(sql_at)::int AS sql,
            (count(*) FILTER (WHERE stage = 'won'))::int AS won, (count(*) FILTER (WHERE expired IS NOT NULL))::int,
            percentile_cont(0.9) WITHIN GROUP (ORDER BY contact_seconds) AS contact_p90
        FROM lead WHERE created_at >= $1 AND created_at < $2 AND staff IS NOT NULL
        GROUP BY staff ORDER BY qualified DESC, created DESC, staff
        """,
        since,
        until,
    )
    return [StaffFigures(*tuple(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class LeadMove:
    """When a lead came, became qualified and became SQL; None: it did not. ``staff`` None: in the pool."""

    person_id: int
    state: str
    staff: str | None
    created_at: datetime
    mql_at: datetime | None
    sql_at: datetime | None


async def list_moves(connection: AsyncConnection, since: datetime, until: datetime) -> list[LeadMove]:
    """The leads that did one of these within [since, until)."""
    rows = await run(
        connection,
        """
        SELECT person_id, state, staff, created_at, mql_at, sql_at FROM lead
        WHERE (created_at >= $1 AND created_at < $2) OR (mql_at >= $1 AND mql_at < $2)
            OR (sql_at >= $1 AND sql_at < $2)
        ORDER BY id
        """,
        since,
        until,
    )
    return [LeadMove(*tuple(row)) for row in rows]


async def list_open_of(connection: AsyncConnection, account_id: int, staff: str, limit: int) -> Sequence[Row[Any]]:
    """Open leads of a member, the most urgent first."""
    return await run(
        connection,
        f"""
        SELECT * FROM lead WHERE account_id = $1 AND staff = $2 AND closed_at IS NULL AND released_at IS NOT NULL
        ORDER BY {_ORDERS["next"]} LIMIT $3
        """,  # noqa: S608 -- constants
        account_id,
        staff,
        limit,
    )


async def list_pool(connection: AsyncConnection, account_id: int, limit: int) -> Sequence[Row[Any]]:
    """The open pool of an account, newest first."""
    return await run(
        connection,
        """
        SELECT * FROM lead WHERE account_id = $1 AND staff IS NULL AND closed_at IS NULL
        ORDER BY created_at DESC, id DESC LIMIT $2
        """,
        account_id,
        limit,
    )


async def count_pool(connection: AsyncConnection, account_id: int) -> int:
    """How many leads of an account nobody has."""
    rows = await run(
        connection,
        "SELECT count(*)::int AS n FROM lead WHERE account_id = $1 AND staff IS NULL AND closed_at IS NULL",
        account_id,
    )
    return int(rows[0].n)


async def count_mornings(connection: AsyncConnection, until: datetime, now: datetime) -> Sequence[Row[Any]]:
    """By account and member: what is due before ``until``, what of it before ``now``, and whose leads come first."""
    return await run(
        connection,
        """
        SELECT l.account_id, l.staff, count(*)::int AS today, (count(*) FILTER (WHERE t.due_at < $2))::int AS overdue,
            (array_agg(l.person_id ORDER BY t.due_at, t.id))[1:3] AS first
        FROM lead_task AS t JOIN lead AS l ON l.id = t.lead_id
        WHERE t.done_at IS NULL AND t.due_at < $1 AND l.closed_at IS NULL AND l.staff IS NOT NULL
        GROUP BY l.account_id, l.staff ORDER BY l.account_id, l.staff
        """,
        until,
        now,
    )


def standing_sql(where: str, now: str, half_life: str) -> str:
    """Each person's open lead, else the newest: (person_id, id, stage, staff, state, origin, created_at, score)."""
    return f"""
        SELECT DISTINCT ON (person_id) person_id, id, stage, staff, state, origin, created_at,
            fit + engagement * power(0.5, extract(epoch FROM {now} - scored_at) / {half_life}) AS score
        FROM lead WHERE {where} ORDER BY person_id, closed_at IS NULL DESC, created_at DESC, id DESC
    """  # noqa: S608 -- constants


async def find_standing(
    connection: AsyncConnection, persons: Collection[int], now: datetime, half_life: timedelta
) -> Sequence[Row[Any]]:
    """See :func:`standing_sql`."""
    return await run(
        connection,
        standing_sql("person_id = ANY ($1::bigint[])", "$2::timestamptz", "$3::float8"),
        sorted(persons),
        now,
        half_life.total_seconds(),
    )
