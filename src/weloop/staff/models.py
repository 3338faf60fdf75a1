"""Tables of the staff module."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class Staff(Base):
    """A member of a WeCom corp as of ``synced_at``."""

    __tablename__ = "staff"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    userid: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    status: Mapped[int] = mapped_column(Integer)
    """The platform's number: 1 active, 2 disabled, 4 not activated, 5 left; 0 not told."""
    contact_enabled: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """Whether the member may add customers (客户联系)."""
    synced_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
