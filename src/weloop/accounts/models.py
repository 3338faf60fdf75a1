"""Tables of the accounts module."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class Account(Base):
    """An owned account. Secrets are sealed with the installation's key, which is kept outside the database."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('wecom', 'official_account', 'web', 'video_channel')", name="kind"),
        CheckConstraint("service_type IN ('service', 'subscription')", name="service_type"),
        CheckConstraint("mode IN ('plain', 'compatible', 'safe')", name="mode"),
        CheckConstraint("state IN ('unchecked', 'ready', 'failed', 'disabled')", name="state"),
        Index(
            "uq_account_app",
            "kind",
            "app_id",
            "agent_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    app_id: Mapped[str] = mapped_column(Text)
    """Corp id of WeCom, app id of an official account, or id of a Channels account."""
    agent_id: Mapped[int] = mapped_column(Integer, server_default="0")
    """Id of the corp's own app; 0 where there is none."""
    original_id: Mapped[str | None] = mapped_column(Text)
    """``gh_…`` of an official account: the receiver named in plain callbacks."""
    service_type: Mapped[str | None] = mapped_column(Text)
    """Of an official account: ``service`` (服务号) or ``subscription`` (订阅号); the platform's quotas differ."""
    api_base: Mapped[str] = mapped_column(Text)
    callback_key: Mapped[str] = mapped_column(Text, unique=True)
    mode: Mapped[str] = mapped_column(Text, server_default="safe")
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    callback_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    aes_key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(Text, server_default="unchecked")
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Removed accounts keep their row, without secrets: the log names them."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AccessToken(Base):
    """The current token of a kind of an account, shared by all processes; refreshed by whoever holds the lease."""

    __tablename__ = "access_token"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True, server_default="access")
    """access, corp_ticket, app_ticket (for the JS-SDK)."""
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    generation: Mapped[int] = mapped_column(BigInteger, server_default="0")
    lease_owner: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AccountTrouble(Base):
    """What stands in an account's way; see ``troubles``."""

    __tablename__ = "account_trouble"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    capability: Mapped[str] = mapped_column(Text, primary_key=True)
    errcode: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    retry_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When one message may try whether it is over."""
    lately: Mapped[int] = mapped_column(Integer, server_default="0")
    """Of a brake: so many people within 24 hours, and so many on a usual day."""
    usual: Mapped[float] = mapped_column(Float, server_default="0")
    off_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Somebody ended it early: it holds nothing, and is not noted again before."""
