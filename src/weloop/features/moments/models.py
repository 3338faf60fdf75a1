"""Tables of Moments."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

AT = DateTime(timezone=True)


class MomentRow(Base):
    """One post. States: draft → planned (its command waits in the outbox) → asked (the platform was given the task) →
    done; or cancelled, failed, uncertain (nobody knows whether it was given the task).

    ``members``: userids. ``tags``: the platform's ids; empty: all customers. ``platform_id`` is empty until the task is
    made. ``looks``: how often it was looked at; a look of an older number counts no more. ``part_of``: the post whose
    members could not all publish it when it left: it left for some, and the rest of them is the next ``part``.
    """

    __tablename__ = "moment"
    __table_args__ = (
        CheckConstraint("kind IN ('ad', 'persona', 'value', 'proof', 'interaction')", name="kind"),
        CheckConstraint(
            "state IN ('draft', 'planned', 'asked', 'done', 'cancelled', 'failed', 'uncertain')", name="state"
        ),
        UniqueConstraint("part_of", "part", name="uq_moment_part_of_part"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[Any]] = mapped_column(JSONB)
    members: Mapped[list[str]] = mapped_column(JSONB)
    tags: Mapped[list[str]] = mapped_column(JSONB)
    planned_at: Mapped[datetime | None] = mapped_column(AT)
    """None: at once."""
    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    jobid: Mapped[str] = mapped_column(Text, server_default="")
    platform_id: Mapped[str] = mapped_column(Text, server_default="")
    looks: Mapped[int] = mapped_column(Integer, server_default="0")
    part_of: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("moment.id"))
    part: Mapped[int] = mapped_column(Integer, server_default="0")
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(AT)
    updated_at: Mapped[datetime] = mapped_column(AT)
    planned_by: Mapped[int | None] = mapped_column(BigInteger)
    asked_at: Mapped[datetime | None] = mapped_column(AT)
    cancelled_at: Mapped[datetime | None] = mapped_column(AT)
    """When somebody wanted it; the platform may still refuse."""
    ended_at: Mapped[datetime | None] = mapped_column(AT)


class MomentMemberRow(Base):
    """A member of a post. ``invalid``: the platform left them out. Figures are None until they have published."""

    __tablename__ = "moment_member"
    __table_args__ = (CheckConstraint("state IN ('asked', 'published', 'invalid')", name="state"),)

    moment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("moment.id", ondelete="CASCADE"), primary_key=True)
    staff: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    visible: Mapped[int | None] = mapped_column(Integer)
    likes: Mapped[int | None] = mapped_column(Integer)
    comments: Mapped[int | None] = mapped_column(Integer)
    seen_at: Mapped[datetime | None] = mapped_column(AT)
    """When these figures were read."""
