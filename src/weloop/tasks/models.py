"""The table of staff tasks."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Integer, Text, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

OUTCOMES = ("done", "declined", "expired", "withdrawn")


class StaffTask(Base):
    """What one member shall do for one person. ``key`` names what asks for it: the same key is one task.

    ``outcome`` None: it is open. ``withdrawn``: who asked for it wants it no more.
    """

    __tablename__ = "staff_task"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        Unique("key"),
        Index("ix_staff_task_due_at", "due_at", postgresql_where=text("outcome IS NULL")),
        Index("ix_staff_task_staff", "account_id", "staff", "due_at", postgresql_where=text("outcome IS NULL")),
        Index("ix_staff_task_identity_id", "identity_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(Integer)
    """The WeCom account whose member does it."""
    staff: Mapped[str] = mapped_column(Text)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    """Whom it is about."""
    title: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    script_id: Mapped[int | None] = mapped_column(BigInteger)
    """Of the script (话术) with what is to be said; it may be gone."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
