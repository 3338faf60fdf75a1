"""What the phone's pages are told, and what they say."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from weloop.entrypoints.http.h5.desk import Bucket, ClockKind, Evidence, Stage
from weloop.kit.http import Instant, Note, Schema

Reason: TypeAlias = Literal["no_need", "competitor", "student", "wrong_contact", "unreachable", "duplicate"]


class WorldNow(Schema):
    """World time and its pace, for clocks that count down on the page: 1 = real time, 0 = it stands still."""

    now: datetime
    rate: float


class PhoneSession(Schema):
    """Who opened the page."""

    userid: str
    name: str
    csrf: str
    clock: WorldNow


class LeadClock(Schema):
    """A clock in working hours. ``due`` is None while it is paused off shift."""

    kind: ClockKind
    due: datetime | None
    over: bool


class PhoneLead(Schema):
    """One line of the list."""

    id: str
    name: str
    company: str | None
    source: str | None
    stage: Stage
    score: int | None
    bucket: Bucket
    arrived_at: datetime
    next_at: datetime | None
    clock: LeadClock | None


class PhoneCounts(Schema):
    """How many leads of the member's stand in each bucket."""

    new: int
    overdue: int
    today: int
    later: int


class PhoneDesk(Schema):
    """The member's leads: new ones first, then by what is due. ``pool``: how many nobody has (公海); ``tasks``: how
    many the member has to do.
    """

    clock: WorldNow
    counts: PhoneCounts
    leads: list[PhoneLead]
    pool: int
    tasks: int


class PoolLead(Schema):
    """A lead that nobody has; how to reach the person is told to who claims it."""

    id: str
    name: str
    company: str | None
    source: str | None
    stage: Stage
    score: int | None
    arrived_at: datetime


class PoolRules(Schema):
    """What holds for who claims, of the policy."""

    claims_per_day: int
    contact_minutes: int
    return_days: int


class PhonePool(Schema):
    """The open pool of the member's account, newest first. ``total`` counts leads beyond those that are listed."""

    clock: WorldNow
    leads: list[PoolLead]
    total: int
    claims_left: int
    rules: PoolRules


class ScorePart(Schema):
    """One reason for a score. ``points`` None: not known (fit), or no data source (engagement)."""

    signal: str
    kind: Literal["fit", "engagement"]
    points: float | None


class Qualification(Schema):
    """The four chips: what the member has confirmed."""

    need: bool
    role: bool
    time: bool
    budget: bool


class PhoneFollowUp(Schema):
    """One note."""

    at: datetime
    staff: str
    note: str
    next_at: datetime | None


class PhoneLeadCard(Schema):
    """A lead in full."""

    clock_now: WorldNow
    lead: PhoneLead
    phone: str | None
    external_userid: str | None
    """Set when this member and the customer are friends in WeCom: a chat can be opened."""
    waiting_until: datetime | None
    """When the shift begins that its clock waits for; null once it was put to the member."""
    accepted_at: datetime | None
    contacted_at: datetime | None
    evidence: Evidence | None
    score_parts: list[ScorePart]
    qualification: Qualification
    follow_ups: list[PhoneFollowUp]


class LeadClosing(Schema):
    """Why a lead is none."""

    reason: Reason


class NewFollowUp(Schema):
    """What was said, and when to ask again."""

    note: Note
    next_at: Instant


class PhonePersonal(Schema):
    """A personal account that the member holds. ``day`` and ``friends``: the last count, None before the first."""

    id: int
    name: str
    day: date | None
    friends: int | None
    is_due: bool


class FriendsCount(Schema):
    """How many friends the phone shows now."""

    friends: Annotated[int, Field(ge=0, le=1_000_000)]


class PhoneTaskScript(Schema):
    """What is to be said in the chat: a text with ``{{…}}`` still in it, and what the page fills in."""

    name: str
    text: str
    company: str | None
    staff: str | None


class PhoneTask(Schema):
    """A task of the member. The id is text, since JavaScript would round it."""

    id: str
    person: str | None
    title: str
    note: str
    due_at: datetime
    script: PhoneTaskScript | None


class PhoneTasks(Schema):
    """Open tasks, the most urgent first."""

    clock: WorldNow
    tasks: list[PhoneTask]


class PhoneTaskEnd(Schema):
    """What came of a task."""

    outcome: Literal["done", "declined"]
