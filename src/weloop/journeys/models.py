"""Tables of journeys, their versions, the runs of people through them, where these stand, and what they did."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, Identity, Index, Integer, SmallInteger, Text, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class JourneyRow(Base):
    """A journey. ``key`` names the one that another module keeps. ``draft``: what its author works on.

    ``revision`` counts the changes of the draft; ``version_id`` is the version that people enter.
    """

    __tablename__ = "journey"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'live', 'paused', 'stopped')", name="status"),
        Unique("key"),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    key: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(Integer, server_default="1")
    version_id: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it is paused, when it was not a person who did it: ``failures``."""
    tried: Mapped[int] = mapped_column(BigInteger, server_default="0")
    failed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Of steps that may fail, since it was last published or resumed; both are halved when they grow large."""
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
    archived_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Since when lists leave it out."""


class VersionRow(Base):
    """One published definition; never changed. ``webhooks``: {webhook id: account id} of those that it calls."""

    __tablename__ = "journey_version"
    __table_args__ = (Unique("journey_id", "number"),)

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    journey_id: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    webhooks: Mapped[dict[str, int]] = mapped_column(JSONB)
    published_by: Mapped[int | None] = mapped_column(BigInteger)
    published_at: Mapped[datetime] = mapped_column(MOMENT)


class TriggerRow(Base):
    """What a version listens for: ``entry``, ``wait`` or ``goal``; ``kind`` ``*``: all.

    ``mark``: the only mark of an event that can fit.
    """

    __tablename__ = "journey_trigger"
    __table_args__ = (Index("ix_journey_trigger_kind", "kind", "mark"),)

    version_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    mark: Mapped[str | None] = mapped_column(Text)


class RunRow(Base):
    """One passage through a journey: who came in, why, and how it ended. ``unit``: the person it is randomised by."""

    __tablename__ = "journey_run"
    __table_args__ = (
        Unique("journey_id", "entry_key"),
        Index("ix_journey_run_identity_id", "identity_id"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    journey_id: Mapped[int] = mapped_column(Integer)
    version_id: Mapped[int] = mapped_column(Integer)
    entry_key: Mapped[str] = mapped_column(Text(collation="C"))
    identity_id: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[int] = mapped_column(BigInteger)
    entered_at: Mapped[datetime] = mapped_column(MOMENT)
    began_at: Mapped[datetime] = mapped_column(MOMENT)
    """When what brought it in occurred: events after it may be its goal."""
    entry_event: Mapped[int | None] = mapped_column(BigInteger)
    goal_until: Mapped[datetime | None] = mapped_column(MOMENT)
    goal_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    outcome: Mapped[str | None] = mapped_column(Text)


class PositionRow(Base):
    """Where a run under way stands; gone when it ends. It is its own timer and its own subscription.

    States: 0 ready, 1 waiting. Hold: 0 none, 1 the journey is paused, 2 parked after failures. ``listens``: its journey
    waits for events, so that those of its person concern it.
    """

    __tablename__ = "journey_position"
    __table_args__ = (
        Index("ix_journey_position_due", "due", postgresql_where=text("hold = 0")),
        Index("ix_journey_position_listens", "identity_id", postgresql_where=text("listens")),
        Index("ix_journey_position_hold", "journey_id", "run_id", postgresql_where=text("hold > 0")),
        {"postgresql_with": {"fillfactor": 60}},
    )

    run_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    journey_id: Mapped[int] = mapped_column(Integer)
    version_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(Integer)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[int] = mapped_column(BigInteger)
    node: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    seq: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    hold: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    listens: Mapped[bool] = mapped_column(Boolean)
    due: Mapped[datetime] = mapped_column(MOMENT)
    until: Mapped[datetime | None] = mapped_column(MOMENT)
    since_at: Mapped[datetime] = mapped_column(MOMENT)
    since_id: Mapped[int] = mapped_column(BigInteger)
    entered_at: Mapped[datetime] = mapped_column(MOMENT)
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    trace_id: Mapped[str] = mapped_column(Text)
    context: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    mail: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)


class StepRow(Base):
    """What one node did for one run. ``outcome``: of its send, one of ``repository.OUTCOMES``."""

    __tablename__ = "journey_step"
    __table_args__ = ({"postgresql_with": {"fillfactor": 90}},)

    run_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    node: Mapped[int] = mapped_column(SmallInteger)
    result: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(MOMENT)


class CountRow(Base):
    """How often something happened at a node of a version on a Beijing day; node -1: the journey itself."""

    __tablename__ = "journey_count"

    version_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    node: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class CountDelta(Base):
    """Changes of counts that one transaction made and that are not folded yet; the arrays are of one length.

    ``ways``: see ``counts``.
    """

    __tablename__ = "journey_count_delta"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    journeys: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    versions: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    ways: Mapped[list[str]] = mapped_column(ARRAY(Text))
    ns: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    day: Mapped[date] = mapped_column(Date)


class DrawRow(Base):
    """That a split drew for a person; of those splits alone through which somebody may come more than once."""

    __tablename__ = "journey_draw"

    unit: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    node: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)


class SweepRow(Base):
    """Runs of a journey that are gone through in chunks: ``end`` all, or ``release`` those that a pause held."""

    __tablename__ = "journey_sweep"

    journey_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(Text)
    after: Mapped[int] = mapped_column(BigInteger, server_default="0")


class MoveRow(Base):
    """Runs of a version that go over to another, those at ``olds`` to the node at the same place of ``news``."""

    __tablename__ = "journey_move"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    journey_id: Mapped[int] = mapped_column(Integer)
    from_version: Mapped[int] = mapped_column(Integer)
    to_version: Mapped[int] = mapped_column(Integer)
    olds: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    news: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    after: Mapped[int] = mapped_column(BigInteger, server_default="0")


class ScheduleRow(Base):
    """When the members of a segment come into a journey next.

    ``moment``: the time that is worked off or comes next, None: there is no more; ``due``: when a worker looks;
    ``after``: the person up to whom all have come in.
    """

    __tablename__ = "journey_schedule"

    journey_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    schedule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    moment: Mapped[datetime | None] = mapped_column(MOMENT)
    due: Mapped[datetime | None] = mapped_column(MOMENT)
    after: Mapped[int] = mapped_column(BigInteger)
