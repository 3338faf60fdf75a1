"""Tables of campaigns and their costs."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = DateTime(timezone=True)


class CampaignRow(Base):
    """One campaign. An archived one takes no new codes; what came by its old ones still counts for it."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('live', 'white_paper', 'exhibition', 'customer_story', 'article', 'other')", name="kind"
        ),
        Index("ix_campaign_archived_id", "archived", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    goal: Mapped[str] = mapped_column(Text, server_default="")
    video_channel_id: Mapped[int | None] = mapped_column(BigInteger)
    """The Channels account at which it takes place; None: elsewhere, or nobody said so."""
    archived: Mapped[bool] = mapped_column(Boolean, server_default="false")
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)


class CostRow(Base):
    """Money spent on a campaign on a Beijing day."""

    __tablename__ = "cost_entry"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_cost_entry_campaign_id", "campaign_id"),
        Index("ix_cost_entry_spent_on", "spent_on"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("campaign.id"))
    name: Mapped[str] = mapped_column(Text)
    """What it was spent on."""
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    """CNY, 元."""
    spent_on: Mapped[date] = mapped_column(Date)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
