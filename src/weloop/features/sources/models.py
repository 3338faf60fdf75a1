"""Tables of the sources feature."""

from datetime import date, datetime
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
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class Source(Base):
    """A contact way (渠道活码) and what the operator wants of it.

    ``version`` rises with every change; the platform has it once the status is ready.
    """

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint("status IN ('creating', 'ready', 'failed', 'deleting', 'deleted')", name="status"),
        Index("ix_source_status_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger)
    state_code: Mapped[str] = mapped_column(Text, unique=True)
    users: Mapped[list[str]] = mapped_column(ARRAY(Text))
    spared: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    """Those of ``users`` whom the code leaves out, because they have no room for more customers."""
    skip_verify: Mapped[bool] = mapped_column(Boolean, server_default="true")
    welcome: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    config_id: Mapped[str | None] = mapped_column(Text)
    qr_code: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    pending_key: Mapped[str | None] = mapped_column(Text)
    """Key of the command on its way; there is one at a time, so that changes reach the platform in order."""
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SourceTouch(Base):
    """One event that may count for a source: read model, rebuilt by replaying the log."""

    __tablename__ = "source_touch"
    __table_args__ = (
        CheckConstraint("what IN ('added', 'lost', 'welcome_sent', 'welcome_failed')", name="what"),
        Index("ix_source_touch_friendship", "identity_id", "staff"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    staff: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    what: Mapped[str] = mapped_column(Text)
    named_source_id: Mapped[int | None] = mapped_column(BigInteger)
    """The source whose state code the event carries."""
    source_id: Mapped[int | None] = mapped_column(BigInteger)
    """The source the event counts for; None: for none."""


class SourceDay(Base):
    """Counts of one source on one Beijing day: the sum of its touches."""

    __tablename__ = "source_day"

    source_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    added: Mapped[int] = mapped_column(Integer, server_default="0")
    lost: Mapped[int] = mapped_column(Integer, server_default="0")
    welcome_sent: Mapped[int] = mapped_column(Integer, server_default="0")
    welcome_failed: Mapped[int] = mapped_column(Integer, server_default="0")
