"""Tables of the staff module."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, Text
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


class SpecialDay(Base):
    """A Beijing day that is not like its weekday: a holiday, or one made up for."""

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    working: Mapped[bool] = mapped_column(Boolean)
