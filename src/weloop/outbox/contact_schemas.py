"""Forms of the rules of contact and of how a person stands."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from weloop.contracts.contact_rules import MAX_WORD
from weloop.kit.http import Note, PlainText, Schema

Clock: TypeAlias = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Word: TypeAlias = Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_WORD)]
Reply: TypeAlias = Annotated[PlainText, StringConstraints(strip_whitespace=True, max_length=300)]
"""Empty: nothing is answered. As long as the text of a service message may be, whatever its signs."""
MessageClassName: TypeAlias = Literal["marketing", "service", "conversation", "moment"]
Hours: TypeAlias = Annotated[list[Clock], Field(min_length=2, max_length=2)]


class ContactRuleValues(Schema):
    """The rules. Hours are Beijing time; a quiet that ends before it starts goes over midnight, equal ends: none."""

    marketing_quiet: Hours
    service_quiet: Hours
    marketing_per_week: Annotated[int, Field(ge=0, le=14)]
    marketing_gap_hours: Annotated[int, Field(ge=0, le=336)]
    service_per_campaign: Annotated[int, Field(ge=0, le=50)]
    service_per_day: Annotated[int, Field(ge=0, le=20)]
    sales_talk_hours: Annotated[int, Field(ge=0, le=720)]
    answer_minutes: Annotated[int, Field(ge=1, le=120)]
    opt_out_words: Annotated[list[Word], Field(min_length=1, max_length=20)]
    opt_in_words: Annotated[list[Word], Field(min_length=1, max_length=20)]
    wecom_mass_mode: Literal["month", "week", "day"]
    moment_per_day: Annotated[int, Field(ge=0, le=10)]
    moment_advert_percent: Annotated[int, Field(ge=0, le=100)]
    moment_advert_gap_hours: Annotated[int, Field(ge=0, le=336)]
    moment_adverts_in_a_row: Annotated[int, Field(ge=1, le=10)]
    moment_repeat_days: Annotated[int, Field(ge=0, le=365)]
    moment_windows: Annotated[list[Hours], Field(max_length=6)]
    opt_out_reply: Reply
    opt_in_reply: Reply


class SourceText(Schema):
    """Where a figure comes from, in both languages."""

    zh: str
    en: str


class RateLimit(Schema):
    """A rate of a platform's API, for each account: ``per_second`` and ``burst`` calls."""

    name: str
    per_second: float
    burst: float
    source: SourceText
    date: str


class ContactRulesInfo(Schema):
    """The rules in force, what ships, and where each figure comes from."""

    values: ContactRuleValues
    shipped: ContactRuleValues
    sources: dict[str, SourceText]
    revision: int
    updated_by: str | None
    updated_at: datetime | None
    rates: list[RateLimit]


class ContactRulesChange(Schema):
    """The rules as they shall be; ``revision`` is the one that was looked at."""

    revision: Annotated[int, Field(ge=0)]
    values: ContactRuleValues


class ContactEntry(Schema):
    """An entry of the ledger: a word that came in by an account, or a note by hand with its reason."""

    act: Literal["opted_out", "opted_in", "complaint_opened", "complaint_closed"]
    at: datetime
    account_name: str | None
    word: str | None
    user_name: str | None
    reason: str | None


class ContactStanding(Schema):
    """How a person stands to being written to. ``related``: follows an account or is a member's friend. ``sign_ups``:
    campaigns they signed up for.

    ``sales_talk_until``: no marketing before, because a sales person is at work. ``next_marketing_at``: when the caps
    let the next one go; ``marketing``: how many count in the last seven days, of ``marketing_per_week``.
    """

    opted_out: bool
    wants: bool
    related: bool
    complaint: bool
    sales_talk_until: datetime | None
    sign_ups: list[int]
    marketing: int
    marketing_per_week: int
    next_marketing_at: datetime | None
    entries: list[ContactEntry]


class ContactNote(Schema):
    """What somebody notes about a person's wish."""

    act: Literal["opted_out", "opted_in", "complaint_opened", "complaint_closed"]
    reason: Note


class HeldMessage(Schema):
    """A message that policy refused or put off. ``gates``: why, the weightiest first. ``due``: when it is looked at
    again; None: it does not go. ``at``: when it was wanted.
    """

    id: int
    name: str
    account_name: str | None
    person_id: str | None
    person_name: str | None
    queue: str
    gates: list[str]
    at: datetime
    due: datetime | None


class HeldPage(Schema):
    """A page of them. ``kept_days``: so long they are kept after their end."""

    items: list[HeldMessage]
    total: int
    page: int
    size: int
    kept_days: int
