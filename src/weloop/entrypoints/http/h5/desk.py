"""What the phone's pages need of leads. Whoever keeps leads fills it in ``bootstrap.py``; the rules are theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from weloop.kit.unit import UnitOfWork

Stage: TypeAlias = Literal["lead", "mql", "accepted", "sql", "opportunity", "won", "lost"]
Bucket: TypeAlias = Literal["new", "overdue", "today", "later"]
Evidence: TypeAlias = Literal["marked", "sidebar", "kf", "archive"]
ClockKind: TypeAlias = Literal["accept", "contact"]


@dataclass(frozen=True, slots=True)
class DeskClock:
    """A clock in working hours. ``due`` is None while it is paused off shift."""

    kind: ClockKind
    due: datetime | None
    over: bool


@dataclass(frozen=True, slots=True)
class DeskLead:
    """A lead in one line. ``next_at``: when to follow up."""

    id: int
    name: str
    company: str | None
    source: str | None
    stage: Stage
    score: int | None
    bucket: Bucket
    arrived_at: datetime
    next_at: datetime | None
    clock: DeskClock | None


@dataclass(frozen=True, slots=True)
class DeskScorePart:
    """One reason for a score. ``points`` None: not known (fit), or no data source (engagement)."""

    signal: str
    kind: Literal["fit", "engagement"]
    points: float | None


@dataclass(frozen=True, slots=True)
class DeskQualification:
    """What the member has confirmed."""

    need: bool = False
    role: bool = False
    time: bool = False
    budget: bool = False


@dataclass(frozen=True, slots=True)
class DeskFollowUp:
    """A note, by the member's name."""

    at: datetime
    staff: str
    note: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskCard:
    """A lead in full. ``external_userid`` only where this member and the customer are friends.

    ``waiting_until``: when the shift begins that its clock waits for; None once it was put to the member.
    """

    lead: DeskLead
    phone: str | None
    external_userid: str | None
    waiting_until: datetime | None
    accepted_at: datetime | None
    contacted_at: datetime | None
    evidence: Evidence | None
    score_parts: Sequence[DeskScorePart]
    qualification: DeskQualification
    follow_ups: Sequence[DeskFollowUp]


@dataclass(frozen=True, slots=True)
class DeskPool:
    """The open pool (公海) as a member may claim from it. ``total`` counts leads beyond those that are listed.

    ``contact_minutes``: how soon who claims makes the first contact; ``return_days``: after how long without a
    follow-up a lead comes back here.
    """

    leads: Sequence[DeskLead]
    total: int
    claims_left: int
    claims_per_day: int
    contact_minutes: int
    return_days: int


@dataclass(frozen=True, slots=True)
class Owner:
    """The member whose leads are meant. Leads of others are not found."""

    account_id: int
    userid: str


class LeadDesk(Protocol):
    """All in the caller's unit of work. NotFound for a lead that is not this member's, Conflict when it is too late."""

    async def list_leads(self, unit: UnitOfWork, owner: Owner) -> Sequence[DeskLead]:
        """Open leads of the member, the most urgent first."""

    async def count_pool(self, unit: UnitOfWork, owner: Owner) -> int:
        """How many leads of the member's account nobody has."""

    async def list_pool(self, unit: UnitOfWork, owner: Owner) -> DeskPool:
        """Leads of the member's account that nobody has."""

    async def claim(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        """领取: Conflict where a colleague was faster or the day's claims are used up."""

    async def get_lead(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> DeskCard:
        """One lead."""

    async def accept(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        """接单."""

    async def mark_contacted(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        """The member says that the first contact was made."""

    async def close(self, unit: UnitOfWork, owner: Owner, lead_id: int, reason: str) -> None:
        """It is no lead; ``reason`` is a code."""

    async def follow_up(self, unit: UnitOfWork, owner: Owner, lead_id: int, note: str, next_at: datetime) -> None:
        """Write a note with the next time."""

    async def qualify(self, unit: UnitOfWork, owner: Owner, lead_id: int, confirmed: DeskQualification) -> None:
        """Set what is confirmed."""
