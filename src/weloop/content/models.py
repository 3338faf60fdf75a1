"""Tables of the content module."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Text
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class StoredFile(Base):
    """An uploaded file. Its bytes lie under the installation's folder by their SHA-256; equal bytes lie there once."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, index=True)
    name: Mapped[str] = mapped_column(Text)
    mime: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PlatformMedia(Base):
    """The temporary media id a platform gave one account for one file."""

    __tablename__ = "platform_media"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"), primary_key=True)
    media_id: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
