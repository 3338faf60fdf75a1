"""All SQL that writes leads, and what their acts ask; lists are in ``reading.py``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.kit.db import columns, run
from weloop.leads.models import Lead, LeadNote, LeadTask, RefusedProof


async def insert_leads(connection: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> Sequence[int]:
    """Insert leads (account, person, identity, origin, origin_key, state, at); ids of those that are new.

    Neither the same origin twice nor a second open lead of a person makes a row. Sorted by the key they may meet at.
    """
    found = await run(
        connection,
        """
        INSERT INTO lead (account_id, person_id, identity_id, origin, origin_key, state, stage, created_at, stage_at,
            scored_at, is_friend)
        SELECT account_id, person_id, identity_id, origin, key, state, 'lead', at, at, at, false
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
             AS given (account_id, person_id, identity_id, origin, key, state, at)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        *columns(sorted(rows, key=lambda row: row[1]), 7),
    )
    return [row.id for row in found]


async def lock_lead(session: AsyncSession, lead_id: int) -> Lead | None:
    """One lead, locked."""
    return await session.scalar(select(Lead).where(Lead.id == lead_id).with_for_update())


async def get_lead(session: AsyncSession, lead_id: int) -> Lead | None:
    """One lead, to look at."""
    return await session.get(Lead, lead_id)


async def lock_leads(session: AsyncSession, ids: Collection[int]) -> Sequence[Lead]:
    """Leads in the order of their ids, locked."""
    query = select(Lead).where(Lead.id.in_(ids)).order_by(Lead.id).with_for_update()
    return (await session.scalars(query)).all()


async def lock_open(session: AsyncSession, persons: Collection[int]) -> Sequence[Lead]:
    """The open leads of these persons, locked in the order of their ids."""
    query = select(Lead).where(Lead.person_id.in_(persons), Lead.closed_at.is_(None)).order_by(Lead.id)
    return (await session.scalars(query.with_for_update())).all()


async def get_open(session: AsyncSession, person: int, account_id: int) -> Lead | None:
    """The open lead of a person at an account, to look at."""
    query = select(Lead).where(Lead.person_id == person, Lead.account_id == account_id, Lead.closed_at.is_(None))
    return await session.scalar(query)


async def lock_of_identities(session: AsyncSession, identities: Collection[int]) -> Sequence[Lead]:
    """All leads that came by these identities, locked in the order of their ids."""
    query = select(Lead).where(Lead.identity_id.in_(identities)).order_by(Lead.id).with_for_update()
    return (await session.scalars(query)).all()


async def claim_due(session: AsyncSession, now: datetime, limit: int) -> Sequence[Lead]:
    """Leads to which something happens by itself now, locked; those in another's hands are left out."""
    query = select(Lead).where(Lead.due_at <= now).order_by(Lead.due_at, Lead.id).limit(limit)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def next_due(connection: AsyncConnection) -> datetime | None:
    """World time at which something happens to a lead by itself."""
    rows = await run(connection, "SELECT min(due_at) AS at FROM lead WHERE due_at IS NOT NULL")
    due: datetime | None = rows[0].at
    return due


async def find_closed(connection: AsyncConnection, persons: Collection[int], since: datetime) -> set[int]:
    """Persons with a lead that was closed at ``since`` or later."""
    rows = await run(
        connection,
        "SELECT DISTINCT person_id FROM lead WHERE person_id = ANY ($1::bigint[]) AND closed_at >= $2",
        sorted(persons),
        since,
    )
    return {row.person_id for row in rows}


async def find_open(connection: AsyncConnection, persons: Collection[int]) -> set[int]:
    """Those of these persons who are a lead now."""
    rows = await run(
        connection,
        "SELECT person_id FROM lead WHERE person_id = ANY ($1::bigint[]) AND closed_at IS NULL",
        sorted(persons),
    )
    return {row.person_id for row in rows}


async def find_last_owners(connection: AsyncConnection, persons: Collection[int]) -> Mapping[int, str]:
    """By person: the member of their last lead."""
    rows = await run(
        connection,
        """
        SELECT DISTINCT ON (person_id) person_id, staff FROM lead
        WHERE person_id = ANY ($1::bigint[]) AND staff IS NOT NULL ORDER BY person_id, created_at DESC
        """,
        sorted(persons),
    )
    return {row.person_id: row.staff for row in rows}


async def count_load(connection: AsyncConnection, account_id: int, since: datetime) -> Sequence[Row[Any]]:
    """By member: (staff, today: leads put to them since a moment, claimed: of these by themselves, waiting)."""
    return await run(
        connection,
        """
        SELECT staff, (count(*) FILTER (WHERE assigned_at >= $2))::int AS today,
            (count(*) FILTER (WHERE assigned_at >= $2 AND assigned_by = 'claimed'))::int AS claimed,
            (count(*) FILTER (WHERE due_what = 'release'))::int AS waiting
        FROM lead
        WHERE account_id = $1 AND staff IS NOT NULL AND (assigned_at >= $2 OR due_what = 'release')
        GROUP BY staff
        """,
        account_id,
        since,
    )


async def lock_claims(connection: AsyncConnection, account_id: int, staff: str) -> None:
    """Let a member claim one lead at a time, for this transaction: else two at once would pass the limit together."""
    await run(
        connection,
        "SELECT pg_advisory_xact_lock(hashtextextended('lead_claims ' || $2, $1::bigint))",
        account_id,
        staff,
    )


async def find_worked(connection: AsyncConnection, leads: Collection[int]) -> set[int]:
    """Those of these leads that have a note from after their making, or a task that somebody has ended."""
    rows = await run(
        connection,
        """
        SELECT l.id FROM lead AS l WHERE l.id = ANY ($1::bigint[]) AND (
            EXISTS (SELECT 1 FROM lead_note AS n WHERE n.lead_id = l.id AND n.at > l.created_at)
            OR EXISTS (SELECT 1 FROM lead_task AS t WHERE t.lead_id = l.id AND t.done_at IS NOT NULL))
        """,
        sorted(leads),
    )
    return {row.id for row in rows}


async def delete_leads(connection: AsyncConnection, leads: Collection[int]) -> None:
    """Delete leads with their notes and tasks."""
    await run(connection, "DELETE FROM lead WHERE id = ANY ($1::bigint[])", sorted(leads))


async def find_with_leads(connection: AsyncConnection, persons: Collection[int]) -> set[int]:
    """Those of these persons who are or were a lead."""
    rows = await run(
        connection, "SELECT DISTINCT person_id FROM lead WHERE person_id = ANY ($1::bigint[])", sorted(persons)
    )
    return {row.person_id for row in rows}


async def list_notes(session: AsyncSession, lead_id: int) -> Sequence[LeadNote]:
    """Follow-ups of a lead, newest first."""
    return (await session.scalars(select(LeadNote).where(LeadNote.lead_id == lead_id).order_by(-LeadNote.id))).all()


async def refuse_proof(connection: AsyncConnection, row: tuple[Any, ...]) -> None:
    """Keep a refusal (lead, message, at, staff, evidence, reason, errcode, refused_at); of a message the newest."""
    await run(
        connection,
        """
        INSERT INTO lead_refused_proof (lead_id, message_id, at, staff, evidence, reason, errcode, refused_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (lead_id, message_id) DO UPDATE SET
            reason = excluded.reason, errcode = excluded.errcode, refused_at = excluded.refused_at
        """,
        *row,
    )


async def list_refused(session: AsyncSession, lead_id: int, most: int) -> Sequence[RefusedProof]:
    """What did not count as first contact, newest first."""
    query = select(RefusedProof).where(RefusedProof.lead_id == lead_id)
    return (await session.scalars(query.order_by(RefusedProof.at.desc()).limit(most))).all()


async def open_tasks(session: AsyncSession, leads: Collection[int]) -> Sequence[LeadTask]:
    """What is to be done about these leads."""
    query = select(LeadTask).where(LeadTask.lead_id.in_(leads), LeadTask.done_at.is_(None)).order_by(LeadTask.id)
    return (await session.scalars(query)).all()
