"""The table of examinations."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = DateTime(timezone=True)


class AccountExamination(Base):
    """What the last examination of an account found, and what reached its callback address."""

    __tablename__ = "account_examination"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    examined_at: Mapped[datetime | None] = mapped_column(MOMENT)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    egress_address: Mapped[str | None] = mapped_column(Text)
    """The address from which the platform last said that we call."""
    egress_before: Mapped[str | None] = mapped_column(Text)
    """The one before, until the new one is let in."""
    received_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When something last came to the callback address, believed or not."""
    verified_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When something last came whose signature was right."""
    refused_at: Mapped[datetime | None] = mapped_column(MOMENT)
    refused_status: Mapped[int | None] = mapped_column(Integer)
    watched_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Since when somebody waits for a callback to come."""
    sidebar_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When a member last opened the chat sidebar beside a customer's chat, and who."""
    sidebar_by: Mapped[str | None] = mapped_column(Text)
