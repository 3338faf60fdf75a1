"""Tables of the official accounts feature."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = DateTime(timezone=True)


class SceneQrRow(Base):
    """A scene code (公众号二维码): its scene is its state code, and whoever comes by it is sent its reply.

    The platform deletes none: ``deleted`` means that we answer no more.
    """

    __tablename__ = "scene_qr"
    __table_args__ = (
        CheckConstraint("status IN ('creating', 'ready', 'failed', 'deleted')", name="status"),
        Index("ix_scene_qr_status_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger)
    state_code: Mapped[str] = mapped_column(Text, unique=True)
    permanent: Mapped[bool] = mapped_column(Boolean)
    days: Mapped[int] = mapped_column(Integer)
    """How long a temporary code shall live; 0 for a permanent one."""
    reply: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    url: Mapped[str | None] = mapped_column(Text)
    """What the code says, for drawing it."""
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When the newest picture stops working; None: never, or there is none."""
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    pending_key: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)


class SceneTouch(Base):
    """One event that counts for a scene code: read model, rebuilt by replaying the log."""

    __tablename__ = "scene_touch"
    __table_args__ = (
        CheckConstraint("what IN ('followed', 'scanned', 'reply_sent', 'reply_failed')", name="what"),
        Index("ix_scene_touch_scene_qr_id", "scene_qr_id"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    scene_qr_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("scene_qr.id", ondelete="CASCADE"))
    identity_id: Mapped[int] = mapped_column(BigInteger)
    what: Mapped[str] = mapped_column(Text)


class SceneDay(Base):
    """Counts of one scene code on one Beijing day: the sum of its touches."""

    __tablename__ = "scene_day"

    scene_qr_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("scene_qr.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    followed: Mapped[int] = mapped_column(Integer, server_default="0")
    scanned: Mapped[int] = mapped_column(Integer, server_default="0")
    reply_sent: Mapped[int] = mapped_column(Integer, server_default="0")
    reply_failed: Mapped[int] = mapped_column(Integer, server_default="0")


class FollowReplyRow(Base):
    """What an account answers to whoever follows it without a code, or by one that has no reply of its own."""

    __tablename__ = "follow_reply"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)


class MenuRow(Base):
    """A version of an account's menu, as it was given to the platform; none is ever changed."""

    __tablename__ = "account_menu"
    __table_args__ = (
        CheckConstraint("status IN ('publishing', 'live', 'replaced', 'failed')", name="status"),
        Index("ix_account_menu_account_id_id", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    buttons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)


class MenuReplyRow(Base):
    """What a tap on a button is answered with; those of older versions stay, since phones show them for minutes."""

    __tablename__ = "menu_reply"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class LiveMenuRow(Base):
    """The menu that the platform showed when it was last asked, whoever made it."""

    __tablename__ = "live_menu"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    open: Mapped[bool] = mapped_column(Boolean)
    buttons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    fetched_at: Mapped[datetime] = mapped_column(MOMENT)


class MessageWindowRow(Base):
    """When somebody last did what opens a window for messages, or left: read model, rebuilt by replaying the log."""

    __tablename__ = "message_window"
    __table_args__ = (CheckConstraint("what IN ('message', 'event', 'left')", name="what"),)

    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(MOMENT)


class MessageUse(Base):
    """A message that went out, or may have: it uses up a window. Read model, rebuilt by replaying the log."""

    __tablename__ = "message_use"
    __table_args__ = (Index("ix_message_use_identity_id_at", "identity_id", "at"),)

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(MOMENT)


class ServiceMessageRow(Base):
    """A message that an operator wrote, without its words: those go out and are not kept here."""

    __tablename__ = "service_message"
    __table_args__ = (
        CheckConstraint("state IN ('sending', 'sent', 'failed')", name="state"),
        Index("ix_service_message_identity_id_created_at", "identity_id", "created_at"),
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
