"""Schemas of the routes of group chats and join ways."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from weloop.codes.api import Mechanism
from weloop.features.group_chats.rules import CharterState, ChatKind, ChatState, Room, Status, Step
from weloop.kit.http import MAX_ID, Label, PlainText, Schema

ChatId = Annotated[PlainText, Field(min_length=1, max_length=128)]
Id = Annotated[int, Field(ge=1, le=MAX_ID)]
BaseName = Annotated[PlainText, Field(max_length=40)]
BaseNumber = Annotated[int, Field(ge=1, le=1_000_000)]


class CharterInput(Schema):
    """Why the group chat exists. ``owner`` is the userid of the member of staff who answers for it."""

    kind: ChatKind | None = None
    purpose: Annotated[PlainText, Field(max_length=200)] = ""
    owner: Annotated[PlainText, Field(max_length=64)] = ""
    ends_on: date | None = None


class Charter(CharterInput):
    """With what it lacks: ``missing`` until kind, purpose and owner are given, and an end for a functional one."""

    state: CharterState


class GroupChatCounts(Schema):
    """``customers`` are in it now; the others count stays, ``…_today`` those of the Beijing day."""

    customers: int = 0
    joined_today: int = 0
    left_today: int = 0
    joined: int = 0
    left: int = 0


class GroupChatInfo(Schema):
    """A group chat. ``members`` is everybody in it, staff too, of at most ``capacity`` by a code."""

    id: int
    chat_id: str
    account_id: int
    name: str
    state: ChatState
    owner: str
    owner_name: str
    staff: int
    members: int
    capacity: int
    counts: GroupChatCounts
    charter: Charter
    created_at: datetime | None
    fetched_at: datetime | None


class GroupChatPage(Schema):
    """A page of group chats, newest first; ``without_charter`` of all that are alive."""

    items: list[GroupChatInfo]
    total: int
    page: int
    size: int
    without_charter: int


class GroupMemberInfo(Schema):
    """One stay of one identity, ``id``; ``person_id`` and ``name`` are None for whom we know nothing else of.

    ``join_scene``: 1 invited, 2 by an invitation link, 3 by a code. ``quit_scene``: 0 left, 1 removed.
    """

    id: str
    person_id: str | None
    name: str | None
    is_friend: bool
    joined_at: datetime
    left_at: datetime | None
    join_scene: int | None
    quit_scene: int | None
    state: str
    state_name: str | None
    invitor_name: str | None


class GroupMemberPage(Schema):
    """A page of stays, newest first."""

    items: list[GroupMemberInfo]
    total: int
    page: int
    size: int


class GroupDay(Schema):
    """Joins and leaves on one Beijing day."""

    day: date
    joined: int
    left: int


class SyncStarted(Schema):
    """How many accounts are being asked for their group chats."""

    accounts: int


class JoinWayInput(Schema):
    """A new join way: into which group chats, and whether the platform makes the next one when all are full.

    ``campaign_id`` None is 日常; ``mechanism``: how the code is offered.
    """

    name: Label
    account_id: Id
    chats: Annotated[list[ChatId], Field(min_length=1, max_length=5)]
    auto_create: bool = True
    base_name: BaseName = ""
    base_id: BaseNumber = 1
    campaign_id: Id | None = None
    mechanism: Mechanism = ""


class JoinWayChange(Schema):
    """What shall change; what is left out stays. Only ``campaign_id`` may be given as None: 日常."""

    name: Label | None = None
    chats: Annotated[list[ChatId], Field(min_length=1, max_length=5)] | None = None
    auto_create: bool | None = None
    base_name: BaseName | None = None
    base_id: BaseNumber | None = None
    campaign_id: Id | None = None
    mechanism: Mechanism | None = None
    version: int | None = None
    """The version that was read: another one now is a conflict."""


class JoinWayFailure(Schema):
    """What the platform did not do, and why: the UI translates ``error.<code>`` with ``params``.

    ``key`` names the command that failed. After a failed update or deletion the code works as before.
    """

    code: str
    params: dict[str, Any]
    step: Step = Step.CREATE
    key: str = ""


class JoinWayCounts(Schema):
    """``joins`` counts every coming in by the code, ``customers`` each person once, ``present`` who is still in."""

    joins: int = 0
    customers: int = 0
    present: int = 0


class JoinWayChat(Schema):
    """A group chat of a join way. ``made``: the platform made it when the others were full."""

    id: int | None
    chat_id: str
    name: str
    state: ChatState
    members: int
    capacity: int
    made: bool


class JoinWayInfo(Schema):
    """A join way. ``file_id`` is the stored picture of its code, None until it is made."""

    id: int
    name: str
    account_id: int
    state_code: str
    campaign_id: int | None
    mechanism: Mechanism
    chats: list[JoinWayChat]
    auto_create: bool
    base_name: str
    base_id: int
    status: Status
    failure: JoinWayFailure | None
    qr_code: str | None
    file_id: int | None
    version: int
    room: Room
    counts: JoinWayCounts
    created_at: datetime
    updated_at: datetime


class JoinWayPage(Schema):
    """A page of join ways, newest first."""

    items: list[JoinWayInfo]
    total: int
    page: int
    size: int
