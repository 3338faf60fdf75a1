"""Tables of tags: groups, tags, their marks on identities, and who carries them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class Tag(Base):
    """A tag. ``account_id`` None: our own; else of a WeCom corp or an official account, as the platform tells it.

    ``state``: creating, ready, failed (at the platform), gone (the platform has it no more). ``pending``: the key of
    the command under way. ``failure``: why the last command failed, {code, params}. ``seen_at``: when the platform
    told of it last.
    """

    __tablename__ = "tag"
    __table_args__ = (
        Index("uq_tag_platform", "account_id", "platform_id", unique=True, postgresql_where=text("platform_id <> ''")),
        Index(
            "uq_tag_name",
            text("coalesce(account_id, 0)"),
            "group_name",
            "name",
            unique=True,
            postgresql_where=text("state <> 'gone'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(Integer)
    group_name: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    platform_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    pending: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    seen_at: Mapped[datetime | None] = mapped_column(MOMENT)
    archived_at: Mapped[datetime | None] = mapped_column(MOMENT)


class TagMark(Base):
    """A tag on an identity; of WeCom on the customer of one member (``staff``), else that is "".

    ``is_on``: it is there, since or until ``at``. ``wanted``: what a command under way (``pending``, its key) makes of
    it; ``failure``: why that did not go, {code, params}.
    """

    __tablename__ = "tag_mark"
    __table_args__ = (
        Index("ix_tag_mark_identity_id", "identity_id"),
        Index("ix_tag_mark_pending", "pending", postgresql_where=text("pending IS NOT NULL")),
    )

    tag_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    staff: Mapped[str] = mapped_column(Text, primary_key=True)
    is_on: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(MOMENT)
    wanted: Mapped[bool | None] = mapped_column(Boolean)
    pending: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class PersonTag(Base):
    """Who carries a tag, folded from the marks of their identities."""

    __tablename__ = "person_tag"
    __table_args__ = (Index("ix_person_tag_person_id", "person_id"),)

    tag_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(MOMENT)
