"""The phone's leads, as the leads module keeps them."""

from collections.abc import Sequence
from datetime import datetime

from weloop.accounts.api import find_account
from weloop.entrypoints.http.h5.desk import (
    Bucket,
    DeskCard,
    DeskClock,
    DeskFollowUp,
    DeskLead,
    DeskPool,
    DeskQualification,
    DeskScorePart,
    Owner,
)
from weloop.identity.api import find_contact
from weloop.kit.clock import beijing_day
from weloop.kit.unit import UnitOfWork
from weloop.leads import api as leads
from weloop.leads.api import Actor, Chips, LeadInfo, Reason, Stage


class Desk:
    """Implements ``LeadDesk``."""

    async def list_leads(self, unit: UnitOfWork, owner: Owner) -> Sequence[DeskLead]:
        """Open leads of the member, the most urgent first."""
        found = await leads.list_open(unit, owner.account_id, owner.userid)
        return [_line(info, unit.now) for info in found]

    async def count_pool(self, unit: UnitOfWork, owner: Owner) -> int:
        """How many leads of the member's account nobody has."""
        return await leads.count_pool(unit, owner.account_id)

    async def list_pool(self, unit: UnitOfWork, owner: Owner) -> DeskPool:
        """Leads of the member's account that nobody has."""
        pool = await leads.read_pool(unit, owner.account_id, owner.userid)
        return DeskPool(
            leads=[_line(info, unit.now) for info in pool.leads],
            total=pool.total,
            claims_left=pool.claims_left,
            claims_per_day=pool.policy.claims_per_day,
            contact_minutes=int(pool.policy.contact.total_seconds()) // 60,
            return_days=pool.policy.return_after.days,
        )

    async def claim(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        """领取: Conflict where a colleague was faster or the day's claims are used up."""
        anybody = Actor("h5", account_id=owner.account_id)
        await leads.claim(unit, await leads.get_locked(unit, lead_id, anybody), owner.userid)

    async def get_lead(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> DeskCard:
        """One lead."""
        lead = await leads.find_lead(unit, lead_id, _actor(owner))
        await unit.session.flush()
        info = await leads.lead_detail(unit, lead)
        account = await find_account(unit, owner.account_id)
        contact = await find_contact(unit, lead.person_id, account.app_id) if lead.is_friend else None
        return DeskCard(
            lead=_line(info, unit.now),
            phone=info.phones[0] if info.phones else None,
            external_userid=contact,
            waiting_until=info.waiting_until,
            accepted_at=info.accepted_at,
            contacted_at=info.contacted_at,
            evidence=info.evidence,  # type: ignore[arg-type]  # the database's check
            score_parts=[
                DeskScorePart(part.key, part.kind, part.points)  # type: ignore[arg-type]  # fit or engagement
                for part in info.parts
                if _tells(part.points)
            ],
            qualification=DeskQualification(**info.chips.model_dump()),
            follow_ups=[DeskFollowUp(note.at, note.by, note.note, note.next_at) for note in info.notes],
        )

    async def accept(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        """接单."""
        actor = _actor(owner)
        await leads.accept(unit, await leads.get_locked(unit, lead_id, actor), actor)

    async def mark_contacted(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        """The member says that the first contact was made."""
        actor = _actor(owner)
        await leads.mark_contacted(unit, await leads.get_locked(unit, lead_id, actor), actor)

    async def close(self, unit: UnitOfWork, owner: Owner, lead_id: int, reason: str) -> None:
        """It is no lead."""
        actor = _actor(owner)
        lead = await leads.get_locked(unit, lead_id, actor)
        await leads.advance(unit, lead, actor, Stage.LOST, Reason(reason))

    async def follow_up(self, unit: UnitOfWork, owner: Owner, lead_id: int, note: str, next_at: datetime) -> None:
        """Write a note with the next time."""
        actor = _actor(owner)
        await leads.follow_up(unit, await leads.get_locked(unit, lead_id, actor), actor, note, next_at)

    async def qualify(self, unit: UnitOfWork, owner: Owner, lead_id: int, confirmed: DeskQualification) -> None:
        """Set what is confirmed."""
        actor = _actor(owner)
        lead = await leads.get_locked(unit, lead_id, actor)
        chips = Chips(confirmed.need, confirmed.role, confirmed.time, confirmed.budget)
        await leads.qualify(unit, lead, actor, chips)
        await leads.rescore(unit, [lead])


def _tells(points: float | None) -> bool:
    return points is None or points != 0


def _actor(owner: Owner) -> Actor:
    return Actor("h5", owner.userid, account_id=owner.account_id)


def _line(info: LeadInfo, now: datetime) -> DeskLead:
    clock = None if info.clock is None else DeskClock(info.clock.kind, info.clock.due, info.clock.over)  # type: ignore[arg-type]
    return DeskLead(
        id=info.id,
        name=info.name or "",
        company=info.company,
        source=info.source,
        stage=info.stage.value,
        score=info.score or None,
        bucket=_bucket(info, now),
        arrived_at=info.created_at,
        next_at=info.next_at,
        clock=clock,
    )


def _bucket(info: LeadInfo, now: datetime) -> Bucket:
    """Where a lead stands in the member's day."""
    if info.accepted_at is None or info.contacted_at is None:
        return "new"
    if info.next_at is not None and info.next_at < now:
        return "overdue"
    if info.next_at is not None and beijing_day(info.next_at) == beijing_day(now):
        return "today"
    return "later"
