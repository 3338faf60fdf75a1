"""Tables of journeys, the runs of people through them, and the steps they took."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, Integer, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class JourneyRow(Base):
    """A journey: on which event it starts, and its nodes. ``key`` names the one that another module keeps."""

    __tablename__ = "journey"
    __table_args__ = (Index("ix_journey_entry", "account_id", "entry_state", postgresql_where=text("active")),)

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    account_id: Mapped[int] = mapped_column(Integer)
    entry_state: Mapped[str] = mapped_column(Text)
    nodes: Mapped[list[dict[str, object]]] = mapped_column(JSONB)
    active: Mapped[bool] = mapped_column(server_default="true")
    updated_at: Mapped[datetime] = mapped_column(MOMENT)


class RunRow(Base):
    """One passage through a journey. States: 0 ready, 1 waiting, 2 ended. ``context`` is emptied at the end."""

    __tablename__ = "journey_run"
    __table_args__ = (
        UniqueConstraint("journey_id", "entry_key"),
        Index("ix_journey_run_due", "due", "id", postgresql_where=text("state < 2")),
        Index("ix_journey_run_identity_id", "identity_id"),
        {"postgresql_with": {"fillfactor": 60}},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    journey_id: Mapped[int] = mapped_column(Integer)
    entry_key: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(Integer)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    node: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    due: Mapped[datetime] = mapped_column(MOMENT)
    entered_at: Mapped[datetime] = mapped_column(MOMENT)
    context: Mapped[dict[str, object]] = mapped_column(JSONB)
    trace_id: Mapped[str] = mapped_column(Text)


class StepRow(Base):
    """What one node did for one run."""

    __tablename__ = "journey_step"

    run_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    node: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    result: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(MOMENT)
