"""The table of webhooks."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class Webhook(Base):
    """An endpoint of another system, and what it wants to hear of."""

    __tablename__ = "webhook"
    __table_args__ = (Index("ix_webhook_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    wanted: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """``[{kind, where: {name: [values]}}]``."""
    with_person: Mapped[bool] = mapped_column(Boolean, server_default="true")
    enabled: Mapped[bool] = mapped_column(Boolean, server_default="true")
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    old_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The secret before, which signs too until ``old_secret_until``."""
    old_secret_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """Machine time: what was recorded before is not told, however often the log is handled."""
    delivered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
