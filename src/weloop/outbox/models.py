"""Tables of commands, their attempts, and the rate limits they draw from."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, Identity, Index, Integer, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class CommandRow(Base):
    """One command. States: queued → sending → sent | failed | uncertain | refused; back to queued for another try.

    ``due`` and ``expires_at`` are world time, ``lease_until`` is machine time. ``unsure``: the outcome of an
    attempt was lost. ``settled_at``: a person has dealt with a failed or uncertain one.

    Of messages: ``occasion`` as given, ``message_class`` and ``campaign_id`` as found when it was let go, and
    ``counted_at``: it counts against caps from then on, unless it is known not to have gone.
    ``gates``: why policy put it off or refused it, codes with blanks between, the weightiest first.
    """

    __tablename__ = "command"
    __table_args__ = (
        Index("ix_command_queued", "lane", "due", "id", postgresql_where=text("state = 'queued'")),
        Index("ix_command_sending", "lease_until", postgresql_where=text("state = 'sending'")),
        Index(
            "uq_command_coalesce",
            "coalesce",
            unique=True,
            postgresql_where=text("state = 'queued' AND coalesce IS NOT NULL"),
        ),
        Index(
            "ix_command_dead",
            "finished_at",
            postgresql_where=text("state IN ('failed', 'uncertain') AND settled_at IS NULL"),
        ),
        Index(
            "ix_command_counted",
            "subject_id",
            "counted_at",
            postgresql_where=text("counted_at IS NOT NULL"),
        ),
        Index(
            "ix_command_moment",
            "account_id",
            "counted_at",
            postgresql_where=text("name = 'CreateMomentTask' AND counted_at IS NOT NULL"),
        ),
        Index("ix_command_bulk", "queue", "due", "id", postgresql_where=text("state = 'queued' AND lane = 2")),
        Index("ix_command_refused", "finished_at", postgresql_where=text("state = 'refused'")),
        Index("ix_command_deferred", "due", postgresql_where=text("state = 'queued' AND gates IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, object]] = mapped_column(JSONB)
    delivery: Mapped[str] = mapped_column(Text)
    lane: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    ref: Mapped[str] = mapped_column(Text, server_default="")
    due: Mapped[datetime] = mapped_column(MOMENT)
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)
    coalesce: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    unsure: Mapped[bool] = mapped_column(Boolean, server_default="false")
    lease: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None] = mapped_column(MOMENT)
    errcode: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    trace_id: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    finished_at: Mapped[datetime | None] = mapped_column(MOMENT)
    settled_at: Mapped[datetime | None] = mapped_column(MOMENT)
    queue: Mapped[str] = mapped_column(Text, server_default="")
    occasion: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    message_class: Mapped[str | None] = mapped_column(Text)
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    counted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    gates: Mapped[str | None] = mapped_column(Text)


class CommandAttempt(Base):
    """One attempt. Without an outcome: the process died, or the answer is still awaited."""

    __tablename__ = "command_attempt"

    command_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    attempt: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    finished_at: Mapped[datetime | None] = mapped_column(MOMENT)
    outcome: Mapped[str | None] = mapped_column(Text)
    errcode: Mapped[int | None] = mapped_column(Integer)


class RateBucket(Base):
    """Tokens left of one account's rate limit, shared by all workers. Times are world time."""

    __tablename__ = "rate_bucket"

    account_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    tokens: Mapped[float] = mapped_column(DOUBLE_PRECISION)
    refilled_at: Mapped[datetime] = mapped_column(MOMENT)
    blocked_until: Mapped[datetime | None] = mapped_column(MOMENT)


class QuotaUse(Base):
    """What is used of a quota of a platform in one period; ``owner`` empty: the account's own."""

    __tablename__ = "quota_use"

    quota: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    begin: Mapped[datetime] = mapped_column(MOMENT, primary_key=True)
    used: Mapped[int] = mapped_column(Integer)


class ServiceCount(Base):
    """Messages of the service class that a campaign brought somebody and that are kept no more: they count on."""

    __tablename__ = "service_count"

    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(MOMENT)


class MessageDay(Base):
    """How often something became of messages on a Beijing day. ``outcome``: sent, deferred, refused, failed, uncertain;
    ``gate``: of what policy held back, the weightiest reason, else empty."""

    __tablename__ = "message_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    message_class: Mapped[str] = mapped_column(Text, primary_key=True)
    outcome: Mapped[str] = mapped_column(Text, primary_key=True)
    gate: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
