"""Tables of the access module."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class Role(StrEnum):
    """What a user is here for; every role may read, writing depends on the area."""

    ADMIN = "admin"
    LEAD = "lead"
    OPERATOR = "operator"
    SDR = "sdr"


class User(Base):
    """A console login. ``login`` is stored in lower case."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("role IN ('admin', 'lead', 'operator', 'sdr')", name="role"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    """None: this user enters by one-time links only."""
    locale: Mapped[str] = mapped_column(Text, server_default="zh-CN")
    theme: Mapped[str] = mapped_column(Text, server_default="system")
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Session(Base):
    """A signed-in browser. The cookie's value is not stored, only its SHA-256."""

    __tablename__ = "session"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("user.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class StaffSession(Base):
    """A member of staff who opened a page inside WeCom. The cookie's value is not stored, only its SHA-256."""

    __tablename__ = "staff_session"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    userid: Mapped[str] = mapped_column(Text)
    csrf: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LoginFailure(Base):
    """One wrong password, by login and by client address."""

    __tablename__ = "login_failure"
    __table_args__ = (
        Index("ix_login_failure_login_at", "login", "at"),
        Index("ix_login_failure_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    login: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OneTimeLink(Base):
    """A link that signs a user in once. The token is not stored, only its SHA-256."""

    __tablename__ = "one_time_link"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("user.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AuditEntry(Base):
    """One act of an operator. A trigger of the migration refuses every change of a row."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_act", "act", "at", "id"),
        Index("ix_audit_entry_user", text("coalesce(user_id, 0)"), "at", "id"),
        Index("ix_audit_entry_kind", text("split_part(object, ':', 1)"), "at", "id"),
        Index("ix_audit_entry_object", "object", "at", "id"),
        Index(
            "ix_audit_entry_name",
            literal_column("(detail ->> 'name')").label("name"),
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    """No foreign key: the entry outlives the user. None: the command line or the product itself."""
    act: Mapped[str] = mapped_column(Text)
    object: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
