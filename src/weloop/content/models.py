"""Tables of the content module."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
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


class ScriptRow(Base):
    """话术: a text that members send from the chat sidebar, with ``{{name}}`` where the page fills something in."""

    __tablename__ = "script"
    __table_args__ = (Index("ix_script_category_name", "category", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text, server_default="")
    text: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ArticleRow(Base):
    """One article: a draft in an account's box, published, or entered by its link.

    ``gone``: a draft that left the box and came out under no title we know, or an article that was taken down.
    """

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("kind IN ('draft', 'published', 'linked')", name="kind"),
        Index("uq_article_draft_key", "account_id", "draft_key", unique=True),
        Index("uq_article_publish_key", "account_id", "publish_key", unique=True),
        Index("uq_article_msgid", "account_id", "msgid", unique=True),
        Index("ix_article_url_key", "url_key"),
        Index("ix_article_campaign_id", "campaign_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    """None: entered by link, of no account of ours."""
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, server_default="")
    url_key: Mapped[str] = mapped_column(Text, server_default="")
    """What of the address names the article."""
    kind: Mapped[str] = mapped_column(Text)
    draft_key: Mapped[str | None] = mapped_column(Text)
    """The draft's id and the article's place in it."""
    publish_key: Mapped[str | None] = mapped_column(Text)
    """The same of the published message."""
    msgid: Mapped[str | None] = mapped_column(Text)
    """The number under which its readers are counted."""
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    gone: Mapped[bool] = mapped_column(Boolean, server_default="false")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ArticleReadRow(Base):
    """官方统计: how many persons read an article on one Beijing day; kept also of articles that we do not know."""

    __tablename__ = "article_read"
    __table_args__ = (Index("ix_article_read_day", "day"),)

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    msgid: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    readers: Mapped[int] = mapped_column(Integer)
    fetched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ArticleFeedRow(Base):
    """How far an account's articles and figures have been fetched. One command for figures is on its way at a time."""

    __tablename__ = "article_feed"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    next_day: Mapped[date] = mapped_column(Date)
    """The first day whose figures are not there yet."""
    pending_key: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(Integer, server_default="0")
    """Commands for figures so far: each has a key of its own."""
    articles_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the articles were last read, by the world's clock."""
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class TemplateListRow(Base):
    """The templates of messages (模板消息) that an account had in use when the platform was asked: at most 25."""

    __tablename__ = "message_template_list"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    fetched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    errcode: Mapped[int] = mapped_column(Integer)
    templates: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
