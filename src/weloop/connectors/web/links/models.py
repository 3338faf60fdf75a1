"""Tables of short links."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class ShortLink(Base):
    """A short link. Deleted ones stay: whoever opens one reads that it has ended, and its name is not given again."""

    __tablename__ = "short_link"
    __table_args__ = (Index("ix_short_link_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    state_code: Mapped[str] = mapped_column(Text, unique=True)
    """Its campaign and article are those of this code."""
    carries_visitor: Mapped[bool] = mapped_column(Boolean, server_default="true")
    """Whether the page learns which visitor comes, so that both are one."""
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LinkOpening(Base):
    """One opening of a link: read model, rebuilt by replaying the log."""

    __tablename__ = "link_opening"
    __table_args__ = (Index("ix_link_opening_slug", "slug", "identity_id"),)

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(Text)
    identity_id: Mapped[int] = mapped_column(BigInteger)
