"""The face of leads."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from weloop.contracts.events import EventKind
from weloop.kit.unit import UnitOfWork
from weloop.leads import reading, repository
from weloop.leads.arrivals import adopt_person, enter_lead
from weloop.leads.clocks import LeadClocks
from weloop.leads.entries import Entered, Entry, enter_leads
from weloop.leads.events import TOPIC
from weloop.leads.handlers import HANDLERS, fold_moves, rescore
from weloop.leads.history import FormerLead, drop_former, list_former, note_former
from weloop.leads.models import Lead
from weloop.leads.mornings import greet_members
from weloop.leads.pages import clock_of, lead_detail, show_leads
from weloop.leads.pool import MOST, Pool, count_pool, read_pool
from weloop.leads.proofs import prove_contact
from weloop.leads.reading import LeadFigures, LeadMove, StaffFigures, StateFigures
from weloop.leads.rules import Reason, Stage, load_policy
from weloop.leads.schemas import LeadDetail, LeadInfo, StageChange
from weloop.leads.scoring import load_scoring
from weloop.leads.service import (
    Actor,
    Chips,
    accept,
    advance,
    assign,
    claim,
    find_lead,
    follow_up,
    get_locked,
    mark_contacted,
    put_back,
    qualify,
)
from weloop.leads.withdrawal import withdraw_leads

__all__ = [
    "EVENTS",
    "HANDLERS",
    "TOPIC",
    "Actor",
    "Chips",
    "Entered",
    "Entry",
    "FormerLead",
    "LeadClocks",
    "LeadDetail",
    "LeadFigures",
    "LeadInfo",
    "LeadMove",
    "Pool",
    "Reason",
    "StaffFigures",
    "Stage",
    "StageChange",
    "Standing",
    "StateFigures",
    "accept",
    "adopt_person",
    "advance",
    "assign",
    "claim",
    "clock_of",
    "count_by_staff",
    "count_by_state",
    "count_pool",
    "drop_former",
    "enter_lead",
    "enter_leads",
    "find_lead",
    "find_open_lead",
    "find_standings",
    "find_taken",
    "find_with_leads",
    "fold_moves",
    "follow_up",
    "get_locked",
    "greet_members",
    "lead_detail",
    "list_former",
    "list_moves",
    "list_open",
    "load_policy",
    "lock_lead_of",
    "lock_open_lead",
    "mark_contacted",
    "next_due",
    "note_former",
    "prove_contact",
    "put_back",
    "qualify",
    "read_figures",
    "read_pool",
    "rescore",
    "show_leads",
    "withdraw_leads",
]

EVENTS = frozenset(
    {
        EventKind.LEAD_CREATED,
        EventKind.LEAD_ASSIGNED,
        EventKind.LEAD_ACCEPTED,
        EventKind.LEAD_CONTACTED,
        EventKind.LEAD_ADVANCED,
        EventKind.LEAD_WITHDRAWN,
        EventKind.LEAD_CLOCK_EXPIRED,
        EventKind.FOLLOW_UP_WRITTEN,
        EventKind.TASK_DONE,
    }
)
"""What leads say to the log."""


async def next_due(unit: UnitOfWork) -> datetime | None:
    """World time at which something happens to a lead by itself."""
    return await repository.next_due(unit.connection)


async def read_figures(unit: UnitOfWork, since: datetime, until: datetime) -> LeadFigures:
    """Figures of [since, until)."""
    return await reading.read_figures(unit.connection, since, until, unit.now)


async def count_by_state(unit: UnitOfWork, since: datetime, until: datetime) -> list[StateFigures]:
    """Leads made in [since, until) by the state code they came by."""
    return await reading.count_by_state(unit.connection, since, until)


async def count_by_staff(unit: UnitOfWork, since: datetime, until: datetime) -> list[StaffFigures]:
    """Leads made in [since, until) by member."""
    return await reading.count_by_staff(unit.connection, since, until)


async def find_taken(unit: UnitOfWork, persons: Collection[int]) -> dict[int, str]:
    """Those of these persons who become no lead now, and why: ``open`` (they are one), ``lately`` (they were)."""
    lately = await repository.find_closed(unit.connection, persons, unit.now - load_policy().again_after)
    is_open = await repository.find_open(unit.connection, persons)
    return {**dict.fromkeys(lately, "lately"), **dict.fromkeys(is_open, "open")}


async def list_moves(unit: UnitOfWork, since: datetime, until: datetime) -> list[LeadMove]:
    """Leads that came, became qualified or became SQL within [since, until)."""
    return await reading.list_moves(unit.connection, since, until)


async def lock_open_lead(unit: UnitOfWork, person: int, account_id: int) -> Lead | None:
    """The open lead of a person at an account, to act on."""
    found = await repository.lock_open(unit.session, [person])
    return next((lead for lead in found if lead.account_id == account_id), None)


async def lock_lead_of(unit: UnitOfWork, person: int) -> Lead | None:
    """The open lead of a person, wherever it is worked, to act on."""
    found = await repository.lock_open(unit.session, [person])
    return found[0] if found else None


async def find_open_lead(unit: UnitOfWork, person: int, account_id: int) -> Lead | None:
    """The open lead of a person at an account, to look at."""
    return await repository.get_open(unit.session, person, account_id)


async def find_with_leads(unit: UnitOfWork, persons: Collection[int]) -> set[int]:
    """Those of these persons who are or were a lead."""
    return await repository.find_with_leads(unit.connection, persons)


async def list_open(unit: UnitOfWork, account_id: int, staff: str) -> list[LeadInfo]:
    """A member's open leads, the most urgent first; those that wait for the shift are not shown yet."""
    return await show_leads(unit, await reading.list_open_of(unit.connection, account_id, staff, MOST))


@dataclass(frozen=True, slots=True)
class Standing:
    """What rules may ask of a person's lead. ``score``: as it stands now; ``staff`` None: in the open pool."""

    lead_id: int
    stage: str
    score: float
    staff: str | None
    state: str
    origin: str
    created_at: datetime


async def find_standings(unit: UnitOfWork, persons: Collection[int]) -> dict[int, Standing]:
    """By person the open lead, else the newest; who has none is left out."""
    rows = await reading.find_standing(unit.connection, persons, unit.now, load_scoring().half_life)
    return {r.person_id: Standing(r.id, r.stage, r.score, r.staff, r.state, r.origin, r.created_at) for r in rows}
