"""Tables of group chats, their members, and join ways."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = DateTime(timezone=True)


class GroupChatRow(Base):
    """A group chat as the platform last told it, with the charter that the operator gave it."""

    __tablename__ = "group_chat"
    __table_args__ = (
        CheckConstraint(
            "state IN ('unread', 'normal', 'owner_left', 'inheriting', 'inherited', 'dismissed')", name="state"
        ),
        CheckConstraint("charter_kind IN ('functional', 'communication')", name="charter_kind"),
        Index("ix_group_chat_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    chat_id: Mapped[str] = mapped_column(Text, unique=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    """The account that reads it: one, where several apps of a corp hear of it."""
    state: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, server_default="")
    owner: Mapped[str] = mapped_column(Text, server_default="")
    staff: Mapped[int] = mapped_column(Integer, server_default="0")
    """Members of staff in it; customers are counted from ``group_member``."""
    version: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime | None] = mapped_column(MOMENT)
    found_at: Mapped[datetime] = mapped_column(MOMENT)
    fetched_at: Mapped[datetime | None] = mapped_column(MOMENT)
    heard_event: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The newest event that asked for a look: what an older one tells happened before that look."""
    charter_kind: Mapped[str | None] = mapped_column(Text)
    charter_purpose: Mapped[str] = mapped_column(Text, server_default="")
    charter_owner: Mapped[str] = mapped_column(Text, server_default="")
    charter_ends_on: Mapped[date | None] = mapped_column(Date)


class GroupMemberRow(Base):
    """One stay of one external contact in one group chat: a fold of GroupJoined and GroupLeft."""

    __tablename__ = "group_member"
    __table_args__ = (
        Index("ix_group_member_identity_id", "identity_id"),
        Index("ix_group_member_state", "state", postgresql_where=text("state <> ''")),
    )

    chat_id: Mapped[str] = mapped_column(Text, primary_key=True)
    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    joined_at: Mapped[datetime] = mapped_column(MOMENT, primary_key=True)
    left_at: Mapped[datetime | None] = mapped_column(MOMENT)
    state: Mapped[str] = mapped_column(Text, server_default="")
    """State code of the join way; empty for whoever was invited."""
    join_scene: Mapped[int | None] = mapped_column(SmallInteger)
    invitor: Mapped[str] = mapped_column(Text, server_default="")
    quit_scene: Mapped[int | None] = mapped_column(SmallInteger)


class GroupQuitRow(Base):
    """A callback that named who left, and when: kept until the member list confirms it."""

    __tablename__ = "group_quit"

    chat_id: Mapped[str] = mapped_column(Text, primary_key=True)
    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(MOMENT, primary_key=True)
    scene: Mapped[int | None] = mapped_column(SmallInteger)


class JoinWayRow(Base):
    """A join way and what the operator wants of it.

    ``version`` rises with every change; the platform has it once the status is ready.
    """

    __tablename__ = "join_way"
    __table_args__ = (
        CheckConstraint("status IN ('creating', 'ready', 'failed', 'deleting', 'deleted')", name="status"),
        Index("ix_join_way_status_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger)
    state_code: Mapped[str] = mapped_column(Text, unique=True)
    chats: Mapped[list[str]] = mapped_column(ARRAY(Text))
    auto_create: Mapped[bool] = mapped_column(Boolean, server_default="true")
    base_name: Mapped[str] = mapped_column(Text, server_default="")
    base_id: Mapped[int] = mapped_column(Integer, server_default="1")
    status: Mapped[str] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    config_id: Mapped[str | None] = mapped_column(Text)
    qr_code: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(BigInteger)
    """The stored picture of its code."""
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    pending_key: Mapped[str | None] = mapped_column(Text)
    """Key of the command on its way; there is one at a time, so that changes reach the platform in order."""
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
