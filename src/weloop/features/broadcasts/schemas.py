"""Schemas of the broadcast routes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from weloop.content.api import FileAttachment
from weloop.features.broadcasts.rules import Kind, State, Step
from weloop.kit.http import MAX_ID, Instant, Label, PlainText, Schema, TextId, WebAddress
from weloop.mass_tasks.api import Priority

Id = Annotated[int, Field(ge=1, le=MAX_ID)]


class PersonsAudience(Schema):
    """Persons as the list of contacts filters them. ``person_kind`` None: any."""

    kind: Literal["persons"]
    search: Annotated[PlainText, Field(max_length=100)] = ""
    person_kind: Literal["external_contact", "follower"] | None = None
    state_code: Annotated[PlainText, Field(max_length=64)] | None = None


class ListAudience(Schema):
    """These persons."""

    kind: Literal["list"]
    persons: Annotated[list[TextId], Field(min_length=1, max_length=5000)]


class FollowersAudience(Schema):
    """All followers of the official account, as the platform knows them."""

    kind: Literal["followers"]


class TagAudience(Schema):
    """Followers with a tag of the official account, as the platform knows them."""

    kind: Literal["tag"]
    tag_id: Annotated[int, Field(ge=1, le=2**31 - 1)]


class SegmentAudience(Schema):
    """Whoever is a member of the segment when the broadcast begins."""

    kind: Literal["segment"]
    segment_id: Annotated[int, Field(ge=1, le=2**31 - 1)]


Audience = Annotated[
    PersonsAudience | ListAudience | SegmentAudience | FollowersAudience | TagAudience, Field(discriminator="kind")
]


class BroadcastLink(Schema):
    """A card that leads to a web page."""

    title: Annotated[PlainText, Field(min_length=1, max_length=128)]
    url: WebAddress
    desc: Annotated[PlainText, Field(max_length=512)] = ""
    picurl: WebAddress | None = None


class MassLink(BroadcastLink):
    """The same beside a text of a member."""

    type: Literal["link"]


class BroadcastContent(Schema):
    """What is said. Members (``mass_task``): text and up to 9 attachments. ``service``: a text, or a link.

    ``account_mass``: a text, or a draft of an article. ``{{name}}`` and ``{{company}}`` are filled in for ``service``.
    """

    text: Annotated[PlainText, Field(max_length=4000)] = ""
    attachments: list[Annotated[MassLink | FileAttachment, Field(discriminator="type")]] = Field(
        default_factory=list, max_length=9
    )
    link: BroadcastLink | None = None
    article_id: Id | None = None


class BroadcastInput(Schema):
    """A broadcast as its author writes it. ``start_at`` None: at once when it is confirmed.

    ``advert``: it carries an advertisement. ``holdout`` in per cent. ``per_minute`` None: as fast as the platform lets.
    ``priority``: among what members are asked to confirm.
    """

    name: Label
    kind: Kind
    account_id: Id
    campaign_id: Id | None = None
    audience: Audience
    content: BroadcastContent
    advert: bool = False
    priority: Priority = Priority.NORMAL
    holdout: Annotated[int, Field(ge=0, le=50)] = 0
    start_at: Instant | None = None
    per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = None
    needs_approval: bool = False


class BroadcastChange(BroadcastInput):
    """The whole of a draft; ``version`` is the one that was changed."""

    version: int


class JobInfo(Schema):
    """A job of an official account. ``status`` and counts are the callback's; None until it comes. ``told``: what the
    platform answered when it was asked because none came. ``reasons``, ``waits_until``: why it has not left yet, and
    until when."""

    n: int
    state: Literal["sending", "handed_in", "failed", "uncertain"]
    msg_id: str
    status: str | None
    total: int | None
    chosen: int | None
    sent: int | None
    failed: int | None
    told: Literal["sent", "failed", "deleted"] | None
    failure: dict[str, Any] | None
    reasons: list[str]
    waits_until: datetime | None


class BroadcastInfo(Schema):
    """A broadcast with how far it is. ``counts``: recipients by step, those without any left out. ``removed_at``: since
    when nobody can tell any more who they were.
    """

    id: int
    name: str
    kind: Kind
    account_id: int
    account_name: str
    campaign_id: int | None
    campaign_name: str | None
    segment_name: str | None
    audience: dict[str, Any]
    content: dict[str, Any]
    advert: bool
    priority: Priority
    holdout: int
    start_at: datetime | None
    per_minute: int | None
    needs_approval: bool
    state: State
    failure: dict[str, Any] | None
    version: int
    created_by: str | None
    created_by_me: bool
    confirmed_by: str | None
    approved_by: str | None
    created_at: datetime
    confirmed_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    removed_at: datetime | None
    counts: dict[str, int]
    jobs: list[JobInfo]


class BroadcastPage(Schema):
    """One page, newest first."""

    items: list[BroadcastInfo]
    total: int
    page: int
    size: int


class CheckInfo(Schema):
    """What would happen to the next persons of the audience if it were confirmed now; everybody's is the sum.

    ``persons``: so many were looked at; ``after``: ask with it for those who come next, None: that was everybody.
    ``reachable`` through the account. ``window_unknown``: to whom it leaves though nobody told us of a window, so that
    the platform may refuse it; they are not among ``would_send``. ``reasons``: whom it would not reach, by why.
    ``later``: of ``would_send``, who would have to wait, by why. ``members``: who would have to confirm; ``full``:
    those of them whose day is full already. ``by_platform``: the platform chooses, nobody can tell.
    """

    persons: int
    after: str | None
    reachable: int
    held: int
    would_send: int
    window_unknown: int
    reasons: dict[str, int]
    later: dict[str, int]
    members: list[str]
    full: list[str]
    by_platform: bool


class RecipientInfo(Schema):
    """A person of the frozen audience and what became of it.

    ``reasons``: why, the weightiest first; of what is held back and looked at again at ``waits_until`` too.
    """

    person_id: str
    name: str | None
    staff: str
    staff_name: str | None
    state: Step
    reasons: list[str]
    waits_until: datetime | None
    at: datetime


class RecipientPage(Schema):
    """One page of recipients."""

    items: list[RecipientInfo]
    total: int
    page: int
    size: int


class MemberTask(Schema):
    """What one member has to confirm of a broadcast."""

    staff: str
    staff_name: str | None
    state: str
    customers: int
    sent: int
    failed: int
    asked_at: datetime | None
    confirmed_at: datetime | None
    failure: dict[str, Any] | None


class ActedOn(Schema):
    """How many tasks an act reached."""

    tasks: int


class TestInput(Schema):
    """Where a test goes: a member for ``mass_task``, a follower (a person's id) for the others."""

    staff: Annotated[PlainText, Field(min_length=1, max_length=64)] | None = None
    person_id: TextId | None = None


class MemberLoadInfo(Schema):
    """What is asked of one member. ``waiting``: tasks that come of what waits; ``days`` until they are through."""

    account_id: int
    staff: str
    staff_name: str | None
    asked: int
    confirmed: int
    today: int
    waiting: int
    days: int


class LoadInfo(Schema):
    """预计每人每天待确认: over all members, of the last 30 days. ``rate`` None: too few to tell (fewer than 20).
    Members are asked from ``from_hour`` until ``until_hour``, in Beijing."""

    days: int
    per_member_day: float
    most_per_member_day: int
    from_hour: int
    until_hour: int
    asked: int
    confirmed: int
    rate: float | None
    members: list[MemberLoadInfo]
