"""Tables of leads."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

STAGES = "('lead', 'mql', 'accepted', 'sql', 'opportunity', 'won', 'lost')"


class Lead(Base):
    """Somebody who may buy, and who cares for them. A person has one open lead at most."""

    __tablename__ = "lead"
    __table_args__ = (
        CheckConstraint(f"stage IN {STAGES}", name="stage"),
        CheckConstraint("origin IN ('contact', 'form', 'import', 'manual')", name="origin"),
        CheckConstraint("due_what IN ('release', 'accept', 'contact', 'return')", name="due_what"),
        Index("uq_lead_open_person", "person_id", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_lead_person_id", "person_id"),
        Index("ix_lead_staff", "account_id", "staff", "assigned_at"),
        Index("ix_lead_created_at", "created_at", "id"),
        Index("ix_lead_state", "state"),
        Index("ix_lead_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("uq_lead_origin_key", "origin_key", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    """The WeCom account whose members work it."""
    person_id: Mapped[int] = mapped_column(BigInteger)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    """The identity it came by: whose person it follows when persons are joined."""
    origin: Mapped[str] = mapped_column(Text)
    origin_key: Mapped[str] = mapped_column(Text)
    """What made it; the same twice is one lead."""
    state: Mapped[str] = mapped_column(Text, server_default="")
    """The state code it came by; empty: none."""
    stage: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """Of the opportunity or the sale, in yuan."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    stage_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    mql_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sql_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    staff: Mapped[str | None] = mapped_column(Text)
    """The member; None: in the open pool (公海)."""
    is_friend: Mapped[bool] = mapped_column(Boolean)
    """Whether the member has the person as a friend."""
    assigned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    assigned_by: Mapped[str | None] = mapped_column(Text)
    """Why this member: friend, sticky, pool, next, manual, claimed."""
    moves: Mapped[int] = mapped_column(Integer, server_default="0")
    """How often it was put to a member: names the cards."""
    released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When it was put to the member: from here on the clocks run."""
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    contacted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    evidence: Mapped[str | None] = mapped_column(Text)
    """How the first contact is known: marked, sidebar, kf, archive."""
    contacted_by: Mapped[str | None] = mapped_column(Text)
    """The member who made it, where a proof names one."""
    contact_seconds: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    """Working time from the release to the first contact."""
    expired: Mapped[str | None] = mapped_column(Text)
    """The clock that ran out with this member: accept or contact."""
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    due_what: Mapped[str | None] = mapped_column(Text)
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """下次跟进时间."""
    need: Mapped[bool] = mapped_column(Boolean, server_default="false")
    role: Mapped[bool] = mapped_column(Boolean, server_default="false")
    time: Mapped[bool] = mapped_column(Boolean, server_default="false")
    budget: Mapped[bool] = mapped_column(Boolean, server_default="false")
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What is known of the person for the fit, by field: true or false."""
    fit: Mapped[float] = mapped_column(DOUBLE_PRECISION, server_default="0")
    engagement: Mapped[float] = mapped_column(DOUBLE_PRECISION, server_default="0")
    """At ``scored_at``; it fades from there."""
    scored_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LeadHistory(Base):
    """What a row of a file tells of former times: a figure of the baseline, no lead that anybody works."""

    __tablename__ = "lead_history"

    import_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    """In the words of the file."""
    entered_on: Mapped[date | None] = mapped_column(Date)
    reached: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    won_on: Mapped[date | None] = mapped_column(Date)


class LeadNote(Base):
    """A follow-up."""

    __tablename__ = "lead_note"
    __table_args__ = (Index("ix_lead_note_lead_id", "lead_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lead_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("lead.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    staff: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RefusedProof(Base):
    """Something that somebody called a first contact of a lead, and that does not count."""

    __tablename__ = "lead_refused_proof"

    lead_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("lead.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    staff: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    errcode: Mapped[int] = mapped_column(Integer, server_default="0")
    """What the platform answered instead of telling; 0: it told."""
    refused_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LeadTask(Base):
    """Something a member shall do about a lead: follow up, or add who left a number only (主动添加)."""

    __tablename__ = "lead_task"
    __table_args__ = (
        CheckConstraint("kind IN ('follow_up', 'add_friend')", name="kind"),
        Index("uq_lead_task_open", "lead_id", "kind", unique=True, postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lead_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("lead.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None] = mapped_column(Text)
