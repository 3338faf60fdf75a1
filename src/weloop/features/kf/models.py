"""The table of customer-service accounts."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class KfAccountRow(Base):
    """A customer-service account and how far its messages were read."""

    __tablename__ = "kf_account"

    open_kfid: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    """The WeCom account that reads it: one, where several apps of a corp hear of it."""
    name: Mapped[str] = mapped_column(Text, server_default="")
    cursor: Mapped[str] = mapped_column(Text, server_default="")
    """Where the last page ended; folded from the outcomes in the log, which hold it together with the page."""
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    errcode: Mapped[int] = mapped_column(Integer, server_default="0")
    """Why the platform does not let the account be read; 0: it does."""
