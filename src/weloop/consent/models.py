"""Tables of consent: the ledger, what people signed up for, sales talks, and the installation's own rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class ConsentEntry(Base):
    """An entry of the ledger. None is ever changed or deleted: the last one counts, and the evidence stays.

    Of an identity that was erased only the note of a person goes; its wish stands should it come back.
    """

    __tablename__ = "consent_entry"
    __table_args__ = (
        CheckConstraint("act IN ('opted_out', 'opted_in', 'complaint_opened', 'complaint_closed')", name="act"),
        CheckConstraint("(event_id IS NULL) <> (user_id IS NULL)", name="evidence"),
        Index("ix_consent_entry_identity_id", "identity_id"),
        Index("ix_consent_entry_complaint", "at", postgresql_where=text("act = 'complaint_opened'")),
        Index(
            "uq_consent_entry_event",
            "identity_id",
            "event_id",
            unique=True,
            postgresql_where=text("event_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    act: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(MOMENT)
    account_id: Mapped[int | None] = mapped_column(Integer)
    """Where the word came in."""
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    word: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(Integer)
    """Who entered it by hand."""
    reason: Mapped[str | None] = mapped_column(Text)


class SignUp(Base):
    """Somebody asked for what a campaign offers, first at this moment."""

    __tablename__ = "sign_up"

    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(MOMENT)
    event_id: Mapped[int] = mapped_column(BigInteger)


class SalesTalk(Base):
    """When a sales person last worked on somebody's lead, and when a lead of theirs was last closed."""

    __tablename__ = "sales_talk"

    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    spoke_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ContactRulesRow(Base):
    """What the installation changed of the rules that ship; at most one row, id 1."""

    __tablename__ = "contact_rules"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    changed: Mapped[dict[str, Any]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(Integer)
    updated_by: Mapped[int | None] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
