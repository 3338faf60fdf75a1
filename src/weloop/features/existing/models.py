"""The table of existing people."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = DateTime(timezone=True)


class ExistingSync(Base):
    """How far the existing people of an account were fetched. ``place`` and ``cursor``: where the next page begins."""

    __tablename__ = "existing_sync"
    __table_args__ = (CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),)

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, server_default="")
    cursor: Mapped[str] = mapped_column(Text, server_default="")
    step: Mapped[int] = mapped_column(Integer, server_default="0")
    """Numbers the commands of an account; never goes back."""
    seen: Mapped[int] = mapped_column(Integer, server_default="0")
    total: Mapped[int | None] = mapped_column(Integer)
    pending_key: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
