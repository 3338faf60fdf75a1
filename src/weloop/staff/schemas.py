"""Schemas of the staff routes."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from weloop.kit.http import MAX_ID, Instant, Label, PlainText, Schema
from weloop.staff.shifts import DAY_MINUTES


class StaffInfo(Schema):
    """A member. ``status``: 1 active, 2 disabled, 4 not activated, 5 left, 0 not told."""

    account_id: int
    userid: str
    name: str
    department: str | None
    status: int
    contact_enabled: bool
    synced_at: datetime


class SyncResult(Schema):
    """How many members the platform listed."""

    synced: int


Span = Annotated[list[Annotated[int, Field(ge=0, le=DAY_MINUTES)]], Field(min_length=2, max_length=2)]
Weekday = Annotated[list[Span], Field(max_length=6)]


class DutyInput(Schema):
    """What a member does about leads. ``week`` None: office hours, Monday to Friday 09:00 to 18:00."""

    week: Annotated[list[Weekday], Field(min_length=7, max_length=7)] | None = None
    weight: Annotated[int, Field(ge=0, le=100)] = 1
    daily_cap: Annotated[int, Field(ge=1, le=10_000)] | None = None
    backup: Label | None = None
    is_leader: bool = False
    away_until: Instant | None = None
    friend_limit: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class DutyInfo(Schema):
    """A member's duty. ``working``: the shift runs now. ``full_on``: forecast, None when not to be foreseen."""

    account_id: int
    userid: str
    name: str
    contact_enabled: bool
    week: list[list[list[int]]]
    weight: int
    daily_cap: int | None
    backup: str | None
    is_leader: bool
    away_until: datetime | None
    working: bool
    friend_limit: int
    friends: int | None
    friends_added: int
    counted_at: datetime | None
    is_full: bool
    full_on: datetime | None


class SpecialDay(Schema):
    """A Beijing day that is not like its weekday."""

    day: date
    working: bool


class SpecialDays(Schema):
    """All such days."""

    days: Annotated[list[SpecialDay], Field(max_length=1_000)]


class PersonalInput(Schema):
    """A personal account. Its holder: both or neither. ``friend_limit`` None: the default."""

    name: Label
    wechat_id: Annotated[PlainText, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    account_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    userid: Label | None = None
    friend_limit: Annotated[int, Field(ge=1, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _has_whole_holder(self) -> "PersonalInput":
        if (self.account_id is None) is not (self.userid is None):
            raise ValueError("a holder has an account and a userid")
        return self


class PersonalArchiving(Schema):
    """Whether it is put away."""

    archived: bool


class PersonalCount(Schema):
    """How many friends the phone shows."""

    friends: Annotated[int, Field(ge=0, le=1_000_000)]


class CountedFriends(Schema):
    """How many friends there were on a Beijing day."""

    day: date
    friends: int


class PersonalInfo(Schema):
    """A personal account with what was typed of it, oldest first. ``is_due``: not counted this month yet.

    ``full_on``: forecast, None when not to be foreseen. ``holder``: the member's name, None where nobody is known.
    """

    id: int
    name: str
    wechat_id: str
    account_id: int | None
    userid: str | None
    holder: str | None
    friend_limit: int
    archived_at: datetime | None
    counts: list[CountedFriends]
    is_due: bool
    is_full: bool
    full_on: date | None

    @field_validator("counts", mode="before")
    @classmethod
    def _named(cls, given: list[tuple[date, int]]) -> list[dict[str, object]]:
        return [{"day": day, "friends": friends} for day, friends in given]
