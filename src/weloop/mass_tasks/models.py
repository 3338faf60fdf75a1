"""Tables of mass messages that members confirm."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = DateTime(timezone=True)


class MassContentRow(Base):
    """What a mass message says; the same words and attachments are one row."""

    __tablename__ = "mass_content"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    words: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[Any]] = mapped_column(JSONB)


class MassWishRow(Base):
    """Somebody shall get a mass message from a member. ``origin``: who wishes it (``broadcast:7``, ``journey:3``).

    ``waiting`` until a task takes it; ``asked`` while the member has not confirmed; then ``sent`` or ``failed``.
    ``uncertain``: nobody knows whether the member was asked. ``reason``: why it failed, or why policy lets it
    wait until ``due``: codes with blanks between, the weightiest first.
    """

    __tablename__ = "mass_wish"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'asked', 'sent', 'failed', 'uncertain')", name="state"),
        Index(
            "ix_mass_wish_waiting",
            "account_id",
            "staff",
            "content_id",
            "due",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_mass_wish_task_id", "task_id", "identity_id"),
        Index("ix_mass_wish_origin", "origin", "state"),
        Index("ix_mass_wish_identity_id", "identity_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    origin: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger)
    staff: Mapped[str] = mapped_column(Text)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    external_userid: Mapped[str] = mapped_column(Text)
    content_id: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[int] = mapped_column(Integer)
    """Lower goes first where not all find room in a day."""
    due: Mapped[datetime] = mapped_column(MOMENT)
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    task_id: Mapped[int | None] = mapped_column(BigInteger)
    asked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    advert: Mapped[bool] = mapped_column(Boolean, server_default="false")
    message_class: Mapped[str | None] = mapped_column(Text)
    """As it counts against caps, from the moment at which the member is asked; None: another wish of the same message
    counts."""


class MassTaskRow(Base):
    """One task on one member's phone. ``lapsed``: not confirmed in time; ``done``: confirmed, and its results are here.

    ``look_at``: when it is looked at next; None: never again.
    """

    __tablename__ = "mass_task"
    __table_args__ = (
        CheckConstraint(
            "state IN ('creating', 'open', 'done', 'lapsed', 'cancelled', 'failed', 'uncertain')", name="state"
        ),
        Index("ix_mass_task_member", "account_id", "staff", "day"),
        Index("ix_mass_task_day", "day"),
        Index("ix_mass_task_look_at", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    staff: Mapped[str] = mapped_column(Text)
    content_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    customers: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text)
    msgid: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    asked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    confirmed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    look_at: Mapped[datetime | None] = mapped_column(MOMENT)
    looks: Mapped[int] = mapped_column(Integer, server_default="0")
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class MassTaskSum(Base):
    """Of wishes of a task that are kept no more, how many an origin had, and how they ended."""

    __tablename__ = "mass_task_sum"

    task_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(Text, primary_key=True)
    customers: Mapped[int] = mapped_column(Integer)
    sent: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)


class MassQueueRow(Base):
    """A member for whom something waits: one row, which a worker locks while it makes their next task."""

    __tablename__ = "mass_queue"
    __table_args__ = (Index("ix_mass_queue_due", "due"),)

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    staff: Mapped[str] = mapped_column(Text, primary_key=True)
    due: Mapped[datetime] = mapped_column(MOMENT)
