"""Tables of websites: what is kept of a site besides its account, and write keys."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class Site(Base):
    """A site besides its account."""

    __tablename__ = "site"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    last_event_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the newest of its events came: whoever connects a site waits for the first."""


class WriteKey(Base):
    """A write key. What is stored tells nothing of it but its last characters."""

    __tablename__ = "write_key"
    __table_args__ = (
        CheckConstraint("kind IN ('public', 'server')", name="kind"),
        Index("ix_write_key_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    hint: Mapped[str] = mapped_column(Text)
    """Its last four characters, by which people tell keys apart."""
    origins: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Pages of these origins may use a public key; without any only apps may."""
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
