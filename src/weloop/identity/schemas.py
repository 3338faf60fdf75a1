"""Forms of the person pages. 64-bit ids of persons and identities travel as text: JavaScript would round them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from weloop.kit.http import Schema

TextId = Annotated[str, BeforeValidator(str)]


class SourceName(Schema):
    """The code that brought a person."""

    id: int
    name: str
    kind: Literal["contact_way", "scene_qr"]


class StaffName(Schema):
    """A member by userid and, if known, name."""

    userid: str
    name: str | None


class PersonInfo(Schema):
    """One row of the list."""

    id: TextId
    name: str | None
    avatar_url: str | None
    company: str | None
    kinds: list[str]
    source: SourceName | None
    state_code: str | None
    staff: list[StaffName]
    first_seen_at: datetime
    last_seen_at: datetime
    resolved: bool
    conflict: bool


class PersonPage(Schema):
    """One page of the list. ``unresolved`` counts those of ``total`` that no unionid joins to our other accounts;
    ``more``: there are more than ``total``, which is as far as they are counted.
    """

    items: list[PersonInfo]
    total: int
    more: bool
    unresolved: int
    page: int
    size: int


class ProfileInfo(Schema):
    """What a platform tells of an identity."""

    name: str | None
    avatar_url: str | None
    gender: str | None
    company: str | None
    remark: str | None


class IdentityInfo(Schema):
    """One identity. ``found``: whether the platform knew it when it was last asked; null before."""

    id: TextId
    kind: str
    value: str
    account_id: int | None
    account_name: str | None
    profile: ProfileInfo | None
    found: bool | None
    fetched_at: datetime | None


class RelationInfo(Schema):
    """A friendship with a member, or following an account (``staff`` is null)."""

    account_id: int
    account_name: str | None
    staff: StaffName | None
    since: datetime | None
    ended_at: datetime | None
    ended_by: str | None


class FactInfo(Schema):
    """A link between two identities. ``ignored``: it stands, but a phone shared by several people does not join."""

    key: str
    a: TextId
    b: TextId
    a_value: str
    b_value: str
    a_kind: str
    b_kind: str
    strength: str
    active: bool
    ignored: bool
    at: datetime


class PersonDetail(PersonInfo):
    """A person with all that is known."""

    identities: list[IdentityInfo]
    relations: list[RelationInfo]
    facts: list[FactInfo]


class TimelineItem(Schema):
    """One event of a person. ``personal`` is empty once the person was erased."""

    id: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    account_id: int
    account_name: str | None
    data: dict[str, Any]
    personal: dict[str, Any]


class Timeline(Schema):
    """A page of events, newest first; ``next`` is the ``before`` of the following page."""

    items: list[TimelineItem]
    next: int | None
