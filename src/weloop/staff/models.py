"""Tables of the staff module."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, DateTime, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base


class Staff(Base):
    """A member of a WeCom corp as of ``synced_at``."""

    __tablename__ = "staff"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    userid: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    status: Mapped[int] = mapped_column(Integer)
    """The platform's number: 1 active, 2 disabled, 4 not activated, 5 left; 0 not told."""
    contact_enabled: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """Whether the member may add customers (客户联系)."""
    synced_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class StaffDuty(Base):
    """What a member does about leads; a member without a row has the defaults."""

    __tablename__ = "staff_duty"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    userid: Mapped[str] = mapped_column(Text, primary_key=True)
    week: Mapped[list[list[list[int]]] | None] = mapped_column(JSONB(none_as_null=True))
    """Spans of minutes by weekday, Monday first; None: office hours."""
    weight: Mapped[int] = mapped_column(Integer, server_default="1")
    """Share of the leads that belong to nobody; 0: none."""
    daily_cap: Mapped[int | None] = mapped_column(Integer)
    """Most new leads a day."""
    backup: Mapped[str | None] = mapped_column(Text)
    """Who is asked first when this member does not answer."""
    is_leader: Mapped[bool] = mapped_column(Boolean, server_default="false")
    """Team lead: hears of clocks that ran out."""
    away_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    friend_limit: Mapped[int | None] = mapped_column(Integer)
    """Customers this member may have at most, as the corp's console says; None: the default."""
    friends: Mapped[int | None] = mapped_column(Integer)
    """Customers at ``counted_at``; None: not counted yet."""
    friends_added: Mapped[int] = mapped_column(Integer, server_default="0")
    """Added in the 28 days before ``counted_at``."""
    counted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PersonalAccount(Base):
    """A personal WeChat account (个人号) that the company uses. It has no API, so nothing is ever sent to it."""

    __tablename__ = "personal_account"
    __table_args__ = (
        Index(
            "uq_personal_account_wechat_id",
            text("lower(wechat_id)"),
            unique=True,
            postgresql_where=text("wechat_id <> '' AND archived_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    wechat_id: Mapped[str] = mapped_column(Text, server_default="")
    """As somebody noted it; empty: nobody did."""
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    userid: Mapped[str | None] = mapped_column(Text)
    """The member who holds it; None: nobody said so."""
    friend_limit: Mapped[int | None] = mapped_column(Integer)
    """None: the default."""
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PersonalCount(Base):
    """How many friends a personal account had on a Beijing day, as somebody typed it."""

    __tablename__ = "personal_count"

    personal_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("personal_account.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    friends: Mapped[int] = mapped_column(Integer)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    """The user who typed it; None: the holder, on the phone."""
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SpecialDay(Base):
    """A Beijing day that is not like its weekday: a holiday, or one made up for."""

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    working: Mapped[bool] = mapped_column(Boolean)
