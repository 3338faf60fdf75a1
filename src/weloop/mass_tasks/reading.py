"""What members were asked, and what became of it: a constant number of questions."""

from collections import namedtuple
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from weloop.kit.clock import beijing_date
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks.moments import next_hours
from weloop.mass_tasks.rules import load_limits

DAYS = 30
"""Over how many days the share of confirmed tasks is told."""
MEMBER_LATER, GATHERS = "member_later", "task_gathers"
"""Why a wish waits that policy would let go: its member has tasks enough today, or it is no hour for them; or it is
asked together with what else is wished until then."""
Held = namedtuple("Held", "state gates due")


@dataclass(frozen=True, slots=True)
class MemberLoad:
    """What a member was asked within the last 30 days, is asked today, and how many tasks wait for them: one for each
    content of what waits."""

    account_id: int
    staff: str
    asked: int
    confirmed: int
    today: int
    waiting: int


async def count_members(unit: UnitOfWork) -> list[MemberLoad]:
    """All members who were asked within the last 30 days, or will be."""
    today = beijing_date(unit.now)
    rows = await run(
        unit.connection,
        """
        WITH past AS (
            SELECT account_id, staff, count(*)::int AS asked,
                (count(*) FILTER (WHERE confirmed_at IS NOT NULL))::int AS confirmed,
                (count(*) FILTER (WHERE day = $2))::int AS today
            FROM mass_task WHERE day >= $1 AND state NOT IN ('failed', 'creating', 'uncertain')
            GROUP BY account_id, staff
        ),
        coming AS (
            SELECT account_id, staff, count(DISTINCT content_id)::int AS waiting FROM mass_wish
            WHERE state = 'waiting' GROUP BY account_id, staff
        )
        SELECT account_id, staff, coalesce(asked, 0) AS asked, coalesce(confirmed, 0) AS confirmed,
            coalesce(today, 0) AS today, coalesce(waiting, 0) AS waiting
        FROM past FULL JOIN coming USING (account_id, staff) ORDER BY account_id, staff
        """,
        today - timedelta(days=DAYS - 1),
        today,
    )
    return [MemberLoad(*tuple(row)) for row in rows]


async def find_held(unit: UnitOfWork, keys: Collection[str]) -> dict[str, Any]:
    """Those of these wishes that wait, by key, in the form of ``outbox.api.find_held``: policy put them off, they are
    gathered, or their member is asked no more for now. ``due`` is within the hours in which members are asked."""
    rows = await run(
        unit.connection,
        """
        SELECT w.key, CASE WHEN w.due > $2 THEN coalesce(nullif(w.reason, ''), $4) ELSE $3 END AS gates,
            w.due AS wished, greatest(w.due, q.due) AS due
        FROM mass_wish AS w JOIN mass_queue AS q USING (account_id, staff)
        WHERE w.key = ANY ($1::text[]) AND w.state = 'waiting' AND greatest(w.due, q.due) > $2
        """,
        sorted(keys),
        unit.now,
        MEMBER_LATER,
        GATHERS,
    )
    return {row.key: _held(row.gates, row.wished, next_hours(row.due, load_limits())) for row in rows}


def _held(gates: str, wished: datetime, due: datetime) -> Held:
    return Held("queued", MEMBER_LATER if gates == GATHERS and due > wished else gates, due)


async def list_tasks(unit: UnitOfWork, origin: str) -> Sequence[Row[Any]]:
    """Tasks in which an origin has a part: (id, account_id, staff, state, customers, asked_at, confirmed_at, failure,
    sent, failed), the counts of this origin's alone."""
    return await run(
        unit.connection,
        """
        SELECT t.id, t.account_id, t.staff, t.state, w.customers, t.asked_at, t.confirmed_at, t.failure, w.sent,
            w.failed
        FROM mass_task AS t JOIN (
            SELECT task_id, sum(customers)::int AS customers, sum(sent)::int AS sent, sum(failed)::int AS failed
            FROM (
                SELECT task_id, count(*) AS customers, count(*) FILTER (WHERE state = 'sent') AS sent,
                    count(*) FILTER (WHERE state = 'failed') AS failed
                FROM mass_wish WHERE origin = $1 AND task_id IS NOT NULL GROUP BY task_id
                UNION ALL
                SELECT task_id, customers, sent, failed FROM mass_task_sum WHERE origin = $1
            ) AS kept_and_gone
            GROUP BY task_id
        ) AS w ON w.task_id = t.id
        ORDER BY t.confirmed_at IS NOT NULL, t.staff, t.id
        """,
        origin,
    )
