"""Tables of paths. All but ``path`` and ``path_version`` are folded from the log and can be made again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Identity, Index, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class Path(Base):
    """A path. ``version_id`` is the version that counts."""

    __tablename__ = "path"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    template: Mapped[str] = mapped_column(Text)
    archived: Mapped[bool] = mapped_column(Boolean, server_default="false")
    version_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)


class PathVersion(Base):
    """One published definition. Until ``built`` it is being folded from the log behind (``seen_at``, ``seen_id``)."""

    __tablename__ = "path_version"
    __table_args__ = (Index("ix_path_version_path_id", "path_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    path_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("path.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    built: Mapped[bool] = mapped_column(Boolean, server_default="false")
    seen_at: Mapped[datetime | None] = mapped_column(MOMENT)
    seen_id: Mapped[int] = mapped_column(BigInteger, server_default="0")
    seen_events: Mapped[int] = mapped_column(BigInteger, server_default="0")
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    created_by: Mapped[int | None] = mapped_column(BigInteger)


class PathTouch(Base):
    """One event that reaches a stage."""

    __tablename__ = "path_touch"
    __table_args__ = (Index("ix_path_touch_identity", "version_id", "identity_id"),)

    version_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    stage: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime] = mapped_column(MOMENT)
    state: Mapped[str] = mapped_column(Text)
    staff: Mapped[str] = mapped_column(Text)


class PathProgress(Base):
    """How far one person has come on one version: moments by number of the stage and of the hop."""

    __tablename__ = "path_progress"

    version_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reached: Mapped[list[datetime | None]] = mapped_column(ARRAY(MOMENT))
    passed: Mapped[list[datetime | None]] = mapped_column(ARRAY(MOMENT))
    state: Mapped[str] = mapped_column(Text)
    staff: Mapped[str] = mapped_column(Text)


class HopCell(Base):
    """Who entered and passed a hop, by the Beijing day of entry, state code and member."""

    __tablename__ = "path_hop_cell"

    version_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_day: Mapped[date] = mapped_column(Date, primary_key=True)
    hop: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text, primary_key=True)
    staff: Mapped[str] = mapped_column(Text, primary_key=True)
    entered: Mapped[int] = mapped_column(Integer)
    passed: Mapped[int] = mapped_column(Integer)


class HopTime(Base):
    """How long those who passed a hop took: counts by bucket of the duration."""

    __tablename__ = "path_hop_time"

    version_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_day: Mapped[date] = mapped_column(Date, primary_key=True)
    hop: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    bucket: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    passed: Mapped[int] = mapped_column(Integer)
