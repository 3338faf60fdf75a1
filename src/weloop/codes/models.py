"""The table of state codes."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class StateCode(Base):
    """One state code. What it is called and where it belongs may change; what it says may not: the log speaks of it."""

    __tablename__ = "state_code"
    __table_args__ = (
        CheckConstraint("kind IN ('contact_way', 'scene_qr', 'join_way', 'short_link', 'form')", name="kind"),
        Index("ix_state_code_campaign_id", "campaign_id"),
        Index("ix_state_code_article_id", "article_id"),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    """None: 日常, no campaign."""
    article_id: Mapped[int | None] = mapped_column(BigInteger)
    """The article at whose foot it stands (文末码)."""
    mechanism: Mapped[str] = mapped_column(Text, server_default="")
    """How it is offered, for comparison: ``take_away``, ``name_card``, or empty."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
