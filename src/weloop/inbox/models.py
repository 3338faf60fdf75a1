"""Tables of the log."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)
QUEUE = {"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.05, "autovacuum_vacuum_cost_delay": 0}
"""Rows of a queue live for milliseconds: vacuum early, leave room on the page."""


class EventRow(Base):
    """What was received and what we did. Append-only, partitioned by month of ``recorded_at``."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_identity", "identity_id", "id"),
        Index("ix_event_kind", "kind", "occurred_at", postgresql_include=["identity_id"]),
        {"postgresql_partition_by": "RANGE (recorded_at)"},
    )

    recorded_at: Mapped[datetime] = mapped_column(MOMENT, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    occurred_at: Mapped[datetime] = mapped_column(MOMENT)
    account_id: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    identity_id: Mapped[int | None] = mapped_column(BigInteger)
    data: Mapped[dict[str, object]] = mapped_column(JSONB)
    trace_id: Mapped[str] = mapped_column(Text)


class EventPayload(Base):
    """The personal part of an event, sealed with its subject's key."""

    __tablename__ = "event_payload"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SubjectKey(Base):
    """The salt of one subject's key. Deleting it makes the subject's payloads unreadable for ever."""

    __tablename__ = "subject_key"

    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class InboxKey(Base):
    """The occurrences known already. ``key`` is 16 bytes of SHA-256 of the dedupe text."""

    __tablename__ = "inbox_key"
    __table_args__ = (Index("ix_inbox_key_recorded_at", "recorded_at", postgresql_using="brin"),)

    account_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)


class InboxPending(Base):
    """Events that wait for their handlers. ``due`` is machine time and moves only with backoff. ``owed``: they have
    never been handled; without it this is a replay, which folds and sends nothing.
    """

    __tablename__ = "inbox_pending"
    __table_args__ = (
        Index("ix_inbox_pending_order", "lane", "due", "event_id"),
        Index("ix_inbox_pending_subject", "subject", "event_id"),
        {"postgresql_with": QUEUE},
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    subject: Mapped[int] = mapped_column(BigInteger)
    lane: Mapped[int] = mapped_column(SmallInteger)
    due: Mapped[datetime] = mapped_column(MOMENT)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    owed: Mapped[bool] = mapped_column(Boolean, server_default="false")


class InboxDead(Base):
    """Events whose handlers kept failing; a person replays or discards them. ``owed`` as it was while they waited."""

    __tablename__ = "inbox_dead"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    subject: Mapped[int] = mapped_column(BigInteger)
    lane: Mapped[int] = mapped_column(SmallInteger)
    attempts: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(Text)
    died_at: Mapped[datetime] = mapped_column(MOMENT)
    owed: Mapped[bool] = mapped_column(Boolean)
