"""Schemas of the lead routes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from weloop.kit.http import MAX_ID, Instant, Label, Note, Schema, TextId
from weloop.leads.rules import NoProof, Reason, Stage

Userid = Annotated[str, Field(min_length=1, max_length=100)]


class ClockInfo(Schema):
    """A clock in the member's working time. ``over``: it ran out. ``due`` None: it does not run."""

    kind: str
    due: datetime | None
    over: bool


class LeadInfo(Schema):
    """A lead in one line. ``score`` at this moment; ``late``: a clock ran out or a follow-up is overdue."""

    id: int
    person_id: str
    account_id: int
    name: str | None
    company: str | None
    avatar_url: str | None
    origin: str
    state: str
    source: str | None
    campaign_id: int | None
    stage: Stage
    reason: Reason | None
    amount: float | None
    score: int
    fit: int
    engagement: int
    staff: str | None
    staff_name: str | None
    is_friend: bool
    created_at: datetime
    stage_at: datetime
    closed_at: datetime | None
    waiting_until: datetime | None
    """When it is put to its member, whose shift does not run."""
    accepted_at: datetime | None
    contacted_at: datetime | None
    contact_seconds: float | None
    evidence: str | None
    """marked, sidebar, kf, archive."""
    contacted_by_name: str | None
    """Who made the first contact."""
    clock: ClockInfo | None
    next_at: datetime | None
    late: bool


class LeadPage(Schema):
    """A page of leads with how many there are by stage."""

    items: list[LeadInfo]
    total: int
    page: int
    size: int
    stages: dict[Stage, int]


class ScorePartInfo(Schema):
    """One reason for a score. ``kind``: fit or engagement. ``points`` None: not known, or no data source."""

    kind: str
    key: str
    points: float | None
    count: int
    most: float


class ChipsInfo(Schema):
    """What the member has confirmed."""

    need: bool = False
    role: bool = False
    time: bool = False
    budget: bool = False


class NoteInfo(Schema):
    """A follow-up. ``by``: the member's name, or the user's."""

    id: int
    at: datetime
    by: str
    note: str
    next_at: datetime | None


class TaskInfo(Schema):
    """What is to be done."""

    id: int
    kind: str
    due_at: datetime


class RefusedProofInfo(Schema):
    """A message that does not count as first contact. ``by``: the member's name; ``errcode``: 0 where the platform
    told."""

    at: datetime
    by: str
    evidence: str
    reason: NoProof
    errcode: int


class LeadDetail(LeadInfo):
    """A lead in full. ``suggested_next_at``: by the ladder."""

    phones: list[str]
    chips: ChipsInfo
    profile: dict[str, bool]
    parts: list[ScorePartInfo]
    notes: list[NoteInfo]
    tasks: list[TaskInfo]
    refused: list[RefusedProofInfo]
    suggested_next_at: datetime


class NewLead(Schema):
    """Somebody we know (``person_id``), or a number with a name."""

    account_id: Annotated[int, Field(ge=1, le=MAX_ID)]
    person_id: TextId | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    name: Label | None = None
    company: Label | None = None


class StageChange(Schema):
    """Where a lead goes. ``reason`` for ``lost``; ``amount`` in yuan for an opportunity or a sale."""

    to: Stage
    reason: Reason | None = None
    amount: Annotated[float, Field(ge=0, le=1e11)] | None = None


class NewNote(Schema):
    """What was said, and when to ask again."""

    note: Note
    next_at: Instant


class Owner(Schema):
    """A member."""

    staff: Userid


class ProfileChange(Schema):
    """What is known of the person for the fit; fields that are left out are unknown."""

    known: dict[Annotated[str, Field(max_length=40)], bool]


class TaskEnd(Schema):
    """How 主动添加 ended."""

    outcome: Annotated[str, Field(pattern="^(sent|added|not_found|refused)$")]


class FigureInfo(Schema):
    """Figures of a stretch of days; seconds are working time."""

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


class LeadFigurePair(Schema):
    """The last ``days`` days and those before."""

    days: int
    now: FigureInfo
    before: FigureInfo
