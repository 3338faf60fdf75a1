"""Tables of segments: their rules, what their rules listen for, their members, and what is still to be done."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)
QUEUE = {"autovacuum_vacuum_scale_factor": 0.05, "autovacuum_vacuum_cost_delay": 0}


class SegmentRow(Base):
    """A segment. ``revision`` counts its changes, ``size`` its members.

    States: ``filling`` (its members are of no rule yet, or of the one before), ``ready``, ``failed`` (``reason``).
    """

    __tablename__ = "segment"
    __table_args__ = (
        CheckConstraint("state IN ('filling', 'ready', 'failed')", name="state"),
        Index("ix_segment_refresh_at", "refresh_at", postgresql_where=text("archived_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(Integer, server_default="1")
    timed: Mapped[bool] = mapped_column(Boolean)
    """Whether time alone makes members come and go."""
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer, server_default="0")
    refresh_at: Mapped[datetime] = mapped_column(MOMENT)
    """When all persons are judged anew, world time."""
    followed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Up to when all have been judged anew whose periods ran out; None: its rule does not tell whose."""
    follow_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When that is looked for again."""
    refreshed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    refresh_seconds: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    drift: Mapped[int] = mapped_column(Integer, server_default="0")
    """How many members the last refresh put right that events should have."""
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
    archived_at: Mapped[datetime | None] = mapped_column(MOMENT)


class SegmentMark(Base):
    """What the rule of a segment listens for: kinds of events and the marks of modules."""

    __tablename__ = "segment_mark"
    __table_args__ = (Index("ix_segment_mark_segment_id", "segment_id"),)

    mark: Mapped[str] = mapped_column(Text, primary_key=True)
    segment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class SegmentMember(Base):
    """A member. ``identity_id``: the one its events speak of, by which it follows when persons are joined."""

    __tablename__ = "segment_member"
    __table_args__ = (Index("ix_segment_member_person_id", "person_id"),)

    segment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(MOMENT)


class SegmentTouch(Base):
    """Somebody of whom something changed, to be judged anew. ``person_id`` where identities moved or went.

    ``due``: when that happens which was told before it did.
    """

    __tablename__ = "segment_touch"
    __table_args__ = (
        Index("ix_segment_touch_due", "due", postgresql_where=text("due IS NOT NULL")),
        {"postgresql_with": QUEUE},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    mark: Mapped[str] = mapped_column(Text)
    identity_id: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    due: Mapped[datetime | None] = mapped_column(MOMENT)


class SegmentChange(Base):
    """A member that came or left, which the log does not say yet."""

    __tablename__ = "segment_change"
    __table_args__ = ({"postgresql_with": QUEUE},)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    segment_id: Mapped[int] = mapped_column(Integer)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    entered: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(MOMENT)
