"""Tables of imports."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = DateTime(timezone=True)


class PeopleImport(Base):
    """A file, what its columns mean, and how far it is. ``place``: batches that the step under way has done."""

    __tablename__ = "people_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'checking', 'checked', 'running', 'done', 'undoing', 'undone')", name="state"
        ),
        CheckConstraint("placement IN ('none', 'pool', 'assign')", name="placement"),
        Index("ix_people_import_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer)
    format: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(Text)
    sheet: Mapped[str] = mapped_column(Text)
    columns: Mapped[list[str]] = mapped_column(JSONB)
    rows: Mapped[int] = mapped_column(Integer)
    batches: Mapped[int] = mapped_column(Integer)
    fields: Mapped[list[str | None]] = mapped_column(JSONB)
    account_id: Mapped[int] = mapped_column(BigInteger)
    placement: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    place: Mapped[int] = mapped_column(Integer, server_default="0")
    expected: Mapped[int] = mapped_column(Integer, server_default="0")
    """Rows that were put into the log: so many must have come out of it before the import is done."""
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the check found."""
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    started_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    undone_at: Mapped[datetime | None] = mapped_column(MOMENT)
    forgotten_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When its rows were deleted: from then on it cannot be undone."""


class ImportBatch(Base):
    """Some rows of a file, sealed, and what is wrong with them: ``[[number, column, code], …]``."""

    __tablename__ = "people_import_batch"

    import_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("people_import.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    faults: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")


class ImportedRow(Base):
    """A row that came in, with all that is needed to take it back. ``kept``: why undoing left it where it is."""

    __tablename__ = "people_import_row"
    __table_args__ = (Index("ix_people_import_row_lead_id", "lead_id"),)

    import_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("people_import.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger)
    identity_id: Mapped[int] = mapped_column(BigInteger)
    identities: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """All names of the row, the first of which is ``identity_id``."""
    lead_id: Mapped[int | None] = mapped_column(BigInteger)
    no_lead: Mapped[str | None] = mapped_column(Text)
    kept: Mapped[str | None] = mapped_column(Text)
