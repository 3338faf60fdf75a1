"""The table of verification files."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Text
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class VerifyFile(Base):
    """One file at the root of our address. Anybody may read it."""

    __tablename__ = "verify_file"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[int] = mapped_column(BigInteger)
