"""Schemas of the routes of Moments."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from weloop.features.moments.rules import Kind, MemberState, State
from weloop.kit.http import MAX_ID, Instant, PlainText, Schema, WebAddress

Id = Annotated[int, Field(ge=1, le=MAX_ID)]
Key = Annotated[PlainText, Field(min_length=1, max_length=64)]


class MomentImage(Schema):
    """An uploaded picture."""

    type: Literal["image"]
    file_id: Id
    name: Annotated[PlainText, Field(max_length=200)] = ""


class MomentLink(Schema):
    """A link with its picture (``file_id``), which the platform wants."""

    type: Literal["link"]
    title: Annotated[PlainText, Field(min_length=1, max_length=64)]
    url: WebAddress
    file_id: Id
    name: Annotated[PlainText, Field(max_length=200)] = ""


Attachments = list[Annotated[MomentImage | MomentLink, Field(discriminator="type")]]


class MomentInput(Schema):
    """A post as its author writes it. ``planned_at`` None: at once when it is planned.

    ``members``: userids of those who shall publish it, 1,000 at most (the platform takes 100,000). ``tags``: the
    platform's ids of corp tags, of which a customer carries one to see it; none: all customers. ``attachments``: up to
    nine pictures, or one link.
    """

    account_id: Id
    kind: Kind
    text: Annotated[PlainText, Field(max_length=2000)] = ""
    attachments: Attachments = Field(default_factory=list, max_length=9)
    members: Annotated[list[Key], Field(min_length=1, max_length=1000)]
    tags: Annotated[list[Key], Field(max_length=100)] = Field(default_factory=list)
    planned_at: Instant | None = None


class MomentChange(MomentInput):
    """The whole of a draft; ``version`` is the one that was changed."""

    version: int


class MomentInfo(Schema):
    """A post with what became of it. There are no impressions: the platform tells none.

    ``gates`` and ``due``: why policy lets it wait, and when it is judged again. ``cancelling``: the platform was asked
    to. ``asked``: members whom the platform accepted; ``published`` of them; ``visible``: customers who could see it,
    each counted once a member; ``likes`` and ``comments`` of customers; ``per_thousand``: both for 1,000 visible, None
    of too few. ``part_of``: the post that left before for the members who could publish it; ``rest``: the post of
    those who could not.
    """

    id: int
    account_id: int
    account_name: str
    kind: Kind
    text: str
    attachments: Attachments
    members: list[str]
    tags: list[str]
    tag_names: list[str]
    planned_at: datetime | None
    state: State
    version: int
    cancelling: bool
    failure: dict[str, Any] | None
    gates: list[str]
    due: datetime | None
    created_by: str | None
    planned_by: str | None
    created_at: datetime
    asked_at: datetime | None
    ended_at: datetime | None
    part_of: int | None
    rest: int | None
    asked: int
    published: int
    visible: int
    likes: int
    comments: int
    per_thousand: float | None


class MomentPage(Schema):
    """One page, newest first."""

    items: list[MomentInfo]
    total: int
    page: int
    size: int


class MomentLacking(Schema):
    """A member who could not publish a post at its time. ``posts_first``: so many other posts have to come before an
    advertisement fits their share; None: it never does."""

    staff: str
    staff_name: str | None
    gates: list[str]
    posts_first: int | None


class MomentCheck(Schema):
    """What policy would say of it as things are now, and with what is planned before it. ``leaves_at``: when the first
    members may publish it; None: it would wait for longer than it is kept, or never leave. ``gates``: what would delay
    or stop it for all. ``outside_windows``: few look into Moments at its time. ``ready``: how many members could
    publish it at its time; ``lacking``: the others."""

    leaves_at: datetime | None
    gates: list[str]
    outside_windows: bool
    ready: int
    lacking: list[MomentLacking]


class MomentMember(Schema):
    """A member of a post; figures are None until they have published it."""

    staff: str
    staff_name: str | None
    state: MemberState
    visible: int | None
    likes: int | None
    comments: int | None
    per_thousand: float | None
    seen_at: datetime | None
