"""Tables of broadcasts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = DateTime(timezone=True)


class BroadcastRow(Base):
    """One broadcast. ``place``: the person up to whom the audience is frozen. ``next_at``: when it goes on by itself.

    States: draft → pending (a second person must approve) → scheduled → freezing → sending → done; stopping → stopped
    and on from there, or ended. ``failed``: the platform did not take it.
    """

    __tablename__ = "broadcast"
    __table_args__ = (
        CheckConstraint("kind IN ('mass_task', 'service', 'account_mass')", name="kind"),
        CheckConstraint(
            "state IN ('draft', 'pending', 'scheduled', 'freezing', 'sending', 'done', 'stopping', 'stopped', 'ended',"
            " 'failed')",
            name="state",
        ),
        CheckConstraint("priority IN ('high', 'normal', 'low')", name="priority"),
        Index("ix_broadcast_next_at", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger)
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    audience: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    advert: Mapped[bool] = mapped_column(Boolean, server_default="false")
    priority: Mapped[str] = mapped_column(Text, server_default="normal")
    """Among what members are asked to confirm."""
    holdout: Mapped[int] = mapped_column(Integer, server_default="0")
    """Per cent of the reachable who get nothing, to compare with."""
    start_at: Mapped[datetime | None] = mapped_column(MOMENT)
    per_minute: Mapped[int | None] = mapped_column(Integer)
    needs_approval: Mapped[bool] = mapped_column(Boolean, server_default="false")
    state: Mapped[str] = mapped_column(Text)
    stopped_from: Mapped[str] = mapped_column(Text, server_default="")
    place: Mapped[int | None] = mapped_column(BigInteger)
    last_job: Mapped[int] = mapped_column(Integer, server_default="0")
    """The number of the last job that was made, be it there or not: the log knows what became of each by its number."""
    next_at: Mapped[datetime | None] = mapped_column(MOMENT)
    keep_until: Mapped[datetime | None] = mapped_column(MOMENT)
    """Once a job came back from the outbox: until when that one was kept, and what is made instead is."""
    waits: Mapped[str] = mapped_column(Text, server_default="")
    """Why that one came back, until ``next_at``: codes with blanks between."""
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    version: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    approved_at: Mapped[datetime | None] = mapped_column(MOMENT)
    started_at: Mapped[datetime | None] = mapped_column(MOMENT)
    frozen_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    removed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Since when its recipients are kept no more, but their number at each step."""
    final_counts: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))


class RecipientRow(Base):
    """A person of the frozen audience. ``held``: in the holdout. ``skipped``: not sent, and why.

    waiting → queued (in the outbox, or wished of a member) → asked (lies on the member's phone) → sent | failed |
    uncertain.
    """

    __tablename__ = "broadcast_recipient"
    __table_args__ = (
        CheckConstraint(
            "state IN ('held', 'skipped', 'waiting', 'queued', 'asked', 'sent', 'failed', 'uncertain')", name="state"
        ),
        Index("ix_broadcast_recipient_state", "broadcast_id", "state", "staff", "person_id"),
        Index("ix_broadcast_recipient_counted", "identity_id", postgresql_where=text("message_class IS NOT NULL")),
    )

    broadcast_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("broadcast.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    identity_id: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(Text, server_default="")
    """external_userid or openid."""
    staff: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    at: Mapped[datetime] = mapped_column(MOMENT)
    message_class: Mapped[str | None] = mapped_column(Text)
    """Of one whom a list of 群发 was let go to: it counts against caps like messages of its own."""


class AccountJobRow(Base):
    """One job that an official account's platform was given. No other of the broadcast ever has its ``n``."""

    __tablename__ = "broadcast_job"
    __table_args__ = (
        CheckConstraint("state IN ('sending', 'handed_in', 'failed', 'uncertain')", name="state"),
        CheckConstraint("told IN ('sent', 'failed', 'deleted')", name="told"),
        Index("ix_broadcast_job_msg_id", "account_id", "msg_id"),
        Index("ix_broadcast_job_at", "account_id", "at"),
    )

    broadcast_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("broadcast.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(BigInteger)
    to_all: Mapped[bool] = mapped_column(Boolean)
    persons: Mapped[list[int]] = mapped_column(JSONB)
    """Of a list; empty where the platform chooses."""
    state: Mapped[str] = mapped_column(Text)
    msg_id: Mapped[str] = mapped_column(Text, server_default="")
    handed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Since when the platform has it."""
    told: Mapped[str | None] = mapped_column(Text)
    """How it ended, where the platform was asked because its callback did not come."""
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime] = mapped_column(MOMENT)


class AccountJobResultRow(Base):
    """How a job ended, as its callback said; it may come before the job's own answer."""

    __tablename__ = "broadcast_job_result"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    msg_id: Mapped[str] = mapped_column(Text, primary_key=True)
    status: Mapped[str] = mapped_column(Text)
    total: Mapped[int] = mapped_column(BigInteger)
    chosen: Mapped[int] = mapped_column(BigInteger)
    sent: Mapped[int] = mapped_column(BigInteger)
    failed: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(MOMENT)
