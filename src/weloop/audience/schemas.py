"""Forms of the segment routes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from weloop.kit.http import Label, PlainText, Schema

Remark = Annotated[PlainText, StringConstraints(strip_whitespace=True, max_length=500)]


class SegmentInfo(Schema):
    """A segment in the list. ``timed``: time alone makes members come and go; see docs/reference/segments.md."""

    id: int
    name: str
    note: str
    revision: int
    timed: bool
    state: Literal["filling", "ready", "failed"]
    reason: str | None
    """Why its refresh failed: ``refresh_failed``, ``rule_unknown``."""
    size: int
    refreshed_at: datetime | None
    refresh_seconds: float | None
    drift: int
    """How many members the last refresh put right that events should have; 0 is well."""
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class SegmentDetail(SegmentInfo):
    """A segment with its rule."""

    rule: dict[str, Any]


class SegmentInput(Schema):
    """A new segment."""

    name: Label
    note: Remark = ""
    rule: dict[str, Any]


class SegmentChange(Schema):
    """What shall be different; ``revision`` is the one that was looked at."""

    revision: Annotated[int, Field(ge=1)]
    name: Label | None = None
    note: Remark | None = None
    rule: dict[str, Any] | None = None


class RuleInput(Schema):
    """A rule that is being written. ``segment_id``: of which segment, if it has one."""

    rule: dict[str, Any]
    segment_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class RuleFaultInfo(Schema):
    """What is wrong with a rule. ``place`` as ``terms.0.terms.2``, empty for the whole."""

    place: str
    field: str
    code: str
    text: str


class SamplePerson(Schema):
    """Somebody for whom a rule holds. Ids are text for JavaScript."""

    id: str
    name: str | None
    company: str | None
    avatar_url: str | None
    last_seen_at: datetime


class RuleCount(Schema):
    """How many persons a rule holds for now, and any ten of them.

    ``exact``: everybody was looked at. If not, it comes from a sample, and the exact figure lies between ``low`` and
    ``high`` in 95 of 100 cases.
    """

    count: int
    low: int
    high: int
    exact: bool
    sample: list[SamplePerson]


class SegmentMemberInfo(Schema):
    """A member."""

    person_id: str
    name: str | None
    company: str | None
    avatar_url: str | None
    since: datetime


class SegmentMemberPage(Schema):
    """Members in the order of their ids. ``after``: ask with it for the next; None: there are no more."""

    items: list[SegmentMemberInfo]
    after: str | None


class NamedWords(Schema):
    """A name in both languages."""

    zh: str
    en: str


class ChoiceInfo(Schema):
    """A value to choose."""

    value: str | int
    name: NamedWords


class SettingInfo(Schema):
    """A field of a term. ``type`` says how it is edited."""

    name: str
    words: NamedWords
    type: str
    required: bool
    choices: list[ChoiceInfo]


class TermInfo(Schema):
    """A term, by its ``op``."""

    op: str
    words: NamedWords
    settings: list[SettingInfo]


class FieldInfo(Schema):
    """A field to compare, with the operators that fit its type."""

    name: str
    words: NamedWords
    type: Literal["text", "number", "bool", "texts", "moment"]
    ops: list[str]
    choices: list[ChoiceInfo]


class TermGroup(Schema):
    """What one module offers."""

    words: NamedWords
    fields: list[FieldInfo]
    terms: list[TermInfo]
